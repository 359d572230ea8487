"""The lines of a page: folded by hour, cut into pages, narrowed by filters."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from workspaces import audit
from workspaces.audit import Caller
from workspaces.audit_log import lines
from workspaces.audit_log.filters import Filter
from workspaces.audit_log.lines import LogLine, page_of_lines
from workspaces.models import AuditEvent, Workspace

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)


def at(moment: datetime) -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    patch.setattr(audit, "database_now", lambda: moment)
    return patch


def opened(place: Workspace, moment: datetime, *names: str) -> None:
    details = {"reason": "check", "count": len(names), "ids": [*names], "names": [*names]}
    patch = at(moment)
    audit.record("credentials:secret:open", actor="checker", workspace=place, details=details)
    patch.undo()


def done(place: Workspace, moment: datetime, action: str = "test:thing:make", **more: str) -> None:
    patch = at(moment)
    audit.record(action, seat=cast.seat(place), **more)  # type: ignore[arg-type]
    patch.undo()


def shown(place: Workspace, **asked: str) -> list[LogLine]:
    events = AuditEvent.objects.filter(workspace_id=place.pk)
    return page_of_lines(Filter.of(asked).apply(events), before=None).lines


def test_what_the_checker_opens_in_an_hour_is_one_line_with_the_names() -> None:
    place = cast.workspace()
    opened(place, NOON, "deploy", "ci-push")
    done(place, NOON + timedelta(minutes=10))
    opened(place, NOON + timedelta(minutes=59), "deploy")
    opened(place, NOON + timedelta(minutes=60), "deploy")
    [later, hour, deed, *_] = shown(place)
    assert "opened 1 secret to" in later.sentence[0].text
    assert "opened 3 secrets to" in hour.sentence[0].text
    assert "12:00 – 12:59" in hour.sentence[0].text
    assert hour.names == ["ci-push", "deploy"]
    assert deed.code == "test:thing:make"


def test_what_people_did_is_without_the_checker() -> None:
    place = cast.workspace()
    opened(place, NOON, "deploy")
    done(place, NOON)
    codes = [line.code for line in shown(place, what="deeds")]
    assert codes == ["test:thing:make", "workspaces:workspace:make"]


def test_openings_without_names_are_counted() -> None:
    place = cast.workspace()
    details = {"reason": "check", "count": 2, "ids": ["a", "b"]}
    audit.record("credentials:secret:open", actor="checker", workspace=place, details=details)
    assert shown(place)[0].told == ["without a name: 2"]


def test_what_a_person_opens_is_a_line_of_its_own() -> None:
    place = cast.workspace()
    for _ in range(2):
        audit.record("credentials:secret:open", seat=cast.seat(place), details={"reason": "try"})
    assert [line.code for line in shown(place)[:2]] == ["credentials:secret:open"] * 2


def fetched(
    place: Workspace,
    moment: datetime,
    token: str,
    address: str = "192.0.2.1",
    outcome: str = "done",
) -> None:
    patch, alice = at(moment), cast.alice()
    caller = Caller("api", address, "", token)
    details = {"reason": "fetch"}
    audit.record(
        "credentials:secret:open",
        actor=alice,
        workspace=place,
        target=place,
        caller=caller,
        details=details,
        outcome=outcome,
    )
    patch.undo()


def test_what_was_denied_is_not_in_the_line_of_what_was_fetched() -> None:
    place = cast.workspace()
    fetched(place, NOON, "lkk_one")
    fetched(place, NOON + timedelta(minutes=1), "lkk_one", outcome="denied")
    fetched(place, NOON + timedelta(minutes=2), "lkk_one")
    assert len([line for line in shown(place) if "secret" in line.code]) == 2


def test_what_a_token_fetches_in_an_hour_is_one_line_that_names_it() -> None:
    place = cast.workspace()
    fetched(place, NOON, "lkk_one")
    done(place, NOON + timedelta(minutes=1))
    fetched(place, NOON + timedelta(minutes=2), "lkk_one", "192.0.2.2")
    fetched(place, NOON + timedelta(minutes=3), "lkk_two")
    fetched(place, NOON + timedelta(minutes=59), "lkk_one")
    fetched(place, NOON + timedelta(minutes=60), "lkk_one")
    found = [(line.told, line.where) for line in shown(place) if "secret" in line.code]
    assert found == [
        (["token: lkk_one"], "from 192.0.2.1"),
        (["token: lkk_one", "3 times, 12:00 – 12:59"], "from 2 addresses"),
        (["token: lkk_two"], "from 192.0.2.1"),
    ]


def test_pages_show_every_event_once_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "PAGE_SIZE", 4)
    place = cast.workspace()
    for number in range(13):
        done(place, NOON + timedelta(minutes=number), f"test:thing:n{number:02}")
    events, before, seen = AuditEvent.objects.filter(workspace_id=place.pk), None, []
    for _ in range(9):
        page = page_of_lines(events, before=before)
        seen += [line.code for line in page.lines]
        before = page.older
        if before is None:
            break
    wanted = [f"test:thing:n{number:02}" for number in reversed(range(13))]
    assert seen == [*wanted, "workspaces:workspace:make"]


def test_a_page_reads_no_more_events_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "SCANNED", 5)
    place = cast.workspace()
    for number in range(7):
        opened(place, NOON, f"c{number}")
    events = AuditEvent.objects.filter(workspace_id=place.pk)
    page = page_of_lines(events, before=None)
    assert len(page.lines) == 1
    assert len(page.lines[0].names) == 5
    rest = page_of_lines(events, before=page.older)
    assert rest.lines[0].names == ["c0", "c1"]
    assert rest.older is None


@pytest.mark.parametrize("count", [3, 60])
def test_a_page_is_one_query(count: int) -> None:
    place = cast.workspace()
    for number in range(count):
        opened(place, NOON + timedelta(hours=number), "deploy")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown(place)
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"q": "ci-push"}, {"a"}),
        ({"q": "alice ci-push"}, {"a"}),
        ({"q": "nobody"}, set()),
        ({"who": "alice@"}, {"a", "b", "c"}),
        ({"who": "bob"}, set()),
        ({"which": "deploy"}, {"b"}),
        ({"what": "credentials"}, {"a", "b"}),
        ({"what": "people"}, {"c"}),
        ({"what": "deeds"}, {"a", "b", "c"}),
        ({"what": "credentials:credential:edit"}, {"b"}),
        ({"outcome": "denied"}, {"c"}),
        ({"since": "2026-05-04"}, {"b", "c"}),
        ({"until": "2026-05-04"}, {"a", "b"}),
        ({"since": "2026-05-04", "until": "2026-05-04"}, {"b"}),
        ({"what": "credentials", "since": "2026-05-04", "q": "alice"}, {"b"}),
        ({"q": "%"}, set()),
        ({"q": "a\0b"}, set()),
    ],
)
def test_a_filter_finds_what_belongs_and_nothing_else(
    asked: dict[str, str], found: set[str]
) -> None:
    place = cast.workspace()
    day = timedelta(days=1)
    done(
        place,
        NOON,
        "credentials:credential:pause",
        target_label="ci-push",
    )
    done(place, NOON + day, "credentials:credential:edit", target_label="deploy")
    done(place, NOON + 2 * day, "workspaces:participant:leave", outcome="denied")
    letters = {"pause": "a", "edit": "b", "leave": "c"}
    events = AuditEvent.objects.filter(workspace_id=place.pk)
    events = Filter.of(asked).apply(events.exclude(action="workspaces:workspace:make"))
    assert {letters[event.action.split(":")[2]] for event in events} == found


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"since": "3 May"}, "From: “3 May” is no day"),
        ({"until": "2026-13-01"}, "Until: “2026-13-01” is no day"),
        ({"until": "9999-12-31"}, "Until: “9999-12-31” is no day"),
        ({"outcome": "perhaps"}, "Outcome: choose one of the list."),
        ({"what": "everything"}, "What: choose one of the list."),
    ],
)
def test_what_cannot_be_read_is_named_and_asks_for_everything(
    asked: dict[str, str], words: str
) -> None:
    read = Filter.of(asked)
    assert words in read.errors[0]
    assert not read.is_on
