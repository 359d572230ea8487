"""`manage.py person`: the way back in when no administrator can sign in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from common.models import OutgoingMail
from tests import cast
from tests.workspaces.sign_in.apps import give_app
from workspaces.models import AuditEvent, OrganizationMember, User
from workspaces.sign_in import factors

pytestmark = pytest.mark.django_db


def person(*words: str) -> str:
    out = StringIO()
    call_command("person", *words, stdout=out)
    return out.getvalue()


def test_all_accounts_are_listed_with_what_they_are() -> None:
    cast.administrator()
    cast.auditor()
    cast.person("sus@example.org", active=False)
    cast.bob()
    assert person("list").splitlines() == [
        "ada@example.org  administrator",
        "audrey@example.org  auditor",
        "bob@example.org  no rights over the instance",
        "sus@example.org  suspended",
    ]


def test_a_locked_out_instance_gets_an_administrator() -> None:
    cast.bob()
    assert person("administrator", "BOB@example.org") == "bob@example.org  administrator\n"
    event = AuditEvent.objects.get(action="accounts:person:rights")
    assert (event.via, event.actor_label) == ("command", "system")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("auditor",), "auditor"),
        (("administrator", "auditor"), "administrator, auditor"),
        (("auditor", "administrator", "no-auditor"), "administrator"),
        (("suspend",), "suspended"),
        (("suspend", "bring-back"), "no rights over the instance"),
        (("end-sessions",), "no rights over the instance"),
    ],
)
def test_each_word_does_what_it_says(words: tuple[str, ...], line: str) -> None:
    cast.bob()
    printed = [person(word, "bob@example.org") for word in words]
    assert printed[-1] == f"bob@example.org  {line}\n"


def test_the_last_administrator_stays_and_the_reason_is_said() -> None:
    cast.administrator()
    for word in ("no-administrator", "suspend"):
        with pytest.raises(CommandError, match="last administrator"):
            person(word, "ada@example.org")


def test_an_only_owner_is_suspended_with_a_new_owner() -> None:
    cast.participant(cast.workspace(), cast.bob())
    with pytest.raises(CommandError, match="Acme"):
        person("suspend", "alice@example.org")
    person("suspend", "alice@example.org", "--owner", "bob@example.org")
    assert not User.objects.get(email="alice@example.org").is_active
    assert OrganizationMember.objects.get(user=cast.bob()).role == "owner"


@pytest.mark.parametrize("word", ["suspend", "delete"])
def test_organizations_without_a_common_member_get_an_owner_each(word: str) -> None:
    cast.participant(cast.workspace(), cast.bob())
    carol = cast.person("carol@example.org")
    cast.participant(cast.workspace(organization=cast.organization("globex")), carol)
    bobs = ("--owner", "bob@example.org")
    with pytest.raises(CommandError, match="only owner of Globex"):
        person(word, "alice@example.org", *bobs)
    person(word, "alice@example.org", *bobs, "--owner", "carol@example.org")
    owners = OrganizationMember.objects.filter(role="owner", user__is_active=True)
    assert set(owners.values_list("organization__slug", "user__email")) == {
        ("acme", "bob@example.org"),
        ("globex", "carol@example.org"),
    }


def test_lost_factors_are_reset_and_the_person_is_told() -> None:
    give_app(cast.bob())
    browser = cast.client_for(cast.bob())
    assert person("reset-factors", "bob@example.org") == (
        "bob@example.org  no rights over the instance\n"
    )
    assert factors.factors_of(cast.bob()) == factors.Factors(None, 0)
    assert browser.get("/account/").status_code == 302
    event = AuditEvent.objects.get(action="accounts:factor:reset")
    assert (event.via, event.actor_label, event.details) == ("command", "system", {"count": 1})
    mail = OutgoingMail.objects.order_by("created_at").last()
    assert mail
    assert (mail.to, mail.subject) == (
        "bob@example.org",
        "An administrator removed your second factors",
    )


def test_sessions_are_ended() -> None:
    browser = cast.client_for(cast.bob())
    assert browser.get("/account/").status_code == 200
    person("end-sessions", "bob@example.org")
    assert browser.get("/account/").status_code == 302


@pytest.mark.parametrize("words", [("suspend", "nobody@example.org"), ("auditor", "")])
def test_an_unknown_address_is_said(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="No account has the address"):
        person(*words)


def test_an_account_is_deleted_and_brought_back() -> None:
    cast.participant(cast.workspace(), cast.bob())
    with pytest.raises(CommandError, match="only owner of Acme"):
        person("delete", "alice@example.org")
    printed = person("delete", "alice@example.org", "--owner", "bob@example.org")
    assert printed == "alice@example.org  account deleted\n"
    assert person("bring-back", "alice@example.org") == (
        "alice@example.org  no rights over the instance\n"
    )
