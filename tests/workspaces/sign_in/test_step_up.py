"""Step-up: which routes ask for the proof once more, and what becomes of what was sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import cast
from workspaces.models import AuditEvent

CANARY = "cnry-step-up-made-up-4f1c9a"
# What AUTH-06 names, as far as it exists, and the reason.
NEEDS = {
    "admin:account": "the account of somebody",
    "admin:account_rights": "administrators and auditors",
    "admin:account_suspend": "suspension",
    "admin:account_restore": "suspension",
    "admin:account_end_sessions": "sessions of others",
    "admin:account_reset_factors": "factors of others",
    "workspaces:factor_app": "one's own factors",
    "workspaces:factor_app_remove": "one's own factors",
    "workspaces:codes": "one's own factors",
    "workspaces:organization_factor": "the rule of an organization",
    "workspaces:organization_role": "roles of an organization",
}


def guarded() -> set[str]:
    """The names of the routes whose view has ``needs_step_up``."""
    return set(_walk(get_resolver().url_patterns, ()))


def _walk(patterns: Any, spaces: tuple[str, ...]) -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            space = (entry.namespace,) if entry.namespace else ()
            yield from _walk(entry.url_patterns, spaces + space)
        elif isinstance(entry, URLPattern) and _is_guarded(entry.callback):
            yield ":".join((*spaces, entry.name or ""))


def _is_guarded(view: Any) -> bool:
    while view is not None:
        if getattr(view, "needs_step_up", False):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_the_routes_that_ask_once_more_are_these() -> None:
    assert guarded() == NEEDS.keys()


def old_sign_in(browser: Client) -> Client:
    session = browser.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    return browser


def rows_with(text: str) -> list[str]:
    """The tables that hold the text anywhere; sessions are decoded."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            decoded = model(**row).get_decoded() if "session_data" in row else ""
            if text in f"{row} {decoded}":
                found.append(model._meta.db_table)
    return found


@pytest.mark.django_db
def test_the_body_of_an_old_sign_in_is_in_no_table() -> None:
    cast.organization()
    browser = old_sign_in(cast.client_for(cast.alice()))
    paths = ["/account/factors/app/", "/account/factors/app/remove/", "/account/email/"]
    paths += ["/account/factors/recovery-codes/", "/organizations/acme/second-factor/"]
    for path in paths:
        body = {"code": CANARY, "act": CANARY, "email": f"{CANARY}@example.org", "action_add": ""}
        before = AuditEvent.objects.count()
        answer = browser.post(path, body)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/account/reauthenticate/"), path
        assert AuditEvent.objects.count() == before
        assert rows_with(CANARY) == [], path


@pytest.mark.django_db
def test_a_body_that_is_kept_in_a_session_would_be_noticed() -> None:
    browser = cast.client_for(cast.alice())
    session = browser.session
    session["account_reauthentication_state"] = {"request": {"body": CANARY}}
    session.save()
    assert rows_with(CANARY) == ["django_session"]
