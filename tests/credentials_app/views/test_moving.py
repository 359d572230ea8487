"""The page that moves a credential."""

import pytest

from credentials_app.models import Credential
from tests import cast
from tests.credentials_app import scenes
from workspaces.models.roles import Role

pytestmark = pytest.mark.django_db
SECRET = "made-up-password-2"


def text(answer: object) -> str:
    return " ".join(getattr(answer, "content", b"").decode().split())


def page_of(row: Credential) -> str:
    return f"/o/acme/web/credentials/{row.pk}/move/"


def test_it_asks_where_to_and_for_the_secret_and_says_where_it_went() -> None:
    row, there = scenes.stored(), cast.workspace("ops")
    browser = cast.client_for(cast.alice())
    assert page_of(row) in text(browser.get(f"/o/acme/web/credentials/{row.pk}/"))
    page = text(browser.get(page_of(row)))
    assert f'<option value="{there.pk}">Ops</option>' in page
    page = text(browser.post(page_of(row), {"to": str(there.pk), "name": "deploy"}))
    assert Credential.objects.get().workspace == cast.workspace()
    assert f'<option value="{there.pk}" selected>' in page
    assert "things need" not in page
    sent = {"to": str(there.pk), "name": "moved", "secret": SECRET}
    page = text(browser.post(page_of(row), sent, follow=True))
    assert "“moved” is in Acme / Ops now" in page
    assert "Moved here from another workspace" in page
    assert SECRET not in page
    assert browser.get(page_of(row)).status_code == 404


def test_a_refused_move_keeps_what_was_typed_but_the_secret() -> None:
    row, there = scenes.stored(), cast.workspace("ops")
    scenes.stored("taken", by=cast.seat(there))
    sent = {"to": str(there.pk), "name": "taken", "secret": SECRET}
    page = text(cast.client_for(cast.alice()).post(page_of(row), sent))
    assert "already has a credential of this name" in page
    assert 'value="taken"' in page
    assert SECRET not in page


@pytest.mark.parametrize("target", ["00000000-0000-0000-0000-000000000007", "other", "x", ""])
def test_another_organizations_workspace_answers_like_one_that_is_not_there(target: str) -> None:
    row = scenes.stored()
    cast.workspace("ops")
    if target == "other":
        oscar = cast.person("oscar@example.net")
        other = cast.workspace("lab", organization=cast.organization("other", owner=oscar))
        target = str(other.pk)
    sent = {"to": target, "name": "deploy", "secret": SECRET}
    page = text(cast.client_for(cast.alice()).post(page_of(row), sent))
    said = "Choose a workspace." if not target else "You may not add credentials to this workspace"
    assert said in page
    assert Credential.objects.get().workspace == cast.workspace()


def test_without_another_workspace_the_page_says_so() -> None:
    row = scenes.stored()
    page = text(cast.client_for(cast.alice()).get(page_of(row)))
    assert "There is no workspace to move it to" in page


def test_an_operator_moves_nothing_and_personal_credentials_stay() -> None:
    row = scenes.stored()
    operator = cast.participant(cast.workspace(), cast.bob(), Role.USER)
    assert cast.client_for(operator).get(page_of(row)).status_code == 403
    mine = scenes.stored(by=cast.seat(cast.personal()))
    browser = cast.client_for(cast.alice())
    assert browser.get(f"/me/credentials/{mine.pk}/move/").status_code == 404
