"""Programs of one tenant take nothing from another: neither requests, nor checks, nor fetches."""

import pytest
from django.core.cache import cache

from common.clock import database_now
from credentials_app.models import Credential, RegistryOrigin, SignInAttempt
from tests.api.calls import call, token_for
from tests.credentials_app import scenes
from tests.fairness.scenes import tenant
from workspaces.models import ApiToken
from workspaces.rights.seat import Seat
from workspaces.tokens.pace import PacePolicy

pytestmark = pytest.mark.django_db(transaction=True)
IMAGE = "registry.example.org/team/app:1"


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def asked(by: Seat, row: Credential, token: str) -> str:
    """Ask for a check; "asked" or the code of the problem."""
    path = f"/workspaces/{by.workspace.pk}/credentials/{row.pk}/checks"
    answer = call("POST", path, token)
    return "asked" if answer.status < 300 else answer.code


def test_several_tokens_ask_for_as_many_checks_as_their_person() -> None:
    stranger, victim = tenant(1), tenant(2)
    rows = [scenes.stored(f"c{number}", by=stranger) for number in range(14)]
    mine = scenes.stored(by=victim)
    cache.clear()  # adding them asked for checks, too
    tokens = [token_for(stranger.user, stranger.workspace) for _ in range(3)]
    found = [asked(stranger, row, tokens[place % 3]) for place, row in enumerate(rows)]
    assert found == ["asked"] * 10 + ["asked_too_often"] * 4
    assert asked(victim, mine, token_for(victim.user, victim.workspace)) == "asked"


def test_who_has_used_up_the_requests_slows_nobody_else() -> None:
    stranger, victim = tenant(1), tenant(2)
    for each in (stranger, victim):
        scenes.stored(by=each)
    flood = token_for(stranger.user, stranger.workspace)
    taken = [[database_now().timestamp(), PacePolicy.FETCHES.quota]]
    row = ApiToken.objects.get()
    for policy in PacePolicy:
        row.windows.create(policy=policy.word, taken=taken)
    assert call("GET", "/workspaces", flood).code == "quota_exceeded"
    assert call("POST", "/fetch", flood, {"image": IMAGE}).code == "quota_exceeded"
    other = token_for(victim.user, victim.workspace)
    assert call("GET", "/workspaces", other).status == 200
    assert call("POST", "/fetch", other, {"image": IMAGE}).status == 200


def test_a_fetch_asks_no_registry_and_takes_no_share_of_one() -> None:
    stranger = tenant(1)
    scenes.stored(by=stranger)
    token = token_for(stranger.user, stranger.workspace)
    before = (list(RegistryOrigin.objects.values()), SignInAttempt.objects.count())
    asked_at = Credential.objects.values_list("asked_at", "next_check_at").get()
    for _time in range(20):
        assert call("POST", "/fetch", token, {"image": IMAGE}).status == 200
    assert (list(RegistryOrigin.objects.values()), SignInAttempt.objects.count()) == before
    assert Credential.objects.values_list("asked_at", "next_check_at").get() == asked_at
