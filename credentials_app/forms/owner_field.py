"""Who can own a credential: the people of its workspace."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from credentials_app.forms.error_messages import NOT_HERE
from workspaces.models import User, Workspace
from workspaces.models.roles import OrganizationRole


def people_of(workspace: Workspace) -> QuerySet[User]:
    """Everybody who takes part in the workspace, and the owners of its organization."""
    takes_part = Q(participations__workspace=workspace) | Q(personal_workspace=workspace)
    takes_part |= Q(team_memberships__team__roles__workspace=workspace)
    owns = Q(
        memberships__organization=workspace.organization_id,
        memberships__role=OrganizationRole.OWNER,
    )
    everybody = takes_part | owns if workspace.organization_id else takes_part
    return User.objects.filter(everybody, is_active=True).distinct().order_by("name", "email")


if TYPE_CHECKING:
    PersonField = forms.ModelChoiceField[User]
else:
    PersonField = forms.ModelChoiceField


class OwnerField(PersonField):
    """One of the people of the workspace, or the present owner even if they have left it."""

    def __init__(self, workspace: Workspace, owner: User | None) -> None:
        people = people_of(workspace)
        self.gone = owner if owner and not people.filter(pk=owner.pk).exists() else None
        if self.gone:
            here = people.order_by().values("pk")
            people = User.objects.filter(Q(pk__in=here) | Q(pk=self.gone.pk))
        super().__init__(
            queryset=people.order_by("name", "email"),
            label=_("Owner"),
            required=False,
            empty_label=_("Nobody"),
            help_text=_("Hears by mail when it stops working."),
            error_messages={"invalid_choice": NOT_HERE},
        )

    def to_python(self, value: Any) -> User | None:
        """A malformed key gets the same sentence as a person who is not in the workspace."""
        try:
            found: User | None = super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"]) from None
        return found

    def label_from_instance(self, person: User) -> str:
        label = f"{person.name} ({person.email})"
        return f"{label} {_('(no longer here)')}" if person == self.gone else label
