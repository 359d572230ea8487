"""Holds a confirmed refusal back for five minutes, while other logins of the tenant are checked.

One refused login says little: the sign-in itself may be broken. Two other trusted logins of the
tenant at the same sign-in are checked before people hear of it.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from credentials_app.checks import leases
from credentials_app.checks.result import CheckResult
from credentials_app.models import IS_TRUSTED, Credential, Trial
from credentials_app.pacing.sign_in_outage import BELIEVED_AFTER, OTHERS_TO_CHECK
from credentials_app.pacing.tenants import is_of_tenant
from registry.outcome import Outcome


def hold_back(row: Credential | Trial, result: CheckResult, tenant: str, now: datetime) -> bool:
    """Hold this confirmation back, and make two other logins due; False: record it now."""
    if not isinstance(row, Credential) or not _confirms(row, result):
        return False
    others = _others(row, tenant, now)
    if len(others) < OTHERS_TO_CHECK:
        return False
    due_later = Q(next_check_at__gt=now)
    chosen = Credential.objects.filter(due_later, pk__in=others[:OTHERS_TO_CHECK])
    chosen.filter(lease_id__isnull=True).update(next_check_at=now)
    leases.hold_confirmation(row, refused_at=now, until=now + BELIEVED_AFTER)
    return True


def _confirms(row: Credential, result: CheckResult) -> bool:
    refused = result.verdict.outcome is Outcome.REJECTED and row.asked_at is None
    return refused and row.ever_valid and row.rejections == 1 and row.refused_again_at is None


def _others(row: Credential, tenant: str, now: datetime) -> list[UUID]:
    """One trusted login of each other account of the tenant at this sign-in."""
    found: dict[str | UUID, UUID] = {}
    rows = Credential.objects.filter(is_of_tenant(tenant, now), IS_TRUSTED, sign_in=row.sign_in)
    keys = rows.exclude(pk=row.pk).filter(next_check_at__isnull=False).order_by("-last_good_at")
    for pk, account in keys.values_list("pk", "account")[:50]:
        if not account or account != row.account:
            found.setdefault(account or pk, pk)
    return list(found.values())
