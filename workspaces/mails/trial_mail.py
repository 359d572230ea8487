"""The test mail that administrators send to themselves, through the outbox as any mail."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from common import throttle
from common.links import host_of_site
from common.models import OutgoingMail
from common.outbox import Words
from common.throttle import Limit
from workspaces import audit
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.mails.status import TEST_KEY, ShownMail
from workspaces.models import User
from workspaces.rights.access import has_right
from workspaces.rights.refusals import TooManyTestMails
from workspaces.rights.roles import InstanceCan

MAX_TEST_MAILS, WINDOW = 5, timedelta(minutes=5)


def send_test_mail(person: User, *, caller: Caller) -> OutgoingMail:
    """Add a test mail to the outbox. Raises PermissionDenied or TooManyTestMails."""
    if not has_right(person, InstanceCan.PEOPLE):
        raise PermissionDenied
    full = throttle.take(Limit(f"test-mails-of:{person.pk}", MAX_TEST_MAILS, WINDOW))
    if full is not None:
        raise TooManyTestMails(full.free_at)
    with transaction.atomic():
        key = f"{_key_of(person)}{uuid4()}"
        mail = compose.post(to=person.email, words=words_for(person), dedupe_key=key)
        audit.record("mails:test_mail:send", actor=person, target=person, caller=caller)
    return mail


def words_for(person: User | None = None) -> Words:
    """The text of the test mail. ``person`` is None for the command send_test_mail."""
    context = {"site": host_of_site(), "person": person}
    subject = f"Test mail of Lockkeeper at {host_of_site()}"
    zone = person.time_zone if person else "UTC"
    return compose.render_mail("test_mail", subject, context, time_zone=zone)


def sent_by(person: User, pk: UUID) -> ShownMail | None:
    """The test mail with this key, if this person sent it."""
    rows = OutgoingMail.objects.defer("body").filter(dedupe_key__startswith=_key_of(person))
    found = rows.filter(pk=pk).first()
    return ShownMail(found) if found else None


def _key_of(person: User) -> str:
    return f"{TEST_KEY}{person.pk}:"
