"""What administrators of the instance may do with credentials of all workspaces: check, pause.

The caller rings ``tasks.check_credential.delay_on_commit(pk)`` for each that was made due.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from credentials_app import columns
from credentials_app.clock import database_now
from credentials_app.models import Credential
from workspaces import audit
from workspaces.access import Caller
from workspaces.models import User
from workspaces.roles import InstanceCan, allows_on_instance


def check_all(person: User, caller: Caller, pks: Iterable[UUID | str]) -> list[UUID]:
    """Make these due at once; gives those that are there. Raises PermissionDenied."""
    return _each(person, caller, pks, "check", columns.resume)


def pause_all(person: User, caller: Caller, pks: Iterable[UUID | str]) -> list[UUID]:
    """Stop checking these until somebody resumes them. Raises PermissionDenied."""
    return _each(person, caller, pks, "pause", columns.pause)


def _each(
    person: User,
    caller: Caller,
    pks: Iterable[UUID | str],
    verb: str,
    deed: Callable[[Credential, datetime], list[str]],
) -> list[UUID]:
    flags = {"is_staff": person.is_staff, "is_auditor": person.is_auditor}
    if not person.is_active or not allows_on_instance(**flags, can=InstanceCan.CHECK_ALL):
        raise PermissionDenied
    with transaction.atomic():
        now = database_now()
        rows = Credential.objects.select_for_update(of=("self",)).filter(pk__in=list(pks))
        rows = rows.select_related("workspace__organization").order_by("pk")
        for row in rows:
            row.save(update_fields=deed(row, now))
            audit.record(
                f"credentials:credential:{verb}",
                actor=person,
                caller=caller,
                workspace=row.workspace,
                target=row,
            )
    return [row.pk for row in rows]
