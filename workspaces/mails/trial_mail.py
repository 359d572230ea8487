"""The test mail: an administrator sends it to themselves, the way that every mail goes."""

from datetime import datetime, timedelta
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
from workspaces.rights.refusals import Refused
from workspaces.rights.roles import InstanceCan

OFTEN, WINDOW = 5, timedelta(minutes=5)


class TooManyTestMails(Refused):
    """Somebody keeps pressing the button."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__("That was often enough for now. Send the next one in a few minutes.")
        self.free_at = free_at


def send_test_mail(person: User, *, caller: Caller) -> OutgoingMail:
    """Put one into the outbox. Raises PermissionDenied or TooManyTestMails."""
    if not has_right(person, InstanceCan.PEOPLE):
        raise PermissionDenied
    full = throttle.take(Limit(f"test-mails-of:{person.pk}", OFTEN, WINDOW))
    if full is not None:
        raise TooManyTestMails(full.free_at)
    with transaction.atomic():
        key = f"{_key_of(person)}{uuid4()}"
        mail = compose.post(to=person.email, words=words_for(person), dedupe_key=key)
        audit.record("mails:test_mail:send", actor=person, target=person, caller=caller)
    return mail


def words_for(person: User | None = None) -> Words:
    """What it says; ``person`` None: somebody asked for it on a command line."""
    context = {"site": host_of_site(), "person": person}
    subject = f"Test mail of Lockkeeper at {host_of_site()}"
    zone = person.time_zone if person else "UTC"
    return compose.render_mail("test_mail", subject, context, time_zone=zone)


def sent_by(person: User, pk: UUID) -> ShownMail | None:
    """This person's own test mail of this key."""
    rows = OutgoingMail.objects.defer("body").filter(dedupe_key__startswith=_key_of(person))
    found = rows.filter(pk=pk).first()
    return ShownMail(found) if found else None


def _key_of(person: User) -> str:
    return f"{TEST_KEY}{person.pk}:"
