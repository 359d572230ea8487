"""What each kind of bad input is told, at its field, without the password coming back."""

import re
from typing import Any

import pytest
from django.test import Client

from credentials_app.forms import CredentialForm, ServerRuleForm
from credentials_app.forms.replacement import ReplaceForm
from credentials_app.models import Credential, ServerRule
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "deploy",
    "provider": "generic",
    "username": "ci-robot",
    "secret": scenes.PASSWORD,
    "server": "registry.example.org",
    "need": "pull",
}
DOUBLE = "made-up-password-1" * 2

BAD: dict[str, tuple[str, dict[str, str], str]] = {
    "no name": ("name", {"name": ""}, "Give it a name"),
    "a name with a space": ("name", {"name": "my deploy"}, "There is a space in the name"),
    "a name with a slash": ("name", {"name": "a/b"}, "letters, digits, hyphens"),
    "a name with a line break": ("name", {"name": "a\nb"}, "There is a space in the name"),
    "a name of 101 letters": ("name", {"name": "a" * 101}, "at most 100"),
    "an unknown provider": ("provider", {"provider": "nobody"}, "from the list"),
    "no user name": ("username", {"username": ""}, "Type the user name"),
    "a colon in the user name": ("username", {"username": "a:b"}, "no colon"),
    "a line break in the user name": ("username", {"username": "a\nb"}, "invisible character"),
    "a NUL in the user name": ("username", {"username": "a\0b"}, "invisible character"),
    "501 signs of user name": ("username", {"username": "a" * 501}, "at most 500"),
    "no password": ("secret", {"secret": ""}, "Paste the password"),
    "only spaces as password": ("secret", {"secret": "   "}, "Paste the password"),
    "a password of 1 MB": ("secret", {"secret": "x" * 1_000_000}, "64 KiB"),
    "a line break in the password": ("secret", {"secret": "made-up\npassword"}, "line break"),
    "a password pasted twice": ("secret", {"secret": DOUBLE}, "pasted twice"),
    "a whole header": ("secret", {"secret": "Bearer made-up-token-1"}, "whole header"),
    "a NUL in the password": ("secret", {"secret": "made-up\0password"}, "invisible"),
    "no server": ("server", {"server": ""}, "Type the registry"),
    "a server with a user": ("server", {"server": "https://bob@registry.example.org"}, "user name"),
    "a server with a path": ("server", {"server": "registry.example.org/team/app"}, "“/team/app”"),
    "a server with a space": ("server", {"server": "registry example.org"}, "space"),
    "a server with a query": ("server", {"server": "registry.example.org?a=b"}, "question mark"),
    "a server over http": ("server", {"server": "http://registry.example.org"}, "unencrypted"),
    "a server over ftp": ("server", {"server": "ftp://registry.example.org"}, "https://"),
    "a port that is none": ("server", {"server": "registry.example.org:99999"}, "port"),
    "no need": ("need", {"need": ""}, "Choose what it is needed for"),
    "an unknown need": ("need", {"need": "everything"}, ""),
    "a repository with a tag": ("repository", {"repository": "team/app:latest"}, "tag"),
    "a repository with a scheme": ("repository", {"repository": "https://a/b"}, "server out"),
    "a date that is none": ("expires_on", {"expires_on": "soon"}, "year-month-day"),
    "a year that was mistyped": ("expires_on", {"expires_on": "0203-01-01"}, "year"),
    "an owner who is nobody": ("owner", {"owner": "made-up"}, "not in the workspace"),
    "a day before its month": ("expires_on", {"expires_on": "03/04/2027"}, "year-month-day"),
    "too many notes": ("notes", {"notes": "x" * 4001}, "4,000"),
}


@pytest.mark.parametrize("act", ["add", "check"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_at_its_field(seat: Seat, visitor: Client, case: str, act: str) -> None:
    field, values, sentence = BAD[case]
    answer = visitor.post(credentials_url(seat.workspace, "add"), {**GOOD, **values, "act": act})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert sentence in str(form.errors[field])
    page = answer.content.decode()
    assert f'id="id_{field}_error"' in page
    assert not values.get("secret", "").strip() or values["secret"] not in page
    assert scenes.PASSWORD not in page
    assert not Credential.objects.exists()


@pytest.mark.parametrize("case", ["a name with a space", "a password pasted twice"])
def test_everything_but_the_password_survives_an_error(
    seat: Seat, visitor: Client, case: str
) -> None:
    kept = {"username": "kept-robot", "repository": "team/app", "notes": "kept notes"}
    values = {**GOOD, **kept, "need": "push", "expires_on": "2027-03-31", **BAD[case][1]}
    page = visitor.post(credentials_url(seat.workspace, "add"), values).content.decode()
    for text in (*kept.values(), 'value="2027-03-31"', 'value="registry.example.org"'):
        assert text in page
    assert re.search(r'<input type="radio"[^>]*value="push"[^>]*checked', page)
    assert scenes.PASSWORD not in page
    assert "except the password" in page


def test_a_request_larger_than_any_form_is_refused_without_a_trace(
    seat: Seat, visitor: Client
) -> None:
    values = {**GOOD, "secret": "made-up-" * 400_000}
    answer = visitor.post(
        credentials_url(seat.workspace, "add"),
        values,
        content_type="application/x-www-form-urlencoded",
    )
    assert 400 <= answer.status_code < 500
    assert b"made-up" not in answer.content


def form_of(seat: Seat, **values: Any) -> CredentialForm:
    return CredentialForm(seat, {**GOOD, **values})


def test_a_good_form_is_a_draft(seat: Seat) -> None:
    form = form_of(seat, need="push", repository="Team/App", owner=str(seat.user.pk))
    assert form.is_valid(), form.errors
    draft = form.draft()
    assert draft.server == Origin("https", "registry.example.org", 443)
    assert (draft.push, draft.repository, draft.owner) == (True, "team/app", seat.user)
    assert draft.secret == scenes.draft().secret


@pytest.mark.parametrize("name", ["Deploy", "DEPLOY", "deploy"])
def test_a_name_is_taken_without_regard_to_case(seat: Seat, name: str) -> None:
    scenes.stored("deploy", by=seat)
    form = form_of(seat, name=name)
    assert not form.is_valid()
    assert "already has a credential" in str(form.errors["name"])


def test_a_name_of_another_workspace_is_free(seat: Seat) -> None:
    scenes.stored("deploy", by=cast.seat(cast.workspace("other")))
    assert form_of(seat).is_valid()


def test_http_is_taken_where_a_rule_allows_it(seat: Seat) -> None:
    origin = "http://registry.example.org:5000"
    ServerRule.objects.create(
        workspace=seat.workspace,
        origin=origin,
        allow_http=True,
        changed_at=seat.workspace.created_at,
    )
    form = form_of(seat, server=origin)
    assert form.is_valid(), form.errors


def test_outsiders_cannot_own(seat: Seat) -> None:
    form = form_of(seat, owner=str(cast.mallory().pk))
    assert not form.is_valid()
    assert list(form.errors) == ["owner"]


def test_the_fields_speak_as_the_provider_does(seat: Seat) -> None:
    form = form_of(seat, provider="gitlab")
    assert form["secret"].label == "Token"
    assert "deploy token" in str(form["secret"].help_text)
    assert form["server"].field.widget.attrs["placeholder"] == "registry.gitlab.com"


RULES: dict[str, tuple[dict[str, str], str]] = {
    "nothing allowed": ({"server": "registry.example.org"}, "ca_pem"),
    "https and http at once": (
        {"server": "https://registry.example.org", "allow_http": "on"},
        "server",
    ),
    "http without saying so": ({"server": "http://registry.example.org"}, "allow_http"),
    "certificates for http": (
        {"server": "registry.example.org", "allow_http": "on", "ca_pem": "-----BEGIN"},
        "ca_pem",
    ),
    "a server that is none": ({"server": "a b", "allow_http": "on"}, "server"),
}


@pytest.mark.parametrize("case", RULES)
def test_a_rule_that_makes_no_sense_is_told(case: str) -> None:
    values, field = RULES[case]
    form = ServerRuleForm(values)
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_a_server_without_scheme_is_an_http_one_when_http_is_allowed() -> None:
    form = ServerRuleForm({"server": "10.1.2.3:5000", "allow_http": "on"})
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["server"]) == "http://10.1.2.3:5000"


DOUBTFUL = {
    "twice": (DOUBLE, "pasted twice"),
    "a variable": ("$$REGISTRY_PASSWORD", "name of a variable"),
    "a config file": ('{"auths": {"registry.example.org": {"auth": "bWFkZTp1cA=="}}}', "config"),
    "quotation marks": ("“made-up-password-1”", "quotation marks"),
    "a token that is too long": ("ghp_" + "MADEUP" * 7, "40 signs"),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_a_doubtful_password_is_told_and_used_if_a_person_says_so(seat: Seat, case: str) -> None:
    secret, words = DOUBTFUL[case]
    sent = {**GOOD, "secret": secret}
    refused = CredentialForm(seat, sent)
    assert not refused.is_valid()
    assert words in str(refused.errors["secret"])
    used = CredentialForm(seat, {**sent, "use_anyway": "1"})
    assert used.is_valid(), used.errors
    assert used.draft().secret == Secret(secret)


@pytest.mark.parametrize("secret", ["made-up\npassword", "Bearer made-up-token-1", "a\0b", "   "])
def test_what_can_be_no_password_is_refused_whatever_a_person_says(seat: Seat, secret: str) -> None:
    form = CredentialForm(seat, {**GOOD, "secret": secret, "use_anyway": "1"})
    assert not form.is_valid()
    assert form.errors["secret"]


AUTH = "cm9ib3QkdGVhbStyZWFkZXI6bWFkZS11cC1wYXNzd29yZC0x"


def test_an_auth_field_is_split_into_user_name_and_password(seat: Seat) -> None:
    sent = {**GOOD, "username": "", "secret": AUTH}
    refused = CredentialForm(seat, sent)
    assert "auth field" in str(refused.errors["secret"])
    form = CredentialForm(seat, {**sent, "split": "1"})
    assert form.is_valid(), form.errors
    assert form.draft().username == "robot$team+reader"
    assert form.draft().secret == Secret("made-up-password-1")


def test_the_page_offers_to_split_and_to_use_it_anyway_only_where_that_helps(
    seat: Seat, visitor: Client
) -> None:
    address = credentials_url(seat.workspace, "add")
    offers = {}
    for name, secret in {"auth": AUTH, "twice": DOUBLE, "lines": "made-up\npassword"}.items():
        page = visitor.post(address, {**GOOD, "secret": secret, "act": "add"}).content.decode()
        assert secret not in page
        offers[name] = ('name="split"' in page, 'name="use_anyway"' in page)
    assert offers == {"auth": (True, True), "twice": (False, True), "lines": (False, False)}


@pytest.mark.parametrize("anyway", [False, True])
def test_a_replacement_takes_a_doubtful_password_too(seat: Seat, anyway: bool) -> None:
    row = scenes.stored("deploy", by=seat)
    form = ReplaceForm(row, {"secret": DOUBLE, **({"use_anyway": "1"} if anyway else {})})
    assert form.is_valid() is anyway
    if anyway:
        assert form.new_secret().secret == Secret(DOUBLE)
