"""A thief of a full dump tries each of its strings as a session and as an invitation."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests import cast
from tests.credentials_app import everything_sealed
from workspaces.members.invitations import invite_by_link
from workspaces.rights.roles import Role

pytestmark = pytest.mark.django_db
LONG = re.compile(r"[\w.\-:+/=]{16,}")


def strings_of_a_dump() -> set[str]:
    """Every string of sixteen or more characters in any column of any table, and its parts."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for text in LONG.findall(" ".join(map(str, row))):
                    found |= {text, *re.findall(r"\w{16,}", text)}
    return found


def opens_a_session(cookie: str) -> bool:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client.get("/account/").status_code == 200


def opens_an_invitation(path: str) -> bool:
    return Client().get(path).status_code == 200


def test_no_string_of_a_dump_is_a_session_or_an_invitation() -> None:
    everything_sealed.fill()
    cookie = cast.client_for(cast.alice()).cookies[settings.SESSION_COOKIE_NAME].value
    link = invite_by_link(cast.seat(cast.workspace()), email="guest@example.org", role=Role.VIEWER)
    path = re.sub(r"^https?://[^/]+", "", link)
    token = path.strip("/").rpartition("/")[2]
    strings = strings_of_a_dump()
    assert len(strings) > 100
    assert opens_a_session(cookie), "what the thief looks for"
    assert opens_an_invitation(path), "what the thief looks for"
    assert not {cookie, token} & strings
    used = [each for each in strings if opens_a_session(each)]
    used += [
        each
        for each in strings
        if "/" not in each and opens_an_invitation(path.replace(token, each))
    ]
    assert used == []
