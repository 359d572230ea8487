"""What the database refuses, whoever asks it, past all of our own code."""

import uuid
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from tests import cast
from workspaces import audit
from workspaces.models import AuditEvent, OrganizationMember, Participant, User, Workspace

pytestmark = pytest.mark.django_db


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        deed()
    return str(refusal.value)


def test_an_audit_event_is_never_changed() -> None:
    event = audit.record("test:event:add")
    words = refused(lambda: AuditEvent.objects.filter(pk=event.pk).update(action="test:event:lie"))
    assert "only ever added" in words


def test_an_audit_event_is_never_deleted() -> None:
    event = audit.record("test:event:add")
    assert "only ever added" in refused(event.delete)


def test_audit_events_are_never_truncated() -> None:
    if connection.vendor == "sqlite":
        assert "only ever added" in refused(_delete_all)  # SQLite has no TRUNCATE
    else:
        assert "only ever added" in refused(_truncate)


def _delete_all() -> None:
    audit.record("test:event:add")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM workspaces_auditevent")


def _truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE workspaces_auditevent")


@pytest.mark.parametrize("key", ["seq", "id"])
def test_an_audit_event_is_never_replaced(key: str) -> None:
    event = audit.record("test:event:add")
    assert "only ever added" in refused(lambda: _replace(event, key, action="'test:event:lie'"))
    event.refresh_from_db()
    assert event.action == "test:event:add"


@pytest.mark.parametrize("key", ["seq", "id"])
def test_without_its_trigger_an_audit_event_would_be_replaced(key: str) -> None:
    event = audit.record("test:event:add")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER workspaces_auditevent_no_replace")
        else:
            cursor.execute("DROP TRIGGER audit_refuses_row ON workspaces_auditevent")
    _replace(event, key, action="'test:event:lie'")
    assert AuditEvent.objects.filter(id=event.id).get().action == "test:event:lie"


def test_no_audit_event_has_a_number_that_stops_the_others() -> None:
    event = audit.record("test:event:add")
    if connection.vendor == "sqlite":
        words = refused(lambda: _replace(event, "none", seq="-1", id=f"'{uuid4().hex}'"))
        assert "only ever added" in words
    audit.record("test:event:add")
    assert AuditEvent.objects.filter(seq__gte=event.seq).count() == 2


def _replace(row: Model, key: str, **values: str) -> None:
    """Insert a copy of the row with other values, in place of the row with the same ``key``."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields]
    if key == "id" and "seq" in columns and connection.vendor == "sqlite":
        values = {"seq": "999999", **values}
    selected = ", ".join(values.get(column, f'"{column}"') for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    primary = row._meta.pk.column
    from_row = f'SELECT {selected} FROM {table} WHERE "{primary}" = %s'
    updates = ", ".join(f"{column} = {value}" for column, value in values.items())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            id_ = row.pk.hex if hasattr(row.pk, "hex") else row.pk
            cursor.execute(f"INSERT OR REPLACE INTO {table} ({listed}) {from_row}", [id_])
        else:
            conflict = f"ON CONFLICT ({key}) DO UPDATE SET {updates}"
            cursor.execute(f"INSERT INTO {table} ({listed}) {from_row} {conflict}", [row.pk])


@pytest.mark.parametrize("number", ["id", "999999"], ids=["the same row", "another row"])
def test_the_last_owner_is_not_replaced_by_another_role(number: str) -> None:
    place = cast.workspace()
    rows: list[Model] = [
        place.participants.get(),
        OrganizationMember.objects.get(organization=place.organization),
    ]
    for row in rows:
        lower = "'admin'" if isinstance(row, Participant) else "'member'"
        values = {"role": lower} | ({} if number == "id" else {"id": number})
        refused(lambda row=row, values=values: _replace(row, "id", **values))  # type: ignore[misc]


def test_a_workspace_is_not_replaced_by_one_of_another_organization() -> None:
    place = cast.workspace()
    other = cast.organization("other", owner=cast.bob())
    refused(lambda: _replace(place, "id", organization_id=f"'{other.pk.hex}'"))
    place.refresh_from_db()
    assert place.organization != other


def test_a_living_workspace_is_not_replaced_by_another_of_its_address() -> None:
    place = cast.workspace()
    refused(lambda: _replace(place, "id", id=f"'{uuid.UUID(int=7).hex}'"))
    assert Workspace.objects.get(slug="web") == place


def test_the_last_owner_of_a_workspace_is_not_deleted() -> None:
    place = cast.workspace()
    assert "last owner" in refused(place.participants.all().delete)


def test_the_last_owner_of_a_workspace_is_not_demoted() -> None:
    place = cast.workspace()
    assert "last owner" in refused(lambda: place.participants.update(role="admin"))


def test_two_owners_are_not_deleted_at_once() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), "owner")
    assert "last owner" in refused(place.participants.filter(role="owner").delete)
    assert place.participants.filter(role="owner").count() == 2


def test_one_of_two_owners_may_go() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), "owner")
    place.participants.filter(user=cast.alice()).delete()
    assert place.participants.get().user == cast.bob()


def test_the_last_owner_of_an_organization_stays() -> None:
    home = cast.organization()
    rows = OrganizationMember.objects.filter(organization=home)
    assert "last owner" in refused(rows.delete)
    assert "last owner" in refused(lambda: rows.update(role="member"))


def test_a_personal_workspace_has_no_participants() -> None:
    place = cast.personal()
    words = refused(
        lambda: Participant.objects.create(workspace=place, user=cast.bob(), role="viewer")
    )
    assert "shared with nobody" in words


def test_a_participant_is_not_moved_into_a_personal_workspace() -> None:
    row = cast.workspace().participants.get()
    place = cast.personal()
    assert refused(lambda: Participant.objects.filter(pk=row.pk).update(workspace=place))


def test_a_person_has_one_personal_workspace() -> None:
    person = cast.alice()
    refused(lambda: Workspace.objects.create(owner=person, name="Another one"))


def test_a_workspace_belongs_to_an_organization_or_a_person_and_not_both() -> None:
    home, person = cast.organization(), cast.bob()
    person.personal_workspace.name = "stays"
    refused(lambda: Workspace.objects.create(name="Nobody's", slug="nobodys"))
    refused(
        lambda: Workspace.objects.create(organization=home, owner=person, name="Both", slug="both")
    )


def test_a_workspace_stays_where_it_was_made() -> None:
    place = cast.workspace()
    other = cast.organization("other", owner=cast.bob())
    words = refused(lambda: Workspace.objects.filter(pk=place.pk).update(organization=other))
    assert "stays where it was made" in words


def test_an_unknown_role_is_refused() -> None:
    place = cast.workspace()
    refused(lambda: Participant.objects.create(workspace=place, user=cast.bob(), role="king"))


@pytest.mark.django_db(transaction=True)
def test_a_flush_between_tests_leaves_the_rules_in_place() -> None:
    from django.core.management import call_command

    audit.record("test:event:add")
    call_command("flush", interactive=False, verbosity=0)
    assert not AuditEvent.objects.exists()
    test_an_audit_event_is_never_deleted()


@pytest.mark.parametrize("lost", [{"is_staff": False}, {"is_active": False}])
def test_the_last_administrator_stays(lost: dict[str, bool]) -> None:
    ada, other = cast.administrator(), cast.person("b@example.org", administrator=True)
    User.objects.filter(pk=other.pk).update(**lost)
    words = refused(lambda: User.objects.filter(pk=ada.pk).update(**lost))
    assert "the last administrator stays" in words
    User.objects.filter(pk=ada.pk).update(name="Another name")


def test_all_administrators_at_once_do_not_go_either() -> None:
    cast.administrator()
    cast.person("b@example.org", administrator=True)
    assert "stays" in refused(lambda: User.objects.update(is_staff=False))
