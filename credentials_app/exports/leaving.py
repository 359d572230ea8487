"""The deed that makes a file with secrets: by right, audited before a secret opens, counted."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_noop as _

from common import throttle
from common.clock import database_now
from common.crypto import CannotOpen
from common.links import absolute, host_of_site
from common.throttle import Limit
from credentials_app import secrets
from credentials_app.expiry import expiry_of
from credentials_app.exports.candidates import candidate_of
from credentials_app.exports.files import FILES, FileFormat, LeavingLogin, SecretFile, SecretPlace
from credentials_app.exports.findings import FileFinding, findings_of
from credentials_app.models import Credential, FetchKind, WorkspaceRule
from credentials_app.notices.recipients import recipients_in
from credentials_app.secrets import Reason, opens_secrets
from credentials_app.services.fetches import Consumer, count_fetch
from credentials_app.serving import Wish
from workspaces import audit
from workspaces.mails import compose
from workspaces.mails.quoting import quoted
from workspaces.models import Workspace
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights.refusals import NotAllowed, Refusal
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat

MOST_AT_ONCE = 50
EXPORTS_AN_HOUR = 30
TELLS_OWNERS_ABOVE = 5
CANNOT_OPEN = _(
    "A secret cannot be opened here: it does not belong to this row, or its key is missing. "
    "Nothing was exported. Ask the administrators of this Lockkeeper."
)


class TooManyExports(Refusal):
    """The person has exported as often as an hour allows."""

    words = _("You exported 30 times within an hour, and that is the limit. Try again later.")


class NothingToExport(Refusal):
    """None of the chosen credentials is in the workspace, or there are too many."""

    words = _("Choose 1 to 50 credentials of this workspace.")


class CannotBeRight(Refusal):
    """The file would not work; the findings say why."""

    def __init__(self, findings: Sequence[FileFinding]) -> None:
        self.findings = list(findings)
        super().__init__(" ".join(each.words for each in findings))


def may_export(seat: Seat) -> bool:
    """True if the role may export here: admins and owners always, others where it is allowed."""
    if allows(seat.role, Can.EXPORT):
        return True
    return allows(seat.role, Can.EXPORT_WHERE_ALLOWED) and members_export(seat.workspace)


def members_export(workspace: Workspace) -> bool:
    """True if the owner lets users and maintainers export."""
    return WorkspaceRule.objects.filter(workspace=workspace, members_export=True).exists()


def allow_members(seat: Seat, *, allowed: bool) -> None:
    """Let users and maintainers export, or no longer."""
    with transaction.atomic():
        now, by = database_now(), seat.user.email
        stamp = {"changed_at": now, "changed_by": by}
        rules = WorkspaceRule.objects.select_for_update()
        rule, _made = rules.get_or_create(workspace=seat.workspace, defaults=stamp)
        if rule.members_export == allowed:
            return
        rule.members_export = allowed
        rule.changed_at, rule.changed_by = now, by
        rule.save(update_fields=["members_export", "changed_at", "changed_by"])
        details = {"old": "no" if allowed else "yes", "new": "yes" if allowed else "no"}
        audit.record("credentials:export:allow", seat=seat, target=rule, details=details)


def chosen_rows(workspace: Workspace, keys: Collection[UUID]) -> list[Credential]:
    """The credentials with these keys, by name. Raises NothingToExport for none or too many."""
    if not 0 < len(keys) <= MOST_AT_ONCE:
        raise NothingToExport
    rows = Credential.objects.filter(workspace=workspace, pk__in=keys)
    found = list(rows.defer("notes", "searched_text").order_by("name"))
    if not found:
        raise NothingToExport
    return found


def findings_for(
    rows: Sequence[Credential], kind: FileFormat, *, wish: Wish, now: datetime
) -> list[FileFinding]:
    """What is to be said of a file of this kind with these credentials."""
    chosen = [(candidate_of(row, now), row.username) for row in rows]
    servers = {row.server for row in rows}
    others = Credential.objects.filter(workspace=rows[0].workspace_id, server__in=servers)
    beside = others.exclude(pk__in=[row.pk for row in rows])
    known = beside.defer("sealed", "notes", "searched_text", "verdict")
    return findings_of(chosen, kind, [candidate_of(row, now) for row in known], wish=wish)


def export_file(
    seat: Seat,
    keys: Collection[UUID],
    kind: FileFormat,
    *,
    place: SecretPlace,
    wish: Wish = Wish.PULL,
) -> SecretFile:
    """Make the file. All openings are committed to the audit log before the first secret opens; an
    export that is refused before that opens none, and the log has no opening of it.

    More than 5 credentials are told to the owners. Raises NotAllowed, NothingToExport,
    CannotBeRight, TooManyExports, and Refusal if a secret cannot be opened.
    """
    if not may_export(seat):
        raise NotAllowed
    now, rows = database_now(), chosen_rows(seat.workspace, keys)
    refused = [each for each in findings_for(rows, kind, wish=wish, now=now) if each.refuses]
    if refused:
        raise CannotBeRight(refused)
    _count_export(seat)
    return _opened(seat, rows, kind, place)


@opens_secrets
def _opened(
    seat: Seat, rows: Sequence[Credential], kind: FileFormat, place: SecretPlace
) -> SecretFile:
    """The file of these rows, and the export in log, counts and mails."""
    secrets.record_openings(rows, reason=Reason.EXPORT, seat=seat)
    now = database_now()
    logins = [login_of(row, seat, Reason.EXPORT, now) for row in rows]
    made = FILES[kind](logins, place)
    consumer = Consumer(seat.user, FetchKind.EXPORT, seat.user.email, seat.caller.address)
    with transaction.atomic(), audit.together():
        for row in rows:
            count_fetch(row, consumer, now)
        if len(rows) > TELLS_OWNERS_ABOVE:
            _tell_owners(seat, rows, now)
        audit.record(
            "credentials:export:make",
            seat=seat,
            target=seat.workspace,
            details={
                "purpose": kind.value,
                "count": len(rows),
                "names": [row.name for row in rows],
                "ids": [str(row.pk) for row in rows],
            },
        )
    return made


def login_of(row: Credential, seat: Seat, reason: Reason, now: datetime) -> LeavingLogin:
    """Open the secret of the row. Raises Refusal if it is not the row's, or cannot be opened."""
    try:
        content = secrets.open_secret(row, reason=reason, seat=seat)
    except CannotOpen:
        raise Refusal(CANNOT_OPEN) from None
    if not secrets.fits(content, row, secrets.rule_of(row)):
        raise Refusal(CANNOT_OPEN)
    return LeavingLogin(
        candidate_of(row, now), row.username, content.secret, row.secret_version, expiry_of(row).at
    )


def _count_export(seat: Seat) -> None:
    limit = Limit(f"exports-of-person:{seat.user.pk}", EXPORTS_AN_HOUR, timedelta(hours=1))
    if throttle.take(limit) is not None:
        raise TooManyExports


def _tell_owners(seat: Seat, rows: Sequence[Credential], now: datetime) -> None:
    """One mail to each owner but the person who exported."""
    heading = f"{len(rows)} credentials of {quoted(seat.workspace.label)} were exported"
    link = absolute(credentials_url(seat.workspace, "overview"))
    for each in recipients_in([seat.workspace])[seat.workspace.pk]:
        if each.role is not Role.OWNER or each.person.pk == seat.user.pk:
            continue
        context = {
            "heading": heading,
            "who": seat.user.email,
            "names": [row.name for row in rows],
            "at": now,
            "address": seat.caller.address,
            "site": host_of_site(),
            "link": link,
        }
        words = compose.render_mail("exported", heading, context, time_zone=each.person.time_zone)
        compose.post(to=each.person.email, words=words, dedupe_key=f"export:{uuid4()}", now=now)
