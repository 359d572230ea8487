"""What was refused is not sent again within 24 hours, unless somebody says that it should be."""

from datetime import timedelta

import pytest

from credentials_app.models import Credential, RefusedLogin, SignInAttempt
from credentials_app.status import Status
from credentials_app.tasks import refusals
from tests.fairness.scenes import HOUR, MINUTE, tenant, world
from tests.summary import FAIR, leave

pytestmark = pytest.mark.django_db(transaction=True)


def test_check_now_does_not_send_a_refused_login_again(request: pytest.FixtureRequest) -> None:
    with world() as play:
        mine = tenant(1)
        row = play.stores(mine, "wrong")
        for _ in range(5):
            play.clock.sleep(60)
            play.asks(mine, row)
            assert row.status == Status.REFUSED
            assert row.verdict["message"]["key"] == "cause_refused_before"
        assert len(play.registry.failed["robot"]) == 1
        play.asks(mine, row, again=True)
        assert len(play.registry.failed["robot"]) == 2, "one click sends it, and it counts"
        assert SignInAttempt.objects.count() == 2
    leave(request.node, FAIR, "Check now pressed five times at a refused login: sent 0 times")


def test_a_form_and_another_workspace_of_the_tenant_get_the_same_answer() -> None:
    with world() as play:
        play.stores(tenant(1), "wrong", name="one")
        two = play.stores(tenant(1), "wrong", name="two")
        assert len(play.registry.failed["robot"]) == 1
        assert two.status == Status.REFUSED
        other = play.stores(tenant(2), "wrong", name="other")
        assert len(play.registry.failed["robot"]) == 2, "no tenant learns of another's"
        assert other.status == Status.REFUSED


def test_a_login_that_is_right_again_is_forgotten() -> None:
    with world() as play:
        mine = tenant(1)
        row = play.stores(mine, "early")
        play.registry.right["robot"].add("early")
        play.asks(mine, row)
        assert row.status == Status.REFUSED
        play.asks(mine, row, again=True)
        assert row.status == Status.VALID
        play.asks(mine, row)
        assert row.status == Status.VALID
        assert not RefusedLogin.objects.exists()


def test_scheduled_confirmations_go_on_and_the_memory_ends_after_a_day() -> None:
    with world() as play:
        row = play.stores(tenant(1), "wrong")
        play.let_pass(20 * MINUTE)
        assert len(play.registry.failed["robot"]) == 2, "15 minutes later it is checked again"
        refusals.delete_old_refusals(now=play.clock() + 23 * HOUR)
        assert RefusedLogin.objects.count() == 1
        refusals.delete_old_refusals(now=play.clock() + 25 * HOUR)
        assert not RefusedLogin.objects.exists()
        assert row.pk


def test_the_memory_tells_nothing_to_who_reads_it() -> None:
    with world() as play:
        play.stores(tenant(1), "wrong")
        play.stores(tenant(2), "wrong")
    digests = set(RefusedLogin.objects.values_list("digest", flat=True))
    assert len(digests) == 2, "the same login of two tenants has two digests"
    assert all(len(digest) == 64 for digest in digests)
    columns = {field.attname for field in RefusedLogin._meta.concrete_fields}
    assert columns == {"id", "tenant", "origin", "digest", "refused_at"}
    assert timedelta(0) < refusals.REMEMBERED <= timedelta(hours=24)
    assert Credential.objects.count() == 2
