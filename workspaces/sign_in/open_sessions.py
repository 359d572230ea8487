"""The open sessions of a person: which browsers are signed in, and how each is ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import BrowserSession, User
from workspaces.sign_in.hashed_sessions import row_key

ENDED = "accounts:sessions:end"
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
"""Marks in the header ``User-Agent``, the most particular first: Edge names Chrome and Safari too.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent
"""


def browser_name(agent: str) -> str:
    """Browser and system, as in ``Firefox on Linux``; what is not known is left out."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "A browser that says nothing about itself"


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in."""

    id: UUID
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


def remember_browser(request: HttpRequest, person: User) -> None:
    """Remember the browser of a sign-in."""
    if not request.session.session_key:
        request.session.create()
    now = timezone.now()
    BrowserSession.objects.update_or_create(
        row_key=_key_of(request.session),
        defaults={
            "person": person,
            "created_at": now,
            "seen_at": now,
            "address": Caller.of(request).address,
            "agent": _agent_of(request),
        },
    )


def note_use(request: HttpRequest, now: datetime) -> None:
    """Write down when and from where a session was last used."""
    rows = BrowserSession.objects.filter(row_key=_key_of(request.session))
    rows.update(seen_at=now, address=Caller.of(request).address)


def open_sessions(person: User, session: SessionBase | None = None) -> list[OpenSession]:
    """Where this person is signed in, the last used first; ``session`` is the reader's own."""
    this = _key_of(session) if session else ""
    return [
        OpenSession(
            id=row.pk,
            browser=browser_name(row.agent),
            address=row.address,
            created_at=row.created_at,
            seen_at=row.seen_at,
            is_this=row.row_key == this,
        )
        for row in sorted(_alive(person), key=lambda row: row.row_key != this)
    ]


@transaction.atomic
def end_one(person: User, pk: UUID, *, caller: Caller) -> None:
    """End one of one's own sessions. Raises BrowserSession.DoesNotExist."""
    _end(BrowserSession.objects.filter(pk=BrowserSession.objects.get(pk=pk, person=person).pk))
    _record(person, person, 1, caller)


@transaction.atomic
def end_others(person: User, session: SessionBase, *, caller: Caller) -> int:
    """End all of one's own sessions but this one; returns how many."""
    ended = _end(_alive(person).exclude(row_key=_key_of(session)))
    if ended:
        _record(person, person, ended, caller)
    return ended


@transaction.atomic
def end_all(person: User, *, actor: User | None, caller: Caller) -> int:
    """End all sessions of a person; returns how many. ``actor`` None: a command."""
    ended = _end(BrowserSession.objects.filter(person=person))
    if ended:
        _record(actor, person, ended, caller)
    return ended


def forget_ended() -> int:
    """Delete the sign-ins whose session is gone; returns how many."""
    return _without_session().delete()[0]


def _alive(person: User) -> "QuerySet[BrowserSession]":
    living = Session.objects.filter(session_key=OuterRef("row_key"), expire_date__gt=timezone.now())
    return BrowserSession.objects.filter(Exists(living), person=person)


def _without_session() -> "QuerySet[BrowserSession]":
    return BrowserSession.objects.filter(
        ~Exists(Session.objects.filter(session_key=OuterRef("row_key")))
    )


def _end(rows: "QuerySet[BrowserSession]") -> int:
    keys = list(rows.values_list("row_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    BrowserSession.objects.filter(row_key__in=keys).delete()
    return len(keys)


def _record(actor: User | None, person: User, count: int, caller: Caller) -> None:
    audit.record(ENDED, actor=actor, target=person, details={"count": count}, caller=caller)


def _key_of(session: SessionBase) -> str:
    return row_key(session.session_key or "")


def _agent_of(request: HttpRequest) -> str:
    agent = request.META.get("HTTP_USER_AGENT", "")
    return "".join(sign for sign in str(agent) if sign.isprintable())[:200]
