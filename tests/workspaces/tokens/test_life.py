"""The life of tokens: who ends them, what a leaver keeps, and the mail before the end."""

from datetime import timedelta

import pytest

from common.clock import database_now
from common.models import OutgoingMail
from tests import cast
from tests.api.calls import call, token_for
from workspaces.members.participants import leave_workspace
from workspaces.models import ApiAnswer, ApiToken, AuditEvent
from workspaces.models.roles import Role
from workspaces.sign_in import accounts, deleted_accounts
from workspaces.sign_in.accounts import Keeper
from workspaces.tokens.ends import forget_old_answers, forget_old_tokens, remind_of_token_ends

pytestmark = pytest.mark.django_db


def test_a_token_ends_in_the_workspace_that_its_person_leaves() -> None:
    web, apps = cast.workspace("web"), cast.workspace("apps")
    bob = cast.participant(web, cast.bob(), Role.USER)
    cast.participant(apps, bob, Role.USER)
    both, one = token_for(bob, web, apps), token_for(bob, web)
    leave_workspace(cast.seat(web, bob))
    assert [each["slug"] for each in call("GET", "/workspaces", both).data["items"]] == ["apps"]
    assert call("GET", "/workspaces", one).code == "token_ended"
    cast.participant(web, bob, Role.USER)
    left = call("GET", "/workspaces", both).data["items"]
    assert [each["slug"] for each in left] == ["apps"], "who comes back makes another one"
    event = AuditEvent.objects.get(action="tokens:token:end")
    assert event.details["reason"] == "its person left the workspace"


def test_a_limited_token_of_before_changes_nothing() -> None:
    place = cast.workspace()
    token = token_for(cast.alice(), place)
    path = f"/workspaces/{place.pk}/credentials"
    assert call("POST", path, token, {}).code == "invalid"
    ApiToken.objects.update(prefixes=["registry.example.org/team"])
    assert call("POST", path, token, {}).code in {"invalid", "scope_missing"}
    assert call("DELETE", f"{path}/{place.pk}", token).code == "scope_missing"
    assert call("GET", path, token).status == 200, "it still reads"


def test_the_list_of_leavers_names_whose_tokens_ended() -> None:
    web = cast.workspace("web")
    bob = cast.participant(web, cast.bob(), Role.USER)
    token_for(bob, web)
    token_for(bob, web)
    browser = cast.client_for(cast.alice())
    page = "/o/acme/web/credentials/leavers/"
    assert b"API tokens that ended" not in browser.get(page).content
    leave_workspace(cast.seat(web, bob))
    listed = browser.get(page).content.decode()
    assert "API tokens that ended with them" in listed
    assert "(bob@example.org): 2 tokens" in listed


def test_suspension_and_deletion_end_all_tokens_for_good() -> None:
    place, keeper = cast.workspace(), Keeper(cast.administrator(), cast.CALLER)
    bob = cast.participant(place, cast.bob(), Role.USER)
    token = token_for(bob, place, cast.personal(bob))
    accounts.suspend(bob, heirs={}, keeper=keeper)
    accounts.reinstate(bob, keeper=keeper)
    bob.refresh_from_db()
    assert call("GET", "/workspaces", token).code == "token_ended"
    other = token_for(bob, place)
    deleted_accounts.close_account(bob, heirs={}, keeper=keeper, at=database_now())
    deleted_accounts.reopen_account(bob, keeper=keeper)
    assert call("GET", "/workspaces", other).code == "token_ended"
    assert {row.ended_how for row in ApiToken.objects.all()} == {"suspended", "deleted"}


def test_a_person_is_reminded_once_before_a_token_ends() -> None:
    place, now = cast.workspace(), database_now()
    token_for(cast.alice(), place, days=90)
    assert remind_of_token_ends(now) == 0
    assert remind_of_token_ends(now + timedelta(days=77)) == 1
    assert remind_of_token_ends(now + timedelta(days=78)) == 0
    mail = OutgoingMail.objects.get()
    assert mail.to == "alice@example.org"
    assert mail.subject == "Your API token deploy script ends soon"


def test_a_token_that_was_made_for_days_brings_no_mail() -> None:
    token_for(cast.alice(), cast.workspace(), days=7)
    assert remind_of_token_ends(database_now()) == 0


def test_ended_tokens_and_answers_are_forgotten() -> None:
    now = database_now()
    token_for(cast.alice(), cast.workspace(), days=1)
    row = ApiToken.objects.get()
    ApiAnswer.objects.create(token=row, request_key="a", route="POST /", body_hash="", at=now)
    forget_old_answers(now + timedelta(hours=23))
    assert ApiAnswer.objects.exists()
    forget_old_answers(now + timedelta(hours=24))
    assert not ApiAnswer.objects.exists()
    forget_old_tokens(now + timedelta(days=90))
    assert ApiToken.objects.exists()
    forget_old_tokens(now + timedelta(days=91, seconds=1))
    assert not ApiToken.objects.exists()
