"""The way in: from a form to a mail, to a page, to a workspace."""

import pytest
from django.test import Client

from tests import cast
from tests.workspaces.mailing import link_in_last_mail, sent
from tests.workspaces.walking import PEOPLE, invitation_for, said, text
from workspaces.models import Invitation, Participant, User, Workspace

pytestmark = pytest.mark.django_db


def test_a_walk_from_the_invitation_to_the_workspace() -> None:
    cast.workspace()
    owner = cast.client_for(cast.alice())
    page = said(owner, f"{PEOPLE}invite/", email="carol@example.org", role="maintainer")
    assert "An invitation is on its way to carol@example.org" in page
    link = link_in_last_mail()
    newcomer = Client()
    assert "Join Acme / Web" in text(newcomer, link)
    assert not User.objects.filter(email="carol@example.org").exists(), "looking accepts nothing"
    answer = newcomer.post(link, {"name": "Carol", "password": cast.PASSWORD})
    assert answer.headers["Location"] == "/o/acme/web/"
    assert "Carol" in text(newcomer, PEOPLE)
    assert "Open invitations" not in text(owner, PEOPLE)
    assert Client().get(link).status_code == 404


def test_the_address_of_the_answer_leads_back_to_the_people() -> None:
    """A phone opens a tab again, or the theme is chosen there: both ask for it by GET."""
    cast.workspace()
    owner = cast.client_for(cast.alice())
    invite = f"{PEOPLE}invite/"
    chosen = {"referer": f"http://testserver{invite}"}
    answer = owner.post("/theme/", {"theme": "dark"}, headers=chosen, follow=True)
    assert [at for at, _status in answer.redirect_chain] == [invite, PEOPLE]
    assert answer.status_code == 200


def test_somebody_with_an_account_signs_in_first() -> None:
    link = invitation_for(cast.bob().email)
    page = text(Client(), link)
    assert "There is an account with this address" in page
    Client().post(link, {"name": "Bob", "password": cast.PASSWORD})
    assert not Participant.objects.filter(user=cast.bob()).exists()
    answer = cast.client_for(cast.bob()).post(link)
    assert answer.headers["Location"] == "/o/acme/web/"
    assert Participant.objects.get(user=cast.bob()).role == "user"


def test_an_invitation_for_somebody_else_is_not_accepted() -> None:
    link = invitation_for("carol@example.org")
    answer = cast.client_for(cast.mallory()).post(link)
    assert answer.status_code == 403
    assert "for another address" in answer.content.decode()


def test_a_weak_password_keeps_the_invitation_open_and_the_name_typed() -> None:
    link = invitation_for("carol@example.org")
    answer = Client().post(link, {"name": "Carol", "password": "made-up-1"})
    page = answer.content.decode()
    assert "too short" in page
    assert 'value="Carol"' in page
    assert "made-up-1" not in page
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "..", "a" * 500])
def test_a_made_up_token_is_a_plain_404(token: str) -> None:
    cast.workspace()
    assert Client().get(f"/invitations/{token}/").status_code == 404


def test_looking_for_invitations_is_slowed_down() -> None:
    cast.workspace()
    for _ in range(30):
        assert Client().get("/invitations/made-up/").status_code == 404
    assert Client().get("/invitations/made-up/").status_code == 429


def test_an_open_invitation_is_listed_and_withdrawn() -> None:
    invitation_for("carol@example.org")
    browser = cast.client_for(cast.alice())
    assert "carol@example.org" in text(browser, PEOPLE)
    path = f"/o/acme/web/invitations/{Invitation.objects.get().pk}/withdraw/"
    assert "is withdrawn" in said(browser, path)
    assert "Open invitations" not in text(browser, PEOPLE)


def test_the_words_of_a_mail_hold_no_markup_of_a_name() -> None:
    place = cast.workspace()
    Workspace.objects.filter(pk=place.pk).update(name="<b>Web</b>")
    invitation_for("carol@example.org")
    html = str(sent()[-1].alternatives[0][0])
    assert "<b>Web" not in html


@pytest.mark.parametrize(("address", "status"), [("2001:db8::{}", 429), ("2001:db8:{}::1", 404)])
def test_who_tries_links_from_many_addresses_of_one_network_is_one_client(
    address: str, status: int
) -> None:
    for number in range(1, 32):
        answer = Client(REMOTE_ADDR=address.format(number)).get("/invitations/made-up-token/")
    assert answer.status_code == status
