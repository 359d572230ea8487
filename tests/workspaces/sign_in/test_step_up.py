"""Step-up: which routes ask for the proof once more, and what becomes of what was sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import cast
from tests.credentials_app import scenes
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
    "admin:account_delete": "deletion of an account",
    "admin:account_bring_back": "deletion of an account",
    "overview:account_delete": "deletion of an account",
    "workspaces:factor_app": "one's own factors",
    "workspaces:factor_app_remove": "one's own factors",
    "workspaces:codes": "one's own factors",
    "workspaces:factor_passkey": "one's own factors",
    "workspaces:factor_passkey_remove": "one's own factors",
    "workspaces:openid_link": "one's own ways in",
    "workspaces:openid_unlink": "one's own ways in",
    "account_set_password": "one's own ways in",
    "account_email": "one's own address",
    "workspaces:organization_factor": "the rule of an organization",
    "workspaces:organization_role": "roles of an organization",
    "workspaces:member_remove": "roles of an organization",
    "workspaces:team_delete": "roles of an organization",
    "workspaces:team_member_add": "roles of an organization",
    "workspaces:team_role": "roles of a workspace",
    "workspaces:participant_role": "roles of a workspace",
    "workspaces:organization_invite": "the role of an owner, places in teams",
    "workspaces:invite": "roles of a workspace: admin and owner",
    "credentials:rule_add": "plain http, a private authority",
    "credentials:rule_edit": "plain http, a private authority",
    "credentials:rule_delete": "plain http, a private authority",
    "credentials:sign_in": "a host that receives the password",
    "credentials:bring_back": "a former secret",
    "my_credentials:rule_add": "plain http, a private authority",
    "my_credentials:rule_edit": "plain http, a private authority",
    "my_credentials:rule_delete": "plain http, a private authority",
    "my_credentials:sign_in": "a host that receives the password",
    "my_credentials:bring_back": "a former secret",
    "credentials:export": "secrets that leave",
    "credentials:export_policy": "secrets that leave",
    "my_credentials:export": "secrets that leave",
    "my_credentials:export_policy": "secrets that leave",
    "workspaces:token_add": "a new API token",
    "credentials:delete_workspace": "the end of a workspace",
    "my_credentials:delete_workspace": "the end of a workspace",
    "overview:organization_delete": "the end of an organization",
    "overview:place_purge": "the end of what is in the bin",
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


PATHS = [
    "/account/factors/app/",
    "/account/factors/app/remove/",
    "/account/factors/recovery-codes/",
    "/account/factors/passkeys/add/",
    "/account/email/",
    "/organizations/acme/second-factor/",
    "/o/acme/web/credentials/servers/add/",
    "/o/acme/web/people/{bob}/role/",
    "/o/acme/web/people/invite/",
    "/o/acme/web/credentials/{credential}/sign-in/",
    "/o/acme/web/credentials/{credential}/bring-back/",
    "/o/acme/web/credentials/export/",
    "/account/tokens/add/",
]
BODY = {
    "code": CANARY,
    "act": CANARY,
    "email": f"{CANARY}@example.org",
    "action_add": "",
    "server": CANARY,
    "ca_bundle": CANARY,
    "secret": CANARY,
    "former": CANARY,
    "role": "owner",
    "name": CANARY,
    "credential": CANARY,
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_the_body_that_an_old_sign_in_sends_is_in_no_table(path: str) -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    credential = scenes.stored(by=cast.seat(place))
    full = path.format(bob=cast.bob().pk, credential=credential.pk)
    browser = old_sign_in(cast.client_for(cast.alice()))
    before = AuditEvent.objects.count()
    answer = browser.post(full, BODY)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert AuditEvent.objects.count() == before
    assert rows_with(CANARY) == []
    assert "Nothing was changed yet" in browser.get(answer.headers["Location"]).content.decode()
    fragment = browser.post(full, BODY, headers={"hx-request": "true"})
    assert fragment.headers["HX-Redirect"].startswith("/account/reauthenticate/")


@pytest.mark.django_db
def test_an_invitation_of_a_viewer_asks_for_nothing() -> None:
    cast.workspace()
    browser = old_sign_in(cast.client_for(cast.alice()))
    said = {"email": "new@example.org", "role": "viewer"}
    answer = browser.post("/o/acme/web/people/invite/", said)
    assert answer.headers["Location"] == "/o/acme/web/people/"
    assert rows_with("new@example.org")


@pytest.mark.django_db
def test_a_body_that_is_kept_in_a_session_would_be_noticed() -> None:
    browser = cast.client_for(cast.alice())
    session = browser.session
    session["account_reauthentication_state"] = {"request": {"body": CANARY}}
    session.save()
    assert rows_with(CANARY) == ["django_session"]
