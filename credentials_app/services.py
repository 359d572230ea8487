"""What people do with credentials: add, edit, replace, delete, check now, pause, confirm.

Every deed takes the seat of the one who does it and is one transaction with its audit event.
Deeds write what is due into the row; the caller then rings
``tasks.check_credential.delay_on_commit(credential.pk)``.
"""

from workspaces.access import Seat

from credentials_app.drafts import Draft
from credentials_app.models import Credential, Trial
from registry.address import Origin
from registry.secret import Secret


def add_credential(seat: Seat, draft: Draft, *, trial: Trial | None = None) -> Credential:
    """Store a new credential and make it due; with a ``trial`` of the same login, adopt it.

    A draft without a secret takes the trial's. Raises NameTaken, SecretNeeded, HttpNotAllowed,
    OwnerNotHere.
    """
    raise NotImplementedError


def needs_secret(credential: Credential, draft: Draft) -> bool:
    """Whether this draft changes who would receive the secret, so that it is demanded again."""
    raise NotImplementedError


def edit_credential(
    seat: Seat, credential: Credential, draft: Draft, *, trial: Trial | None = None
) -> Credential:
    """Store the draft. Without a secret the stored one stays, unless ``needs_secret``.

    Raises NameTaken, SecretNeeded, HttpNotAllowed, OwnerNotHere, Credential.DoesNotExist.
    """
    raise NotImplementedError


def replace_secret(seat: Seat, credential: Credential, secret: Secret) -> Credential:
    """Put another secret in the place of the stored one and make it due."""
    raise NotImplementedError


def delete_credential(seat: Seat, credential: Credential) -> None:
    """Remove it with its runs and changes; the audit log keeps its name."""
    raise NotImplementedError


def check_now(seat: Seat, credential: Credential) -> Credential:
    """Make it due at once because a person asks; a paused one is resumed.

    Raises CheckedJustNow (30 s between two checks of the same credential).
    """
    raise NotImplementedError


def pause_credential(seat: Seat, credential: Credential) -> Credential:
    """Stop checking it until somebody resumes it, asks, or replaces the secret."""
    raise NotImplementedError


def confirm_sign_in(
    seat: Seat, credential: Credential, origin: Origin, *, secret: Secret | None = None
) -> Credential:
    """Pin the sign-in host that the last check asked about, and make the credential due.

    The first pin needs no secret; a host that replaces a pinned one does (SecretNeeded).
    Raises NothingToConfirm when ``origin`` is not what was asked about.
    """
    raise NotImplementedError
