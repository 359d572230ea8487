"""A registry is tried with a made-up login once a day, by one check, and is remembered for it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from credentials_app.models import RegistryOrigin, SignInAttempt
from credentials_app.pacing import origins, rules
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import Evidence, StepName
from registry.login import AcceptAllProbe
from registry.outcome import Outcome
from tests.credentials_app import scenes
from tests.credentials_app.scenes import REGISTRY, evidence, step, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = scenes.NOON
LETS_ALL_IN = evidence(refuses_made_up=False)
REFUSES = evidence(refuses_made_up=True)


def learn(seen: Evidence, outcome: Outcome = Outcome.VALID) -> None:
    origins.record_probe(REGISTRY, AcceptAllProbe.TRY, seen, verdict(outcome))


def test_one_check_a_day_tries_it() -> None:
    asked = [origins.probe_for(REGISTRY, NOON) for _ in range(3)]
    assert asked == [AcceptAllProbe.TRY, AcceptAllProbe.NONE, AcceptAllProbe.NONE]
    learn(REFUSES)
    assert origins.probe_for(REGISTRY, NOON + timedelta(hours=23)) is AcceptAllProbe.NONE
    assert origins.probe_for(REGISTRY, NOON + timedelta(hours=24)) is AcceptAllProbe.TRY


@pytest.mark.parametrize("by_another", [False, True], ids=["by one of them", "by a process"])
def test_checks_that_share_the_row_claim_the_probe_once(
    by_another: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = RegistryOrigin.objects.create(origin=str(REGISTRY))
    known = {str(REGISTRY): row}
    if by_another:
        origins.probe_for(REGISTRY, NOON)
    first = AcceptAllProbe.NONE if by_another else AcceptAllProbe.TRY
    with django_assert_num_queries(1):
        asked = [origins.probe_for(REGISTRY, NOON, known=known) for _ in range(3)]
    assert asked == [first, AcceptAllProbe.NONE, AcceptAllProbe.NONE]


def test_while_the_probe_runs_a_registry_that_let_everybody_in_counts_as_such() -> None:
    origins.probe_for(REGISTRY, NOON)
    learn(LETS_ALL_IN)
    known = {str(REGISTRY): RegistryOrigin.objects.get()}
    tomorrow = NOON + timedelta(days=1)
    asked = [origins.probe_for(REGISTRY, tomorrow, known=known) for _ in range(2)]
    assert asked == [AcceptAllProbe.TRY, AcceptAllProbe.KNOWN]


def test_one_that_lets_everybody_in_is_known_for_a_day() -> None:
    origins.probe_for(REGISTRY, NOON)
    learn(LETS_ALL_IN)
    assert origins.probe_for(REGISTRY, NOON + timedelta(hours=1)) is AcceptAllProbe.KNOWN
    assert origins.probe_for(REGISTRY, NOON + timedelta(days=1)) is AcceptAllProbe.TRY


def test_after_a_look_in_vain_the_next_check_tries() -> None:
    origins.probe_for(REGISTRY, NOON)
    learn(evidence(), Outcome.UNREACHABLE)
    assert origins.probe_for(REGISTRY, NOON) is AcceptAllProbe.TRY


def test_after_a_refused_login_nobody_tries_again_that_day() -> None:
    origins.probe_for(REGISTRY, NOON)
    learn(evidence(), Outcome.REJECTED)
    assert origins.probe_for(REGISTRY, NOON) is AcceptAllProbe.NONE


def test_a_registry_known_by_its_name_is_not_doubted() -> None:
    assert (
        origins.probe_for(Origin.parse("https://registry.gitlab.com"), NOON) is AcceptAllProbe.NONE
    )
    assert not RegistryOrigin.objects.exists()


def test_a_check_carries_the_doubt_and_keeps_what_it_showed() -> None:
    row = scenes.stored()
    with scenes.registry_says(Outcome.UNPROVED, LETS_ALL_IN) as registry:
        scenes.checking.check_one(type(row), row.pk)
    assert [login.probe for login in registry.logins] == [AcceptAllProbe.TRY]
    row.refresh_from_db()
    assert row.status == Status.UNPROVED
    again = scenes.stored("second")
    with scenes.registry_says(Outcome.UNPROVED) as registry:
        scenes.checking.check_one(type(row), again.pk)
    assert [login.probe for login in registry.logins] == [AcceptAllProbe.KNOWN]


def test_a_refused_made_up_login_is_a_failed_one_for_the_budget() -> None:
    seen = evidence(step(StepName.SIGN_IN), step(StepName.MADE_UP, 401))
    assert rules.probe_failed(seen)
    scenes.checked(scenes.stored(), Outcome.VALID, seen)
    counted = SignInAttempt.objects.get()
    assert (counted.origin, counted.account) == (str(scenes.SIGN_IN), "")


def test_a_check_that_was_asked_to_wait_leaves_the_probe_to_the_next_one() -> None:
    assert origins.probe_for(REGISTRY, NOON) is AcceptAllProbe.TRY
    learn(evidence(step(), replace(step(StepName.REPOSITORY, 429), rule="throttled")))
    assert origins.probe_for(REGISTRY, NOON) is AcceptAllProbe.TRY
    learn(evidence())
    assert origins.probe_for(REGISTRY, NOON) is AcceptAllProbe.NONE
