"""The chain of the audit log: every kind of tampering is named."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from tests import cast
from tests.flush import LIFTED
from workspaces import audit, audit_chain, audit_heads
from workspaces.audit_chain import Flaw
from workspaces.models import AuditEvent, AuditHead, Workspace

pytestmark = pytest.mark.django_db

TABLE, HEADS = "workspaces_auditevent", "workspaces_audithead"


@contextmanager
def without_rules() -> Iterator[None]:
    """Somebody who may change the tables has switched their triggers off."""
    if connection.vendor == "sqlite":
        with LIFTED["sqlite"]():
            yield
        return
    with connection.cursor() as cursor:
        for table in (TABLE, HEADS):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for table in (TABLE, HEADS):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def written(place: Workspace, count: int = 6) -> list[AuditEvent]:
    """All events of a new chain: of its workspace that was made, and so many more."""
    seat, other = cast.seat(place), cast.seat(cast.workspace("other"))
    for number in range(count):
        audit.record(f"test:thing:number-{number}", seat=seat, target_label=f"thing {number}")
        audit.record(f"test:thing:other-{number}", seat=other)
    return list(AuditEvent.objects.filter(workspace_id=place.pk).order_by("seq"))


def findings(anchors: dict[str, audit_chain.Anchors] | None = None) -> list[Flaw]:
    return audit_heads.verify_log(anchors or {})[1]


def change(event: AuditEvent, **values: object) -> None:
    AuditEvent.objects.filter(pk=event.pk).update(**values)


def delete(*events: AuditEvent) -> None:
    AuditEvent.objects.filter(pk__in=[event.pk for event in events]).delete()


def exchange(first: AuditEvent, second: AuditEvent, *names: str) -> None:
    one, two = ({name: getattr(e, name) for name in names} for e in (first, second))
    if "id" in names:
        change(first, id=UUID(int=1))
    change(second, **one)
    change(first, **two)


def copied(event: AuditEvent, **values: object) -> AuditEvent:
    names = [field.name for field in AuditEvent._meta.concrete_fields if field.name != "seq"]
    row = AuditEvent(**{name: getattr(event, name) for name in names} | {"id": UUID(int=7)})
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def relinked(event: AuditEvent, **values: object) -> None:
    """Change an event, and compute its hash again."""
    change(event, **values)
    event.refresh_from_db()
    columns = {name: getattr(event, name) for name in audit_heads.COLUMNS}
    change(event, hash=audit_chain.link(audit_heads.exported(columns)))
    event.refresh_from_db()


def swap_in_the_log(events: list[AuditEvent]) -> None:
    change(events[1], seq=10**9)
    number = events[1].seq
    AuditEvent.objects.filter(pk=events[2].pk).update(seq=number)
    AuditEvent.objects.filter(pk=10**9).update(seq=events[2].seq)


INSERTED = -7
PLACE = ("number", "prev", "hash")
CONTENT = ("id", "at", "action", "target_label", "request_id")
Tampering = Callable[[list[AuditEvent]], object]
EACH_KIND: dict[str, tuple[Tampering, str, int]] = {
    "a field changed": (lambda e: change(e[2], action="test:thing:lie"), "changed", 2),
    "a label changed": (lambda e: change(e[0], actor_label="Bob"), "changed", 0),
    "its time changed": (lambda e: change(e[3], at=e[2].at), "changed", 3),
    "its details changed": (lambda e: change(e[3], details={"count": 7}), "changed", 3),
    "the last one changed": (lambda e: change(e[-1], outcome="denied"), "changed", -1),
    "its number changed": (lambda e: change(e[2], number=77), "changed", 2),
    "changed, with a new hash": (lambda e: relinked(e[2], action="test:lie"), "changed", 2),
    "taken out of the chain": (lambda e: change(e[2], number=None), "inserted", 2),
    "a row inserted at the end": (lambda e: copied(e[-1]), "inserted", INSERTED),
    "a row inserted outside": (lambda e: copied(e[1], number=None), "inserted", INSERTED),
    "two swapped in the log": (swap_in_the_log, "swapped", 1),
    "two swapped by content": (lambda e: exchange(e[1], e[3], *CONTENT), "swapped", 1),
    "two swapped by place": (
        lambda e: exchange(e[1], e[3], "number", "prev", "hash"),
        "swapped",
        1,
    ),
    "moved to another workspace": (
        lambda e: change(e[2], workspace_id=Workspace.objects.get(slug="other").pk),
        "moved",
        2,
    ),
    "moved to the instance": (lambda e: change(e[2], workspace_id=None), "moved", 2),
}


@pytest.mark.parametrize("kind", EACH_KIND)
def test_tampering_is_named_with_its_event(kind: str) -> None:
    place = cast.workspace()
    events = written(place)
    assert findings() == []
    tamper, expected, which = EACH_KIND[kind]
    named = UUID(int=7) if which == INSERTED else events[which].id
    with without_rules():
        tamper(events)
    found = findings()
    assert (expected, str(named)) in {(each.kind, each.event) for each in found}, found
    assert {each.chain for each in found} == {str(place.pk)}
    with pytest.raises(CommandError, match="NOT whole"):
        call_command("audit_verify", stdout=StringIO())


GONE: dict[str, tuple[Tampering, str, str]] = {
    "a row deleted": (lambda e: delete(e[2]), "missing", "Event {2} is missing."),
    "two rows deleted": (lambda e: delete(e[2], e[3]), "missing", "Events {2} to {3} are missing."),
    "the first one deleted": (lambda e: delete(e[0]), "missing", "Event {0} is missing."),
    "the tail cut": (lambda e: delete(*e[-2:]), "cut", "Events {5} to {6} are missing"),
    "all deleted": (lambda e: delete(*e), "cut", "Events {0} to {6} are missing"),
    "the head raised": (lambda e: rewrite_head(e, number=e[-1].number + 1), "cut", "the head is"),
    "the head lowered": (lambda e: rewrite_head(e, number=e[-2].number), "head", "Event {6}"),
    "the head's hash changed": (lambda e: rewrite_head(e, hash="0" * 64), "head", "Event {6}"),
    "the head deleted": (lambda e: heads(e).delete(), "head", "Event {6}"),
    "a removal pretended": (
        lambda e: (rewrite_head(e, removed=e[1].number, removed_hash=e[1].hash), delete(*e[:2])),
        "missing",
        "No event says that those through {1} were removed.",
    ),
}


@pytest.mark.parametrize("kind", GONE)
def test_what_is_gone_and_a_forged_head_are_named(kind: str) -> None:
    events = written(cast.workspace())
    first = events[0].number or 0
    tamper, expected, words = GONE[kind]
    words = re.sub(r"{(\d)}", lambda found: str(first + int(found[1])), words)
    with without_rules():
        tamper(events)
    found = findings()
    assert [each for each in found if each.kind == expected and words in each.words], found


def test_a_cut_with_a_fitting_head_is_found_by_an_anchor() -> None:
    events = written(cast.workspace())
    anchors = audit_chain.read_anchors(audit_heads.anchor_lines())
    assert findings(anchors) == []
    with without_rules():
        delete(events[-1])
        rewrite_head(events, number=events[-2].number, hash=events[-2].hash)
    assert findings() == [], "the database alone cannot show it"
    assert [each.kind for each in findings(anchors)] == ["cut"]


def test_a_chain_that_was_computed_again_is_found_by_an_anchor() -> None:
    events = written(cast.workspace())
    anchors = audit_chain.read_anchors(audit_heads.anchor_lines())
    with without_rules():
        relinked(events[-1], action="test:thing:lie")
        rewrite_head(events, hash=events[-1].hash)
    assert findings() == []
    assert [each.event for each in findings(anchors)] == [str(events[-1].id)]


def test_a_chain_that_is_gone_with_its_head_is_found_by_an_anchor() -> None:
    events = written(cast.workspace())
    anchors = audit_chain.read_anchors(audit_heads.anchor_lines())
    with without_rules():
        delete(*events)
        heads(events).delete()
    assert [each.kind for each in findings(anchors)] == ["cut"]


def test_each_workspace_and_the_instance_have_a_chain_of_their_own() -> None:
    place = cast.workspace()
    audit.record("test:thing:make", seat=cast.seat(place))
    audit.record("test:thing:make", actor=cast.bob())
    last = {head.chain: head for head in AuditHead.objects.all()}
    assert {place.pk, audit_heads.OF_THE_INSTANCE} <= {*last}
    for event in AuditEvent.objects.order_by("seq"):
        head = last[event.workspace_id or audit_heads.OF_THE_INSTANCE]
        if event.number == head.number:
            assert event.hash == head.hash
    assert findings() == []


def test_events_that_are_collected_are_stored_at_the_end_in_their_order() -> None:
    place = cast.workspace()
    before = AuditEvent.objects.count()
    with audit.together():
        audit.record("test:thing:one", seat=cast.seat(place))
        audit.record("test:thing:two", actor="checker")
        with audit.together():
            audit.record("test:thing:three", seat=cast.seat(place))
        assert AuditEvent.objects.count() == before
    stored = AuditEvent.objects.filter(workspace_id=place.pk).order_by("-seq")
    assert [event.action for event in stored[:2]] == ["test:thing:three", "test:thing:one"]
    assert findings() == []


def test_of_a_block_that_fails_nothing_is_stored() -> None:
    before = AuditEvent.objects.count()
    with suppress(ZeroDivisionError), audit.together():
        audit.record("test:thing:one")
        raise ZeroDivisionError
    audit.record("test:thing:two")
    assert AuditEvent.objects.count() == before + 1


def test_an_inner_block_that_fails_takes_only_its_own_events_along() -> None:
    before = AuditEvent.objects.count()
    with audit.together():
        audit.record("test:thing:one")
        with suppress(ZeroDivisionError), audit.together():
            audit.record("test:thing:two")
            raise ZeroDivisionError
        audit.record("test:thing:three")
    stored = AuditEvent.objects.order_by("-seq")[: AuditEvent.objects.count() - before]
    assert [event.action for event in stored] == ["test:thing:three", "test:thing:one"]


@pytest.mark.parametrize(
    "deed",
    [
        lambda head: AuditHead.objects.filter(pk=head.pk).update(number=head.number - 1),
        lambda head: AuditHead.objects.filter(pk=head.pk).update(hash="0" * 64),
        lambda head: head.delete(),
    ],
    ids=["set back", "another hash", "deleted"],
)
def test_a_head_only_grows(deed: Callable[[AuditHead], object]) -> None:
    written(cast.workspace())
    head = AuditHead.objects.filter(number__gt=3).first()
    assert head is not None
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        deed(head)


@pytest.mark.django_db(transaction=True)
def test_writers_of_two_chains_at_once_leave_both_whole() -> None:
    places = [cast.workspace(), cast.workspace("other")]

    def write(turn: int) -> None:
        try:
            for number in range(15):
                with transaction.atomic(), audit.together():
                    for place in places if (turn + number) % 2 else reversed(places):
                        audit.record("test:thing:make", workspace=place)
                    audit.record("test:thing:make")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert findings() == []
    assert AuditEvent.objects.filter(action="test:thing:make").count() == 4 * 15 * 3


def heads(events: list[AuditEvent]) -> QuerySet[AuditHead]:
    return AuditHead.objects.filter(pk=events[0].workspace_id)


def rewrite_head(events: list[AuditEvent], **values: object) -> None:
    heads(events).update(**values)
