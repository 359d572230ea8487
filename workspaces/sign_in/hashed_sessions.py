"""Sessions in the database by a hash of the cookie: nobody can sign in with a row of the table."""

import hashlib
from base64 import urlsafe_b64encode

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from workspaces.models import BrowserSession


def row_key(session_key: str) -> str:
    """The key of the row for a cookie: 240 bits of its SHA-256, which fill the column."""
    return urlsafe_b64encode(hashlib.sha256(session_key.encode()).digest()[:30]).decode()


class SessionStore(DatabaseSessions):
    """Django's database store with hashed keys."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        if not self.session_key:
            return None
        try:
            return self.model.objects.get(
                session_key=row_key(self.session_key), expire_date__gt=timezone.now()
            )
        except self.model.DoesNotExist:
            self._session_key = None
            return None

    def exists(self, session_key: str) -> bool:
        """True if there is a row for this cookie."""
        return super().exists(row_key(session_key))

    def create_model_instance(self, data: dict[str, object]) -> AbstractBaseSession:
        """The row with its hashed key."""
        row = super().create_model_instance(data)
        row.session_key = row_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Delete the row of this cookie."""
        session_key = session_key or self.session_key
        if session_key:
            super().delete(row_key(session_key))

    def cycle_key(self) -> None:
        """Give the session a new cookie; its sign-in follows."""
        old = self.session_key
        super().cycle_key()
        if old and self.session_key:
            BrowserSession.objects.filter(row_key=row_key(old)).update(
                row_key=row_key(self.session_key)
            )
