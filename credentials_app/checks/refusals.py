"""The memory of refused logins: what was refused is not sent again within 24 hours.

A form, *Replace* and *Check now* get the refusal of then; a scheduled refusal counts for every
copy of the login in its tenant. What is stored is a keyed digest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from credentials_app.checks.result import CheckResult
from credentials_app.models import Credential, RefusedLogin, Trial
from registry.evidence import Evidence
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message

REMEMBERED = timedelta(hours=24)


@dataclass(frozen=True)
class LoginKey:
    """A login of a tenant at a server: the digest covers user name and secret too."""

    tenant: str
    origin: str
    digest: str


class Refusals:
    """The refused logins of the servers that are asked about, read once until :meth:`clear`."""

    def __init__(self) -> None:
        self._at: dict[str, dict[LoginKey, datetime]] = {}

    def clear(self) -> None:
        self._at.clear()

    def at(self, key: LoginKey, now: datetime) -> datetime | None:
        """When this login was refused last; None: not within 24 hours."""
        if key.origin not in self._at:
            rows = RefusedLogin.objects.filter(
                origin=key.origin, refused_at__gt=now - REMEMBERED
            ).values_list("tenant", "origin", "digest", "refused_at")
            self._at[key.origin] = {LoginKey(*names): at for *names, at in rows}
        return self._at[key.origin].get(key)


def holds_for(row: Credential | Trial, refused_at: datetime) -> bool:
    """True if that refusal answers this check, so that nothing is sent.

    A scheduled check is answered only by a refusal of a copy, after its own last check.
    """
    if row.send_again:
        return False
    if row.asked_at is not None or isinstance(row, Trial):
        return True
    return row.last_checked_at is None or row.last_checked_at < refused_at


def refused_before(refused_at: datetime, now: datetime) -> CheckResult:
    """The result of a check that sends nothing, because the login was refused at that time."""
    at = refused_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    verdict = Verdict(
        outcome=Outcome.REJECTED,
        message=Message.of("cause_refused_before", at=at),
        advice=(Message.of("do_send_again"),),
    )
    return CheckResult(now, 0, Evidence(), verdict)


def remember(refused: Mapping[LoginKey, datetime]) -> None:
    """Note when the checks of these logins started: they were refused."""
    rows = [
        RefusedLogin(pk=uuid4(), tenant=k.tenant, origin=k.origin, digest=k.digest, refused_at=at)
        for k, at in refused.items()
    ]
    if rows:
        RefusedLogin.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["tenant", "origin", "digest"],
            update_fields=["refused_at"],
        )


def forget(keys: Collection[LoginKey]) -> None:
    """The registry accepted these logins."""
    digests = [key.digest for key in keys]
    if digests:
        RefusedLogin.objects.filter(digest__in=digests).delete()


def delete_old_refusals(*, now: datetime) -> None:
    """Purge what is older than 24 hours."""
    RefusedLogin.objects.filter(refused_at__lte=now - REMEMBERED).delete()
