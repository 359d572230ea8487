"""Actions on linked accounts: find a person by one, link, remove, and make an account by one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from registry.providers.tokens_in_text import has_token
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails.change_mail import tell_change
from workspaces.members import invitations, people
from workspaces.models import Invitation, LinkedAccount, User
from workspaces.openid.failures import LINKED_ELSEWHERE, STRANGER, SignInEnded
from workspaces.openid.identity import Identity
from workspaces.openid.providers import IdentityProvider, providers
from workspaces.rights.refusals import AddressTaken, Refusal

LONGEST_NAME = 100
LONGEST_LABEL = 254


class LastWayIn(Refusal):
    """The person could not sign in any more."""

    words = (
        "This is your only way to sign in. Set a password, add a passkey or link another account "
        "first."
    )


class HasOne(Refusal):
    """The person has a linked account of this provider already."""

    words = "You have linked an account of {name} already. Remove that link to link another one."


@dataclass(frozen=True)
class Link:
    """A provider on the account page: the person's account there, if one is linked."""

    name: str
    word: str
    id: UUID | None = None
    label: str = ""
    last_used_at: datetime | None = None


def links_of(person: User) -> list[Link]:
    """One for each provider, then those whose provider is not set up any more; in one query."""
    rows = {row.issuer: row for row in LinkedAccount.objects.filter(person=person)}
    found = [_link(each.name, each.word, rows.pop(each.issuer, None)) for each in providers()]
    return found + [_link(row.provider, "", row) for row in rows.values()]


def linked_providers(person: User) -> list[IdentityProvider]:
    """The providers by which this person can sign in."""
    rows = LinkedAccount.objects.filter(person=person)
    issuers = set(rows.values_list("issuer", flat=True))
    return [each for each in providers() if each.issuer in issuers]


def refuse_last_way_in(person: User, *, but_issuer: str = "", but_passkey: str = "") -> None:
    """Raise LastWayIn if nothing else than this account or passkey signs the person in."""
    usable = [each for each in linked_providers(person) if each.issuer != but_issuer]
    passkeys = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    others = passkeys.exclude(data__id=but_passkey) if but_passkey else passkeys
    if not (person.has_usable_password() or usable or others.exists()):
        raise LastWayIn


def person_of_identity(identity: Identity) -> User | None:
    """Who signs in by this account, by issuer and subject; the use is written down."""
    row = _rows(identity).select_related("person").first()
    if row is None:
        return None
    row.last_used_at = timezone.now()
    row.label = _label(identity) or row.label
    row.save(update_fields=["last_used_at", "label"])
    return row.person


@transaction.atomic
@audit.together()
def add_link(
    person: User, provider: IdentityProvider, identity: Identity, *, caller: Caller
) -> None:
    """Link an account. Raises HasOne, and SignInEnded if it is somebody else's."""
    people.lock_person(person)
    row = _rows(identity).first()
    if row is not None and row.person_id == person.pk:
        return
    if row is not None:
        raise SignInEnded(LINKED_ELSEWHERE, "link: the account is linked with another person")
    if LinkedAccount.objects.filter(person=person, issuer=identity.issuer).exists():
        raise HasOne(HasOne.words.format(name=provider.name))
    _add(person, provider, identity, caller)
    _mail(person, f"Sign-in with {provider.name} was added", caller)


@transaction.atomic
@audit.together()
def remove_link(person: User, pk: UUID, *, caller: Caller) -> str:
    """Remove a link; returns the name of its provider. Raises LastWayIn, DoesNotExist."""
    people.lock_person(person)
    row = LinkedAccount.objects.get(pk=pk, person=person)
    refuse_last_way_in(person, but_issuer=row.issuer)
    name = next((each.name for each in providers() if each.issuer == row.issuer), row.provider)
    row.delete()
    details = {"provider": row.provider, "name": row.label}
    audit.record(
        "accounts:link:remove", actor=person, target=person, caller=caller, details=details
    )
    _mail(person, f"Sign-in with {name} was removed", caller)
    return name


@transaction.atomic
@audit.together()
def join_by_domain(provider: IdentityProvider, identity: Identity, *, caller: Caller) -> User:
    """A new account for somebody of an allowed domain. Raises SignInEnded for all others.

    An account that has the address already is left alone: its person links the provider.
    """
    address = identity.address.strip().lower()
    if not (identity.is_address_proven and _is_address(address) and provider.takes(address)):
        raise SignInEnded(STRANGER, "the account is linked with nobody, and its domain not allowed")
    name = name_of(identity, address)
    try:
        person = people.add_person(email=address, name=name, password=None, caller=caller)
    except AddressTaken:
        raise SignInEnded(STRANGER, "an account has the address and no link") from None
    _add(person, provider, identity, caller)
    return person


@transaction.atomic
@audit.together()
def join_by_invitation(
    provider: IdentityProvider, identity: Identity, token: str, *, caller: Caller
) -> tuple[User, Invitation]:
    """A new account with the address of the invitation, whose link proves it.

    Raises what :func:`invitations.accept_as_newcomer` raises.
    """
    invitation = invitations.find_invitation(token)
    name = name_of(identity, invitation.email)
    person = invitations.accept_as_newcomer(token, name=name, password=None, caller=caller)
    _add(person, provider, identity, caller)
    return person, invitation


def name_of(identity: Identity, address: str) -> str:
    """The name that the provider tells, if it can be one; else the start of the address."""
    told = "".join(sign for sign in identity.name if sign.isprintable()).strip()[:LONGEST_NAME]
    return told if told and not has_token(told) else address.partition("@")[0][:LONGEST_NAME]


def _add(person: User, provider: IdentityProvider, identity: Identity, caller: Caller) -> None:
    try:
        with transaction.atomic():
            LinkedAccount.objects.create(
                person=person,
                provider=provider.word,
                issuer=identity.issuer,
                subject=identity.subject,
                label=_label(identity),
                last_used_at=timezone.now(),
            )
    except IntegrityError:  # two answers at the same moment
        raise SignInEnded(LINKED_ELSEWHERE, "link: the account was linked meanwhile") from None
    details = {"provider": provider.word, "name": _label(identity)}
    audit.record("accounts:link:add", actor=person, target=person, caller=caller, details=details)


def _rows(identity: Identity) -> "QuerySet[LinkedAccount]":
    return LinkedAccount.objects.filter(issuer=identity.issuer, subject=identity.subject)


def _label(identity: Identity) -> str:
    """What the account is called there: its address, else its name."""
    label = identity.address or identity.name
    plain = "".join(sign for sign in label if sign.isprintable())[:LONGEST_LABEL]
    return "" if has_token(plain) else plain


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= LONGEST_LABEL and not has_token(address)


def _link(name: str, word: str, row: LinkedAccount | None) -> Link:
    if row is None:
        return Link(name, word)
    return Link(name, word, row.pk, row.label or row.subject, row.last_used_at)


def _mail(person: User, heading: str, caller: Caller) -> None:
    tell_change(person, heading, caller, page="workspaces:account", action="Look at your account")
