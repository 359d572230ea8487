"""Every Celery task writes exactly its audit events, each with something to do; most write none."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from common.clock import database_now
from common.models import OutgoingMail
from config.celery import app
from credentials_app.checks import check
from credentials_app.models import AuditMail, Credential, ReportSubscription, StatusChange, Trial
from credentials_app.services import account_deletion, deletion, place_deletion, replacement
from credentials_app.services.replacement import NewSecret
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.api.calls import token_for
from tests.credentials_app import scenes
from tests.credentials_app.audit_reports.test_mailing import chosen, of_web
from tests.credentials_app.scenes import registry_says
from tests.credentials_app.services.test_leavers import bob_works, remove
from tests.workspaces.matrix import recorded
from workspaces import audit
from workspaces.mails import compose, trial_mail
from workspaces.models import ApiToken, BrowserSession, RefusedSignIn, User, Workspace
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db(transaction=True)

OURS = ("common.", "config.", "credentials_app.", "workspaces.")
OPEN, STATUS = "credentials:secret:open", "credentials:status:change"
REPLACED = "credentials:credential:replace"
PURGED = "credentials:credential:purge"
Arguments = tuple[object, ...]


def a_due_row() -> Arguments:
    return (str(scenes.stored().pk),)


def due_rows() -> Arguments:
    rows = [scenes.due("one"), scenes.due("two", by=cast.seat(cast.workspace("ops")))]
    return ([str(row.pk) for row in rows],)


def only_a_due_row() -> Arguments:
    scenes.due("one")
    return ()


def replacement_to_try() -> Arguments:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    new = NewSecret(Secret("made-up-password-2"))
    return (str(replacement.try_replacement(scenes.seat(), row, new).pk),)


def replacement_that_works() -> Arguments:
    (key,) = replacement_to_try()
    with registry_says(Outcome.VALID):
        check.check_one(Trial, str(key))
    return (key,)


def a_change() -> Arguments:
    scenes.checked(scenes.stored(), Outcome.VALID)
    scenes.checked(Credential.objects.get(), Outcome.EXPIRED)
    return (str(StatusChange.objects.order_by("-at")[0].pk),)


def a_change_to_find() -> Arguments:
    a_change()
    StatusChange.objects.update(told_at=None)
    return ()


def a_person() -> Arguments:
    a_change()
    return (str(cast.alice().pk),)


def an_end_tomorrow() -> Arguments:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    at = database_now() + timedelta(days=1)
    Credential.objects.filter(pk=row.pk).update(expires_at=at, expires_on=at.date())
    return ()


def somebody_left() -> Arguments:
    remove(bob_works(), cast.bob())
    return ()


def a_subscription() -> ReportSubscription:
    scenes.checked(scenes.stored(), Outcome.EXPIRED)
    return ReportSubscription.objects.create(
        person=cast.alice(),
        workspace=cast.workspace(),
        frequency="weekly",
        next_at=database_now() - timedelta(minutes=1),
    )


def a_due_report() -> Arguments:
    return (a_subscription().pk,)


def reports_to_find() -> Arguments:
    a_subscription()
    return ()


def a_due_mail_of_the_audit() -> Arguments:
    scenes.checked(scenes.stored(), Outcome.EXPIRED)
    mail = chosen(of_web())
    AuditMail.objects.update(next_at=database_now() - timedelta(minutes=1))
    return (str(mail.pk),)


def a_token_that_ends() -> Arguments:
    token_for(cast.alice(), cast.workspace())
    ApiToken.objects.update(expires_at=database_now() + timedelta(days=3))
    return ()


def an_outage() -> Arguments:
    for name in ("one", "two", "three"):
        scenes.checked(scenes.stored(name), Outcome.UNREACHABLE)
    return ()


def things_whose_days_are_over() -> Arguments:
    """A credential of the bin, a workspace with one, and an account with its workspace."""
    deletion.delete_credential(scenes.seat(), scenes.stored())
    ops = cast.seat(cast.workspace("ops"))
    scenes.stored("two", by=ops)
    place_deletion.delete_workspace(ops)
    account_deletion.delete_account(cast.bob(), heirs={}, keeper=Keeper(None, cast.CALLER))
    over = database_now() - deletion.KEPT_FOR - timedelta(minutes=1)
    for rows in (Credential.every, Workspace.every, User.objects):
        rows.filter(deleted_at__isnull=False).update(deleted_at=over)
    return ()


def old_runs() -> Arguments:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row.runs.update(started_at=database_now() - timedelta(days=400))
    return ()


def a_mail() -> OutgoingMail:
    return compose.post(to="bob@example.org", words=trial_mail.words_for(), dedupe_key="one")


def a_mail_to_send() -> Arguments:
    return (str(a_mail().pk),)


def mails_to_find() -> Arguments:
    a_mail()
    return ()


def old_mails() -> Arguments:
    a_mail()
    OutgoingMail.objects.update(created_at=database_now() - timedelta(days=400))
    return ()


def sign_ins_that_ended() -> Arguments:
    browser: Client = cast.client_for(cast.bob())
    browser.session.delete()
    assert BrowserSession.objects.exists()
    return ()


def old_refusals() -> Arguments:
    at = database_now() - timedelta(days=400)
    RefusedSignIn.objects.create(network="192.0.2.1", hour=at, last_at=at)
    return ()


def nothing() -> Arguments:
    cast.bob()
    return ()


# By the task: what stands before it, and the events that it writes.
TASKS: dict[str, tuple[Callable[[], Arguments], list[str]]] = {
    "credentials_app.tasks.check_credential": (a_due_row, [OPEN, STATUS]),
    "credentials_app.tasks.check_trial": (replacement_to_try, [OPEN, OPEN, OPEN, REPLACED, STATUS]),
    "credentials_app.tasks.check_batch": (due_rows, [OPEN, OPEN, STATUS, STATUS]),
    "credentials_app.tasks.sweep_due_checks": (only_a_due_row, []),
    "credentials_app.tasks.finish_replacement": (
        replacement_that_works, [OPEN, OPEN, REPLACED, STATUS],
    ),
    "credentials_app.tasks.announce_change": (a_change, []),
    "credentials_app.tasks.sweep_unannounced": (a_change_to_find, []),
    "credentials_app.tasks.mail_notices": (a_person, []),
    "credentials_app.tasks.send_due_notices": (a_change_to_find, []),
    "credentials_app.tasks.send_due_reminders": (an_end_tomorrow, []),
    "credentials_app.tasks.list_leavers": (somebody_left, []),
    "credentials_app.tasks.send_report": (a_due_report, []),
    "credentials_app.tasks.send_due_reports": (reports_to_find, []),
    "credentials_app.tasks.mail_audit": (a_due_mail_of_the_audit, []),
    "credentials_app.tasks.remind_of_tokens": (a_token_that_ends, []),
    "credentials_app.tasks.note_outages": (an_outage, []),
    "credentials_app.tasks.follow_the_instance": (only_a_due_row, []),
    "credentials_app.tasks.prune": (
        things_whose_days_are_over,
        [PURGED, PURGED, "workspaces:workspace:purge", "workspaces:workspace:purge",
         "accounts:account:purge"],
    ),
    "credentials_app.tasks.prune_history": (old_runs, []),
    "workspaces.tasks.deliver_mail": (a_mail_to_send, []),
    "workspaces.tasks.sweep_outbox": (mails_to_find, []),
    "workspaces.tasks.forget_old_mails": (old_mails, []),
    "workspaces.tasks.anchor_the_audit_log": (nothing, []),
    "config.tasks.forget_old_sessions": (sign_ins_that_ended, []),
    "config.tasks.make_daily_copy": (nothing, []),
    "config.tasks.forget_refused_sign_ins": (old_refusals, []),
    "config.tasks.forget_mail_files": (nothing, []),
}  # fmt: skip


@pytest.fixture(autouse=True)
def every_task() -> None:
    app.loader.import_default_modules()


def test_no_task_is_missing_here() -> None:
    assert {name for name in app.tasks if name.startswith(OURS)} == TASKS.keys()


@pytest.mark.parametrize("name", TASKS)
def test_a_task_writes_exactly_its_events(
    name: str, settings: LazySettings, tmp_path: Path
) -> None:
    settings.LOCKKEEPER_AUDIT_ANCHORS = str(tmp_path / "anchors")
    before, expected = TASKS[name]
    arguments = before()
    with registry_says(Outcome.VALID):
        with recorded() as events:
            app.tasks[name](*arguments)
        assert sorted(events) == sorted(expected)
        with recorded() as events:
            app.tasks[name](*arguments)
        assert events == [], "the second time there is nothing to do"


def test_another_event_of_a_task_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "credentials_app.tasks.prune_history"
    expected = TASKS[name][1]

    def prunes(_now: object) -> None:
        audit.record("test:thing:make")

    monkeypatch.setattr("credentials_app.checks.retention.prune_runs", prunes)
    with recorded() as events:
        app.tasks[name]()
    assert events != expected
