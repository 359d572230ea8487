"""The certificate that a check refused is kept with it, and shown on its page."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from credentials_app.management.check_login.output import CheckOutput, as_json, as_text
from credentials_app.models import CheckRun
from credentials_app.serialization import dump_steps, load_steps
from registry.addresses.origins import Origin
from registry.certificate import Certificate
from registry.evidence import StepName
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url

SHOWN = Certificate(
    names=("<b>.example.org", "10.1.2.3"),
    count=12,
    has_address=True,
    common_name="",
    issuer="Made-up CA & Sons",
    starts_at=datetime(2026, 1, 1, tzinfo=UTC),
    ends_at=datetime(2026, 4, 1, 12, 30, tzinfo=UTC),
    fingerprint="0a1b" * 16,
)
STEP = replace(
    scenes.step(StepName.PING, None, rule="tls_other_names"),
    to="https://registry.example.org",
    certificate=SHOWN,
)


def test_a_step_is_stored_with_its_certificate() -> None:
    assert load_steps(dump_steps([STEP])) == (STEP,)


def test_a_step_of_an_older_row_has_none() -> None:
    stored = dump_steps([scenes.step()])
    del stored[0]["certificate"]
    assert load_steps(stored) == (scenes.step(),)


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["detail", "run"])
def test_the_page_of_the_check_shows_it(view: str) -> None:
    seat = scenes.seat()
    verdict = scenes.verdict(Outcome.TLS_FAILED)
    row = scenes.checked(scenes.stored("deploy", by=seat), verdict, scenes.evidence(STEP))
    more = {"run": CheckRun.objects.get().pk} if view == "run" else {}
    page = cast.client_for(seat.user).get(credentials_url(seat.workspace, view, pk=row.pk, **more))
    text = page.content.decode()
    assert "&lt;b&gt;.example.org, 10.1.2.3 and 10 more" in text
    assert "Made-up CA &amp; Sons" in text
    assert "2026-01-01 00:00 – 2026-04-01 12:30 UTC" in text
    assert "0a:1b:0a:1b" in text


def test_the_command_prints_it() -> None:
    server = Origin("https", "registry.example.org", 443)
    report = CheckOutput(server, scenes.evidence(STEP), scenes.verdict(Outcome.TLS_FAILED))
    for printed in (as_text(report), as_json(report)):
        assert "10.1.2.3 and 10 more" in printed
        assert "0a:1b:0a:1b" in printed
