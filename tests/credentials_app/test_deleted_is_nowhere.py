"""A deleted credential is on no page but those of the bin and the audit log; no task sees it."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from common.clock import database_now
from common.models import OutgoingMail
from credentials_app import tasks
from credentials_app.models import Credential, Notice
from credentials_app.presentation.snapshots import Snapshots
from credentials_app.services import deletion
from credentials_app.services.credentials import edit_credential
from registry.evidence import Evidence
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from tests import cast
from tests.credentials_app import scenes
from tests.rules.code import sources
from tests.workspaces import world as worlds
from tests.workspaces.routes import Route, own, path_of, routes
from workspaces.rights.seat import Seat

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
MARK = "vanished"
ITS_PLACES = {"bin", "restore", "delete_for_good", "audit_log", "my_audit_log"}
ITS_ADMIN = ("admin:workspaces_auditevent", "admin:common_outgoingmail")
# Modules that may ask for deleted rows: the bin, and hot queries whose keys are of living ones.
ASK_FOR_EVERY_ROW = {
    "credentials_app/access_report/secret_history.py",
    "credentials_app/checks/retention.py",
    "credentials_app/checks/use_rows.py",
    "credentials_app/overview/queries.py",
    "credentials_app/overview/scope.py",
    "credentials_app/presentation/list_filters.py",
    "credentials_app/selectors.py",
    "credentials_app/services/account_deletion.py",
    "credentials_app/services/deletion.py",
    "credentials_app/services/leavers.py",
    "credentials_app/services/moving.py",
    "credentials_app/services/place_deletion.py",
    "workspaces/access_history/reading.py",
    "workspaces/deleted_places.py",
    "workspaces/members/handover.py",
    "workspaces/members/organization_members.py",
    "workspaces/places.py",
    "workspaces/sample_places.py",
}
EVERY_TASK: tuple[Callable[[], object], ...] = (
    tasks.sweep_due_checks,
    tasks.sweep_unannounced,
    tasks.list_leavers,
    tasks.send_due_notices,
    tasks.send_due_reminders,
    tasks.send_due_reports,
    tasks.note_outages,
    tasks.follow_the_instance,
    tasks.prune,
    tasks.prune_history,
)


def telling(seat: Seat) -> Credential:
    """A credential that every kind of page has a reason to show: bad, ended, tagged, replaced."""
    row = scenes.stored(f"{MARK}-name", by=seat, username=f"{MARK}-user", tags=(f"{MARK}-tag",))
    scenes.checked(row, Outcome.VALID)
    new = scenes.draft(
        name=row.name, username=row.username, secret=Secret("made-up-password-2"), notes=MARK
    )
    row = edit_credential(seat, row, new)
    return scenes.checked(row, Outcome.REJECTED)


def shown_on(visitor: Client, found: list[Route], world: worlds.World, actor: str) -> set[str]:
    """The names of the routes whose page has the mark."""
    cache.clear()
    Snapshots.forget_all()
    pages = set()
    for route in found:
        path = path_of(route, own(route, world, actor))
        answer = visitor.get(path, {"q": MARK} if route.name == "credentials:list" else {})
        body = answer.getvalue().decode(errors="replace") if answer.status_code == 200 else ""
        if f"{MARK}-" in body:
            pages.add(route.name)
    return pages


def test_it_is_on_no_page() -> None:
    world = worlds.build()
    seat = cast.seat(world.here.place, world.people["owner"])
    row = telling(seat)
    with_pages = [each for each in routes() if "logout" not in each.name]
    before = {
        actor: shown_on(cast.client_for(world.people[actor]), with_pages, world, actor)
        for actor in ("owner", "administrator")
    }
    assert {"credentials:list", "credentials:overview", "credentials:report"} <= before["owner"]
    assert "admin:credentials_app_credential_changelist" in before["administrator"]
    assert "admin:credentials_app_checkrun_changelist" in before["administrator"]
    assert "admin:credentials_app_statuschange_changelist" in before["administrator"]
    deletion.delete_credential(seat, row)
    for actor in before:
        after = shown_on(cast.client_for(world.people[actor]), with_pages, world, actor)
        stays = {name for name in after if not name.startswith(ITS_ADMIN)}
        assert {name.partition(":")[2] for name in stays} <= ITS_PLACES, actor


def test_its_own_addresses_answer_as_for_one_that_never_was() -> None:
    world = worlds.build()
    seat = cast.seat(world.here.place, world.people["owner"])
    row = telling(seat)
    deletion.delete_credential(seat, row)
    visitor = cast.client_for(world.people["owner"])
    asked = 0
    for route in routes():
        if route.name.startswith("credentials:") and "pk" in route.parameters:
            values = {**own(route, world, "owner"), "pk": str(row.pk)}
            if route.name.partition(":")[2] in ITS_PLACES:
                continue
            answers = {visitor.get(path_of(route, values)).status_code}
            answers.add(visitor.post(path_of(route, values), {"name": row.name}).status_code)
            assert answers <= {404, 405}, route.name
            asked += 1
    assert asked > 15
    assert Credential.every.get(pk=row.pk).deleted_at is not None


def test_no_task_checks_it_or_mails_of_it() -> None:
    seat = scenes.seat()
    row = telling(seat)
    deletion.delete_credential(seat, row)
    mails = OutgoingMail.objects.count()
    Credential.every.filter(pk=row.pk).update(next_check_at=row.created_at, asked_at=row.created_at)
    with scenes.registry_says(Outcome.VALID) as asked:
        for task in EVERY_TASK:
            task()
        tasks.check_credential(row.pk)
        tasks.check_batch([row.pk])
    assert asked.logins == []
    assert OutgoingMail.objects.count() == mails
    assert not Notice.objects.filter(credential=row, mailed_at=None).exists()
    stays = Credential.every.get(pk=row.pk)
    assert stays.last_checked_at == row.last_checked_at


def test_a_check_that_runs_while_it_is_deleted_is_not_recorded() -> None:
    seat = scenes.seat()
    row = scenes.stored(by=seat)

    def deleted_meanwhile(*_: object) -> tuple[Evidence, Verdict]:
        deletion.delete_credential(seat, row)
        return scenes.evidence(), scenes.verdict()

    with scenes.registry_says(deleted_meanwhile):
        tasks.check_credential(row.pk)
    stays = Credential.every.get(pk=row.pk)
    assert (stays.last_checked_at, stays.lease_id) == (None, None)
    assert stays.deleted_at is not None
    assert stays.deleted_at <= database_now()


def test_only_these_modules_ask_for_deleted_rows() -> None:
    asking = {
        each.path
        for each in sources("credentials_app", "workspaces", "api")
        if ".every." in each.text
    }
    assert asking == ASK_FOR_EVERY_ROW
