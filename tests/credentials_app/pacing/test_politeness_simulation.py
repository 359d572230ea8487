"""Twenty-four hours of 550 credentials of one GitLab that bans, 500 of them bad."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import QuerySet

from credentials_app.models import CheckRun, Credential
from credentials_app.schedule import instance_interval
from credentials_app.status import Status
from registry.login import Login, Need
from registry.secret import Secret
from tests.credentials_app import scenes
from tests.credentials_app.fast_days import (
    RULES,
    TAKES_S,
    BanningGitLab,
    Clock,
    fast,
    most_within,
)
from tests.stand_ins.gitlab.bans import Bans
from tests.summary import POLITE, leave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]
Times = dict[str, datetime]
GOOD, BAD_TOKENS, BAD_ACCOUNTS, OF_ONE = 50, 400, 20, 5
"""500 bad ones: 400 deploy tokens, and 100 passwords that belong to 20 accounts."""
DAY, HOUR, QUARTER = timedelta(hours=24), timedelta(hours=1), timedelta(minutes=15)
SPREAD = 1.1
"""Every interval is stretched by a tenth at most."""


def cast_of_550(clock: Clock) -> None:
    """All stored, none asked for; the good ones worked before and are due in their interval."""
    seat = scenes.seat()

    def store(name: str, username: str, secret: str) -> None:
        scenes.stored(name, by=seat, provider="gitlab", username=username, secret=Secret(secret))

    for number in range(GOOD):
        store(f"good-{number}", f"gitlab+deploy-token-{number}", f"gldt-MADEUPGOOD{number:08}")
    for number in range(BAD_TOKENS):
        store(f"bad-{number}", f"gitlab+deploy-token-{1000 + number}", f"gldt-MADEUP{number:08}")
    for number in range(BAD_ACCOUNTS * OF_ONE):
        store(f"old-{number}", f"person-{number % BAD_ACCOUNTS}", "made-up!")
    Credential.objects.update(asked_at=None, next_check_at=clock(), status_since=clock())
    worked(clock, Credential.objects.filter(name__startswith="good-"))


def worked(clock: Clock, rows: QuerySet[Credential]) -> None:
    """As if each had been looked at within its interval and let in."""
    for row in rows:
        since = random.uniform(0, 1) * instance_interval()
        rows.filter(pk=row.pk).update(
            status=Status.VALID,
            ever_valid=True,
            last_checked_at=clock() - since,
            last_conclusive_at=clock() - since,
            next_check_at=clock() - since + instance_interval(),
        )


def a_day(clock: Clock) -> BanningGitLab:
    names = {f"gitlab+deploy-token-{number}" for number in range(GOOD)}
    gitlab = BanningGitLab(clock, names.__contains__)
    with fast(clock) as let_pass, scenes.registry_says(gitlab.answer):
        let_pass(DAY)
    return gitlab


def longest_gap(clock: Clock, gitlab: BanningGitLab, before: Times) -> timedelta:
    """The longest time that a good credential was not looked at."""
    gaps = [timedelta(0)]
    for name, first in before.items():
        times = [first, *gitlab.let_in[name], clock()]
        gaps += [later - earlier for earlier, later in pairwise(times)]
    return max(gaps)


@pytest.mark.parametrize(
    "expired",
    [
        pytest.param(False, id="500 bad from the start"),
        pytest.param(True, id="500 of 550 expire at once", marks=pytest.mark.long),
    ],
)
@pytest.mark.timeout(1200)
def test_five_hundred_bad_credentials_get_nobody_banned(
    expired: bool, request: pytest.FixtureRequest
) -> None:
    """Where all of them worked until this morning nobody can tell good from bad before a look:
    then a good one may have to wait for more than its interval, but never for a day."""
    random.seed(550)
    clock = Clock()
    cast_of_550(clock)
    if expired:
        worked(clock, Credential.objects.all())
    good = Credential.objects.filter(name__startswith="good-")
    before = {row.username: row.last_checked_at or clock() for row in good}
    gitlab = a_day(clock)

    of_accounts = [times for name, times in gitlab.failed_by_name.items() if "person" in name]
    most = {
        "in 3 minutes": most_within(gitlab.failed, timedelta(minutes=3)),
        "an hour": most_within(gitlab.failed, HOUR),
        "of one account in 15 minutes": max(most_within(times, QUARTER) for times in of_accounts),
        "of one account an hour": max(most_within(times, HOUR) for times in of_accounts),
    }
    gap = longest_gap(clock, gitlab, before)
    said = "; ".join(
        [
            request.node.callspec.id,
            f"{CheckRun.objects.count()} checks, {len(gitlab.failed)} failed logins",
            "at most " + ", ".join(f"{count} {window}" for window, count in most.items()),
            "bans " + ", ".join(f"{gitlab.shut_out[rule]} ({rule})" for rule in RULES),
            f"a good one waited {gap / HOUR:.1f} h at most",
        ]
    )
    leave(request.node, POLITE, said)
    assert len(gitlab.failed) > 400, "the budget is used, and not only kept"
    assert sum(gitlab.shut_out.values()) == 0, said
    assert all(most[key] <= limit for key, limit in zip(most, (5, 30, 4, 9), strict=True)), said
    assert set(good.values_list("status", flat=True)) == {Status.VALID}
    assert gap <= (DAY if expired else SPREAD * instance_interval() + timedelta(minutes=5)), said


@pytest.mark.parametrize("rule", RULES)
def test_without_politeness_each_of_the_rules_bans(rule: str) -> None:
    """The positive control: the stand-in does ban who hurries."""
    clock = Clock()
    gitlab = BanningGitLab(clock, lambda _name: False, bans={rule: Bans()})
    login = Login(scenes.REGISTRY, "ci-robot", Secret(scenes.PASSWORD))
    for _ in range(RULES[rule].max_failures + 1):
        clock.sleep(-TAKES_S / 2)
        gitlab.answer(login, Need())
    assert gitlab.shut_out[rule] == 1
