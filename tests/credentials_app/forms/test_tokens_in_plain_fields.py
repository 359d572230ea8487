"""Every kind of token is refused in every plain field of every form, and shown nowhere."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.http import QueryDict
from django.test import Client
from django.utils.module_loading import import_string

from common.models import OutgoingMail
from credentials_app.forms import (
    ConfirmSignInForm,
    CredentialForm,
    DeletionForm,
    ReplaceForm,
    ServerRuleForm,
)
from credentials_app.forms.bulk_change import CHANGES, BulkChangeForm, SettleForm
from credentials_app.forms.credential_fields import CredentialFields
from credentials_app.forms.deletion import ManyDeletionForm, RestoreForm
from credentials_app.forms.export import ExportForm
from credentials_app.forms.form_layout import FormLayout
from credentials_app.forms.image import ImageForm
from credentials_app.forms.moving import MoveForm
from credentials_app.forms.place_deletion import (
    AccountDeletionForm,
    PlaceDeletionForm,
    PlaceRestoreForm,
)
from credentials_app.forms.preferences import PreferenceForm
from credentials_app.forms.report import ReportForm
from credentials_app.forms.saved_view import SavedViewForm
from credentials_app.forms.schedule import ScheduleForm
from credentials_app.forms.snooze import SnoozeForm
from credentials_app.models import Audience, Credential, Delivery
from credentials_app.notices.preferences import Choice
from credentials_app.services.credentials import add_credential, edit_credential
from credentials_app.services.errors import TokenInPlainField
from credentials_app.services.trials import start_trial
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import SAMPLES
from workspaces.forms import (
    HeirsForm,
    InstanceRightsForm,
    InviteForm,
    Named,
    NewPerson,
    OrganizationInviteForm,
    OrganizationRoleForm,
    PlaceForm,
    ProfileForm,
    RefusableForm,
    RoleForm,
    SetUpForm,
    TeamMemberForm,
    TeamRoleForm,
)
from workspaces.models import AuditEvent, Team
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.plain_form import TOKEN_HERE, PlainForm
from workspaces.sign_in.adapter import AccountAdapter
from workspaces.sign_in.code_forms import NewAppForm
from workspaces.sign_in.passkey_forms import NewPasskeyForm
from workspaces.time_zones import BrowserZone
from workspaces.tokens.form import TokenForm

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
Made = Callable[[dict[str, str]], forms.Form]


def preference(data: dict[str, str]) -> PreferenceForm:
    place = cast.workspace()
    choice = Choice(place, next(iter(Delivery)), Audience.ALL, gets_all_by_role=True)
    sent = QueryDict(mutable=True)
    sent.update({f"{place.pk}-{name}": value for name, value in data.items()})
    return PreferenceForm(choice, sent)


def heirs(data: dict[str, str]) -> HeirsForm:
    """Alice alone owns the organization, of which Bob is a member."""
    cast.participant(cast.workspace(), cast.bob())
    return HeirsForm(cast.alice(), data)


LOGIN = {"provider": "generic", "server": "https://registry.example.org", "username": "ci"}
FORMS: dict[type[forms.Form], Made] = {
    CredentialForm: lambda data: CredentialForm(scenes.seat(), data),
    ConfirmSignInForm: ConfirmSignInForm,
    DeletionForm: lambda data: DeletionForm(Credential(name="deploy"), data),
    ManyDeletionForm: ManyDeletionForm,
    RestoreForm: RestoreForm,
    PlaceDeletionForm: lambda data: PlaceDeletionForm(cast.workspace(), data),
    PlaceRestoreForm: PlaceRestoreForm,
    ServerRuleForm: ServerRuleForm,
    PreferenceForm: preference,
    ReportForm: lambda data: ReportForm([], data),
    SavedViewForm: lambda data: SavedViewForm(cast.alice(), data),
    ScheduleForm: lambda data: ScheduleForm(data, rule=None),
    SnoozeForm: SnoozeForm,
    BulkChangeForm: lambda data: BulkChangeForm(cast.workspace(), data, acts=CHANGES),
    ExportForm: lambda data: ExportForm([Credential(**LOGIN)], data),
    ImageForm: ImageForm,
    MoveForm: lambda data: MoveForm(Credential(**LOGIN), [], data),
    SettleForm: lambda data: SettleForm([], data),
    ReplaceForm: lambda data: ReplaceForm(Credential(**LOGIN), data),
    Named: Named,
    PlaceForm: PlaceForm,
    NewPerson: NewPerson,
    SetUpForm: SetUpForm,
    InviteForm: lambda data: InviteForm(data, giver=Role.OWNER),
    OrganizationInviteForm: lambda data: OrganizationInviteForm(data, teams=[Team(name="Ops")]),
    RoleForm: RoleForm,
    TeamMemberForm: lambda data: TeamMemberForm(Team(organization=cast.organization()), data),
    TeamRoleForm: lambda data: TeamRoleForm(scenes.seat(), data),
    OrganizationRoleForm: OrganizationRoleForm,
    ProfileForm: ProfileForm,
    HeirsForm: heirs,
    AccountDeletionForm: lambda data: AccountDeletionForm(cast.bob(), data),
    NewAppForm: NewAppForm,
    NewPasskeyForm: NewPasskeyForm,
    TokenForm: lambda data: TokenForm(cast.alice(), data),
}
BASES = {PlainForm, RefusableForm, CredentialFields, FormLayout}
WORDLESS = {InstanceRightsForm}
"""Forms without a field into which a person could type."""


def all_forms(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    """Every form of our own packages."""
    for form in base.__subclasses__():
        if form.__module__.split(".")[0] in {"workspaces", "credentials_app", "common", "config"}:
            yield form
        yield from all_forms(form)


def plain_fields(form: forms.Form) -> list[str]:
    """The fields into which a person may type text by mistake.

    What is no time zone of a browser is UTC, whatever it is; a passkey's answer is written by the
    browser.
    """
    wordless = (forms.PasswordInput, forms.FileInput, forms.CheckboxInput, BrowserZone)
    return [
        name
        for name, field in form.fields.items()
        if not isinstance(field.widget, wordless) and not isinstance(field, forms.JSONField)
    ]


def test_every_form_of_ours_is_in_the_table() -> None:
    import_string("credentials_app.urls.urlpatterns")
    assert apps.ready
    own = {form for form in all_forms() if not _is_allauths(form)}
    assert own - BASES - WORDLESS == set(FORMS)
    assert not [name for form in WORDLESS for name in plain_fields(form())]
    assert all(issubclass(form, PlainForm) for form in own)


def _is_allauths(form: type[forms.BaseForm]) -> bool:
    """True for those whose only plain field is an address, which the adapter looks at."""
    return any(base.__module__.startswith("allauth.") for base in form.__mro__)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_token_is_refused_in_every_plain_field(form: type[forms.Form]) -> None:
    names = plain_fields(FORMS[form]({}))
    assert names
    for sample in SAMPLES:
        filled = FORMS[form](dict.fromkeys(names, sample))
        assert {name: filled.errors[name] for name in names} == {n: [TOKEN_HERE] for n in names}
        assert sample not in "".join(str(filled[name].value()) for name in names)
        assert sample not in str(filled.errors)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_other_words_are_not_refused_as_tokens(form: type[forms.Form]) -> None:
    for name in plain_fields(FORMS[form]({})):
        filled = FORMS[form]({name: "ci-robot-2026"})
        assert TOKEN_HERE not in filled.errors.get(name, [])


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_token_belongs_into_password(sample: str) -> None:
    form = CredentialForm(scenes.seat(), {"secret": sample})
    assert TOKEN_HERE not in form.errors.get("secret", [])


@pytest.mark.parametrize("field", ["name", "username", "repository", "notes"])
@pytest.mark.parametrize("action", ["add", "edit", "try"])
def test_no_action_stores_a_token_whoever_calls_it(field: str, action: str) -> None:
    credential = scenes.stored()
    seat, draft = scenes.seat(), scenes.draft(**{field: SAMPLES[0]})
    events = AuditEvent.objects.count()
    actions: dict[str, Callable[[], object]] = {
        "add": lambda: add_credential(seat, draft),
        "edit": lambda: edit_credential(seat, credential, draft),
        "try": lambda: start_trial(seat, draft),
    }
    with pytest.raises(TokenInPlainField) as refused:
        actions[action]()
    assert (refused.value.field, refused.value.words) == (field, TOKEN_HERE)
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    "sample", [sample for sample in SAMPLES if len(sample) <= 64 and "{" not in sample]
)
def test_a_token_is_no_part_of_an_address(sample: str) -> None:
    with pytest.raises(forms.ValidationError, match="looks like a token"):
        AccountAdapter().clean_email(f"{sample}@example.org")


def test_swapped_user_name_and_token_are_stored_nowhere(client: Client) -> None:
    place = cast.workspace()
    client.force_login(cast.alice())
    sent: dict[str, Any] = {
        "name": "deploy",
        "provider": "gitlab",
        "username": SAMPLES[0],
        "secret": "ci-robot-2026",
        "server": "registry.example.org",
        "need": "pull",
        "act": "add",
    }
    answer = client.post(credentials_url(place, "add"), sent)
    assert TOKEN_HERE in answer.content.decode()
    assert SAMPLES[0] not in answer.content.decode()
    assert not Credential.objects.exists()
    assert not OutgoingMail.objects.exists()
    client.post(credentials_url(place, "add"), sent | {"username": "ci", "secret": SAMPLES[0]})
    assert Credential.objects.get().username == "ci"
