"""What a provider publishes of itself: its addresses and its keys, kept for ten minutes."""

import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from registry.protocol.json_reader import JsonReader
from workspaces.openid.calls import Calls
from workspaces.openid.failures import MISMATCH, SignInEnded
from workspaces.openid.providers import IdentityProvider

KEPT_S = 600
WELL_KNOWN = "/.well-known/openid-configuration"
WHAT = "discovery"
BASIC, IN_FORM = "client_secret_basic", "client_secret_post"
MOST_KEYS = 50


@dataclass
class Published:
    """The addresses of a provider (OpenID Connect Discovery 1.0, section 3), and its keys.

    ``keys`` are asked for when the first token needs them.
    """

    issuer: str
    authorization: str
    token: str
    jwks: str
    userinfo: str
    end_session: str
    takes_basic: bool
    names_issuer: bool
    asked_at: float
    keys: tuple[JsonReader, ...] = field(default=())


_kept: dict[tuple[str, str], Published] = {}


def published_by(provider: IdentityProvider, calls: Calls) -> Published:
    """What the provider publishes. Raises :class:`SignInEnded`."""
    key = (provider.issuer, provider.ca_pem)
    kept = _kept.get(key)
    if kept is None or not 0 <= time.monotonic() - kept.asked_at < KEPT_S:
        document = calls.get(WHAT, provider.issuer + WELL_KNOWN)
        kept = _kept[key] = _read(document, provider.issuer)
    return kept


def keys_of(found: Published, calls: Calls, *, again: bool = False) -> tuple[JsonReader, ...]:
    """The keys that sign its tokens; ``again`` asks for them although they are kept."""
    if again or not found.keys:
        found.keys = calls.get("keys", found.jwks).list("keys")[:MOST_KEYS]
    return found.keys


def forget_published() -> None:
    """Ask every provider again."""
    _kept.clear()


def _read(document: JsonReader, issuer: str) -> Published:
    stated = document.text("issuer")
    if stated.rstrip("/") != issuer:
        raise SignInEnded(MISMATCH, f"{WHAT}: it states another issuer than its setting")
    methods = document.words("token_endpoint_auth_methods_supported") or (BASIC,)
    if not {BASIC, IN_FORM} & {*methods}:
        raise SignInEnded(MISMATCH, f"{WHAT}: it takes no client secret")
    return Published(
        issuer=stated,
        authorization=_address(document, "authorization_endpoint"),
        token=_address(document, "token_endpoint"),
        jwks=_address(document, "jwks_uri"),
        userinfo=_address(document, "userinfo_endpoint", may_lack=True),
        end_session=_address(document, "end_session_endpoint", may_lack=True),
        takes_basic=BASIC in methods,
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        asked_at=time.monotonic(),
    )


def _address(document: JsonReader, name: str, *, may_lack: bool = False) -> str:
    """An address of the document. Raises :class:`SignInEnded` unless it is a plain https one."""
    url = document.text(name)
    if not url and may_lack and document.get(name) is None:
        return ""
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc
        is_plain = is_plain and not parts.fragment and url.isascii() and url.isprintable()
    except ValueError:
        is_plain = False
    if not is_plain or " " in url:
        raise SignInEnded(MISMATCH, f"{WHAT}: its {name} is no https address")
    return url
