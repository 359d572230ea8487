"""Adding and editing through the pages: what is stored, rung for, adopted and asked again."""

from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from credentials_app import secrets
from credentials_app.checks import check, leases, progress
from credentials_app.models import Credential, Trial
from credentials_app.secrets import Reason
from credentials_app.services import credentials
from credentials_app.services.columns import version_of
from credentials_app.services.errors import NameTaken
from credentials_app.status import Status
from registry.evidence import NextRequest, StepName
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "deploy",
    "provider": "generic",
    "username": "ci-robot",
    "secret": scenes.PASSWORD,
    "server": "registry.example.org",
    "need": "pull",
}


def send(visitor: Client, seat: Seat, act: str = "add", **values: Any) -> Any:
    return visitor.post(credentials_url(seat.workspace, "add"), {**GOOD, "act": act, **values})


def secret_of(row: Credential) -> str:
    row.refresh_from_db()
    return secrets.open_secret(row, reason=Reason.CHECK).secret.reveal()


def test_add_stores_rings_and_shows_it(
    visitor: Client, seat: Seat, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        patch("credentials_app.tasks.check_credential.delay") as rung,
        django_capture_on_commit_callbacks(execute=True),
    ):
        answer = send(visitor, seat)
    row = Credential.objects.get()
    assert answer.url == credentials_url(seat.workspace, "detail", pk=row.pk)
    assert (row.name, row.server, row.status) == (
        "deploy",
        "https://registry.example.org",
        Status.UNVERIFIED,
    )
    assert secret_of(row) == scenes.PASSWORD
    rung.assert_called_once_with(row.pk)
    page = visitor.get(answer.url).content.decode()
    assert "was added" in page
    assert "Checking" in page


def test_a_personal_credential_is_added_at_an_address_of_its_own() -> None:
    visitor = cast.client_for(cast.bob())
    answer = visitor.post("/me/credentials/add/", GOOD)
    row = Credential.objects.get()
    assert answer.url == f"/me/credentials/{row.pk}/"
    assert row.workspace == cast.bob().personal_workspace


def test_the_one_who_comes_second_is_told_that_the_name_is_taken(
    visitor: Client, seat: Seat
) -> None:
    """Both forms looked free when they were sent; the database let one of them in."""
    with patch("credentials_app.views.edit.add_credential", side_effect=NameTaken):
        answer = send(visitor, seat)
    assert answer.status_code == 200
    assert "already has a credential" in str(answer.context["form"].errors["name"])
    assert scenes.PASSWORD not in answer.content.decode()


@pytest.mark.parametrize(("typed", "taken"), [("DEPLOY", True), ("deploy2", False), ("", False)])
def test_a_taken_name_is_told_while_typing(
    visitor: Client, seat: Seat, typed: str, taken: bool
) -> None:
    scenes.stored("deploy", by=seat)
    answer = visitor.get(credentials_url(seat.workspace, "name"), {"name": typed})
    assert ("taken" in answer.content.decode()) is taken


def test_its_own_name_is_not_taken_while_editing(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    values = {"name": "deploy", "but": str(row.pk)}
    assert (
        "taken" not in visitor.get(credentials_url(seat.workspace, "name"), values).content.decode()
    )


def test_check_makes_a_trial_and_stores_nothing(visitor: Client, seat: Seat) -> None:
    answer = send(visitor, seat, "check", notes="kept notes")
    page = answer.content.decode()
    trial = Trial.objects.get()
    assert not Credential.objects.exists()
    assert "Checking" in page
    assert "kept notes" in page
    assert f'name="trial" value="{trial.pk}"' in page
    assert scenes.PASSWORD not in page


def test_a_script_gets_only_the_form(visitor: Client, seat: Seat) -> None:
    values = {**GOOD, "act": "check"}
    answer = visitor.post(
        credentials_url(seat.workspace, "add"), values, headers={"HX-Request": "true"}
    )
    page = answer.content.decode()
    assert page.lstrip().startswith("<form")
    assert 'hx-trigger="load delay:' in page


def test_the_panel_says_what_the_registry_said(visitor: Client, seat: Seat) -> None:
    send(visitor, seat, "check")
    trial = Trial.objects.get()
    address = credentials_url(seat.workspace, "trial", pk=trial.pk)
    assert "load delay:" in visitor.get(address).content.decode()
    [row] = check.claim_for_check(Trial, [trial.pk])
    with progress.shown_to_person(row) as follow:
        follow(NextRequest(StepName.PING, scenes.REGISTRY, (), "generic"))
        assert "Reach registry.example.org" in visitor.get(address).content.decode()
    leases.release(row)
    with scenes.registry_says(Outcome.REJECTED):
        check.check_one(Trial, trial.pk)
    page = visitor.get(address).content.decode()
    assert "refused the user name and password" in page
    assert "hx-get" not in page


def test_a_trial_is_seen_by_its_maker_alone(visitor: Client, seat: Seat) -> None:
    send(visitor, seat, "check")
    cast.participant(seat.workspace, cast.bob(), "admin")
    address = credentials_url(seat.workspace, "trial", pk=Trial.objects.get().pk)
    assert cast.client_for(cast.bob()).get(address).status_code == 404


def test_add_adopts_what_the_trial_found_without_the_password_again(
    visitor: Client, seat: Seat
) -> None:
    send(visitor, seat, "check")
    trial = Trial.objects.get()
    with scenes.registry_says(Outcome.VALID):
        check.check_one(Trial, trial.pk)
    answer = send(visitor, seat, secret="", trial=str(trial.pk))
    assert answer.status_code == 302
    row = Credential.objects.get()
    assert row.status == Status.VALID
    assert secret_of(row) == scenes.PASSWORD


def test_a_trial_that_is_gone_asks_for_the_password(visitor: Client, seat: Seat) -> None:
    answer = send(visitor, seat, secret="", trial="11111111-1111-4111-8111-111111111111")
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["secret"]


def test_the_trial_panel_asks_about_a_stranger_and_goes_on_when_trusted(
    visitor: Client, seat: Seat
) -> None:
    send(visitor, seat, "check")
    trial = Trial.objects.get()
    asking = scenes.verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    with scenes.registry_says(asking, scenes.evidence(realm=None)):
        check.check_one(Trial, trial.pk)
    page = visitor.get(credentials_url(seat.workspace, "trial", pk=trial.pk)).content.decode()
    assert "sign-in.example.net" in page
    values = {"trial": str(trial.pk), "asks": str(scenes.STRANGER), "secret": ""}
    page = send(visitor, seat, "confirm", **values).content.decode()
    assert "Checking" in page
    trial.refresh_from_db()
    assert trial.asks == ""


def test_many_trials_in_a_minute_are_told_to_wait(visitor: Client, seat: Seat) -> None:
    for _ in range(10):
        send(visitor, seat, "check")
    answer = send(visitor, seat, "check")
    assert (
        "You asked for 10 checks within a minute. The next is possible in"
        in answer.content.decode()
    )
    assert Trial.objects.count() == 10


def edit(visitor: Client, seat: Seat, row: Credential, **values: Any) -> Any:
    row.refresh_from_db()
    known = {**GOOD, "secret": "", "seen": version_of(row)}
    return visitor.post(credentials_url(seat.workspace, "edit", pk=row.pk), {**known, **values})


def test_editing_keeps_the_secret(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    assert edit(visitor, seat, row, name="renamed", notes="new").status_code == 302
    assert secret_of(row) == scenes.PASSWORD
    assert (row.name, row.notes) == ("renamed", "new")


@pytest.mark.parametrize("change", [{"server": "evil.example.net"}, {"username": "somebody-else"}])
def test_another_recipient_asks_for_the_password_again(
    visitor: Client, seat: Seat, change: dict[str, str]
) -> None:
    row = scenes.stored("deploy", by=seat)
    answer = edit(visitor, seat, row, **change)
    assert answer.status_code == 200
    assert "Enter the password again" in str(answer.context["form"].errors["secret"])
    row.refresh_from_db()
    assert (row.server, row.username) == ("https://registry.example.org", "ci-robot")
    assert edit(visitor, seat, row, **change, secret="made-up-password-2").status_code == 302
    assert secret_of(row) == "made-up-password-2"


def test_the_edit_form_shows_what_is_stored_but_the_secret(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, repository="team/app", push=True, notes="stored notes")
    page = visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)).content.decode()
    for text in ("team/app", "stored notes", 'value="registry.example.org"', "ci-robot"):
        assert text in page
    assert scenes.PASSWORD not in page


def test_the_same_login_twice_is_warned_about(visitor: Client, seat: Seat) -> None:
    scenes.stored("first", by=seat)
    page = visitor.get(send(visitor, seat).url).content.decode()
    assert "is for the same server, user name and repository" in page


def test_spaces_around_a_password_are_removed_and_told(visitor: Client, seat: Seat) -> None:
    answer = send(visitor, seat, secret=f"  {scenes.PASSWORD}\n")
    assert secret_of(Credential.objects.get()) == scenes.PASSWORD
    assert "around the password were removed" in visitor.get(answer.url).content.decode()


def test_deleting_asks_for_the_very_name(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("Deploy", by=seat)
    address = credentials_url(seat.workspace, "delete", pk=row.pk)
    answer = visitor.post(address, {"name": "deploy"})
    assert "nothing was deleted" in answer.content.decode()
    assert Credential.objects.filter(pk=row.pk).exists()
    assert visitor.post(address, {"name": "Deploy"}).url == credentials_url(seat.workspace, "list")
    assert not Credential.objects.exists()


def test_one_that_vanished_meanwhile_is_not_found(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    with patch.object(credentials, "locked", side_effect=Credential.DoesNotExist):
        assert edit(visitor, seat, row, name="renamed").status_code == 404


def test_the_summary_says_what_is_not_in_the_fields_any_more(visitor: Client, seat: Seat) -> None:
    token = "glpat-" + "madeupmadeupmadeup12"
    told = send(visitor, seat, notes=f"made with {token}").content.decode()
    assert "except the password and what looked like a token in another field" in told
    assert token not in told
