"""Who hears of a change, what they read, and that they hear of it once."""

import json
from typing import Any

import pytest
from django.urls import NoReverseMatch

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import notices, tasks
from credentials_app.models import (
    Audience,
    Credential,
    Delivery,
    Notice,
    NoticePreference,
    StatusChange,
)
from credentials_app.notices import content
from credentials_app.services import replacement
from credentials_app.services.replacement import NewSecret
from registry.outcome import Outcome
from registry.secret import Secret
from registry.words.message import Message
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON, verdict
from workspaces import tasks as mail_tasks
from workspaces.models import User

pytestmark = pytest.mark.django_db
ALICE, BOB = "alice@example.org", "bob@example.org"


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)


def owned_by(person: User | None, name: str = "deploy") -> Credential:
    return scenes.stored(name, owner=person)


def colleague() -> User:
    return cast.participant(cast.workspace(), cast.bob(), "user")


def chose(
    person: User, pace: Delivery = Delivery.AT_ONCE, reach: Audience = Audience.BY_ROLE
) -> None:
    NoticePreference.objects.update_or_create(
        person=person,
        workspace=cast.workspace(),
        defaults={"pace": pace, "reach": reach, "changed_at": NOON},
    )


def told() -> list[str]:
    tasks_due = StatusChange.objects.filter(told_at=None).exclude(tell="").order_by("at")
    for change in tasks_due:
        tasks.announce_change(change.pk)
    return [mail.to for mail in mails()]


def mails(to: str = "") -> list[OutgoingMail]:
    found = OutgoingMail.objects.order_by("created_at", "to")
    return list(found.filter(to=to) if to else found)


def body(mail: OutgoingMail) -> tuple[str, str]:
    text, html, _headers = json.loads(open_sealed(mail, "body"))
    return text, html


def test_who_owns_it_hears_when_it_turns_bad_and_when_it_is_good_again() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.VALID)
    assert told() == []
    row = scenes.checked(row, Outcome.EXPIRED)
    assert told() == [ALICE, BOB]
    scenes.checked(row, Outcome.VALID)
    assert told() == [ALICE, BOB] * 2
    subjects = [mail.subject for mail in mails(BOB)]
    assert subjects == ["deploy: expired (Acme / Web)", "deploy works again (Acme / Web)"]


def test_a_change_is_told_once_however_often_it_is_rung_for() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    change = row.changes.get()
    for _ in range(3):
        tasks.announce_change(change.pk)
    StatusChange.objects.update(told_at=None)
    tasks.announce_change(change.pk)
    assert told() == [ALICE, BOB]


def test_an_outage_is_no_change() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.VALID)
    for _ in range(4):
        scenes.checked(row, Outcome.UNREACHABLE)
    assert told() == []


# Who hears of a credential that Bob owns, by what each of them is there and has chosen.
HEARERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "owners and admins, and who owns it": ({}, ["adam", "alice", "bob", "olga"]),
    "an admin who chose their own": (
        {"adam": Audience.OWN},
        ["alice", "bob", "olga"],
    ),
    "a viewer who chose all": (
        {"vera": Audience.ALL},
        ["adam", "alice", "bob", "olga", "vera"],
    ),
    "who wants only what ends": (
        {"alice": Delivery.EXPIRY},
        ["adam", "bob", "olga"],
    ),
    "who wants nothing, although it is theirs": (
        {"bob": Delivery.NOTHING},
        ["adam", "alice", "olga"],
    ),
}


@pytest.mark.parametrize("case", HEARERS)
def test_who_hears(case: str) -> None:
    choices, expected = HEARERS[case]
    place = cast.workspace()
    for name, role in [
        ("olga", "owner"),
        ("adam", "admin"),
        ("mia", "maintainer"),
        ("vera", "viewer"),
    ]:
        cast.participant(place, cast.person(f"{name}@example.org"), role)
    row = owned_by(colleague())
    for name, choice in choices.items():
        person = cast.person(f"{name}@example.org")
        chose(person, **{"pace" if isinstance(choice, Delivery) else "reach": choice})
    scenes.checked(row, Outcome.REJECTED)
    assert told() == [f"{name}@example.org" for name in expected]


@pytest.mark.parametrize("gone", ["nobody", "left", "deactivated"])
def test_what_has_no_owner_who_is_there_is_the_workspace_owners_own(gone: str) -> None:
    row = owned_by(None if gone == "nobody" else colleague())
    cast.participant(cast.workspace(), cast.person("adam@example.org"), "admin")
    chose(cast.alice(), reach=Audience.OWN)
    chose(cast.person("adam@example.org"), reach=Audience.OWN)
    if gone == "left":
        cast.workspace().participants.filter(user=cast.bob()).delete()
        cast.organization().members.filter(user=cast.bob()).delete()
    if gone == "deactivated":
        User.objects.filter(pk=cast.bob().pk).update(is_active=False)
    scenes.checked(row, Outcome.REJECTED)
    assert told() == [ALICE]


def test_in_a_personal_workspace_its_person_hears() -> None:
    row = scenes.stored(by=cast.seat(cast.personal()))
    assert [reader.person for reader in notices.recipients_of(row)] == [cast.alice()]


def test_the_mail_says_cause_and_next_step_and_no_secret() -> None:
    needs = verdict(
        Outcome.MISSING_SCOPE,
        message=Message.of("cause_missing_scope", missing="write_registry"),
        advice=(Message.of("do_new_scopes", scopes="read_registry and write_registry"),),
    )
    scenes.checked(owned_by(colleague()), needs)
    told()
    for part in body(mails(BOB)[0]):
        assert "it lacks write_registry" in part
        assert "read_registry and write_registry" in part
        assert "registry.example.org" in part
        assert "/o/acme/web/credentials/" in part
        assert "http://localhost:8000/account/notices/" in part
        assert "http://localhost:8000/unsubscribe/" in part
        assert scenes.PASSWORD not in part


def test_the_mail_lets_a_mail_program_unsubscribe() -> None:
    scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    told()
    headers = json.loads(open_sealed(mails(BOB)[0], "body"))[2]
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    cast.client_for().post(path, {"List-Unsubscribe": "One-Click"})
    assert NoticePreference.objects.get(person=cast.bob()).pace == Delivery.NOTHING


def test_names_are_text_in_the_mail_and_never_markup() -> None:
    person = cast.person("eve@example.org", name="<b>Eve</b>")
    cast.participant(cast.workspace(), person, "user")
    scenes.checked(scenes.stored(owner=person, username="<script>x</script>"), Outcome.REJECTED)
    told()
    text, html = body(mails("eve@example.org")[0])
    assert "<script>x</script>" in text
    assert "<script>" not in html


def test_a_mail_that_cannot_be_written_leaves_the_news_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)

    def broken(*_: Any, **__: Any) -> str:
        raise NoReverseMatch

    with monkeypatch.context() as patched:
        patched.setattr(content, "credentials_url", broken)
        with pytest.raises(NoReverseMatch):
            tasks.announce_change(row.changes.get().pk)
    assert Notice.objects.filter(mailed_at=None).count() == 2
    assert not OutgoingMail.objects.exists()
    for person in notices.waiting_people(row.changes.get().told_at):
        notices.mail_due_notices(person, now=row.changes.get().told_at)
    assert [mail.to for mail in mails()] == [ALICE, BOB]


def test_the_sweep_finds_changes_whose_ring_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    replacement.replace_secret(scenes.seat(), row, NewSecret(Secret("made-up-password-2")))
    rung: list[str] = []
    monkeypatch.setattr(tasks.announce_change, "delay", rung.append)
    tasks.sweep_unannounced()
    assert rung == [str(row.changes.get(new="refused").pk)]


def test_good_news_follows_even_when_the_secret_was_replaced() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(Secret("made-up-password-2")))
    scenes.checked(row, Outcome.VALID)
    assert len(told()) == 4
    assert [mail.subject for mail in mails(BOB)][1].startswith("deploy works again")
