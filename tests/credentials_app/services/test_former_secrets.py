"""Former secrets: what is kept, for how long, who gets it back, and who is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from common.clock import database_now
from common.crypto import CannotOpen
from common.fields import open_sealed
from credentials_app import secrets, tasks
from credentials_app.checks import check
from credentials_app.models import (
    Credential,
    FormerSecret,
    Notice,
    NoticeKind,
    NoticePreference,
    ServerRule,
)
from credentials_app.secrets import Reason
from credentials_app.services import credentials, deletion, former_secrets, replacement
from credentials_app.services.errors import NoWayBack, RecipientsChanged
from credentials_app.services.former_secrets import bring_back
from credentials_app.services.replacement import NewSecret
from credentials_app.services.schedule import set_workspace_rule
from credentials_app.status import Status
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db

OLD, NEW = Secret(scenes.PASSWORD), Secret("made-up-password-2")
HOUR = timedelta(hours=1)
REFUSAL = evidence(step(StepName.PING, 401), step(status=401))


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def content(row: Credential) -> secrets.SealedContent:
    row.refresh_from_db()
    return secrets.open_secret(row, reason=Reason.CHECK)


def replaced(**more: Any) -> Credential:
    """A credential whose refused secret was replaced by one that works."""
    row = scenes.checked(scenes.stored(**more), Outcome.REJECTED, REFUSAL)
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(NEW, date(2031, 7, 1)))
    return scenes.checked(row, Outcome.VALID)


def the_former() -> FormerSecret:
    return FormerSecret.objects.get()


def back(row: Credential) -> Credential:
    return bring_back(scenes.seat(), row, the_former().pk)


def age(passed: timedelta) -> None:
    FormerSecret.objects.update(ended_at=database_now() - passed)


def test_the_old_secret_comes_back_as_a_new_version_with_its_own_end() -> None:
    row = replaced(expires_on=date(2030, 1, 1))
    kept = the_former()
    assert (kept.secret_version, kept.ended_by) == (1, cast.alice().email)
    row = back(row)
    row.refresh_from_db()
    assert (row.secret_version, row.status) == (3, Status.UNVERIFIED)
    assert row.expires_on == date(2030, 1, 1)
    assert (content(row).secret, content(row).recipients) == (OLD, {scenes.SIGN_IN})
    assert (row.asked_at is not None, row.asked_at) == (True, row.next_check_at)


def test_the_one_that_it_replaces_can_be_brought_back_in_turn() -> None:
    row = back(replaced())
    assert the_former().secret_version == 2
    row = back(row)
    assert (row.secret_version, content(row).secret) == (4, NEW)


def test_a_former_secret_that_was_refused_today_is_refused_again_and_told_why() -> None:
    row = back(replaced())
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert (row.status, registry.logins) == (Status.REFUSED, [])
    assert row.verdict["message"]["key"] == "cause_refused_before"


def test_when_the_grace_time_is_over_there_is_no_way_back() -> None:
    row = replaced()
    age(timedelta(hours=72))
    former = the_former()
    with pytest.raises(NoWayBack):
        back(row)
    assert not former_secrets.former_secrets_of(row, database_now()).exists()
    tasks.prune()
    assert not FormerSecret.objects.filter(pk=former.pk).exists()
    assert content(row).secret == NEW


def test_pruning_spares_what_can_still_be_brought_back() -> None:
    row = replaced()
    age(timedelta(hours=71))
    tasks.prune()
    assert content(back(row)).secret == OLD


def keep(grace: timedelta | None) -> None:
    set_workspace_rule(scenes.seat(), check_every=None, remind_before=None, keep_former=grace)


def test_a_workspace_keeps_them_for_as_long_as_it_says() -> None:
    keep(2 * HOUR)
    row = replaced()
    age(HOUR)
    tasks.prune()
    assert FormerSecret.objects.count() == 1
    age(2 * HOUR)
    with pytest.raises(NoWayBack):
        back(row)
    tasks.prune()
    assert not FormerSecret.objects.exists()


def test_the_time_of_one_workspace_is_not_that_of_another() -> None:
    keep(2 * HOUR)
    elsewhere = cast.seat(cast.workspace("ops"))
    row = scenes.stored(by=elsewhere)
    replacement.replace_secret(elsewhere, row, NewSecret(NEW))
    replaced()
    age(3 * HOUR)
    tasks.prune()
    assert [each.credential for each in FormerSecret.objects.all()] == [row]


def test_with_zero_nothing_is_kept_and_what_was_kept_goes_at_once() -> None:
    row = replaced()
    assert FormerSecret.objects.count() == 1
    keep(timedelta(0))
    assert not FormerSecret.objects.exists()
    replacement.replace_secret(scenes.seat(), row, NewSecret(OLD))
    assert not FormerSecret.objects.exists()


def test_a_leaked_secret_is_not_kept_nor_are_those_before_it() -> None:
    row = replaced()
    replacement.replace_secret(
        scenes.seat(), row, NewSecret(Secret("made-up-password-3"), leaked=True)
    )
    assert not FormerSecret.objects.exists()
    event = AuditEvent.objects.filter(action="credentials:credential:replace").latest("at")
    assert event.details["reason"] == "leaked"


def test_deleting_the_credential_deletes_them() -> None:
    row = replaced()
    deletion.delete_credential(scenes.seat(), row)
    assert not FormerSecret.objects.exists()


def test_a_secret_that_is_replaced_in_the_form_is_kept_too() -> None:
    row = scenes.stored()
    credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=NEW))
    assert the_former().secret_version == 1


@pytest.mark.parametrize("change", [{"username": "root"}, {"server": scenes.STRANGER}])
def test_with_other_recipients_nothing_is_kept(change: dict[str, Any]) -> None:
    row = scenes.stored()
    credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=NEW, **change))
    assert not FormerSecret.objects.exists()


def pinned_elsewhere(row: Credential) -> None:
    """Another sign-in host was trusted for the present secret."""
    present = secrets.open_secret(row, reason=Reason.CHECK)
    secrets.seal(row, present.pinned_to(frozenset({scenes.STRANGER})))
    row.save(update_fields=["sealed"])


CHANGES: dict[str, Callable[[Credential], object]] = {
    "the user name": lambda row: credentials.edit_credential(
        scenes.seat(), row, scenes.draft(secret=NEW, username="root")
    ),
    "the server": lambda row: credentials.edit_credential(
        scenes.seat(), row, scenes.draft(secret=NEW, server=scenes.STRANGER)
    ),
    "the pins": pinned_elsewhere,
    "a question about the sign-in": lambda row: Credential.objects.update(
        asks=str(scenes.STRANGER)
    ),
    "the certificates": lambda row: ServerRule.objects.create(
        workspace=row.workspace, origin=row.server, ca_pem="made up", changed_at=database_now()
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_goes_to_nobody_but_those_that_it_was_stored_for(what: str) -> None:
    row = replaced()
    CHANGES[what](row)
    before = Credential.objects.values().get()
    with pytest.raises(RecipientsChanged):
        back(row)
    assert Credential.objects.values().get() == before
    assert FormerSecret.objects.count() == 1


def test_nobody_brings_one_back_for_another_credential_or_from_another_workspace() -> None:
    row, other = replaced(), scenes.stored("other")
    pk = the_former().pk
    with pytest.raises(NoWayBack):
        bring_back(scenes.seat(), other, pk)
    with pytest.raises(Credential.DoesNotExist):
        bring_back(cast.seat(cast.workspace("ops")), row, pk)


def test_a_value_that_was_moved_to_another_row_does_not_open() -> None:
    row = replaced()
    former = the_former()
    assert '"version":1' in open_sealed(former, "sealed")
    other = scenes.stored("other")
    FormerSecret.objects.update(credential=other)
    with pytest.raises(CannotOpen):
        open_sealed(the_former(), "sealed")
    with pytest.raises(NoWayBack):
        back(other)
    Credential.objects.filter(pk=row.pk).update(sealed=former.sealed)
    with pytest.raises(CannotOpen):
        content(row)


def test_history_and_audit_log_say_who_brought_it_back() -> None:
    row = back(replaced())
    change = row.changes.order_by("-at").first()
    assert change is not None
    assert (change.old, change.new, change.why) == ("valid", "unverified", "brought_back")
    event = AuditEvent.objects.get(action="credentials:secret:bring_back")
    assert event.actor_label == str(cast.alice())
    assert event.details == {"version": 1, "server": str(scenes.REGISTRY)}
    opened = AuditEvent.objects.filter(
        action="credentials:secret:open", details__reason="bring back"
    )
    assert opened.count() == 1
    told = str(list(AuditEvent.objects.values()))
    assert OLD.reveal() not in told
    assert NEW.reveal() not in told


@pytest.mark.parametrize("chose", ["at_once", "nothing", "daily", "expiry"])
def test_the_owner_gets_a_mail_whatever_they_chose(chose: str, mailoutbox: Any) -> None:
    place = cast.workspace()
    owner = cast.participant(place, cast.bob(), "user")
    NoticePreference.objects.create(
        person=owner, workspace=place, pace=chose, changed_at=database_now()
    )
    row = back(replaced(owner=owner))
    tasks.sweep_unannounced()
    [change] = row.changes.filter(tell="back")
    tasks.announce_change(change.pk)
    notice = Notice.objects.get(person=owner, kind=NoticeKind.BROUGHT_BACK)
    assert notice.mail is not None
    assert notice.mail.subject == "deploy: a former secret was brought back (Acme / Web)"
    text = open_sealed(notice.mail, "body")
    assert cast.alice().email in text
    assert OLD.reveal() not in text


def test_what_comes_after_it_does_not_take_its_place_in_the_mail() -> None:
    row = back(replaced())
    scenes.checked(row, Outcome.REJECTED)
    Notice.objects.all().delete()
    for change in row.changes.filter(told_at=None).exclude(tell=""):
        tasks.notices.announce(change.pk, now=database_now())
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds >= {NoticeKind.BROUGHT_BACK, NoticeKind.BAD}
    mail = tasks.notices.mail_due_notices(cast.alice().pk, now=database_now())
    assert mail is not None
    assert mail.subject.startswith("1 former secret brought back, 1 turned bad")


def test_past_the_limit_of_asked_checks_it_is_due_in_its_turn() -> None:
    row = replaced()
    cache.clear()
    for number in range(10):
        assert former_secrets.may_ask_now(scenes.seat()), number
    row = back(row)
    assert (row.asked_at, row.next_check_at is not None) == (None, True)
