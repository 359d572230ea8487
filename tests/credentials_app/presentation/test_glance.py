"""At one glance: may it pull, may it push? Never more than checks have shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.glance import abilities
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
BAD = (Outcome.EXPIRED, Outcome.REVOKED, Outcome.BLOCKED, Outcome.NO_ACCESS, Outcome.WRONG_SERVER)
READ, WRITE = "read_registry", "write_registry"


def said(*outcomes: Any, push: bool = True, provider: str = "gitlab") -> tuple[str, str]:
    row = scenes.stored(f"push-{push}".lower(), push=push, provider=provider)
    for outcome in outcomes:
        row = scenes.checked(row, outcome)
    pull, also_push = abilities(credential_view(row, timezone.now()))
    return str(pull.words), str(also_push.words)


def lacks(*scopes: str, provider: str = "gitlab") -> Any:
    return scenes.verdict(Outcome.MISSING_SCOPE, missing=scopes, provider=provider)


def test_what_was_never_checked_is_not_known() -> None:
    assert said() == ("Pull: not known", "Push: not known")


def test_what_works_can_what_it_is_needed_for() -> None:
    assert said(Outcome.VALID) == ("Can pull", "Can push")
    assert said(Outcome.VALID, push=False) == ("Can pull", "Push: not needed")


def test_push_that_nothing_proves_is_not_known() -> None:
    unproved = scenes.verdict(push_not_proved=True)
    assert said(unproved) == ("Can pull", "Push: not known")


@pytest.mark.parametrize("outcome", BAD)
def test_what_is_bad_can_nothing(outcome: Outcome) -> None:
    assert said(outcome) == ("Cannot pull", "Cannot push")
    assert said(outcome, push=False) == ("Cannot pull", "Push: not needed")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (lacks(WRITE), ("Can pull", "Cannot push")),
        (lacks(READ), ("Cannot pull", "Push: not known")),
        (lacks(READ, WRITE), ("Cannot pull", "Cannot push")),
        (lacks("push", provider="generic"), ("Can pull", "Cannot push")),
        (lacks("pull", provider="generic"), ("Cannot pull", "Push: not known")),
    ],
)
def test_a_missing_scope_is_of_one_action(verdict: Any, words: tuple[str, str]) -> None:
    assert said(verdict) == words


def test_after_an_inconclusive_check_the_missing_scope_is_not_known() -> None:
    assert said(lacks(WRITE), Outcome.UNREACHABLE) == ("Pull: not known", "Push: not known")


def test_three_inconclusive_checks_leave_what_the_last_good_one_showed() -> None:
    words = said(Outcome.VALID, *[Outcome.UNREACHABLE] * 3)
    assert words == ("Could pull at the last good check", "Could push at the last good check")


def test_what_has_ended_by_itself_can_nothing() -> None:
    soon = timezone.now() + timedelta(seconds=30)
    told = scenes.verdict(expires_at=soon, expires_source=ExpirySource.PROVIDER)
    row = scenes.checked(scenes.stored(push=False), told)
    view = credential_view(row, soon + timedelta(days=2))
    assert str(abilities(view)[0].words) == "Cannot pull"


def test_unproved_is_not_known() -> None:
    assert said(Outcome.UNPROVED, push=False)[0] == "Pull: not known"


def test_the_page_says_it_beside_the_status(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat, push=True), scenes.verdict(push_not_proved=True))
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    shown = page[page.index('id="abilities"') :].partition("</p>")[0]
    assert "Can pull" in shown
    assert "Push: not known" in shown
    assert "End not known" in shown
