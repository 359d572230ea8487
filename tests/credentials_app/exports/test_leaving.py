"""The deed that makes a file: rights, the audit before the secret, the limits, the mail."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import Error

from common.models import OutgoingMail
from credentials_app import secrets
from credentials_app.exports.files import FileFormat, SecretPlace
from credentials_app.exports.leaving import (
    CannotBeRight,
    NothingToExport,
    TooManyExports,
    allow_members,
    export_file,
    may_export,
)
from credentials_app.models import Credential, Fetch
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces.mailing import sent
from workspaces import audit_heads
from workspaces.models import AuditEvent, Organization, Workspace
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def several(seat: Seat, count: int) -> list[Credential]:
    return [scenes.stored(f"c{each}", by=seat, repository=f"team/x{each}") for each in range(count)]


def export(seat: Seat, *rows: Credential, kind: FileFormat = FileFormat.PODMAN, **more: Any) -> str:
    made = export_file(seat, [row.pk for row in rows], kind, place=SecretPlace(), **more)
    return made.body.reveal()


def actions() -> list[str]:
    """What the log has of exports, and of secrets opened for them."""
    events = AuditEvent.objects.order_by("seq")
    return [
        event.action
        for event in events
        if event.details.get("reason") == "export" or event.action.startswith("credentials:exp")
    ]


def test_the_file_has_the_secret_and_the_log_its_opening_and_the_export(seat: Seat) -> None:
    row = scenes.stored(by=seat)
    auths = json.loads(export(seat, row))["auths"]
    assert list(auths) == ["registry.example.org"]
    assert actions() == ["credentials:secret:open", "credentials:export:make"]
    event = AuditEvent.objects.get(action="credentials:export:make")
    assert event.details == {
        "purpose": "podman",
        "count": 1,
        "names": ["deploy"],
        "ids": [str(row.pk)],
    }


def test_all_openings_are_committed_before_the_first_secret_opens(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, seen = several(seat, 3), []
    real = secrets.open_sealed

    def noted(*args: Any) -> str:
        seen.append(AuditEvent.objects.filter(action="credentials:secret:open").count())
        return real(*args)

    monkeypatch.setattr(secrets, "open_sealed", noted)
    export(seat, *rows)
    assert seen == [3, 3, 3]


def test_without_the_log_nothing_opens(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    row = scenes.stored(by=seat)

    def fails(*_args: Any) -> None:
        raise Error("made up")

    monkeypatch.setattr(audit_heads, "append", fails)
    monkeypatch.setattr(secrets, "open_sealed", lambda *_args: pytest.fail("it was opened"))
    with pytest.raises(Error):
        export(seat, row)
    assert Fetch.objects.count() == 0


def test_each_export_is_counted_as_a_fetch(seat: Seat) -> None:
    row = scenes.stored(by=seat)
    export(seat, row)
    export(seat, row)
    [found] = Fetch.objects.all()
    assert (found.count, found.secret_version, found.label) == (2, 1, seat.user.email)
    row.refresh_from_db()
    assert row.fetched_at == found.first_at


@pytest.mark.parametrize(
    ("role", "always", "where_allowed"),
    [
        ("viewer", False, False),
        ("user", False, True),
        ("maintainer", False, True),
        ("admin", True, True),
        ("owner", True, True),
    ],
)
def test_who_may_export(seat: Seat, role: str, always: bool, where_allowed: bool) -> None:
    row = scenes.stored(by=seat)
    other = cast.seat(seat.workspace, cast.someone(seat.workspace, role))
    assert may_export(other) is always
    if not always:
        with pytest.raises(NotAllowed):
            export(other, row)
        assert actions() == []
    allow_members(seat, allowed=True)
    assert may_export(other) is where_allowed
    allow_members(seat, allowed=False)
    assert may_export(other) is always
    changes = AuditEvent.objects.filter(action="credentials:export:allow").order_by("seq")
    assert [each.details["new"] for each in changes] == ["yes", "no"]


def test_an_hour_has_thirty_exports_of_a_person(seat: Seat) -> None:
    row = scenes.stored(by=seat)
    for _time in range(30):
        export(seat, row)
    before = actions()
    with pytest.raises(TooManyExports):
        export(seat, row)
    assert actions() == before, "the log has no opening of what was refused"
    admin = cast.seat(seat.workspace, cast.someone(seat.workspace, "admin"))
    assert export(admin, row)


def test_a_refused_file_opens_nothing_and_costs_nothing(seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.REVOKED)
    with pytest.raises(CannotBeRight, match="It was revoked"):
        export(seat, row)
    assert actions() == []
    assert Fetch.objects.count() == 0


def test_at_most_fifty_of_this_workspace(seat: Seat) -> None:
    foreign = scenes.stored("foreign", by=cast.seat(cast.workspace("other")))
    with pytest.raises(NothingToExport):
        export(seat, foreign)
    with pytest.raises(NothingToExport):
        export(seat)
    with pytest.raises(NothingToExport):
        export(seat, *several(seat, 51))
    assert actions() == []


@pytest.mark.parametrize(("count", "told"), [(5, []), (6, ["owner@example.org"])])
def test_more_than_five_are_told_to_the_other_owners(
    seat: Seat, count: int, told: list[str]
) -> None:
    for role in ("owner", "admin", "viewer"):
        cast.someone(seat.workspace, role)
    rows = several(seat, count)
    OutgoingMail.objects.all().delete()
    export(seat, *rows)
    assert [mail.to for mail in OutgoingMail.objects.all()] == told


def test_the_mail_says_who_exported_how_many_when_and_which(seat: Seat) -> None:
    cast.someone(seat.workspace, "owner")
    name = "<b>Acme</b> call +49 170 1234567 https://evil.example.org " + "x" * 40
    Organization.objects.filter(pk=seat.workspace.organization_id).update(name=name)
    place = Workspace.objects.get(pk=seat.workspace.pk)
    rows = several(seat, 6)
    OutgoingMail.objects.all().delete()
    export(cast.seat(place, seat.user), *rows)
    [mail] = sent()
    at = Fetch.objects.latest("last_at").last_at
    names = "c0, c1, c2, c3, c4, c5"
    markup = str(mail.alternatives[0][0])
    for text in (str(mail.body), markup):
        assert names in text
        assert f"{at:%H:%M}" in text
        assert seat.user.email in text
        assert "evil.example.org" not in text
        assert "1234567" not in text
    assert "<b>Acme" not in markup
    assert mail.subject.startswith("6 credentials of “")
    assert len(mail.subject) < 80


def test_a_swapped_secret_is_refused_with_a_sentence(seat: Seat) -> None:
    row, other = scenes.stored(by=seat), scenes.stored("other", by=seat)
    Credential.objects.filter(pk=row.pk).update(sealed=other.sealed)
    with pytest.raises(Refusal, match="cannot be opened here"):
        export(seat, row)
    Credential.objects.filter(pk=other.pk).update(username="somebody-else")
    with pytest.raises(Refusal, match="cannot be opened here"):
        export(seat, other)
