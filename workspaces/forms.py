"""The forms of the pages about people, organizations and workspaces."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from workspaces.models import Team, User
from workspaces.models.places import slug_shape
from workspaces.models.roles import OrganizationRole, Role
from workspaces.models.teams import TEAM_ROLES
from workspaces.plain_form import PlainForm
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import ORGANIZATION_SENTENCES, ROLE_SENTENCES, may_give
from workspaces.rights.seat import Seat
from workspaces.sign_in import accounts
from workspaces.sign_in.adapter import HOW_LONG, LONGEST_ADDRESS
from workspaces.time_zones import BrowserZoneField, choices_with

TAKEN_BY_PAGES = frozenset({"add"})
LONGEST_PASSWORD = 128


def plain_line(text: str) -> None:
    """Accept one line of visible characters only, because mails and the audit log show it."""
    if not text.isprintable():
        raise ValidationError("Use letters, digits, spaces and punctuation only.")


class RefusableForm(PlainForm):
    """A form whose action may be refused."""

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal at its field, or at the top of the form."""
        known = refusal.field in self.fields
        self.add_error(refusal.field if known else None, refusal.words)


class Named(RefusableForm):
    """A form with a name."""

    name = forms.CharField(label="Name", max_length=100, validators=[plain_line])


class PlaceForm(Named):
    """A new organization or workspace. Without a slug, the form makes one from the name."""

    slug = forms.CharField(
        label="Address",
        max_length=50,
        required=False,
        help_text="Small letters, digits and hyphens. It stands in links and stays as it is. "
        "Leave it empty to make it from the name.",
    )

    def clean_slug(self) -> str:
        """The typed slug, or one made from the name."""
        slug = str(self.cleaned_data.get("slug") or "")
        slug = slug or slugify(str(self.cleaned_data.get("name", "")))[:50].strip("-_")
        slug = slug.replace("_", "-")
        if not slug:
            raise ValidationError("Type an address: none can be made from this name.")
        slug_shape(slug)
        if slug in TAKEN_BY_PAGES:
            raise ValidationError("This address is taken. Choose another one.")
        return slug


class PasswordField(forms.CharField):
    """A new password. Django's validators check it; people may paste it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(
            label="Password",
            strip=False,
            max_length=LONGEST_PASSWORD,
            widget=widget,
            help_text=HOW_LONG,
            **kwargs,
        )


class NewPerson(Named):
    """The name and password of a person who gets an account by a link."""

    password = PasswordField()
    time_zone = BrowserZoneField()

    def __init__(self, *args: Any, address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address
        self.fields["name"].label = "Your name"
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> dict[str, Any]:
        """Refuse a password that resembles the name or the address."""
        data = super().clean() or self.cleaned_data
        email = str(data.get("email") or self.address)
        if "password" in data:
            try:
                validate_password(
                    data["password"], User(email=email, name=str(data.get("name", "")))
                )
            except ValidationError as problem:
                self.add_error("password", problem)
        return data


class SetUpForm(NewPerson):
    """The first account, for a person who has the one-time code from the terminal."""

    code = forms.CharField(
        label="Set-up code",
        max_length=60,
        help_text="It was printed in the terminal when Lockkeeper started.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=LONGEST_ADDRESS,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("code", "name", "email", "password")


class InviteForm(RefusableForm):
    """An e-mail address, and one of the roles that the inviter may give."""

    email = forms.EmailField(label="E-mail address", max_length=LONGEST_ADDRESS)
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, giver: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (role.value, f"{role.label}: {ROLE_SENTENCES[role]}")
            for role in Role
            if may_give(giver, role)
        ]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = choices
        field.initial = Role.VIEWER.value


class OrganizationInviteForm(RefusableForm):
    """An e-mail address, a role in the organization, and any of its teams."""

    email = forms.EmailField(label="E-mail address", max_length=LONGEST_ADDRESS)
    role = forms.ChoiceField(
        label="Role",
        choices=[
            (role.value, f"{role.label}: {ORGANIZATION_SENTENCES[role]}")
            for role in OrganizationRole
        ],
        initial=OrganizationRole.MEMBER.value,
    )
    teams = forms.MultipleChoiceField(
        label="Teams",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose teams of this organization."},
    )

    def __init__(self, *args: Any, teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(team.pk): team for team in teams}
        field = self.fields["teams"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(key, team.name) for key, team in self.known.items()]

    @property
    def chosen(self) -> list[Team]:
        """The chosen teams."""
        return [self.known[key] for key in self.cleaned_data["teams"]]


class RoleForm(PlainForm):
    """A new role for a participant."""

    role = forms.ChoiceField(choices=Role.choices)


class OrganizationRoleForm(PlainForm):
    """A new role for a member of an organization."""

    role = forms.ChoiceField(choices=OrganizationRole.choices)


class ProfileForm(Named):
    """The name and the time zone of a person."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Pages, mails and reports use it.",
        error_messages={"invalid_choice": "Choose a time zone from the list."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = choices_with(str(self.initial.get("time_zone", "")))


class InstanceRightsForm(PlainForm):
    """The rights of a person over the instance."""

    administrator = forms.BooleanField(
        label="Administrator",
        required=False,
        help_text="Sees metadata and status of all credentials, looks after people, mail and "
        "budgets. Never sees a secret, and is in no workspace by this.",
    )
    auditor = forms.BooleanField(
        label="Auditor",
        required=False,
        help_text="Reads metadata, status and audit logs of all workspaces, and changes nothing.",
    )


class HeirsForm(PlainForm):
    """For each organization that a person owns alone: the member who owns it from now on."""

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alone = accounts.owned_alone(person)
        for organization in self.alone:
            members = accounts.heirs_of(organization, person)
            self.fields[str(organization.pk)] = forms.ChoiceField(
                label=f"New owner of {organization.name}",
                choices=[("", "Choose")] + [(str(each.pk), str(each)) for each in members],
                error_messages={"required": "Choose who owns this organization from now on."},
            )

    @property
    def heirs(self) -> dict[UUID, User]:
        """The chosen members, by the key of the organization."""
        keys = {each.pk: UUID(self.cleaned_data[str(each.pk)]) for each in self.alone}
        chosen = User.objects.in_bulk(list(keys.values()))
        return {organization: chosen[key] for organization, key in keys.items()}


class TeamMemberForm(PlainForm):
    """A person of the organization who is not in the team."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Person", empty_label="Choose"
    )

    def __init__(self, team: Team, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        people = User.objects.filter(memberships__organization=team.organization_id, is_active=True)
        field.queryset = people.exclude(team_memberships__team=team).order_by("name", "email")


class TeamRoleForm(PlainForm):
    """A team of the organization, and one of the roles that the person may give to teams."""

    team = forms.ModelChoiceField(queryset=Team.objects.none(), empty_label="Choose")
    role = forms.ChoiceField(label="Role")

    def __init__(self, seat: Seat, data: Any = None) -> None:
        super().__init__(data)
        team, role = self.fields["team"], self.fields["role"]
        assert isinstance(team, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        assert isinstance(role, forms.ChoiceField)  # noqa: S101  # for the type checker
        team.queryset = Team.objects.filter(organization=seat.workspace.organization_id)
        role.choices = [
            (each.value, f"{each.label}: {ROLE_SENTENCES[each]}")
            for each in TEAM_ROLES
            if may_give(seat.role, each)
        ]
        role.initial = Role.VIEWER.value
