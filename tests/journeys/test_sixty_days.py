"""Sixty days of forty credentials: every mail of every person is counted, named and right."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from common.models import OutgoingMail
from config.runtime.queue import TIMETABLE
from tests.journeys.sixty_days.comparing import Comparison, compare
from tests.journeys.sixty_days.days import within
from tests.journeys.sixty_days.received_mail import ReceivedMail, reminders
from tests.journeys.sixty_days.simulation import COARSE, FINE, Pace, Result, simulate
from tests.journeys.sixty_days.stories import LENGTH, midnight, smtp_troubles
from tests.servers.smtp import Mailbox
from tests.summary import MAILED, leave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800)]
HOUR = timedelta(hours=1)
MOST_IN_AN_HOUR = 20
NOBODY_WRITES_TO = {"audrey@example.org", "mallory@example.org", "nils@example.org"}
NOT_TOLD = (
    # who (any: ""), which words, from which day to which
    ("", "healthy", 0, 43),
    ("", "refused-once", 0, 43),
    ("", "never-ends", 0, 43),
    ("", "replaced-in-time ends", 36, LENGTH),
    ("", "deleted", 7, LENGTH),
    ("", "revoked", 16, LENGTH),
    ("", "paused-for-good", 3, LENGTH),
    ("", "paused-for-a-while", 11, 24),
    ("", "acknowledged ends", 19, 26),
    ("hugo", "end-moves-by-rotation", 25, LENGTH),
    ("hugo", "blocked", 25, LENGTH),
    ("leon", "", 32, LENGTH),
    ("ulf", ":", 0, LENGTH),
)
REMINDED = {
    # Its last moment is 23:59 UTC of 16 October: 16:59 in Los Angeles, 01:59 of the 17th in Berlin.
    ("adam", "told-by-provider"): [
        ("2026-09-16 08:00", "ends in 30 days"),
        ("2026-10-02 08:00", "ends in 14 days"),
        ("2026-10-09 08:00", "ends in 7 days"),
        ("2026-10-13 08:00", "ends in 3 days"),
        ("2026-10-15 08:00", "ends in 1 day"),
        ("2026-10-16 08:00", "ends today"),
    ],
    ("vera", "told-by-provider"): [
        ("2026-09-16 08:00", "ends in 30 days"),
        ("2026-10-02 08:00", "ends in 14 days"),
        ("2026-10-09 08:00", "ends in 7 days"),
        ("2026-10-13 08:00", "ends in 3 days"),
        ("2026-10-15 08:00", "ends in 1 day"),
        ("2026-10-16 08:00", "ends in less than a day"),
    ],
    # Noon of 4 October in Auckland, whose clocks change on 27 September.
    ("kiri", "kiri-token"): [
        ("2026-09-07 12:00", "ends in 26 days"),
        ("2026-09-20 08:00", "ends in 14 days"),
        ("2026-09-27 08:00", "ends in 7 days"),
        ("2026-10-01 08:00", "ends in 3 days"),
        ("2026-10-03 08:00", "ends in 1 day"),
        ("2026-10-04 08:00", "ends today"),
    ],
    # Clocks in Berlin change on 25 October; reminders of the workspace: 60, 21 and 5 days.
    ("olga", "slow"): [
        ("2026-09-07 08:00", "ends in 54 days"),
        ("2026-10-10 08:00", "ends in 21 days"),
        ("2026-10-26 08:00", "ends in 5 days"),
    ],
}
"""Every reminder of these, in each reader's own time."""
TOLD = (
    ("hugo", "revoked: revoked"),
    ("hugo", "refused-for-good: paused"),
    ("hugo", "ops-told ends in 5 days"),
    ("mara", "It changed"),
    ("olga", "unverified"),
    ("kiri", "kiri-token works again"),
)
KINDS = {"bad", "good", "ends", "away", "back", "digest", "report", "checker"}


@pytest.mark.one_database
def test_every_mail_of_sixty_days_is_counted_named_and_right(
    mailbox: Mailbox, request: pytest.FixtureRequest
) -> None:
    expect_all_right(simulate(mailbox, 1, days=LENGTH, pace=COARSE), request.node)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_other_seeds_and_a_finer_clock_are_as_right(
    mailbox: Mailbox, request: pytest.FixtureRequest, seed: int
) -> None:
    expect_all_right(simulate(mailbox, seed, days=LENGTH, pace=FINE), request.node)


def test_a_second_run_of_the_first_days_is_identical_and_another_seed_is_not(
    mailbox: Mailbox,
) -> None:
    expect_identical(mailbox, days=5, pace=COARSE)


@pytest.mark.long
def test_a_second_run_of_all_days_is_identical_and_another_seed_is_not(mailbox: Mailbox) -> None:
    expect_identical(mailbox, days=LENGTH, pace=FINE)


def expect_identical(mailbox: Mailbox, *, days: int, pace: Pace) -> None:
    results = [simulate(mailbox, seed, days=days, pace=pace) for seed in (1, 1, 2)]
    first, again, other = ([_whole(each) for each in result.mails] for result in results)
    for result in results:
        assert _complaints(result) == []
    assert first == again
    assert [each[:3] for each in first] != [each[:3] for each in other]


def _complaints(result: Result) -> list[str]:
    """What differs between the mails of each person and the expected ones."""
    compared = (compare(result, reader.email) for reader in result.people.values())
    return [each for found in compared for each in found.complaints]


def _whole(mail: ReceivedMail) -> tuple[datetime, str, str, str, str]:
    return mail.at, mail.to, mail.subject, mail.text, mail.message_id


def expect_all_right(result: Result, item: pytest.Item) -> None:
    compared = [compare(result, reader.email) for reader in result.people.values()]
    _leave_figures(result, compared, item)
    complaints = [each for found in compared for each in found.complaints]
    assert not complaints, "\n".join(complaints)
    assert sum(len(found.mails) for found in compared) == len(result.mails), "an outsider's mail"
    assert {found.who for found in compared if not found.mails} == NOBODY_WRITES_TO
    assert {kind for found in compared for kind in found.kinds} == KINDS
    expect_each_once(result.mails)
    expect_stories(result)
    expect_no_storm(result)
    expect_local_times(result)
    expect_no_secrets(result)
    expect_nothing_left(result)


def _leave_figures(result: Result, compared: Iterable[Comparison], item: pytest.Item) -> None:
    leave(item, MAILED, result.figures())
    for found in compared:
        leave(item, MAILED, str(found))


def expect_each_once(mails: list[ReceivedMail]) -> None:
    assert len({each.message_id for each in mails}) == len(mails)
    assert len({(each.to, each.subject, each.text) for each in mails}) == len(mails)
    told = [(each.to, *reminder) for each in mails for reminder in reminders(each)]
    days_before = [each for each in told if " ends in " in each[1]]
    assert [each for each in days_before if days_before.count(each) > 1] == []


def expect_stories(result: Result) -> None:
    """What the stories say by themselves, whatever the oracle worked out."""
    for who, word, since, until in NOT_TOLD:
        for each in result.mails:
            if each.to.startswith(who) and midnight(since) <= each.at < midnight(until):
                told = [line for line in each.news if word in line and not _is_report(each)]
                assert told == [], (each.to, each.at, each.subject)
    for who, word in TOLD:
        texts = [each.text for each in result.mails if each.to.startswith(who)]
        assert any(word in text for text in texts), (who, word)
    for (who, name), wanted in REMINDED.items():
        zone = result.people[who].zone
        told = [
            (_minute(each.at.astimezone(zone)), heading.removeprefix(f"{name} "))
            for each in result.mails
            for heading, _end in reminders(each)
            if each.to.startswith(who) and heading.startswith(f"{name} ")
        ]
        assert told == wanted, (who, name)


def _minute(at: datetime) -> str:
    """The minute that it was for: a sweep comes every minute."""
    return f"{at.replace(minute=at.minute - at.minute % 2):%Y-%m-%d %H:%M}"


def _is_report(mail: ReceivedMail) -> bool:
    return mail.subject.startswith("Report of ")


def expect_no_storm(result: Result) -> None:
    """Never over 20 mails in an hour; on one day there was reason for many."""
    most = 0
    for reader in result.people.values():
        times = [each.at for each in result.mails if each.to == reader.email]
        for at in times:
            most = max(most, sum(at - HOUR < other <= at for other in times))
    assert 6 <= most <= MOST_IN_AN_HOUR


def expect_local_times(result: Result) -> None:
    """Reports come at 08:00 on the right days; the end is told by the reader's own clock."""
    zones = {reader.email: reader.zone for reader in result.people.values()}
    stories = {story.name: story for story in result.plan.stories}
    for each in result.mails:
        here = each.at.astimezone(zones[each.to])
        if _is_report(each) and not _in_trouble(each.at):
            assert (here.hour, here.minute) == (8, 0), each.subject
            assert here.isoweekday() == 1 or each.to.startswith(("mara", "bert")), each.subject
        for heading, told in reminders(each):
            story = stories[heading.partition(" ")[0]]
            assert told in story.ends_told_in(zones[each.to]), each.subject


def _in_trouble(at: datetime) -> bool:
    return any(within(at, (since, until + HOUR)) for since, until in smtp_troubles())


def expect_no_secrets(result: Result) -> None:
    secrets = [each.secret(n) for each in result.plan.stories for n in range(len(each.lives))]
    for each in result.mails:
        whole = "\n".join((each.text, each.html, *each.headers.values()))
        assert not [secret for secret in secrets if secret in whole], each.subject


def expect_nothing_left(result: Result) -> None:
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
    assert OutgoingMail.objects.count() == len(result.mails)
    assert {entry["task"] for entry in TIMETABLE.values()} <= result.task_runs.keys()
