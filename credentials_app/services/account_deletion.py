"""Deleting an account with the places that end with it, bringing it back, and the purge."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.clock import database_now
from credentials_app.models import Credential
from credentials_app.services import place_deletion
from workspaces import audit
from workspaces.models import Organization, User, Workspace
from workspaces.rights.refusals import SlugTaken
from workspaces.sign_in import deleted_accounts
from workspaces.sign_in.accounts import Keeper
from workspaces.sign_in.deleted_accounts import AccountEnds

BY_COMMAND = "the server's command"


@dataclass(frozen=True)
class EndsWithAccount:
    """What the page of a deletion shows: what ends, and the credentials in the places that end."""

    account: AccountEnds
    own_credentials: int
    their_credentials: int


def what_ends_with_account(person: User) -> EndsWithAccount:
    """What the deletion of this account ends."""
    account = deleted_accounts.what_ends_with(person)
    mine = Credential.objects.filter(workspace__owner=person)
    theirs = Credential.objects.filter(
        workspace__organization__in=account.organizations, workspace__is_sample=False
    )
    return EndsWithAccount(account, mine.count(), theirs.count())


@transaction.atomic
@audit.together()
def delete_account(person: User, *, heirs: Mapping[UUID, User], keeper: Keeper) -> User:
    """Delete the account, the personal workspace and the organizations in which nobody else is.

    They have one moment as their ``deleted_at``, by which they come back together. Raises
    AlreadyDeleted, LastAdministrator, NeedsOwner.
    """
    at = database_now()
    by = keeper.user.email if keeper.user else BY_COMMAND
    row = deleted_accounts.close_account(person, heirs=heirs, keeper=keeper, at=at)
    keys = [each.pk for each in deleted_accounts.ending_organizations(row)]
    for each in Organization.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        place_deletion.end_organization(each, actor=keeper.user, by=by, at=at, caller=keeper.caller)
    own = Workspace.objects.select_for_update(of=("self",)).filter(owner=row)
    place_deletion.end_places(list(own), by=by, at=at)
    return row


@transaction.atomic
@audit.together()
def restore_account(person: User, *, keeper: Keeper) -> User:
    """Bring the account back with what went with it; its credentials are due.

    An organization whose address another one has by now stays on the page of deleted places. Raises
    User.DoesNotExist if it is not deleted, or not kept any more.
    """
    row = User.objects.get(pk=person.pk)
    at = row.deleted_at
    back = deleted_accounts.reopen_account(row, keeper=keeper)
    for place in _went_with(row, at):
        with suppress(SlugTaken):
            place_deletion.restore_place(
                place, person=keeper.user, caller=keeper.caller, with_account=True
            )
    return back


def purge_accounts(*, now: datetime) -> int:
    """Delete the accounts whose seven days are over, with their places. Returns how many."""
    found = deleted_accounts.accounts_to_purge(now)
    for person in found:
        for place in _went_with(person, person.deleted_at):
            place_deletion.purge_whole_place(place)
        deleted_accounts.purge_account(person)
    return len(found)


def _went_with(person: User, at: datetime | None) -> list[Workspace | Organization]:
    """The personal workspace, and the organizations that were deleted with the account."""
    return [
        *Workspace.every.filter(owner=person, deleted_at=at),
        *Organization.every.filter(members__user=person, deleted_at=at),
    ]
