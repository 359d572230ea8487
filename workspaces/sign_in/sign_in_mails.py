"""Mails about sign-ins: one in a new browser, and many wrong passwords."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from common.links import absolute, host_of_site
from workspaces.audit import Caller
from workspaces.mails import compose
from workspaces.models import RefusedSignIn, User
from workspaces.sign_in.open_sessions import browser_name

MANY_FAILURES = 10
NEW_ACCOUNT = timedelta(hours=1)
"""The first sign-in of an account is no news."""


def tell_new_browser(request: HttpRequest, person: User) -> None:
    """Tell the person that somebody signed in with a browser that was not used before."""
    now = timezone.now()
    if now - person.created_at < NEW_ACCOUNT:
        return
    browser = browser_name(str(request.META.get("HTTP_USER_AGENT", "")))
    facts = {"browser": browser, "address": Caller.of(request).address, "at": now}
    _post(person, "new_browser", "A sign-in in a new browser", f"new-browser:{uuid4()}", facts)


def tell_failures(person: User) -> None:
    """Tell the person once a day, after ten wrong passwords within an hour of the clock."""
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    rows = RefusedSignIn.objects.filter(person=person, hour=hour)
    if (rows.aggregate(all=Sum("count"))["all"] or 0) < MANY_FAILURES:
        return
    key = f"wrong-passwords:{person.pk}:{now:%Y-%m-%d}"
    facts = {"count": MANY_FAILURES, "at": now}
    _post(person, "wrong_passwords", "Many wrong passwords for your account", key, facts)


def _post(person: User, template: str, subject: str, key: str, facts: dict[str, Any]) -> None:
    link = absolute(reverse("workspaces:sessions"))
    context = {**facts, "site": host_of_site(), "link": link}
    words = compose.render_mail(template, subject, context, time_zone=person.time_zone)
    compose.post(to=person.email, words=words, dedupe_key=key)
