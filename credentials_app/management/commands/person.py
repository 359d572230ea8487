"""Looks after accounts from the server: for the day when no administrator can sign in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credentials_app.services import account_deletion
from workspaces.audit import Caller
from workspaces.models import User
from workspaces.rights.refusals import Refusal
from workspaces.sign_in import accounts, open_sessions
from workspaces.sign_in.accounts import Keeper

KEEPER = Keeper(None, Caller("command"))
Deed = Callable[[User, list[User]], object]


class Command(BaseCommand):
    """``person list`` shows all accounts; each other word does one thing to one of them."""

    help = (
        "Look after accounts: show them, make and unmake administrators and auditors, "
        "suspend, delete and bring back, reset second factors, end sessions. Each change is an "
        "audit event."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One word for what to do and, but for ``list``, the address of the account."""
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
        words.add_parser("list", help="list the accounts and what they are")
        for word, (_, about) in DEEDS.items():
            deed = words.add_parser(word, help=about)
            deed.add_argument("address", help="the e-mail address of the account")
            if word in {"suspend", "delete"}:
                owner = "who owns the organizations from now on that only this account owns"
                several = "an e-mail address; several times if nobody is in all of them"
                deed.add_argument("--owner", action="append", help=f"{owner}: {several}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and print what the account is now."""
        if options["word"] == "list":
            for person in User.objects.order_by("email"):
                self.stdout.write(_line(person))
            return
        person = _found(options["address"])
        owners = [_found(address) for address in options.get("owner") or ()]
        deed, _ = DEEDS[options["word"]]
        try:
            deed(person, owners)
        except Refusal as refusal:
            raise CommandError(refusal.words) from None
        self.stdout.write(_line(_found(person.email)))


def _found(address: str) -> User:
    person = User.objects.filter(email__iexact=address.strip()).first()
    if person is None:
        raise CommandError(f"No account has the address {address}. `person list` shows them all.")
    return person


def _set(*, administrator: bool | None = None, auditor: bool | None = None) -> Deed:
    def deed(person: User, _owners: list[User]) -> None:
        accounts.set_instance_rights(
            person, administrator=administrator, auditor=auditor, keeper=KEEPER
        )

    return deed


def _suspend(person: User, owners: list[User]) -> None:
    accounts.suspend(person, heirs=_heirs(person, owners), keeper=KEEPER)


def _delete(person: User, owners: list[User]) -> None:
    account_deletion.delete_account(person, heirs=_heirs(person, owners), keeper=KEEPER)


def _heirs(person: User, owners: list[User]) -> dict[UUID, User]:
    """For each organization the first of these people who is in it and may sign in."""
    found: dict[UUID, User] = {}
    for organization in accounts.owned_alone(person):
        there = accounts.heirs_of(organization, person)
        heir = next((owner for owner in owners if owner in there), None)
        if heir is not None:
            found[organization.pk] = heir
    return found


def _bring_back(person: User, _owners: list[User]) -> None:
    if person.deleted_at:
        account_deletion.restore_account(person, keeper=KEEPER)
    else:
        accounts.reinstate(person, keeper=KEEPER)


def _reset_factors(person: User, _owners: list[User]) -> None:
    accounts.forget_factors(person, keeper=KEEPER)


def _end_sessions(person: User, _owners: list[User]) -> None:
    open_sessions.end_all(person, actor=None, caller=KEEPER.caller)


DEEDS: dict[str, tuple[Deed, str]] = {
    "administrator": (_set(administrator=True), "make an administrator"),
    "no-administrator": (_set(administrator=False), "take the rights of an administrator away"),
    "auditor": (_set(auditor=True), "make an auditor"),
    "no-auditor": (_set(auditor=False), "take the rights of an auditor away"),
    "suspend": (_suspend, "suspend: nobody signs in with the account, its sessions end"),
    "delete": (_delete, "delete for seven days: personal workspace and sessions end, then purge"),
    "bring-back": (_bring_back, "bring back a deleted account, or let a suspended one sign in"),
    "reset-factors": (
        _reset_factors,
        "remove all second factors of somebody who lost them, end the sessions, mail the person",
    ),
    "end-sessions": (_end_sessions, "end all sessions: the person has to sign in again"),
}


def _line(person: User) -> str:
    marks = {"administrator": person.is_staff, "auditor": person.is_auditor}
    rights = [word for word, is_so in marks.items() if is_so]
    words = ", ".join(filter(None, [*rights, person.standing]))
    return f"{person.email}  {words or 'no rights over the instance'}"
