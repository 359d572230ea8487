"""A user name that cannot fit its password: told beside the field, with a button that fills it."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
from registry.providers import by_slug
from registry.words.message import Message
from tests.credentials_app import scenes
from tests.registry.field_reports.test_user_names import RIGHT, WRONG
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NGC_KEY = "nvapi-" + "M" * 64
NGC = {
    "name": "deploy",
    "provider": "nvidia",
    "username": "ci@example.org",
    "secret": NGC_KEY,
    "server": "nvcr.io",
    "need": "pull",
    "notes": "kept notes",
}


def send(visitor: Client, seat: Seat, act: str, view: str = "add", **more: Any) -> Any:
    of = {"pk": more.pop("pk")} if "pk" in more else {}
    return visitor.post(credentials_url(seat.workspace, view, **of), {**NGC, "act": act, **more})


def shown(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(html.unescape(answer.content.decode()).split())


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', found.group(0)) if found else None
    return value.group(1) if value else ""


@pytest.mark.parametrize("act", ["add", "check"])
@pytest.mark.parametrize("case", WRONG)
def test_a_pair_that_cannot_fit_is_told_before_any_request(
    visitor: Client, seat: Seat, case: str, act: str
) -> None:
    host, provider, username, secret, wanted = WRONG[case]
    typed = {"server": host, "provider": provider, "username": username, "secret": secret}
    page = shown(send(visitor, seat, act, **typed))
    assert f"goes with the user name {wanted} only" in page
    assert f"Use this name: {wanted}</button>" in page
    assert value_of(page, "name_instead") == wanted
    assert secret not in page
    assert not Trial.objects.exists()
    assert not Credential.objects.exists()


@pytest.mark.parametrize("case", RIGHT)
def test_a_pair_that_fits_is_taken(visitor: Client, seat: Seat, case: str) -> None:
    host, provider, username, secret = RIGHT[case]
    typed = {"server": host, "provider": provider, "username": username, "secret": secret}
    assert "use_name" not in shown(send(visitor, seat, "check", **typed))
    assert Trial.objects.get().username == username


def test_the_button_fills_the_name_and_keeps_what_was_typed(visitor: Client, seat: Seat) -> None:
    page = shown(send(visitor, seat, "use_name", name_instead="$oauthtoken"))
    assert value_of(page, "username") == "$oauthtoken"
    assert value_of(page, "name") == "deploy"
    assert value_of(page, "server") == "nvcr.io"
    assert "kept notes</textarea>" in page
    assert "use_name" not in page
    assert NGC_KEY not in page
    assert not Credential.objects.exists()


def test_a_person_may_know_better(visitor: Client, seat: Seat) -> None:
    assert "Keep the user name above: it is right" in shown(send(visitor, seat, "add"))
    assert send(visitor, seat, "add", keep_name="1").status_code == 302
    assert Credential.objects.get().username == "ci@example.org"


def test_enter_adds_and_does_not_use_the_name(visitor: Client, seat: Seat) -> None:
    page = shown(send(visitor, seat, "add"))
    form = page[page.index('id="credential_form"') :]
    first = re.search(r'<button[^>]*name="act"[^>]*>', form)
    assert first is not None
    assert 'value="add"' in first.group(0)


def stored(seat: Seat, **verdict: Any) -> Credential:
    row = scenes.stored("deploy", by=seat, provider="nvidia", username="ci@example.org")
    told = {"kind": "key", "username": "$oauthtoken"}
    message = Message.of("cause_username_wanted", **told)
    return scenes.checked(row, scenes.verdict(Outcome.REJECTED, message=message, **verdict))


def test_edit_offers_the_name_that_the_last_check_told(visitor: Client, seat: Seat) -> None:
    row = stored(seat)
    page = shown(visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)))
    assert "Use this name: $oauthtoken</button>" in page
    typed = {"secret": "", "server": "registry.example.org", "name_instead": "$oauthtoken"}
    answer = shown(send(visitor, seat, "use_name", "edit", pk=row.pk, **typed))
    assert value_of(answer, "username") == "$oauthtoken"
    row.refresh_from_db()
    assert row.username == "ci@example.org"


def test_a_stored_verdict_without_its_words_takes_no_form(visitor: Client, seat: Seat) -> None:
    row = stored(seat)
    message = {"key": "cause_username_wanted", "params": {}}
    Credential.objects.update(verdict={**row.verdict, "message": message})
    page = shown(visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)))
    assert "Use this name" not in page


def test_another_login_than_the_checked_one_is_not_blamed(visitor: Client, seat: Seat) -> None:
    row = stored(seat)
    typed = {"secret": "", "server": "registry.example.com", "username": "somebody"}
    answer = send(visitor, seat, "add", "edit", pk=row.pk, **typed)
    assert "use_name" not in shown(answer)


def test_replace_leads_to_the_form_with_the_name(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, provider="nvidia", username="ci@example.org")
    address = credentials_url(seat.workspace, "replace", pk=row.pk)
    script = {"HX-Request": "true"}
    answer = visitor.post(address, {"act": "check", "secret": NGC_KEY}, headers=script)
    page = shown(answer)
    assert "This credential has ci@example.org." in page
    edit = credentials_url(seat.workspace, "edit", pk=row.pk)
    assert f'href="{edit}?username=%24oauthtoken">Use this name: $oauthtoken</a>' in page
    filled = shown(visitor.get(f"{edit}?username=%24oauthtoken"))
    assert value_of(filled, "username") == "$oauthtoken"


def test_every_kind_with_one_name_only_is_among_the_cases() -> None:
    named = {
        kind.fills for provider in ("gar", "ecr", "nvidia", "acr")
        for kind in by_slug(provider).kinds if kind.fills
    }  # fmt: skip
    assert named == {each[-1] for each in WRONG.values()} | {"oauth2accesstoken"}
