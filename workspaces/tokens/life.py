"""Makes and ends tokens. Each action is one transaction with its audit events."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from common.clock import database_now
from registry.protocol.image import ImageError, repository_prefix
from registry.providers.tokens_in_text import has_token
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import ApiToken, ApiTokenPlace, User, Workspace
from workspaces.models.api_token import TokenEnd
from workspaces.plain_form import TOKEN_HERE
from workspaces.rights.access import has_right, lacks_factor, open_to
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import InstanceCan
from workspaces.rights.seat import Seat
from workspaces.tokens.scopes import TokenScope
from workspaces.tokens.token_text import api_token_hash, new_token_text, token_start

PROPOSED_DAYS = 90
MOST_TOKENS, MOST_PLACES, MOST_LINES = 50, 20, 20
LIMITED_WRITER = (
    "A token that changes credentials could let any of them lie within these repositories: leave "
    "the scope credentials:write out, or this empty."
)
KEPT_AFTER_END = timedelta(days=90)
"""An ended token stays in the lists for so long."""


class TokenNotMade(Refusal):
    """One of the values of a new token is refused; ``field`` names it."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class TokenDraft:
    """The values of a new token; see :class:`ApiToken`."""

    name: str
    scopes: frozenset[TokenScope]
    workspaces: frozenset[UUID]
    days: int = PROPOSED_DAYS
    prefixes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeToken:
    """A new token with its text, which is shown once and stored nowhere."""

    row: ApiToken
    text: str

    def __repr__(self) -> str:
        return f"MadeToken({self.row.start}…)"


@transaction.atomic
@audit.together()
def make_token(person: User, draft: TokenDraft, *, caller: Caller) -> MadeToken:
    """Make a token for workspaces of this person. Raises TokenNotMade."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    now, text = database_now(), new_token_text()
    places = _checked_places(person, draft)
    _refuse(person, draft)
    row = ApiToken.objects.create(
        person=person,
        name=draft.name.strip(),
        start=token_start(text),
        hash=api_token_hash(text),
        scopes=[scope.value for scope in TokenScope if scope in draft.scopes],
        prefixes=[repository_prefix(each) for each in draft.prefixes],
        networks=[str(ip_network(each)) for each in draft.networks],
        created_at=now,
        expires_at=now + timedelta(days=draft.days),
    )
    ApiTokenPlace.objects.bulk_create(ApiTokenPlace(token=row, workspace=place) for place in places)
    _record("tokens:token:make", row, places, actor=person, caller=caller, scopes=row.scopes)
    return MadeToken(row, text)


@transaction.atomic
@audit.together()
def end_token(
    row: ApiToken, how: TokenEnd, *, actor: User | None, caller: Caller, now: datetime | None = None
) -> bool:
    """End a token at once. False: it had ended before."""
    changed = ApiToken.objects.filter(pk=row.pk, ended_at=None).update(
        ended_at=now or database_now(), ended_how=how, ended_by=str(actor or "")[:254]
    )
    if changed:
        places = list(Workspace.objects.filter(token_places__token=row))
        reason = how.label
        _record("tokens:token:end", row, places, actor=actor, caller=caller, reason=reason)
    return bool(changed)


def end_tokens_of(person: User, how: TokenEnd, *, actor: User | None, caller: Caller) -> int:
    """End all tokens of a person; returns how many."""
    rows = list(ApiToken.objects.filter(person=person, ended_at=None))
    return sum(end_token(row, how, actor=actor, caller=caller) for row in rows)


def end_tokens_in(person: User, places: Iterable[Workspace]) -> None:
    """The person left these workspaces: tokens no longer work there, and end with their last
    workspace. Call it in the transaction of the deed."""
    now, left = database_now(), list(places)
    gone = ApiTokenPlace.objects.filter(token__person=person, workspace__in=left, ended_at=None)
    touched = set(gone.values_list("token", flat=True))
    gone.update(ended_at=now)
    open_places = ApiTokenPlace.objects.filter(ended_at=None).values("token")
    for row in ApiToken.objects.filter(pk__in=touched, ended_at=None).exclude(pk__in=open_places):
        end_token(row, TokenEnd.LEFT, actor=None, caller=Caller("worker"), now=now)


@transaction.atomic
@audit.together()
def end_token_here(row: ApiToken, seat: Seat) -> bool:
    """End a token for the workspace of the seat; it ends as a whole with its last workspace.

    False: it had ended there before.
    """
    here = ApiTokenPlace.objects.filter(token=row, workspace=seat.workspace, ended_at=None)
    changed = here.update(ended_at=database_now())
    if not changed:
        return False
    if not ApiTokenPlace.objects.filter(token=row, ended_at=None).exists():
        return end_token(row, TokenEnd.ADMIN, actor=seat.user, caller=seat.caller)
    _record(
        "tokens:token:end",
        row,
        [seat.workspace],
        actor=seat.user,
        caller=seat.caller,
        reason=TokenEnd.ADMIN.label,
    )
    return True


def tokens_of_workspace(seat: Seat, now: datetime) -> "QuerySet[ApiToken]":
    """Everybody's living tokens for the workspace of the seat."""
    here = ApiTokenPlace.objects.filter(workspace=seat.workspace, ended_at=None)
    rows = tokens_shown(now).filter(ended_at=None, expires_at__gt=now)
    return rows.filter(pk__in=here.values("token"))


def living_tokens(now: datetime) -> "QuerySet[ApiToken]":
    """The tokens that have not ended."""
    return ApiToken.objects.filter(ended_at=None, expires_at__gt=now)


def tokens_shown(now: datetime) -> "QuerySet[ApiToken]":
    """The tokens of lists: those that live, and those that ended lately."""
    lately = Q(ended_at=None) | Q(ended_at__gt=now - KEPT_AFTER_END)
    rows = ApiToken.objects.filter(lately, expires_at__gt=now - KEPT_AFTER_END)
    return rows.select_related("person").prefetch_related("places__workspace__organization")


def longest_days() -> int:
    """For how many days a token may be made."""
    return int(settings.LOCKKEEPER_TOKEN_DAYS)


def _checked_places(person: User, draft: TokenDraft) -> list[Workspace]:
    """The workspaces of the draft, if all are open to the person. Raises TokenNotMade."""
    places = list(open_to(person).filter(pk__in=draft.workspaces, is_sample=False))
    if not draft.workspaces or len(draft.workspaces) > MOST_PLACES:
        raise TokenNotMade("workspaces", f"Choose one workspace, or at most {MOST_PLACES}.")
    if len(places) != len(draft.workspaces):
        raise TokenNotMade("workspaces", "One of these workspaces is not open to you.")
    if any(lacks_factor(person, place.organization) for place in places):
        words = "One of these organizations requires a second factor: add one to your account."
        raise TokenNotMade("workspaces", words)
    return places


def _refuse(person: User, draft: TokenDraft) -> None:
    """Raise TokenNotMade for a value that no token may have."""
    most = longest_days()
    if not draft.name.strip() or len(draft.name) > 100:
        raise TokenNotMade("name", "Give the token a name of at most 100 characters.")
    if has_token(draft.name):
        raise TokenNotMade("name", TOKEN_HERE)
    if not draft.scopes:
        raise TokenNotMade("scopes", "Choose at least one scope.")
    if TokenScope.ADMIN_READ in draft.scopes and not has_right(person, InstanceCan.SEE_ALL):
        raise TokenNotMade("scopes", "Only administrators and auditors have the scope admin:read.")
    if not 1 <= draft.days <= most:
        raise TokenNotMade("days", f"A token lasts 1 to {most} days.")
    _refuse_lines("networks", draft.networks, _is_network, "is no network, as in 192.0.2.0/24")
    shape = "is no repository, as in registry.example.org/team"
    _refuse_lines("prefixes", draft.prefixes, _is_prefix, shape)
    if draft.prefixes and TokenScope.CREDENTIALS_WRITE in draft.scopes:
        raise TokenNotMade("prefixes", LIMITED_WRITER)
    if living_tokens(database_now()).filter(person=person).count() >= MOST_TOKENS:
        raise TokenNotMade("name", f"You have {MOST_TOKENS} tokens. Revoke one you do not need.")


def _refuse_lines(
    field: str, lines: Collection[str], is_right: Callable[[str], bool], words: str
) -> None:
    if len(lines) > MOST_LINES:
        raise TokenNotMade(field, f"At most {MOST_LINES} lines are allowed.")
    for number, line in enumerate(lines, 1):
        if not is_right(line):
            raise TokenNotMade(field, f"Line {number} {words}.")


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _is_prefix(text: str) -> bool:
    """True for a host, with or without a path, and without tag or digest."""
    try:
        return len(repository_prefix(text)) <= 300
    except ImageError:
        return False


def _record(
    action: str,
    row: ApiToken,
    places: Collection[Workspace],
    *,
    actor: User | None,
    caller: Caller,
    **details: str | list[str],
) -> None:
    """One event in the log of each workspace of the token."""
    logs: list[Workspace | None] = [*places]
    for place in logs or [None]:
        audit.record(
            action, actor=actor, workspace=place, target=row, details=details, caller=caller
        )
