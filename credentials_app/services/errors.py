"""Why an action on credentials was not done."""

from datetime import datetime
from enum import StrEnum

from credentials_app.models import BulkCheck, Credential


class NameTaken(Exception):
    """This workspace has a credential of this name, however it is capitalized."""


class SecretNeeded(Exception):
    """The secret must be entered (again): there is none, or who would receive it changed."""


class HttpNotAllowed(Exception):
    """Plain http without a server rule of this workspace that allows it."""


class OwnerNotHere(Exception):
    """The chosen owner is not a participant of this workspace."""


class ChangedMeanwhile(Exception):
    """Somebody else saved the row after this form was opened; ``row`` is what is stored now."""

    def __init__(self, row: Credential) -> None:
        super().__init__(str(row.pk))
        self.row = row


class NothingToConfirm(Exception):
    """No check asked about this sign-in host (any more)."""


class Limited(StrEnum):
    """Whose checks are counted."""

    CREDENTIAL = "credential"
    PERSON = "person"
    WORKSPACE = "workspace"
    MANY = "many"


class AskedTooOften(Exception):
    """As many checks were asked for as are allowed in a time; one is free again at ``free_at``."""

    def __init__(self, whose: Limited, free_at: datetime) -> None:
        super().__init__(whose)
        self.whose, self.free_at = whose, free_at


class StillRunning(Exception):
    """This workspace has a check of many that goes on; one at a time does."""

    def __init__(self, bulk: BulkCheck) -> None:
        super().__init__(str(bulk.pk))
        self.bulk = bulk


class NothingToCheck(Exception):
    """Nothing of what was chosen is checked; ``left_alone`` of it are paused or have ended."""

    def __init__(self, left_alone: int) -> None:
        super().__init__(left_alone)
        self.left_alone = left_alone


class CertificatesRefused(Exception):
    """The pasted certificates cannot be used; ``reason`` is a key of ``certificates.REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
