"""The page *Doctor* asks the database as often for a large instance as for a small one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common import outbox
from common.crypto import get_key_ring
from common.outbox import Words
from common.seal_check import write_seal_checks
from credentials_app.models import Credential, ServerRule
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import everything_sealed, scenes
from workspaces import audit

pytestmark = pytest.mark.django_db
PAGE = "/admin/doctor/"
MOST = 48
"""Two for each sealed column and key of JSON, twice; the others once for each examination."""


def more(numbers: range) -> None:
    """Rows of each kind that an examination looks at, in workspaces of their own."""
    late = timezone.now() - timedelta(hours=3)
    for number in numbers:
        place = cast.workspace(f"place-{number}")
        row = scenes.stored(f"deploy-{number}", by=cast.seat(place))
        Credential.objects.filter(pk=row.pk).update(last_outcome=Outcome.SEALED_MISMATCH)
        ServerRule.objects.create(
            workspace=place,
            origin=f"https://registry-{number}.example.org",
            ca_pem="made up",
            changed_at=late,
        )
        words = Words("made-up subject", "made-up text")
        outbox.enqueue(to="bob@example.org", words=words, dedupe_key=str(number), now=late)
        audit.record("test:thing:make", seat=cast.seat(place))


def asked(browser: Client) -> list[str]:
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as found:
        assert browser.get(PAGE).status_code == 200
    return [str(query["sql"]) for query in found]


def test_it_costs_the_same_however_large_the_instance_is() -> None:
    everything_sealed.fill()
    write_seal_checks(get_key_ring())
    browser = cast.client_for(cast.administrator())
    more(range(1))
    few = asked(browser)
    more(range(1, 20))
    many = asked(browser)
    assert len(many) == len(few), "\n".join({*many} - {*few})
    assert len(few) <= MOST
