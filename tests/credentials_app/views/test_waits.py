"""Pages while a check waits: the reason and the end everywhere, and a button that says so."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from credentials_app.checks import check
from credentials_app.models import Credential, Trial
from credentials_app.pacing.waits import WaitReason
from credentials_app.services import trials
from registry.evidence import StepName
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step
from workspaces.models import User
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
REFUSAL = evidence(step(StepName.PING, 401), step(status=401))
AGAIN = "Send it again (something changed at the registry)"
ACCOUNT = "Lockkeeper waits so that the account is not locked."


def wait(row: Credential | Trial, minutes: int = 51, reason: str = "account", **more: Any) -> None:
    columns = {"wait_reason": reason, "asked_at": timezone.now(), **more}
    until = timezone.now() + timedelta(minutes=minutes, seconds=30)
    type(row)._default_manager.filter(pk=row.pk).update(next_check_at=until, **columns)
    row.refresh_from_db()


def page(visitor: Client, row: Credential, view: str = "detail") -> str:
    return visitor.get(credentials_url(row.workspace, view, pk=row.pk)).content.decode()


def button(told: str) -> str:
    [found] = re.findall(r'<button class="[^"]*"\s+id="check_now"[^>]*>.*?</button>', told, re.S)
    return found


def test_the_page_tells_the_wait_by_the_readers_clock(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    wait(row)
    User.objects.filter(pk=seat.user.pk).update(time_zone="Asia/Kolkata")
    assert row.next_check_at is not None
    local = row.next_check_at + timedelta(hours=5, minutes=30)
    told = page(visitor, row)
    section = told[told.index('id="wait"') : told.index("</section>", told.index('id="wait"'))]
    clock = rf"<time [^>]*>[^<]*{local:%H:%M}</time> \(in 51\s+minutes\)"
    assert re.search(f"Waiting until {clock}", told)
    assert ACCOUNT in section
    assert "Nothing to do: the check is done by itself." in section
    assert "Check it now" not in told


def test_check_now_is_disabled_with_the_words_of_the_wait(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    wait(row)
    assert re.search(r'disabled\s+aria-describedby="wait"', button(page(visitor, row)))
    wait(row, asked_at=None)
    assert "disabled" not in button(page(visitor, row)), "a person's check goes before others"
    wait(row, asked_at=None, reason=WaitReason.BANNED.value)
    told = page(visitor, row)
    assert "disabled" in button(told)
    assert "The registry has banned our address." in told
    Credential.objects.update(next_check_at=timezone.now() - timedelta(seconds=1))
    told = page(visitor, row)
    assert "disabled" not in button(told)
    assert 'id="wait"' not in told


def test_asking_all_the_same_shows_the_wait_and_not_nothing(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    wait(row)
    answer = visitor.post(credentials_url(row.workspace, "check", pk=row.pk), follow=True)
    assert "Checking" in answer.content.decode()
    wait(row)
    assert ACCOUNT in page(visitor, row)


def test_the_list_tells_it_at_the_badge(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    wait(row)
    told = visitor.get(credentials_url(row.workspace, "list")).content.decode()
    clock = r"<time [^>]*>[^<]*\d\d:\d\d</time> \(in 51\s+minutes\)"
    assert re.search(f"until {clock}: {ACCOUNT}", told)
    Credential.objects.update(next_check_at=timezone.now(), asked_at=None)
    told = visitor.get(credentials_url(row.workspace, "list")).content.decode()
    assert ACCOUNT not in told


@pytest.mark.parametrize(("minutes", "is_too_long"), [(5, False), (31, True)])
def test_the_trial_of_the_form_tells_it_and_what_to_do(
    visitor: Client, seat: Seat, minutes: int, is_too_long: bool
) -> None:
    trial = trials.start_trial(seat, scenes.draft())
    wait(trial, minutes)
    told = visitor.get(credentials_url(seat.workspace, "trial", pk=trial.pk)).content.decode()
    assert ACCOUNT in told
    assert "asked for a pause" not in told
    assert ("kept for ten minutes only" in told) is is_too_long
    assert ("the check is done by itself" in told) is not is_too_long


def test_the_trial_of_a_replacement_tells_it_and_may_be_stored_anyway(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.REJECTED)
    address = credentials_url(row.workspace, "replace", pk=row.pk)
    answer = visitor.post(address, {"secret": "made-up-password-2", "act": "check"})
    wait(Trial.objects.get(), 31)
    told = visitor.get(answer.url).content.decode()
    assert ACCOUNT in told
    assert "Replace it anyway, and it is checked then by itself" in told
    assert 'id="act_anyway"' in told


def test_the_panel_tells_a_wait_that_a_new_secret_has_too(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    wait(row, asked_at=None, reason=WaitReason.THROTTLED.value)
    assert "The registry asks us to come back later." in page(visitor, row, "replace")
    wait(row, asked_at=None)
    assert ACCOUNT not in page(visitor, row, "replace")


def test_what_was_refused_today_is_only_sent_again_by_a_button_that_says_so(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.REJECTED, REFUSAL)
    told = page(visitor, row)
    assert AGAIN in button(told)
    assert '<input type="hidden" name="again" value="1">' in told
    row.runs.update(started_at=timezone.now() - timedelta(hours=24))
    assert "Check now" in button(page(visitor, row))
    row.runs.update(started_at=timezone.now(), secret_version=7)
    assert "Check now" in button(page(visitor, row)), "another secret was refused"
    row.runs.update(secret_version=1)
    scenes.checked(row, Outcome.VALID)
    assert "Check now" in button(page(visitor, row))


def test_a_refusal_by_memory_keeps_the_button(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.REJECTED, REFUSAL)
    visitor.post(credentials_url(row.workspace, "check", pk=row.pk))
    row.refresh_from_db()
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    assert registry.logins == []
    assert AGAIN in button(page(visitor, row))


def test_who_may_not_check_reads_the_wait_all_the_same(seat: Seat) -> None:
    row = scenes.stored(by=seat)
    wait(row)
    viewer = cast.client_for(cast.participant(seat.workspace, cast.bob(), "viewer"))
    assert ACCOUNT in page(viewer, row)
