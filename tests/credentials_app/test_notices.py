"""Who hears of a change, what they read, and that they hear of it once."""

import json
from typing import Any

import pytest
from django.urls import NoReverseMatch

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import mails, notices, services, tasks
from credentials_app.models import Credential, StatusChange
from registry.messages import Message
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import verdict
from workspaces import tasks as mail_tasks
from workspaces.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)


def owned_by(person: User | None, name: str = "deploy") -> Credential:
    return scenes.stored(name, owner=person)


def colleague() -> User:
    return cast.participant(cast.workspace(), cast.bob(), "user")


def told() -> list[str]:
    tasks_due = StatusChange.objects.filter(told_at=None).exclude(tell="").order_by("at")
    for change in tasks_due:
        tasks.announce_change(change.pk)
    return list(OutgoingMail.objects.order_by("created_at").values_list("to", flat=True))


def body(mail: OutgoingMail) -> tuple[str, str]:
    text, html, *_ = json.loads(open_sealed(mail, "body"))
    return text, html


def test_the_owner_hears_when_it_turns_bad_and_when_it_is_good_again() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.VALID)
    assert told() == []
    row = scenes.checked(row, Outcome.EXPIRED)
    assert told() == ["bob@example.org"]
    scenes.checked(row, Outcome.VALID)
    assert told() == ["bob@example.org"] * 2
    subjects = list(OutgoingMail.objects.order_by("created_at").values_list("subject", flat=True))
    assert subjects == ["deploy: expired (Acme / Web)", "deploy works again (Acme / Web)"]


def test_a_change_is_told_once_however_often_it_is_rung_for() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    change = row.changes.get()
    for _ in range(3):
        tasks.announce_change(change.pk)
    StatusChange.objects.update(told_at=None)
    tasks.announce_change(change.pk)
    assert OutgoingMail.objects.count() == 1


def test_an_outage_is_told_to_nobody() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.VALID)
    for _ in range(4):
        scenes.checked(row, Outcome.UNREACHABLE)
    assert told() == []


def test_without_an_owner_the_owners_of_the_workspace_hear() -> None:
    scenes.checked(owned_by(None), Outcome.REJECTED)
    assert told() == ["alice@example.org"]


@pytest.mark.parametrize("gone", ["left", "deactivated"])
def test_an_owner_who_is_gone_hears_nothing(gone: str) -> None:
    row = owned_by(colleague())
    if gone == "left":
        cast.workspace().participants.filter(user=cast.bob()).delete()
        cast.organization().members.filter(user=cast.bob()).delete()
    else:
        User.objects.filter(pk=cast.bob().pk).update(is_active=False)
    scenes.checked(row, Outcome.REJECTED)
    assert told() == ["alice@example.org"]


def test_every_owner_of_the_workspace_hears_once() -> None:
    place = cast.workspace()
    cast.participant(place, cast.person("olga@example.org"), "owner")
    cast.participant(place, cast.person("adam@example.org"), "admin")
    scenes.checked(owned_by(None), Outcome.REJECTED)
    assert sorted(told()) == ["alice@example.org", "olga@example.org"]


def test_in_a_personal_workspace_its_person_hears() -> None:
    row = scenes.stored(by=cast.seat(cast.personal()))
    assert notices.who_hears(row) == [cast.alice()]


def test_the_mail_says_cause_and_next_step_and_no_secret() -> None:
    needs = verdict(
        Outcome.MISSING_SCOPE,
        message=Message.of("cause_missing_scope", missing="write_registry"),
        advice=(Message.of("do_new_scopes", scopes="read_registry and write_registry"),),
    )
    scenes.checked(owned_by(colleague()), needs)
    told()
    mail = OutgoingMail.objects.get()
    for part in body(mail):
        assert "it lacks write_registry" in part
        assert "read_registry and write_registry" in part
        assert "registry.example.org" in part
        assert "/o/acme/web/credentials/" in part
        assert scenes.PASSWORD not in part


def test_names_are_text_in_the_mail_and_never_markup() -> None:
    person = cast.person("eve@example.org", name="<b>Eve</b>")
    cast.participant(cast.workspace(), person, "user")
    scenes.checked(scenes.stored(owner=person, username="<script>x</script>"), Outcome.REJECTED)
    told()
    text, html = body(OutgoingMail.objects.get())
    assert "<script>x</script>" in text
    assert "<script>" not in html


def test_a_mail_that_cannot_be_written_leaves_the_change_untold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)

    def broken(*_: Any, **__: Any) -> str:
        raise NoReverseMatch

    monkeypatch.setattr(mails, "url_for", broken)
    with pytest.raises(NoReverseMatch):
        tasks.announce_change(row.changes.get().pk)
    assert row.changes.get().told_at is None
    assert not OutgoingMail.objects.exists()


def test_the_sweep_finds_changes_whose_ring_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    services.replace_secret(scenes.seat(), row, Secret("made-up-password-2"))
    rung: list[str] = []
    monkeypatch.setattr(tasks.announce_change, "delay", rung.append)
    tasks.sweep_unannounced()
    assert rung == [str(row.changes.get(new="refused").pk)]


def test_good_news_follows_even_when_the_secret_was_replaced() -> None:
    row = scenes.checked(owned_by(colleague()), Outcome.REJECTED)
    row = services.replace_secret(scenes.seat(), row, Secret("made-up-password-2"))
    scenes.checked(row, Outcome.VALID)
    assert len(told()) == 2
    assert OutgoingMail.objects.filter(subject__startswith="deploy works again").count() == 1
