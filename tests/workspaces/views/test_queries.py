"""A page asks the database as often for fifty rows as for one."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.workspaces.walking import PEOPLE
from workspaces import audit
from workspaces.models import Invitation, Team

pytestmark = pytest.mark.django_db


def crowd(numbers: range) -> None:
    for number in numbers:
        person = cast.person(f"number-{number}@example.org")
        cast.participant(cast.workspace(), person, "viewer")
        Invitation.objects.create(
            workspace=cast.workspace(),
            email=f"invited-{number}@example.org",
            role="user",
            invited_by=cast.alice(),
            token_hash=str(number),
            created_at=person.created_at,
            expires_at=person.created_at.replace(year=2999),
        )


def organizations(numbers: range) -> None:
    for number in numbers:
        home = cast.organization(f"number-{number}")
        cast.workspace(f"number-{number}", organization=home)
        cast.workspace(f"number-{number}", organization=cast.organization())


def invited(numbers: range) -> None:
    for number in numbers:
        made = Invitation.objects.create(
            organization=cast.organization(),
            email=f"invited-{number}@example.org",
            role="member",
            invited_by=cast.person(f"inviter-{number}@example.org"),
            token_hash=f"member {number}",
            created_at=cast.alice().created_at,
            expires_at=cast.alice().created_at.replace(year=2999),
        )
        made.teams.add(Team.objects.create(organization=cast.organization(), name=str(number)))


def events(numbers: range) -> None:
    for _ in numbers:
        audit.record("test:thing:make", seat=cast.seat(cast.workspace()))


@pytest.mark.parametrize(
    ("path", "fill"),
    [
        (PEOPLE, crowd),
        ("/organizations/", organizations),
        ("/organizations/acme/", organizations),
        ("/organizations/acme/", crowd),
        ("/organizations/acme/", invited),  # and the teams of the invitations
        ("/o/acme/web/audit-log/", events),
        ("/o/acme/web/settings/", organizations),
    ],
)
def test_a_page_asks_the_database_as_often_for_fifty_as_for_one(
    path: str, fill: Callable[[range], None]
) -> None:
    cast.workspace()
    browser = cast.client_for(cast.alice())
    counts = []
    for numbers in (range(1), range(1, 50)):
        fill(numbers)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= (9 if fill is invited else 8)
