"""The mail to a person about a change of what signs them in: factors, linked accounts."""

from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from common.links import absolute, host_of_site
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.models import User


def tell_change(person: User, heading: str, caller: Caller, *, page: str, action: str) -> None:
    """Say what changed, when and from where; ``action`` is the text of the link to ``page``."""
    context = {
        "heading": heading,
        "at": timezone.now(),
        "address": caller.address,
        "site": host_of_site(),
        "link": absolute(reverse(page)),
        "action": action,
    }
    words = compose.render_mail("factor_changed", heading, context, time_zone=person.time_zone)
    compose.post(to=person.email, words=words, dedupe_key=f"factor:{uuid4()}")
