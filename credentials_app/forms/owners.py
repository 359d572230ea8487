"""Who can own a credential: the people of its workspace."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from workspaces.models import User, Workspace
from workspaces.roles import OrganizationRole


def people_of(workspace: Workspace) -> QuerySet[User]:
    """Everybody who takes part in the workspace, and the owners of its organization."""
    takes_part = Q(participations__workspace=workspace) | Q(personal_workspace=workspace)
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
    """One of the people of the workspace."""

    def to_python(self, value: Any) -> User | None:
        """A key that is none names nobody here either."""
        try:
            found: User | None = super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"]) from None
        return found

    def label_from_instance(self, person: User) -> str:
        return f"{person.name} ({person.email})"
