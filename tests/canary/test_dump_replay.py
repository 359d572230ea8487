"""A thief of a full dump tries each of its strings as everything that signs somebody in."""

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from credentials_app.notices import unsubscribe
from credentials_app.services import account_deletion
from tests import cast
from tests.api.calls import call, token_for
from tests.credentials_app import everything_sealed
from tests.workspaces.sign_in.apps import code_of, give_app
from workspaces.members.invitations import InvitationGone, find_invitation, invite_by_link
from workspaces.models import User
from workspaces.rights.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in import deleted_accounts, factors, known_browsers, totp
from workspaces.sign_in.accounts import Keeper
from workspaces.sign_in.hashed_sessions import SessionStore

pytestmark = pytest.mark.django_db
LONG = re.compile(r"[\w.\-:+/=]{8,}")
NOON = 1_800_000_000.0
RETURN_TOKEN = "made-up-token-that-brings-an-account-back-01"


def strings_of_a_dump() -> set[str]:
    """Every string of eight or more characters in any column of any table, and what is inside."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                found |= _strings_in(" ".join(map(str, row)))
    return found


def _strings_in(text: str) -> set[str]:
    """The strings of a text, their parts, and those inside of what base64 and zlib packed."""
    found: set[str] = set()
    for each in LONG.findall(text):
        parts = {each, *re.findall(r"\w{8,}", each), *re.split("[:.=/]", each)}
        found |= {part for part in parts if len(part) >= 8}
        for part in parts:
            for inside in _unpacked(part):
                found |= {*re.findall(r"[\w.\-:+/=]{8,}", inside)}
    return found


def _unpacked(text: str) -> Iterator[str]:
    with suppress(binascii.Error, ValueError):
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")
        yield packed.decode("latin-1")
        with suppress(zlib.error):
            yield zlib.decompress(packed).decode("latin-1")


@dataclass(frozen=True)
class Way:
    """A way in: the real value, and whether a string opens it."""

    real: str
    opens: Callable[[str], object]


def _session() -> Way:
    cookie = cast.client_for(cast.alice()).cookies[settings.SESSION_COOKIE_NAME].value

    def opens(text: str) -> bool:
        return bool(SessionStore(text).get("_auth_user_id"))

    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert client.get("/account/").status_code == 200, "a session is all that it takes"
    return Way(cookie, opens)


def _invited(seat: Any, role: Any) -> Way:
    link = invite_by_link(seat, email="guest@example.org", role=role)

    def opens(text: str) -> bool:
        with suppress(InvitationGone):
            return bool(find_invitation(text))
        return False

    token = link.strip("/").rpartition("/")[2]
    assert Client().get(f"/invitations/{token}/").status_code == 200
    return Way(token, opens)


def _confirmation() -> Way:
    address = EmailAddress.objects.create(user=cast.bob(), email="new@example.org")

    def opens(text: str) -> bool:
        return EmailConfirmationHMAC.from_key(text) is not None

    return Way(EmailConfirmationHMAC(address).key, opens)


def _remembered(person: User, opens: Callable[[Any, User], bool]) -> Way:
    request, answer = RequestFactory().get("/"), HttpResponse()
    request.remember_browser = True  # type: ignore[attr-defined]
    known_browsers.note_sign_in(request, person)
    known_browsers.set_cookie(request, answer)
    name = known_browsers.cookie_name()

    def takes(text: str) -> bool:
        visit = RequestFactory().get("/")
        visit.COOKIES[name] = text
        return opens(visit, person)

    return Way(answer.cookies[name].value, takes)


def _seed(seed: str) -> Way:
    """A string is a seed if it makes the same code."""

    def opens(text: str) -> bool:
        with suppress(binascii.Error, ValueError):
            return totp.step_of(seed, code_of(text, at=NOON), now=NOON) is not None
        return False

    return Way(seed, opens)


def _return_link(monkeypatch: pytest.MonkeyPatch) -> Way:
    carol = cast.person("carol")
    with monkeypatch.context() as patch:
        patch.setattr(deleted_accounts.secrets, "token_urlsafe", lambda _: RETURN_TOKEN)
        account_deletion.delete_account(carol, heirs={}, keeper=Keeper(carol, cast.CALLER))
    return Way(RETURN_TOKEN, deleted_accounts.account_of_token)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> dict[str, Way]:
    """Every way in, each in use, in an instance with rows in all sealed columns."""
    everything_sealed.fill()
    alice, bob = cast.alice(), cast.bob()
    seed, codes = give_app(bob)
    seat = cast.seat(cast.workspace())
    organization = seat.workspace.organization
    assert organization is not None
    owner = OrganizationSeat(alice, organization, OrganizationRole.OWNER, cast.CALLER)
    stops = unsubscribe.UnsubscribeToken(unsubscribe.Kind.REPORT, bob.pk, seat.workspace.pk)
    return {
        "session": _session(),
        "invitation to a workspace": _invited(seat, Role.VIEWER),
        "invitation to an organization": _invited(owner, OrganizationRole.MEMBER),
        # A reset token holds only as long as the addresses stay: this adds one.
        "confirmation of an address": _confirmation(),
        "password reset": Way(
            default_token_generator.make_token(bob),
            lambda text: default_token_generator.check_token(bob, text),
        ),
        "unsubscribe link": Way(unsubscribe.write(stops), unsubscribe.read),
        "known browser": _remembered(bob, known_browsers.is_known),
        "remembered browser": _remembered(bob, known_browsers.is_spared),
        "seed of an app": _seed(seed),
        "second factor": Way(
            codes[0], lambda text: factors.take_code(bob, text, caller=cast.CALLER)
        ),
        "return link": _return_link(monkeypatch),
        "API token": Way(
            token_for(alice, seat.workspace),
            lambda text: text.isascii() and call("GET", "/workspaces", text).status == 200,
        ),
    }


def test_no_string_of_a_dump_lets_anybody_in(ways: dict[str, Way]) -> None:
    cache.set("made-up-limit", ["made-up-value-of-the-cache"])
    strings = strings_of_a_dump()
    assert len(strings) > 500
    assert "https://registry.example.org" in strings, "columns in clear are read"
    for name, way in ways.items():
        assert way.real not in strings, name
        used = [each for each in strings if way.opens(each)]
        assert used == [], name
        assert way.opens(way.real), f"{name}: what the thief looks for"


def test_what_is_packed_in_a_column_is_looked_at_too() -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(b"x" * 40 + b" made-up-session-cookie"))
    assert "made-up-session-cookie" in _strings_in(f"a:{packed.decode()}:b")
    assert "made-up-session-cookie" in _strings_in(
        base64.b64encode(b"a made-up-session-cookie").decode()
    )
    assert "made-up-token-in-an-address" in _strings_in("/invitations/made-up-token-in-an-address/")
