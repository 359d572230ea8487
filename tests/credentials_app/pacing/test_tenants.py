"""Which tenant a workspace counts as."""

from datetime import timedelta

import pytest
from django.utils import timezone

from credentials_app.pacing.tenants import YOUNG, tenant_of
from tests import cast
from workspaces.models import Organization

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_personal_workspace_and_new_organizations_count_as_their_person() -> None:
    now = timezone.now()
    own = tenant_of(cast.personal(), now)
    assert own == f"person:{cast.alice().pk}"
    assert tenant_of(cast.workspace("web"), now) == own
    assert tenant_of(cast.workspace("shop", organization=cast.organization("shop")), now) == own
    assert tenant_of(cast.personal(cast.bob()), now) != own


def test_an_organization_counts_for_itself_after_thirty_days() -> None:
    place = cast.workspace("web")
    later = place.created_at + YOUNG
    assert tenant_of(place, later - DAY) == f"person:{cast.alice().pk}"
    assert tenant_of(place, later + DAY) == f"organization:{place.organization_id}"


def test_an_organization_whose_maker_left_counts_for_itself() -> None:
    place = cast.workspace("web")
    Organization.objects.update(made_by=None)
    place.organization.refresh_from_db()
    assert tenant_of(place, timezone.now()) == f"organization:{place.organization_id}"
