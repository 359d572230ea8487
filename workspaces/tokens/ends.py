"""What the time does to tokens: a mail before the end, and what is forgotten after it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from common.links import absolute, host_of_site
from workspaces.mails import compose
from workspaces.models import ApiAnswer, ApiToken
from workspaces.tokens.life import KEPT_AFTER_END, living_tokens

BEFORE = timedelta(days=14)
ANSWERS_KEPT = timedelta(hours=24)
"""A repeat of a request with the same Idempotency-Key gets its answer for so long."""
AT_ONCE = 500


def remind_of_token_ends(now: datetime) -> int:
    """Mail the people of the tokens that end within two weeks; returns how many mails.

    A token that was made for less than that is left out: its person has just chosen its end.
    """
    near = living_tokens(now).filter(reminded_at=None, expires_at__lte=now + BEFORE)
    rows = near.filter(person__is_active=True, person__deleted_at=None).select_related("person")
    return sum(_remind(row, now) for row in rows.order_by("expires_at")[:AT_ONCE])


def forget_old_tokens(now: datetime) -> None:
    """Delete tokens 90 days after their end."""
    gone = Q(ended_at__lte=now - KEPT_AFTER_END) | Q(expires_at__lte=now - KEPT_AFTER_END)
    ApiToken.objects.filter(gone).delete()


def forget_old_answers(now: datetime) -> None:
    """Delete the answers of the API whose day is over."""
    ApiAnswer.objects.filter(at__lte=now - ANSWERS_KEPT).delete()


@transaction.atomic
def _remind(row: ApiToken, now: datetime) -> bool:
    """One UPDATE decides which of two workers sends the mail."""
    if not ApiToken.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=now):
        return False
    if row.expires_at - row.created_at <= BEFORE:
        return False
    person, link = row.person, absolute(reverse("workspaces:tokens"))
    context = {"row": row, "site": host_of_site(), "link": link}
    subject = f"Your API token {row.name} ends soon"
    words = compose.render_mail("token_ends", subject, context, time_zone=person.time_zone)
    compose.post(to=person.email, words=words, dedupe_key=f"token-ends:{row.pk}")
    return True
