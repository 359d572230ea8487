"""Actions on the product under test: of people, of passing time, and queries of its tables."""

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.crypto import get_random_string
from kombu.exceptions import ChannelError, OperationalError
from redis.exceptions import RedisError

from common import outbox
from common.clock import database_now
from common.models import OutgoingMail
from config.celery import app
from config.runtime.queue import EVERY_MINUTE, TIMETABLE
from credentials_app.checks.leases import LEASE
from credentials_app.models import (
    CheckerWatch,
    CheckRun,
    Credential,
    Delivery,
    NoticePreference,
    RegistryOrigin,
    SignInAttempt,
)
from credentials_app.pacing.sign_ins import ANSWERED_WITHIN
from credentials_app.schedule import instance_interval
from credentials_app.services import administration, credentials, server_rules
from credentials_app.services.draft import Draft
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.secret import Secret
from tests import cast
from workspaces import tasks as mail_tasks
from workspaces.mails import compose
from workspaces.models import User, Workspace
from workspaces.places import credentials_url
from workspaces.rights.roles import Role
from workspaces.rights.seat import Seat

MUCH = 20
AT_ONCE = 50
WITH_A_PASSWORD = {StepName.SIGN_IN, StepName.MADE_UP}
OWNED = "refused"
BUDGET = {"max_connections": 4, "rate_per_s": 100, "burst": 1000}


def fill(servers: list[str], logins: list[dict[str, str]]) -> int:
    """Store the logins, none of them due yet; allow http and a raised budget for each server."""
    workspace = cast.workspace()
    seat = cast.seat(workspace)
    with transaction.atomic():
        cast.participant(workspace, cast.bob(), "user")
        # Notices to one person are limited, so that each credential has its own owner.
        NoticePreference.objects.create(
            person=seat.user, workspace=workspace, pace=Delivery.NOTHING, changed_at=database_now()
        )
        for server in servers:
            _open_server(seat, server)
    for start in range(0, len(logins), AT_ONCE):
        _store(seat, logins[start : start + AT_ONCE])
    return Credential.objects.count()


def _open_server(seat: Seat, server: str) -> None:
    server_rules.set_rule(seat, Origin.parse(server), allow_http=True, ca_pem="")
    raised = RegistryOrigin(origin=server, **BUDGET)
    raised.full_clean()
    RegistryOrigin.objects.create(origin=server)
    raised = RegistryOrigin.objects.get(origin=server)
    for figure, value in BUDGET.items():
        setattr(raised, figure, value)
    administration.set_budget(cast.administrator(), cast.CALLER, raised, fields=BUDGET)


@transaction.atomic
def _store(seat: Seat, logins: list[dict[str, str]]) -> None:
    """Store a few logins in one transaction, because SQLite has one writer."""
    for login in logins:
        row = credentials.add_credential(seat, _draft(login, _owner(seat.workspace, login["name"])))
        # The good ones worked before: a new login whose process is killed counts as a failed one.
        worked = login["name"].startswith("good")
        Credential.objects.filter(pk=row.pk).update(
            next_check_at=None,
            asked_at=None,
            status=Status.VALID if worked else row.status,
            last_good_at=database_now() if worked else None,
        )


def _owner(workspace: Workspace, name: str) -> User:
    if not name.startswith(OWNED):
        return cast.bob()
    person = User(email=f"{name}@example.org", name=name)
    person.set_unusable_password()
    person.save()
    return cast.participant(workspace, person, "user")


def _draft(login: dict[str, str], owner: User) -> Draft:
    return Draft(
        name=login["name"],
        provider="generic",
        server=Origin.parse(login["server"]),
        username=login["name"],
        secret=Secret(login["password"]),
        owner=owner,
        notes=login["outcome"],
    )


def make_due(start: str = "", *, asked_every: int = 0) -> int:
    """Make credentials with this prefix due; each ``asked_every``-th as if a person had asked."""
    now = database_now()
    rows = Credential.objects.filter(name__startswith=start)
    due = rows.update(next_check_at=now, asked_at=None)
    if asked_every:
        asked = list(rows.order_by("name").values_list("pk", flat=True))[::asked_every]
        Credential.objects.filter(pk__in=asked).update(asked_at=now)
    return due


def enqueue(times: int = 2) -> bool:
    """Enqueue the tasks of each minute, like beat; False if many tasks still wait."""
    if _waiting() > MUCH:
        return False
    app.loader.import_default_modules()
    for entry in TIMETABLE.values():
        every = entry["schedule"]
        if isinstance(every, float) and every <= EVERY_MINUTE:
            for _ in range(times):
                app.tasks[entry["task"]].delay()
    return True


def _waiting() -> int:
    """The number of tasks in the queue; 0 while it cannot be reached."""
    away = (OperationalError, ChannelError, RedisError)  # an empty queue does not exist
    with suppress(*away), app.connection_for_read() as connection:
        queue = app.amqp.queues["celery"](connection.default_channel)
        return int(queue.queue_declare(passive=True).message_count)
    return 0


def end_claims_of_the_dead(died_at: str) -> int:
    """Expire the leases that were claimed before ``died_at``."""
    then = datetime.fromisoformat(died_at)
    leases = (
        (Credential.objects, "lease_until", LEASE),
        (RegistryOrigin.objects, "lease_until", LEASE),
        (RegistryOrigin.objects, "person_lease_until", LEASE),
        (OutgoingMail.objects.filter(sent_at=None), "lease_until", outbox.LEASE),
        (SignInAttempt.objects, "busy_until", ANSWERED_WITHIN),
    )
    over = [
        rows.filter(**{f"{column}__gt": then, f"{column}__lte": then + length}).update(
            **{column: then}
        )
        for rows, column, length in leases
    ]
    return sum(over)


def progress() -> dict[str, int]:
    """Counts of recorded, due and claimed checks, and of sent mails."""
    mails = OutgoingMail.objects.filter(to__startswith=f"{OWNED}-")
    return {
        "recorded": CheckRun.objects.count(),
        "due": Credential.objects.filter(next_check_at__lte=database_now()).count(),
        "claimed": Credential.objects.filter(lease_until__gt=database_now()).count(),
        "mailed": mails.filter(sent_at__isnull=False).count(),
    }


def found() -> dict[str, Any]:
    """Runs, outcomes, sign-ins, claims and mails, as the tables have them."""
    rows = Credential.objects.annotate(times=Count("runs"))
    outcomes = Counter(CheckRun.objects.values_list("credential__notes", "outcome"))
    trails = CheckRun.objects.values_list("evidence", flat=True)
    return {
        "runs": dict(rows.values_list("name", "times")),
        "outcomes": [[*pair, times] for pair, times in sorted(outcomes.items())],
        "sign_ins": sum(_is_sign_in(step) for each in trails for step in each["steps"]),
        "claims": Credential.objects.filter(lease_id__isnull=False).count(),
        "mails": [_mail(mail) for mail in OutgoingMail.objects.all()],
    }


def _is_sign_in(step: dict[str, Any]) -> bool:
    return step["name"] in WITH_A_PASSWORD and step["status"] is not None


def _mail(mail: OutgoingMail) -> dict[str, Any]:
    name = mail.to.partition("@")[0]  # the owner has the name of the credential
    return {
        "about": name if name.startswith(OWNED) else "",
        "to": mail.to,
        "message_id": mail.message_id,
        "sent": mail.sent_at is not None,
        "attempts": mail.attempts,
    }


def integrity() -> str:
    """SQLite's integrity check; always ok for a database server."""
    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return ", ".join(str(row[0]) for row in cursor.fetchall())


def post(to: str, minutes: int) -> None:
    """Add a mail that has waited for so many minutes."""
    at = database_now() - timedelta(minutes=minutes)
    outbox.enqueue(to=to, words=outbox.Words("News", "Made-up news."), dedupe_key=to, now=at)


def sweep_mails() -> str:
    """Sweep the outbox in this process; returns the time of its clock."""
    mail_tasks.sweep_outbox()
    return timezone.now().isoformat()


def administrator() -> str:
    """Add an administrator, who gets a mail if the checker stops; returns the address."""
    return cast.administrator().email


def silence(minutes: int) -> None:
    """Move the heartbeat so many minutes into the past, while a web process watched."""
    watch = CheckerWatch.objects.get()
    for sign in ("swept_at", "checked_at", "watched_since"):
        at = getattr(watch, sign)
        setattr(watch, sign, at and at - timedelta(minutes=minutes))
    watch.save(update_fields=["swept_at", "checked_at", "watched_since"])


def make_names_due(names: list[str]) -> int:
    """Make exactly these credentials due."""
    rows = Credential.objects.filter(name__in=names)
    return rows.update(next_check_at=database_now(), asked_at=None)


def behind(runs: dict[str, int]) -> list[str]:
    """The names that have fewer runs than given, or are not stored."""
    rows = Credential.objects.filter(name__in=runs.keys()).annotate(times=Count("runs"))
    times = dict(rows.values_list("name", "times"))
    return [name for name, wanted in runs.items() if times.get(name, 0) < wanted]


def stored(names: list[str]) -> int:
    """The number of these names that are stored."""
    return Credential.objects.filter(name__in=names).count()


def waits() -> list[str]:
    """Why credentials wait, with the number of each reason, and the sign-ins that count."""
    rows = Credential.objects.exclude(wait_reason="").values_list("wait_reason", "server")
    attempts = SignInAttempt.objects.values_list("origin", "share", "busy_until")
    return [str(each) for each in (*Counter(rows).items(), *Counter(attempts).items())]


def asked_and_due(names: list[str]) -> int:
    """The number of these credentials that are due because a person asked."""
    rows = Credential.objects.filter(name__in=names, asked_at__isnull=False)
    return rows.filter(next_check_at__lte=database_now()).count()


def rhythm(names: list[str]) -> list[float]:
    """The shortest and longest time to the next check, as fractions of the interval, and the
    seconds since the first and the last of them was checked."""
    now, usual = database_now(), instance_interval()
    rows = Credential.objects.filter(name__in=names)
    times = list(rows.values_list("next_check_at", "last_checked_at"))
    pauses = [(then - at) / usual for then, at in times]
    ages = [(now - at).total_seconds() for _then, at in times]
    return [min(pauses), max(pauses), max(ages), min(ages)]


def _signed_in(user: User, csrf: str) -> dict[str, str]:
    cookies = {name: each.value for name, each in cast.client_for(user).cookies.items()}
    return {**cookies, settings.CSRF_COOKIE_NAME: csrf}


def people() -> dict[str, Any]:
    """The cookies of two signed-in people, the pages, and the checks they may request. Adding
    counts as asking for a check, so that one person adds and the other one asks."""
    seat = cast.seat(cast.workspace())
    csrf = get_random_string(32)
    asker = cast.participant(seat.workspace, cast.bob(), Role.MAINTAINER)
    asked = Credential.objects.filter(name__startswith="asked").order_by("name")
    shown = Credential.objects.filter(name__startswith="good").order_by("name")[:5]
    details = [credentials_url(seat.workspace, "detail", pk=row.pk) for row in shown]
    return {
        "cookies": _signed_in(seat.user, csrf),
        "cookies_of_asker": _signed_in(asker, csrf),
        "csrf": csrf,
        "pages": [
            credentials_url(seat.workspace, "list"),
            *details,
            credentials_url(seat.workspace, "add"),
        ],
        "add": credentials_url(seat.workspace, "add"),
        "asked": [credentials_url(seat.workspace, "check", pk=row.pk) for row in asked],
        "asked_names": [row.name for row in asked],
    }


def write_mails(count: int) -> list[str]:
    """Add so many mails and enqueue their delivery; returns their Message-IDs."""
    said = outbox.Words("News", "Made-up news.")
    with transaction.atomic():
        rows = [
            compose.post(to=f"reader-{number}@example.org", words=said, dedupe_key=f"news:{number}")
            for number in range(count)
        ]
    return [row.message_id for row in rows]


def claimed_mails() -> list[str]:
    """The Message-IDs of claimed mails."""
    rows = OutgoingMail.objects.filter(lease_until__isnull=False, sent_at=None)
    return list(rows.values_list("message_id", flat=True))


def hurry_mails() -> int:
    """Make each failed mail due and enqueue a sweep; returns the number of unsent mails."""
    rows = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
    rows.filter(lease_until=None).update(not_before=database_now())
    mail_tasks.sweep_outbox.delay()
    return rows.count()
