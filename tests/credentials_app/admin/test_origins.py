"""The operators' page of origins: what waits in numbers, and letting an origin go on."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from credentials_app.models import Credential, RegistryOrigin, SignInAttempt
from credentials_app.services.administration import let_go_on
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGE = "/admin/credentials_app/registryorigin/"


def paused() -> RegistryOrigin:
    now = timezone.now()
    row = scenes.stored()
    Credential.objects.filter(pk=row.pk).update(
        wait_reason="registry", next_check_at=now + timedelta(minutes=5)
    )
    for minutes in (1, 30, 90):
        SignInAttempt.objects.create(
            origin=row.server, tenant="t", share="others", at=now - timedelta(minutes=minutes)
        )
    until = now + timedelta(hours=1)
    return RegistryOrigin.objects.create(origin=row.server, paused_until=until, why="banned")


def test_the_page_shows_why_it_is_paused_what_failed_and_how_many_wait() -> None:
    paused()
    text = cast.client_for(cast.administrator()).get(PAGE).content.decode()
    assert "banned" in text
    for column, number in (("failed_in_an_hour", 2), ("failed_today", 3), ("waiting", 1)):
        assert f'field-{column}">{number}<' in text


def test_an_administrator_lets_it_go_on_and_the_audit_log_says_so() -> None:
    row = paused()
    chosen = {"action": "go_on", "_selected_action": [str(row.pk)]}
    cast.client_for(cast.administrator()).post(PAGE, chosen)
    row.refresh_from_db()
    assert (row.paused_until, row.why) == (None, "")
    assert SignInAttempt.objects.count() == 3, "no share is lifted"
    event = AuditEvent.objects.get(action="credentials:origin:go_on")
    assert event.details == {"server": row.origin, "cause": "banned"}


def test_an_auditor_and_everybody_else_may_not() -> None:
    row = paused()
    for person in (cast.auditor(), cast.bob()):
        with pytest.raises(PermissionDenied):
            let_go_on(person, cast.CALLER, [row.pk])
    row.refresh_from_db()
    assert row.paused_until is not None
