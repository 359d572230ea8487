"""Lists, searches, and verdicts that rows keep."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter
from uuid import UUID

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone, translation
from pytest_django import Settings

from credentials_app import selectors, serialization
from credentials_app.checks.check import check_one
from credentials_app.checks.network import policy
from credentials_app.models import Credential
from credentials_app.presentation import listing
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.messages import text_of
from credentials_app.services import replacement
from credentials_app.services.draft import Draft
from credentials_app.services.replacement import NewSecret
from registry.egress.guard import judge_address
from registry.evidence import Evidence, ExpirySource, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from registry.words import WORDS
from registry.words.message import Message
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, step, verdict
from workspaces.models import Workspace
from workspaces.places import credentials_url

TOMORROW = date.today() + timedelta(days=1)  # noqa: DTZ011  # soon, also after midnight

FULL = replace(
    verdict(Outcome.MISSING_SCOPE),
    message=Message.of("cause_missing_scope", missing="write_registry"),
    advice=(Message.of("do_new_scopes", scopes="read_registry"), Message.of("do_nothing")),
    needed=("pull", "push"),
    held=("pull",),
    missing=("push",),
    excess=("delete",),
    expires_at=datetime(2026, 5, 1, tzinfo=UTC),
    expires_source=ExpirySource.PROVIDER,
    token_lifetime_s=300,
    retry_after_s=60,
    provider="gitlab",
    asks=scenes.STRANGER,
    suggested_server="registry.example.org",
)


@pytest.mark.parametrize(
    "told", [FULL, verdict(), replace(FULL, held=None), replace(FULL, held=())]
)
def test_a_verdict_is_kept_whole(told: object) -> None:
    assert serialization.load_verdict(serialization.dump_verdict(told)) == told  # type: ignore[arg-type]


def test_a_verdict_of_the_first_days_names_no_rights_that_are_not_needed() -> None:
    old = serialization.dump_verdict(FULL)
    del old["excess"]
    assert serialization.load_verdict(old) == replace(FULL, excess=())


def test_no_verdict_is_no_verdict() -> None:
    assert serialization.load_verdict(None) is None
    assert serialization.load_trail(None) == ()


def test_a_trail_is_kept_in_order() -> None:
    seen = evidence(step(StepName.PING, 401), step(StepName.SIGN_IN), step(StepName.ENTRY, None))
    assert serialization.load_trail(serialization.dump_evidence(seen)) == seen.steps


@pytest.mark.django_db
def test_what_a_row_keeps_survives_the_database() -> None:
    row = scenes.checked(scenes.stored(), FULL)
    assert serialization.load_verdict(row.verdict) == FULL
    assert (row.expires_at, row.expires_source) == (FULL.expires_at, "provider")
    run = selectors.latest_run(row)
    assert run is not None
    assert [each.name for each in serialization.load_trail(run.evidence)] == ["ping", "sign_in"]


def test_every_key_has_words_and_an_unknown_one_breaks_no_page() -> None:
    assert (
        text_of(Message.of("cause_missing_scope", missing="x"))
        == "The login works, but it lacks x."
    )
    assert text_of(Message("gone_since_last_year")) == "gone_since_last_year"
    with translation.override("de"):
        assert all(isinstance(text_of(Message(key, _params(key))), str) for key in WORDS)


def _params(key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "x") for _, name, _, _ in Formatter().parse(WORDS[key]) if name)


def names(search: str = "", status: str = "") -> set[str]:
    query = ListQuery(search=search, chips=(("status", status),) if status else ())
    found = listing.chosen(cast.workspace(), query, timezone.now())
    return set(found.values_list("name", flat=True))


@pytest.mark.django_db
def test_a_list_is_searched_by_words_and_narrowed_by_status() -> None:
    scenes.stored("alpha", repository="group/app")
    scenes.checked(scenes.stored("beta", username="robot-7"), Outcome.REJECTED)
    scenes.checked(scenes.stored("gamma", expires_on=TOMORROW), Outcome.VALID)
    scenes.checked(scenes.checked(scenes.stored("delta"), Outcome.VALID), Outcome.UNREACHABLE)
    services_elsewhere = cast.seat(cast.workspace("ops"))
    scenes.stored("alpha", by=services_elsewhere)
    assert names() == {"alpha", "beta", "gamma", "delta"}
    assert names(search="ALPHA") == names(search="group app") == {"alpha"}
    assert names(search="robot-7") == {"beta"}
    assert names(search="alpha robot-7") == set()
    assert names(status="refused") == {"beta"}
    assert names(status="valid") == {"gamma", "delta"}
    assert names(status="expiring") == {"gamma"}
    assert names(status="could_not_check") == set()
    Credential.objects.filter(name="delta").update(could_not_look_shown=True)
    assert names(status="could_not_check") == {"delta"}


@pytest.mark.django_db
def test_what_the_registry_told_decides_whether_it_is_expiring() -> None:
    row = scenes.checked(scenes.stored(expires_on=TOMORROW), Outcome.VALID)
    far = timezone.now() + timedelta(days=300)
    Credential.objects.filter(pk=row.pk).update(expires_at=far, expires_source="provider")
    assert names(status="expiring") == set()
    Credential.objects.filter(pk=row.pk).update(expires_at=far - timedelta(days=290))
    assert names(status="expiring") == {"deploy"}


@pytest.mark.django_db
def test_a_taken_name_and_a_second_credential_for_the_same_login_are_found() -> None:
    row, place = scenes.stored("deploy"), cast.workspace()
    assert selectors.name_is_taken(place, "DEPLOY")
    assert not selectors.name_is_taken(place, "deploy", but=row.pk)
    assert not selectors.name_is_taken(cast.workspace("ops"), "deploy")
    assert _same_login(place, scenes.draft(name="other")) == row
    assert _same_login(place, scenes.draft(), but=row.pk) is None
    assert _same_login(place, scenes.draft(repository="group/app")) is None


def _same_login(
    workspace: Workspace, draft: Draft, *, but: UUID | None = None
) -> Credential | None:
    return selectors.same_login(
        workspace,
        server=draft.server,
        username=draft.username,
        repository=draft.repository,
        but=but,
    )


@pytest.mark.django_db
def test_no_list_opens_or_loads_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scenes.stored()
    monkeypatch.setattr("credentials_app.secrets.open_sealed", lambda *_: pytest.fail("opened"))
    [listed] = selectors.credentials_in(cast.workspace())
    assert "sealed" in listed.get_deferred_fields()
    detail = selectors.credential_of(scenes.seat(), row.pk)
    assert detail is not None
    assert repr(detail.sealed) == "•••"
    assert selectors.credential_of(cast.seat(cast.workspace("ops")), row.pk) is None


def everything_stored() -> bytes:
    """The files of SQLite, or every row of every table of PostgreSQL as text."""
    database = settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        folder = Path(str(database["NAME"])).parent
        return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")
            found += [str(row) for row in cursor.fetchall()]
    return "".join(found).encode()


@pytest.mark.django_db(transaction=True)
def test_the_database_holds_no_secret() -> None:
    canary = "made-up-canary-7f3a9b"
    scenes.checked(scenes.stored("found-it", secret=Secret(canary)), Outcome.VALID)
    written = everything_stored()
    assert b"found-it" in written
    assert canary.encode() not in written


@pytest.mark.parametrize(
    ("value", "wrong"),
    [("", []), ("10.0.0.0/8:*", []), ("169.254.169.254", ["credentials.E001"])],
)
def test_a_bad_allow_list_is_told_with_a_hint(
    value: str, wrong: list[str], settings: Settings
) -> None:
    settings.LOCKKEEPER_PRIVATE_NETWORKS = value
    found = [each for each in run_checks() if str(each.id).startswith("credentials.")]
    assert [each.id for each in found] == wrong
    assert all(each.hint for each in found)


def test_other_words_on_where_checks_may_go_have_hints_of_their_own(settings: Settings) -> None:
    settings.LOCKKEEPER_ONLY_HOSTS = "https://registry.example.org"
    settings.LOCKKEEPER_NAT64_PREFIX = "10.0.0.0/8"
    found = [each for each in run_checks() if str(each.id) == "credentials.E001"]
    assert len({each.hint for each in found}) == 2


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        (timedelta(hours=12), []),
        (timedelta(minutes=1), ["credentials.E002"]),
        (timedelta(days=31), ["credentials.E002"]),
        (12, ["credentials.E002"]),
    ],
)
def test_an_interval_that_is_none_is_told(
    hours: object, wrong: list[str], settings: Settings
) -> None:
    settings.LOCKKEEPER_CHECK_INTERVAL = hours
    assert [each.id for each in run_checks() if str(each.id) == "credentials.E002"] == wrong


def test_our_own_sockets_are_never_called(settings: Settings) -> None:
    settings.LOCKKEEPER_PRIVATE_NETWORKS = "127.0.0.0/8:*"
    settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT = "127.0.0.1", 8123
    settings.REDIS_URL = "redis://cache.example.org:6390/0"
    rules = policy(lambda host, port: [(None, ("192.0.2.7", port))])
    assert {("127.0.0.1", 8123), ("192.0.2.7", 6390)} <= rules.own
    assert rules.allowed


def test_only_the_hosts_that_the_operator_named_are_called(settings: Settings) -> None:
    settings.LOCKKEEPER_ONLY_HOSTS = "registry.example.org, 2001:4860:0:0::8888"
    rules = policy(lambda host, port: [])
    assert rules.only_hosts == {"registry.example.org", "2001:4860::8888"}
    for host, opened in {"registry.example.org": True, "registry.example.net": False}.items():
        ruling = judge_address(rules, scheme="https", host=host, port=443, address="8.8.8.8")
        assert ruling.allowed is opened, host


def test_behind_nat64_what_is_private_stays_closed(settings: Settings) -> None:
    settings.LOCKKEEPER_NAT64_PREFIX = "2001:4860:64::/96"
    rules = policy(lambda host, port: [])
    address = "2001:4860:64::10.0.0.5"
    ruling = judge_address(
        rules, scheme="https", host="registry.example.org", port=443, address=address
    )
    assert (ruling.allowed, ruling.private) == (False, True)


@pytest.mark.django_db
def test_the_last_check_is_the_last_that_counted() -> None:
    seat = scenes.seat()
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    counted = selectors.latest_run(row)

    def replaced_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        replacement.replace_secret(seat, row, NewSecret(Secret("made-up-password-2")))
        return evidence(), verdict(Outcome.REJECTED)

    scenes.checked(row, Outcome.UNREACHABLE)
    Credential.objects.update(next_check_at=row.created_at)
    with scenes.registry_says(replaced_meanwhile):
        check_one(Credential, row.pk)
    newest = row.runs.order_by("-started_at")[0]
    assert (newest.outcome, newest.counted) == ("rejected", False)
    last = selectors.latest_run(row)
    assert last is not None
    assert (last.outcome, last == counted) == ("unreachable", False)
    address = credentials_url(row.workspace, "history", pk=row.pk)
    assert "does not count" in cast.client_for(seat.user).get(address).content.decode()
