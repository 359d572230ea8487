"""What a check of many could not show, the list says too, at once and under the same word."""

import pytest
from django.core.cache import cache

from credentials_app.checks import batch
from credentials_app.models import BulkCheckEntry, Credential
from credentials_app.services.bulk_checks import check_workspace
from credentials_app.status import Status
from registry.outcome import INCONCLUSIVE, Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db(transaction=True)
SAYS = "Could not check"


@pytest.mark.parametrize("outcome", sorted(INCONCLUSIVE))
def test_the_list_says_what_the_page_of_the_check_of_many_says(outcome: Outcome) -> None:
    cache.clear()
    seat = scenes.seat()
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    bulk = check_workspace(seat)
    with scenes.registry_says(outcome):
        batch.run_batch([row.pk])
    assert BulkCheckEntry.objects.get().outcome == outcome
    row.refresh_from_db()
    assert (row.status, row.could_not_look_shown) == (Status.VALID, True)
    visitor = cast.client_for(seat.user)
    for view, of_one in (("many", {"pk": bulk.pk}), ("list", {}), ("detail", {"pk": row.pk})):
        page = visitor.get(credentials_url(seat.workspace, view, **of_one)).content.decode()
        assert SAYS in page, view
    answer = visitor.get(credentials_url(seat.workspace, "list") + "?status=could_not_check")
    assert "deploy" in answer.content.decode()


def test_a_row_that_was_sealed_by_hand_is_told_at_once_without_anybody_asking() -> None:
    row = scenes.stored()
    Credential.objects.update(server=str(scenes.STRANGER), asked_at=None)
    with scenes.registry_says(Outcome.VALID):
        batch.run_batch([row.pk])
    row.refresh_from_db()
    assert (row.could_not_look_why, row.could_not_look_shown) == ("sealed_mismatch", True)
