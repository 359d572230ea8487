"""Second factors of a person: add, use, remove; each change is an audit event and a mail."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction

from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails.change_mail import tell_change
from workspaces.members.people import lock_person
from workspaces.models import Organization, User
from workspaces.openid.linked_accounts import refuse_last_way_in
from workspaces.rights.refusals import NotAllowed, Refusal, TooMany
from workspaces.sign_in import totp
from workspaces.sign_in.mfa_adapter import FactorAdapter, seeds_of

Kind = Authenticator.Type
APP_NAME = "authenticator app"
KEPT = (
    "{reason}, so you keep at least one second factor. Add another one before you remove this one."
)


MOST_PASSKEYS = 20


class TooManyPasskeys(TooMany):
    """The person has as many passkeys as one may have."""

    words = "You have {most} passkeys, and no more are allowed. Remove one first."


class HasApp(Refusal):
    """The person has an authenticator app already."""

    words = "You have an authenticator app already. Remove it to use another one."


@dataclass(frozen=True)
class Passkey:
    """A passkey of a person, by the name that they gave it."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What a person has: the app, passkeys, and the number of recovery codes that are left."""

    app: Authenticator | None
    codes_left: int
    passkeys: tuple[Passkey, ...] = ()

    @property
    def is_any(self) -> bool:
        """True if there is a factor; recovery codes alone are none."""
        return self.app is not None or bool(self.passkeys)


def factors_of(person: User) -> Factors:
    """The factors of a person, in one query."""
    rows = list(Authenticator.objects.filter(user=person).order_by("pk"))
    app = next((row for row in rows if row.type == Kind.TOTP), None)
    codes = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    passkeys = tuple(_passkey(row) for row in rows if row.type == Kind.WEBAUTHN)
    return Factors(app, _left(codes) if codes else 0, passkeys)


def reasons_to_have(person: User) -> list[str]:
    """Why this person must have a second factor; empty if nobody wants it."""
    reasons = ["You are an administrator"] if person.is_staff else []
    wanting = Organization.objects.filter(members__user=person, requires_factor=True)
    names = wanting.order_by("name").values_list("name", flat=True)
    return reasons + [f"{name} requires a second factor" for name in names]


@transaction.atomic
def add_app(person: User, *, seed: str, step: int, caller: Caller) -> list[str]:
    """Add an authenticator app; ``step`` is that of the code that proved it, which is used now.

    Returns the recovery codes if they are new, else none. Raises HasApp.
    """
    lock_person(person)
    if Authenticator.objects.filter(user=person, type=Kind.TOTP).exists():
        raise HasApp
    data = {"secret": _sealed(person, seed), "last_step": step}
    Authenticator.objects.create(user=person, type=Kind.TOTP, data=data)
    _count(person)
    _tell(person, "accounts:factor:add", f"An {APP_NAME} was added", caller=caller, name=APP_NAME)
    return _first_codes(person)


@transaction.atomic
def add_passkey(
    person: User, *, name: str, credential: dict[str, Any], caller: Caller
) -> list[str]:
    """Add a passkey; ``credential`` is what the browser answered, already proven.

    Returns the recovery codes if they are new, else none. Raises TooManyPasskeys.
    """
    lock_person(person)
    if Authenticator.objects.filter(user=person, type=Kind.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise TooManyPasskeys(MOST_PASSKEYS)
    data = {"name": name, "credential": credential, "id": str(uuid4())}
    Authenticator.objects.create(user=person, type=Kind.WEBAUTHN, data=data)
    _count(person)
    _tell(person, "accounts:factor:add", "A passkey was added", caller=caller, name="passkey")
    return _first_codes(person)


@transaction.atomic
def remove_passkey(person: User, passkey: Passkey, *, caller: Caller) -> None:
    """Remove a passkey. Raises LastWayIn, and NotAllowed for the last factor of somebody who must
    have one."""
    lock_person(person)
    refuse_last_way_in(person, but_passkey=passkey.id)
    rows = Authenticator.objects.filter(user=person, type=Kind.WEBAUTHN, data__id=passkey.id)
    _refuse_the_last(person, rows.values_list("pk", flat=True))
    if rows.delete()[0]:
        _count(person)
        heading = "A passkey was removed"
        _tell(person, "accounts:factor:remove", heading, caller=caller, name="passkey")


@transaction.atomic
def remove_app(person: User, *, caller: Caller) -> bool:
    """Remove the authenticator app; False if there is none. Raises NotAllowed for the last factor
    of somebody who must have one."""
    lock_person(person)
    rows = Authenticator.objects.filter(user=person, type=Kind.TOTP)
    if not rows.exists():
        return False
    _refuse_the_last(person, rows.values_list("pk", flat=True))
    rows.delete()
    _count(person)
    heading = f"An {APP_NAME} was removed"
    _tell(person, "accounts:factor:remove", heading, caller=caller, name=APP_NAME)
    return True


@transaction.atomic
def replace_codes(person: User, *, caller: Caller) -> list[str]:
    """New recovery codes; the old ones end. Raises NotAllowed without a factor."""
    lock_person(person)
    if not factors_of(person).is_any:
        raise NotAllowed("Recovery codes stand in for a second factor: add one first.")
    _tell(person, "accounts:factor:codes", "Your recovery codes were replaced", caller=caller)
    return _make_codes(person)


@transaction.atomic
def take_code(person: User, code: str, *, caller: Caller) -> Authenticator | None:
    """The factor whose code this is; the code is used up. None if it is none, or was used.

    Raises :class:`common.crypto.CannotOpen` if the key of the seed is missing.
    """
    kinds = (Kind.TOTP, Kind.RECOVERY_CODES)
    rows = Authenticator.objects.select_for_update().filter(user=person, type__in=kinds)
    with seeds_of(person):
        found = next((row for row in rows.order_by("-type") if _takes(row, code)), None)
    if found and found.type == Kind.RECOVERY_CODES:
        left = factors_of(person).codes_left
        heading = f"A recovery code was used; {left} are left"
        _tell(person, "accounts:factor:use-code", heading, caller=caller, count=left)
    return found


@transaction.atomic
def reset_factors(person: User, *, actor: User | None, caller: Caller) -> int:
    """Remove all factors of somebody who lost them; returns how many. ``actor`` None: a command."""
    lock_person(person)
    rows = Authenticator.objects.filter(user=person)
    count: int = rows.exclude(type=Kind.RECOVERY_CODES).count()
    if not rows.exists():
        return 0
    rows.delete()
    _count(person)
    details = {"count": count}
    audit.record(
        "accounts:factor:reset", actor=actor, target=person, caller=caller, details=details
    )
    _mail(person, "An administrator removed your second factors", caller)
    return count


def _takes(row: Authenticator, code: str) -> bool:
    if row.type == Kind.RECOVERY_CODES:
        return bool(row.wrap().validate_code(code))
    seed = FactorAdapter().decrypt(row.data["secret"])
    step = totp.step_of(seed, code, now=time.time())
    if step is None or step <= row.data["last_step"]:
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True


def _make_codes(person: User) -> list[str]:
    Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).delete()
    data = {"seed": _sealed(person, RecoveryCodes.generate_seed()), "used_mask": 0}
    row = Authenticator.objects.create(user=person, type=Kind.RECOVERY_CODES, data=data)
    with seeds_of(person):
        return list(row.wrap().generate_codes())


def _sealed(person: User, seed: str) -> str:
    with seeds_of(person):
        return FactorAdapter().encrypt(seed)


def _first_codes(person: User) -> list[str]:
    """Recovery codes for who has none yet."""
    has_codes = Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).exists()
    return [] if has_codes else _make_codes(person)


def _passkey(row: Authenticator) -> Passkey:
    return Passkey(row.data["id"], row.data["name"], row.created_at, row.last_used_at)


def _left(codes: Authenticator) -> int:
    made: int = app_settings.RECOVERY_CODE_COUNT
    return made - int(codes.data["used_mask"]).bit_count()


def _refuse_the_last(person: User, removed: Iterable[int]) -> None:
    others = Authenticator.objects.filter(user=person).exclude(type=Kind.RECOVERY_CODES)
    reasons = reasons_to_have(person)
    if reasons and not others.exclude(pk__in=removed).exists():
        raise NotAllowed(KEPT.format(reason=reasons[0]))


def _count(person: User) -> None:
    """Write down whether the person has a factor; without one, recovery codes end."""
    rows = Authenticator.objects.filter(user=person)
    first = rows.exclude(type=Kind.RECOVERY_CODES).order_by("created_at").first()
    person.second_factor_at = first.created_at if first else None
    person.save(update_fields=["second_factor_at"])
    if first is None:
        rows.delete()


def _tell(
    person: User, action: str, heading: str, *, caller: Caller, **details: audit.Plain
) -> None:
    """The audit event of a change that the person made, and the mail about it."""
    audit.record(action, actor=person, target=person, caller=caller, details=details)
    _mail(person, heading, caller)


def _mail(person: User, heading: str, caller: Caller) -> None:
    tell_change(
        person, heading, caller, page="workspaces:factors", action="Look at your second factors"
    )
