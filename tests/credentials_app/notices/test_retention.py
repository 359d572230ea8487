"""Old notices go; what is still needed so that nobody hears it twice stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from credentials_app import notices
from credentials_app.models import Notice, Outage
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OLD, NEW = NOON - 91 * DAY, NOON - 89 * DAY
SERVER = str(scenes.REGISTRY)

CASES: dict[str, tuple[dict[str, Any], bool]] = {
    "mailed long ago": ({"mailed_at": OLD}, False),
    "mailed lately": ({"mailed_at": NEW}, True),
    "not mailed yet": ({"mailed_at": None}, True),
    "the end it told of is over": ({"mailed_at": OLD, "ends_at": NOON - DAY}, False),
    "the end it told of is to come": ({"mailed_at": OLD, "ends_at": NOON + DAY}, True),
    "the outage goes on": ({"mailed_at": OLD, "kind": "unreachable", "server": SERVER}, True),
    "another outage is over": (
        {"mailed_at": OLD, "kind": "unreachable", "server": "https://quay.example.net"},
        False,
    ),
}


def outage(server: str, over_at: datetime | None) -> Outage:
    return Outage.objects.create(server=server, since=OLD, noted_at=OLD, over_at=over_at)


@pytest.mark.parametrize("case", CASES)
def test_what_is_forgotten(case: str) -> None:
    columns, stays = CASES[case]
    outage(SERVER, None), outage("https://quay.example.net", OLD)
    values = {"kind": "bad", "key": "k", "made_at": OLD, "due_at": OLD, **columns}
    Notice.objects.create(person=cast.alice(), workspace=cast.workspace(), **values)
    assert notices.delete_old_notices(now=NOON) == (0 if stays else 1)
    assert Notice.objects.exists() is stays
    assert [each.server for each in Outage.objects.all()] == [SERVER]
