"""The sample: every status, 60 days of history that every page can read, and hosts of nobody."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from credentials_app import secrets
from credentials_app.models import CheckRun, Credential, StatusChange, tags_of
from credentials_app.presentation.badge import badge
from credentials_app.presentation.tags import MOST_IN_A_ROW
from credentials_app.samples.catalog import SAMPLES, TAGS
from credentials_app.samples.rows import MADE_UP, store_rows
from credentials_app.serialization import load_trail, load_verdict
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.words import WORDS
from tests import cast
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def filled(slug: str = "sample") -> Workspace:
    home = cast.organization()
    place = Workspace.objects.create(organization=home, name="S", slug=slug, is_sample=True)
    store_rows(place, [cast.alice(), cast.bob()], now=NOW)
    return place


def test_there_are_24_credentials_in_every_status() -> None:
    rows = list(filled().credentials.all())
    assert len(rows) == len(SAMPLES) == 24
    assert {row.status for row in rows} == set(Status.values)
    assert len({row.shown_provider for row in rows}) >= 11


def test_what_stands_beside_a_status_is_there_too() -> None:
    rows = {row.name: row for row in filled().credentials.all()}
    badges = {name: badge(row, NOW).label.key for name, row in rows.items()}
    assert "expiring" in badges.values()
    unseen = {name for name, row in rows.items() if row.could_not_look_shown}
    assert unseen == {"warehouse-pull", "training-images-pull"}
    assert [name for name, row in rows.items() if row.push_not_proved] == ["build-cache-push"]
    missing = load_verdict(rows["data-pipeline-push"].verdict)
    assert missing
    assert missing.missing == ("write_registry",)
    excess = load_verdict(rows["web-shop-push"].verdict)
    assert excess
    assert excess.excess == ("api",)


def test_no_row_is_due_and_nobody_is_to_be_told() -> None:
    place = filled()
    assert not place.credentials.exclude(next_check_at=None).exists()
    assert not place.credentials.exclude(lease_id=None).exists()
    assert not StatusChange.objects.exclude(tell="").exists()


def test_every_host_is_one_that_no_name_server_knows() -> None:
    filled()
    hosts = {Origin.parse(row.server).host for row in Credential.objects.all()}
    stored = " ".join(str(run.evidence) for run in CheckRun.objects.all())
    hosts |= {Origin.parse(url).host for url in re.findall(r"https?://[^'\"/, ]+", stored)}
    assert len(hosts) > 10
    assert {host.rpartition(".")[2] for host in hosts} == {"example"}


def test_secrets_are_made_up_and_look_it() -> None:
    row = filled().credentials.first()
    assert row
    opened = secrets.open_secret(row, reason=secrets.Reason.CHECK)
    assert opened.secret.reveal() == MADE_UP
    assert "made-up" in MADE_UP


def test_a_history_reaches_back_60_days_and_not_into_the_future() -> None:
    filled()
    times = list(CheckRun.objects.order_by("started_at").values_list("started_at", flat=True))
    assert timedelta(days=59) < NOW - times[0] <= timedelta(days=60)
    assert times[-1] < NOW
    of_one = CheckRun.objects.filter(credential__name="operators-pull").count()
    assert 80 < of_one < 110


def test_every_check_can_be_read_and_says_something() -> None:
    filled()
    for run in CheckRun.objects.select_related("credential"):
        verdict, steps = load_verdict(run.verdict), load_trail(run.evidence)
        assert verdict
        assert steps
        assert verdict.outcome == Outcome(run.outcome)
        texts = [message.text() for message in (verdict.message, *verdict.advice)]
        texts += [step.message.text() for step in steps]
        assert all(text and "{" not in text for text in texts)
        assert verdict.message.key in WORDS
        assert verdict.outcome is not Outcome.BROKEN_ANSWER, run.credential.name


def test_a_certificate_that_ended_can_be_looked_at() -> None:
    filled()
    run = CheckRun.objects.filter(outcome=Outcome.TLS_FAILED).first()
    assert run
    shown = load_trail(run.evidence)[-1].certificate
    assert shown
    assert shown.ends_at < NOW
    assert shown.names[0].endswith(".example")


def test_status_and_changes_agree() -> None:
    for row in filled().credentials.all():
        changes = list(row.changes.order_by("at"))
        olds = [each.old for each in changes]
        assert olds == ["unverified", *[each.new for each in changes[:-1]]][: len(changes)]
        assert (changes[-1].new if changes else "unverified") == row.status
        if changes:
            assert changes[-1].at == row.status_since


def test_the_same_seed_gives_the_same_sample() -> None:
    def shape(place: Workspace) -> Counter[tuple[object, ...]]:
        runs = CheckRun.objects.filter(credential__workspace=place)
        columns = ("credential__name", "started_at", "took_ms", "outcome")
        return Counter(runs.values_list(*columns))

    assert shape(filled("sample")) == shape(filled("sample-2"))


def test_most_have_tags_and_every_named_one_is_there() -> None:
    rows = {row.name: tags_of(row) for row in filled().credentials.all()}
    assert {
        name: tuple(sorted(tags.split())) for name, tags in TAGS.items()
    }.items() <= rows.items()
    assert {name for name in rows if not rows[name]} == rows.keys() - TAGS.keys()
    assert {"prod", "staging", "ci"} <= {name for names in rows.values() for name in names}
    assert max(len(names) for names in rows.values()) > MOST_IN_A_ROW
