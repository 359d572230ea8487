"""The adapter of allauth.mfa: seeds of factors are sealed, each for its person."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from common.crypto import get_key_ring
from workspaces.models import User

_owner: ContextVar[User] = ContextVar("owner of the seeds")


@contextmanager
def seeds_of(person: User) -> Iterator[None]:
    """Within it seeds are sealed for this person, and only this person's seeds open."""
    token = _owner.set(person)
    try:
        yield
    finally:
        _owner.reset(token)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Seals the seeds of authenticator apps and recovery codes. A row that somebody copies to
    another account does not open there."""

    def encrypt(self, text: str) -> str:
        """The seed, sealed for the person of ``seeds_of``."""
        return get_key_ring().seal(text.encode(), _context())

    def decrypt(self, encrypted_text: str) -> str:
        """The seed. Raises :class:`common.crypto.CannotOpen`."""
        return get_key_ring().open(encrypted_text, _context()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host of SITE_URL, by whatever name a browser came."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": "Lockkeeper"}


def _context() -> tuple[str, ...]:
    return ("mfa_authenticator", "data", str(_owner.get().pk))
