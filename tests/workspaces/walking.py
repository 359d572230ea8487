"""Uses pages like a browser without scripts."""

from django.test import Client

from tests import cast
from tests.workspaces.mailing import link_in_last_mail
from workspaces.members import invitations
from workspaces.models.roles import Role

PEOPLE = "/o/acme/web/people/"


def text(browser: Client, path: str) -> str:
    """The text of a page."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def said(browser: Client, path: str, **fields: str) -> str:
    """The messages after a form was sent."""
    answer = browser.post(path, fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def invitation_for(email: str) -> str:
    """Alice invites a person; returns the link in the mail."""
    invitations.invite(cast.seat(cast.workspace()), email=email, role=Role.USER)
    return link_in_last_mail()
