"""Sign-ins that are under way: what the browser's session keeps until the provider's answer.

Each is sealed in the session, under a digest of its state: who reads the table of sessions learns
neither the verifier nor the link of an invitation. It ends after ten minutes and works once.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.http import HttpRequest

from common.crypto import CannotOpen, get_key_ring
from workspaces.openid.failures import OVER, SignInEnded
from workspaces.openid.providers import IdentityProvider

SIGN_IN, LINK, PROVE, JOIN = "sign_in", "link", "prove", "join"
LIFETIME_S = 600
MOST = 5
"""Of one browser; older ones end."""
KEY = "openid_attempts"


@dataclass(frozen=True)
class PendingSignIn:
    """One sign-in under way. ``purpose`` is what it is for; ``person`` who began it, if known."""

    provider: str
    purpose: str
    state: str
    nonce: str
    verifier: str
    began_at: float
    person: str = ""
    next: str = ""
    invitation: str = ""


def begin_attempt(
    request: HttpRequest,
    provider: IdentityProvider,
    purpose: str,
    *,
    next_page: str = "",
    invitation: str = "",
) -> PendingSignIn:
    """A new attempt, kept in the session of this browser."""
    attempt = PendingSignIn(
        provider=provider.word,
        purpose=purpose,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        began_at=time.time(),
        person=str(request.user.pk or ""),
        next=next_page,
        invitation=invitation,
    )
    digest = _digest(attempt.state)
    sealed = get_key_ring().seal(json.dumps(asdict(attempt)).encode(), _context(digest))
    kept = list(_kept(request).items())[-(MOST - 1) :]
    request.session[KEY] = dict([*kept, (digest, sealed)])
    return attempt


def take_attempt(request: HttpRequest, provider: IdentityProvider, state: str) -> PendingSignIn:
    """The attempt of this state, which ends now. Raises :class:`SignInEnded`."""
    digest, kept = _digest(state), _kept(request)
    sealed = kept.pop(digest, "")
    if sealed:
        request.session[KEY] = kept
    # Two answers at the same moment read the same session: the cache lets one of them through.
    if not sealed or not cache.add(f"openid:{digest}", 1, timeout=2 * LIFETIME_S):
        raise SignInEnded(OVER, "the state is unknown in this browser, or was used")
    try:
        attempt = PendingSignIn(**json.loads(get_key_ring().open(sealed, _context(digest))))
    except CannotOpen:
        raise SignInEnded(OVER, "the state was sealed with a key that is gone") from None
    if not 0 <= time.time() - attempt.began_at < LIFETIME_S:
        raise SignInEnded(OVER, "it took longer than ten minutes")
    if attempt.provider != provider.word:
        raise SignInEnded(OVER, "the state is of another provider")
    if attempt.person != str(request.user.pk or ""):
        raise SignInEnded(OVER, "somebody else is signed in now")
    return attempt


def challenge_of(verifier: str) -> str:
    """The code challenge (RFC 7636, S256)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _kept(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(KEY, {}))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _context(digest: str) -> tuple[str, ...]:
    return ("session", KEY, digest)
