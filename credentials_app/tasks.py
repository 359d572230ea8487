"""Nudges: primary keys in, nothing out; the database knows what is due."""

from uuid import UUID

from celery import shared_task


@shared_task
def check_credential(pk: UUID | str) -> None:
    """Check one credential, because somebody waits for it."""


@shared_task
def check_trial(pk: UUID | str) -> None:
    """Check one trial."""


@shared_task
def check_batch(pks: list[UUID | str]) -> None:
    """Check up to 50 credentials of one registry server."""


@shared_task
def sweep_due_checks() -> None:
    """Ring for everything that is due."""


@shared_task
def announce_change(pk: UUID | str) -> None:
    """Tell people of one status change."""


@shared_task
def sweep_unannounced() -> None:
    """Ring for every change that nobody was told about."""


@shared_task
def prune() -> None:
    """Delete trials whose ten minutes are over."""
