"""Names that others chose carry no message in a mail of the instance."""

import re

import pytest

from tests import cast
from tests.workspaces.mailing import LINK, sent
from workspaces import places
from workspaces.mails.quoting import LONGEST, quoted
from workspaces.members import invitations, people
from workspaces.models.roles import Role

LURES = [
    "Your account is blocked https://evil.example/pay now",
    "Payroll www.evil.example/login",
    "evil.example",
    "evil。example",
    "evil．example",
    "Write to boss@evil.example",
    "mailto:boss@evil.example",
    "tel:+18005550100",
    "Call 0800 555 01 00 at once",
    "Call +1 (800) 555-0100",
    "x" * 100,
]
PLAIN = ["Alice", "J.R. Tolkien", "Jörg Müller-Lüdenscheidt", "Team 42", "O'Neill & Co", "株式会社"]
LOOKS_LIKE_A_LINK = re.compile(r"(?i)://|www\.|\w+[.。．｡]\w{2,}|@|mailto:|tel:|\d[\d ()./-]{6,}\d")


@pytest.mark.parametrize("name", LURES)
def test_a_lure_loses_its_link_and_its_number(name: str) -> None:
    assert LOOKS_LIKE_A_LINK.search(name) or len(name) == 100, "else this row shows nothing"
    assert not LOOKS_LIKE_A_LINK.search(quoted(name))
    assert len(quoted(name)) <= LONGEST + 2


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert quoted(name) == f"“{name}”"


@pytest.mark.django_db
@pytest.mark.parametrize("name", LURES)
def test_the_mail_of_an_invitation_has_one_link_and_a_subject_of_ours(name: str) -> None:
    person = cast.alice()
    people.change_profile(person, name=name, time_zone="UTC", caller=cast.CALLER)
    home = places.make_organization(person, name=name, slug="lure", caller=cast.CALLER)
    place = cast.workspace(organization=home)
    place.name = name
    place.save(update_fields=["name"])
    invitations.invite(cast.seat(place, person), email="victim@example.com", role=Role.VIEWER)
    letter = sent()[-1]
    assert letter.subject == "Invitation to a workspace at localhost"
    for text in (str(letter.body), str(letter.alternatives[0][0])):
        assert name not in text
        assert "evil.example" not in text
    assert len(LINK.findall(str(letter.body))) == 1
