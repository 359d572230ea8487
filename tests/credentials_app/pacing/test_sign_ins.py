"""Sign-ins that are permitted together: who goes first where an origin allows one more failure."""

from datetime import timedelta

import pytest

from common.clock import database_now
from credentials_app.models import Credential, SignInAttempt
from credentials_app.pacing import sign_ins
from credentials_app.pacing.sign_ins import Permit, SignIn
from credentials_app.pacing.waits import Wait
from tests.credentials_app import scenes
from tests.fairness.scenes import tenant

pytestmark = pytest.mark.django_db
BUSY, NEIGHBOR = 1, 2


def sign_in(number: int, *, asked: bool = False) -> SignIn:
    """A login of this tenant that never worked; ``asked``: a person waits for it."""
    seat = tenant(number)
    row = scenes.stored(f"deploy-{Credential.objects.count()}", by=seat)
    row.asked_at = row.asked_at if asked else None
    return SignIn(row, scenes.SIGN_IN, "", f"person:{seat.user.pk}")


def fails_twice(number: int) -> None:
    """So that the origin allows one more failure of a login that never worked."""
    of_tenant, at = f"person:{tenant(number).user.pk}", database_now() - timedelta(minutes=1)
    origin = str(scenes.SIGN_IN)
    for _ in range(2):
        SignInAttempt.objects.create(origin=origin, tenant=of_tenant, share="others", at=at)


def permitted(*wanted: SignIn) -> list[bool]:
    """Which of them are permitted, in their own order."""
    found = sign_ins.permit(wanted, database_now())
    for want, each in zip(wanted, found, strict=True):
        assert isinstance(each, Permit | Wait)
        assert isinstance(each, Wait) or each.sign_in is want
    return [isinstance(each, Permit) for each in found]


def test_the_tenant_with_fewer_failures_today_goes_first() -> None:
    fails_twice(BUSY)
    assert permitted(sign_in(BUSY), sign_in(NEIGHBOR)) == [False, True]


def test_a_person_goes_before_a_scheduled_check() -> None:
    fails_twice(BUSY)
    assert permitted(sign_in(NEIGHBOR), sign_in(BUSY, asked=True)) == [False, True]


def test_without_the_order_the_first_of_the_batch_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    monkeypatch.setattr(sign_ins, "order_of", lambda _attempt, _history: (0, 0, 0.0))
    fails_twice(BUSY)
    assert permitted(sign_in(BUSY), sign_in(NEIGHBOR)) == [True, False]


def test_nothing_wanted_is_nothing_permitted() -> None:
    assert permitted() == []
