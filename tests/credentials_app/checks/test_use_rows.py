"""The last use through whole checks of a stand-in GitLab, with our own checks mixed in."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from common.clock import database_now
from credentials_app import notices, tasks
from credentials_app.checks import use_rows
from credentials_app.checks.leases import claim
from credentials_app.checks.record import record_all
from credentials_app.checks.result import CheckResult
from credentials_app.models import CheckRun, Credential, Notice, OwnAddress, SeenAddress, Trial
from credentials_app.selectors import addresses_of
from credentials_app.services import columns
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.credentials import draft_of, edit_credential
from credentials_app.services.schedule import set_workspace_rule
from credentials_app.services.server_rules import set_rule
from credentials_app.status import Status, UseSeen
from registry.addresses.origins import Origin
from registry.evidence import LastUse
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.stand_ins.gitlab import AccessToken, GitLab
from tests.stand_ins.gitlab.uses import note_use
from tests.stand_ins.wire import Answer
from tests.stand_ins.world import World, furnish

pytestmark = [pytest.mark.django_db(transaction=True)]
OURS, OTHER = "127.0.0.1", "203.0.113.7"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    settings.LOCKKEEPER_PRIVATE_NETWORKS = "127.0.0.0/8:*"
    with GitLab() as gitlab:
        yield furnish(gitlab)


def stored(world: World, token: AccessToken, name: str = "deploy") -> Credential:
    seat = scenes.seat()
    for url in (world.gitlab.registry_url, world.gitlab.web_url):
        set_rule(seat, Origin.parse(url), allow_http=True, ca_pem="")
    return scenes.stored(
        name,
        by=seat,
        provider="gitlab",
        server=Origin.parse(world.gitlab.registry_url),
        username=name,
        secret=Secret(token.token),
    )


def checked(row: Credential) -> Credential:
    Credential.objects.filter(pk=row.pk).update(next_check_at=row.created_at, asked_at=None)
    tasks.check_credential(row.pk)
    row.refresh_from_db()
    if row.asks:
        return checked(confirm_sign_in(scenes.seat(), row, Origin.parse(row.asks)))
    assert row.status == Status.VALID, row.verdict
    return row


def days_pass(world: World, row: Credential, days: int) -> None:
    """As if all so far had happened so many days earlier; the stand-in's clock stays right."""
    back = days * DAY
    for run in CheckRun.objects.all():
        CheckRun.objects.filter(pk=run.pk).update(started_at=run.started_at - back)
    SeenAddress.objects.update(last_at=F("last_at") - back)
    row.secret_set_at -= back
    row.used_at = row.used_at and row.used_at - back
    row.save(update_fields=["secret_set_at", "used_at"])
    for token in world.state.access_tokens:
        token.last_used_at = token.last_used_at and token.last_used_at - back


def used(world: World, token: AccessToken, ago: timedelta, ip: str = OTHER) -> datetime:
    at = world.gitlab.clock.now() - ago
    note_use(token, ip, at, world.state.flags)
    return at


def seen(row: Credential) -> tuple[str, datetime | None]:
    row.refresh_from_db()
    return row.use_seen, row.used_at


def test_our_own_checks_do_not_make_an_unused_token_look_used(world: World) -> None:
    token = world.state.add_token(world.anna, "read_registry")
    row = checked(stored(world, token))
    for _ in range(3):
        days_pass(world, row, 1)
        checked(row)
        assert seen(row) == (UseSeen.OURS, None)
    assert token.last_used_at is not None
    assert list(OwnAddress.objects.values_list("server", "address")) == [(row.server, OURS)]


def test_a_server_without_addresses_leaves_it_open(world: World) -> None:
    world.state.flags.tells_addresses = False
    row = checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    days_pass(world, row, 1)
    assert seen(checked(row)) == (UseSeen.HIDDEN, None)
    assert not SeenAddress.objects.exists()


def test_an_old_server_that_keeps_a_time_for_a_day_shows_the_use_of_others(world: World) -> None:
    world.state.flags.tells_addresses = False
    world.state.flags.use_kept_every = DAY
    token = world.state.add_token(world.anna, "read_registry")
    at = used(world, token, 5 * HOUR)
    row = checked(stored(world, token))
    state, found = seen(row)
    assert state == UseSeen.OTHERS
    assert found is not None
    assert abs(found - at) < timedelta(seconds=5)


def test_on_such_a_server_the_time_of_our_own_earlier_check_is_no_use(world: World) -> None:
    world.state.flags.tells_addresses = False
    world.state.flags.use_kept_every = 3 * DAY
    row = checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    days_pass(world, row, 1)
    Credential.objects.filter(pk=row.pk).update(secret_set_at=row.secret_set_at - DAY)
    row.refresh_from_db()
    assert seen(checked(row)) == (UseSeen.HIDDEN, None)


def test_a_gitlab_that_tells_nothing_leaves_the_columns_empty(world: World) -> None:
    world.state.flags.tells_last_use = False
    row = checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    assert (row.use_seen, row.used_at, row.use_told_at) == ("", None, None)


@pytest.mark.parametrize(
    "told",
    [
        {"last_used_at": ["2026-01-01T00:00:00Z"], "last_used_ips": {"ip": OTHER}},
        {"last_used_at": "9999-12-31T23:59:59Z", "last_used_ips": [OTHER]},
        {"last_used_at": "0001-01-01T00:00:00+23:59", "last_used_ips": [None, 7, []]},
        {"last_used_at": "<script>", "last_used_ips": ["<script>"] * 5000},
    ],
)
def test_a_hostile_last_use_changes_neither_verdict_nor_row(
    world: World, told: dict[str, object]
) -> None:
    token = {"active": True, "scopes": ["read_registry"], **told}
    path = "/api/v4/personal_access_tokens/self"
    world.state.flags.instead[path] = Answer(200, json.dumps(token).encode())
    row = checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    assert (row.use_seen, row.used_at, row.use_told_at) == ("", None, None)
    assert not SeenAddress.objects.exists()


def with_own_address_known(world: World, token: AccessToken) -> Credential:
    """A checked credential of this token; another token has shown which address is ours."""
    checked(stored(world, world.state.add_token(world.anna, "read_registry"), "first"))
    return checked(stored(world, token))


def test_an_address_of_others_is_a_use_once(world: World) -> None:
    token = world.state.add_token(world.anna, "read_registry")
    row = with_own_address_known(world, token)
    days_pass(world, row, 1)
    used(world, token, HOUR)
    state, at = seen(checked(row))
    assert (state, at) == (UseSeen.OTHERS, row.use_told_at)
    days_pass(world, row, 1)
    assert at is not None
    assert seen(checked(row)) == (UseSeen.HIDDEN, at - DAY)
    listed = row.seen_addresses.order_by("pk").values_list("address", flat=True)
    assert list(listed) == [OURS, OTHER]


def news(row: Credential) -> list[str]:
    return list(row.seen_addresses.filter(tell=True).values_list("address", flat=True))


@pytest.mark.parametrize("wanted", [True, False])
def test_a_new_address_is_to_be_told_only_where_the_workspace_wants_it(
    world: World, wanted: bool
) -> None:
    set_workspace_rule(scenes.seat(), check_every=None, remind_before=None, tell_new_address=wanted)
    token = world.state.add_token(world.anna, "read_registry")
    row = with_own_address_known(world, token)
    assert news(row) == []
    days_pass(world, row, 1)
    used(world, token, HOUR)
    checked(row)
    assert news(row) == ([OTHER] if wanted else [])


def test_a_new_address_is_mailed_once_however_often_it_is_listed(world: World) -> None:
    set_workspace_rule(scenes.seat(), check_every=None, remind_before=None, tell_new_address=True)
    token = world.state.add_token(world.anna, "read_registry")
    row = with_own_address_known(world, token)
    for day in range(4):
        days_pass(world, row, 1)
        if day > 0:
            used(world, token, HOUR)
        checked(row)
        notices.announce_addresses(now=database_now())
    assert [(each.kind, each.seen and each.seen.address) for each in Notice.objects.all()] == [
        ("new_address", OTHER)
    ]


def test_the_first_list_is_no_news_and_neither_is_a_known_address(world: World) -> None:
    set_workspace_rule(scenes.seat(), check_every=None, remind_before=None, tell_new_address=True)
    token = world.state.add_token(world.anna, "read_registry")
    used(world, token, 30 * DAY)
    row = with_own_address_known(world, token)
    assert (row.use_seen, news(row)) == (UseSeen.OTHERS, [])
    days_pass(world, row, 1)
    used(world, token, HOUR)
    checked(row)
    assert news(row) == []


def test_a_replaced_secret_begins_without_uses(world: World) -> None:
    row = checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    assert row.use_told_at is not None
    seat = scenes.seat()
    touched = columns.mark_replaced(row, seat, database_now())
    assert {"use_seen", "used_at", "use_told_at"} <= set(touched)
    assert (row.use_seen, row.used_at, row.use_told_at) == ("", None, None)


def replaced(row: Credential, token: AccessToken) -> Credential:
    """The row with the secret of this token; all that is known is of the former one."""
    draft = replace(draft_of(row), secret=Secret(token.token))
    edit_credential(scenes.seat(), row, draft)
    row.refresh_from_db()
    return row


def test_the_first_list_of_a_new_secret_is_no_news_either(world: World) -> None:
    set_workspace_rule(scenes.seat(), check_every=None, remind_before=None, tell_new_address=True)
    row = with_own_address_known(world, world.state.add_token(world.anna, "read_registry"))
    in_use = world.state.add_token(world.anna, "read_registry")
    used(world, in_use, 30 * DAY)
    row = checked(replaced(row, in_use))
    assert (row.use_seen, news(row)) == (UseSeen.OTHERS, [])
    days_pass(world, row, 1)
    used(world, in_use, HOUR, "203.0.113.8")
    assert news(checked(row)) == ["203.0.113.8"]


def test_addresses_of_a_former_secret_do_not_show_as_those_of_the_new_one(world: World) -> None:
    stolen = world.state.add_token(world.anna, "read_registry")
    used(world, stolen, 30 * DAY)
    row = with_own_address_known(world, stolen)
    assert [seen.address for seen, is_ours in addresses_of(row) if not is_ours] == [OTHER]
    new = world.state.add_token(world.anna, "read_registry")
    row = checked(replaced(row, new))
    assert [seen.address for seen, _ours in addresses_of(row)] == [OURS]
    assert row.use_seen == UseSeen.OURS
    days_pass(world, row, 1)
    used(world, new, HOUR)
    row = checked(row)
    assert row.use_seen == UseSeen.OTHERS
    assert {seen.address for seen, _ours in addresses_of(row)} == {OURS, OTHER}


def test_addresses_are_kept_nowhere_but_in_their_own_rows(world: World) -> None:
    """They are for those who may write: evidence and verdict are for everybody."""
    token = world.state.add_token(world.anna, "read_registry")
    used(world, token, 30 * DAY)
    row = with_own_address_known(world, token)
    run = row.runs.latest("started_at")
    assert OTHER not in json.dumps([run.evidence, run.verdict, row.verdict])
    assert row.seen_addresses.filter(address=OTHER).exists()


def test_addresses_are_deleted_when_no_check_has_seen_them_for_90_days(world: World) -> None:
    checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    now = database_now()
    use_rows.delete_old_addresses(now=now + 90 * DAY - HOUR)
    assert (SeenAddress.objects.count(), OwnAddress.objects.count()) == (1, 1)
    use_rows.delete_old_addresses(now=now + 90 * DAY + HOUR)
    assert (SeenAddress.objects.count(), OwnAddress.objects.count()) == (0, 0)


def test_an_address_that_is_still_listed_is_noted_once_a_day(world: World) -> None:
    row = checked(stored(world, world.state.add_token(world.anna, "read_registry")))
    SeenAddress.objects.update(last_at=database_now() - 2 * DAY)
    OwnAddress.objects.update(last_at=database_now() - 2 * DAY)
    checked(row)
    assert SeenAddress.objects.get().last_at > database_now() - HOUR
    assert OwnAddress.objects.get().last_at > database_now() - HOUR


def results(count: int, *, addresses: tuple[str, ...]) -> list[tuple[Credential, CheckResult]]:
    """So many claimed rows, and what a check was told of each."""
    now = database_now()
    rows = [scenes.stored(f"deploy-{n}", username=f"robot-{n}") for n in range(count)]
    Credential.objects.update(asked_at=None, next_check_at=now - timedelta(seconds=1))
    claimed = claim(Credential, [row.pk for row in rows])
    use = LastUse(now - HOUR, addresses)
    answer = scenes.evidence(last_use=use), scenes.verdict()
    return [(row, CheckResult(now, 7, *answer)) for row in claimed]


@pytest.mark.parametrize("others", [(), (OTHER,)])
def test_the_statements_of_a_batch_do_not_grow_with_its_rows(others: tuple[str, ...]) -> None:
    costs = []
    for count in (1, 12):
        Credential.objects.all().delete()
        found = results(count, addresses=(OURS, *others))
        with CaptureQueriesContext(connection) as asked:
            record_all(found, now=database_now())
        tables = ("_seenaddress", "_ownaddress", '_checkrun"."started_at" BETWEEN')
        costs.append([q["sql"] for q in asked if any(table in q["sql"] for table in tables)])
        assert SeenAddress.objects.count() == count * (1 + len(others))
    assert len(costs[0]) == len(costs[1]) == 4


def test_a_server_that_names_new_addresses_at_every_check_fills_no_table() -> None:
    for number in range(8):
        named = tuple(f"203.0.{number}.{n}" for n in range(10))
        if number == 0:
            found = results(1, addresses=named)
        else:
            now = database_now()
            Credential.objects.update(asked_at=None, next_check_at=now - timedelta(seconds=1))
            [row] = claim(Credential, [found[0][0].pk])
            seen_there = scenes.evidence(last_use=LastUse(now - HOUR, named))
            found = [(row, CheckResult(now, 7, seen_there, scenes.verdict()))]
        record_all(found, now=database_now())
    kept = set(SeenAddress.objects.values_list("address", flat=True))
    assert len(kept) == use_rows.MOST_KEPT
    assert {f"203.0.7.{n}" for n in range(10)} <= kept
    assert not {f"203.0.0.{n}" for n in range(10)} & kept


def test_a_server_that_makes_new_addresses_look_like_ours_fills_no_table_either() -> None:
    [(row, answer)] = results(1, addresses=(OURS,))
    for number in range(60):
        OwnAddress.objects.create(
            workspace=row.workspace,
            server=row.server,
            address=f"203.0.113.{number}",
            last_at=answer.started_at - (number + 1) * HOUR,
        )
    use = LastUse(answer.started_at, (OURS,))
    answer = replace(answer, evidence=scenes.evidence(last_use=use))
    record_all([(row, answer)], now=database_now())
    kept = set(OwnAddress.objects.values_list("address", flat=True))
    assert kept == {OURS, *(f"203.0.113.{n}" for n in range(use_rows.MOST_KEPT - 1))}


@pytest.mark.parametrize(("slug", "found"), [("web", UseSeen.OTHERS), ("other", UseSeen.HIDDEN)])
def test_what_looks_like_our_address_in_one_workspace_hides_nothing_in_another(
    slug: str, found: UseSeen
) -> None:
    """Who may check at a server could make their address look like ours there."""
    [(row, answer)] = results(1, addresses=(OURS, OTHER))
    use = LastUse(answer.started_at, (OURS, OTHER))
    answer = replace(answer, evidence=scenes.evidence(last_use=use))
    place = row.workspace if slug == "web" else cast.workspace(slug)
    OwnAddress.objects.create(
        workspace=place, server=row.server, address=OURS, last_at=answer.started_at
    )
    record_all([(row, answer)], now=database_now())
    assert seen(row)[0] == found


def test_a_trial_keeps_no_addresses() -> None:
    assert not hasattr(Trial(), "seen_addresses")
