"""The admin audit: all metadata, no secret, nothing to change but a budget."""

import re
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app.models import Credential, RegistryOrigin
from credentials_app.samples.rows import store_rows
from credentials_app.services.tags import store_tags
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent, Workspace

pytestmark = pytest.mark.django_db
LIST = "/admin/credentials_app/credential/"
OURS = [model for model in admin.site._registry if model._meta.app_label == "credentials_app"]


@pytest.fixture
def ada() -> Client:
    return cast.client_for(cast.administrator())


@pytest.fixture
def audrey() -> Client:
    return cast.client_for(cast.auditor())


def rows(count: int) -> list[Credential]:
    seat = scenes.seat()
    return [scenes.stored(f"row-{number}", by=seat, owner=seat.user) for number in range(count)]


def test_every_stored_credential_is_listed_with_where_it_is(ada: Client) -> None:
    scenes.checked(rows(1)[0], Outcome.EXPIRED)
    home = cast.seat(cast.bob().personal_workspace, cast.bob())
    scenes.stored("of-bob", by=home)
    page = ada.get(LIST).content.decode()
    for text in (
        "row-0", "Acme / ", "of-bob", "bob@example.org (personal)", "registry.example.org",
        "ci-robot", "Container registry", "Expired", "Alice", "never",
    ):  # fmt: skip
        assert text in page


@pytest.mark.parametrize("count", [1, 50])
def test_the_list_costs_the_same_however_long(ada: Client, count: int) -> None:
    rows(count)
    ada.get(LIST)
    with CaptureQueriesContext(connection) as seen:
        ada.get(LIST)
    assert len(seen) <= 8
    assert not any('"sealed"' in query["sql"] for query in seen)


def test_no_page_shows_a_secret_open_or_sealed(ada: Client) -> None:
    row = scenes.checked(rows(1)[0], Outcome.VALID)
    sealed = Credential.objects.values_list("sealed", flat=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM credentials_app_credential")
        token = str(cursor.fetchone()[0]).rpartition(".")[2]
    assert sealed
    assert len(token) > 20
    run = row.runs.get()
    for address in (
        LIST,
        f"{LIST}{row.pk}/change/",
        f"/admin/credentials_app/checkrun/{run.pk}/change/",
    ):
        page = ada.get(address).content.decode()
        assert page
        assert scenes.PASSWORD not in page
        assert token not in page
        assert "•••" not in page


@pytest.mark.parametrize(
    "query",
    [
        "?q=row", "?q=alice", "?status__exact=unverified", "?end=past", "?end=soon",
        "?end=unknown", "?place=personal", "?place=organization", "?provider=generic",
        "?looks=vain", "?looks=fine", "?owner__isempty=1", "?o=3",
    ],
)  # fmt: skip
def test_search_filters_and_order_answer(ada: Client, query: str) -> None:
    rows(1)
    found = ada.get(LIST + query)
    assert found.status_code == 200
    left_out = {"?end=past", "?end=soon", "?place=personal", "?looks=vain", "?owner__isempty=1"}
    assert (b"row-0" in found.content) is (query not in left_out)


def act(visitor: Client, action: str, picked: list[Credential]) -> Any:
    values = {"action": action, "_selected_action": [str(row.pk) for row in picked]}
    return visitor.post(LIST, values)


def test_check_now_makes_the_chosen_ones_due_and_rings(
    ada: Client, django_capture_on_commit_callbacks: Any
) -> None:
    chosen, other = rows(2)
    for row in (chosen, other):
        scenes.checked(row, Outcome.VALID)
    with (
        patch("credentials_app.tasks.check_credential.delay") as rung,
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert act(ada, "check_now", [chosen]).status_code == 302
    rung.assert_called_once_with(chosen.pk)
    chosen.refresh_from_db()
    other.refresh_from_db()
    assert chosen.asked_at is not None
    assert other.asked_at is None
    event = AuditEvent.objects.filter(action="credentials:credential:check").get()
    assert event.actor_id == cast.administrator().pk


def test_an_auditor_causes_nothing(audrey: Client) -> None:
    (row,) = rows(1)
    row = scenes.checked(row, Outcome.VALID)
    assert "Check now" not in audrey.get(LIST).content.decode()
    act(audrey, "check_now", [row])
    act(audrey, "pause", [row])
    row.refresh_from_db()
    assert (row.asked_at, row.status) == (None, Status.VALID)


@pytest.mark.parametrize("key", ["made-up", "1", "' OR 1=1 --", "\0", "9" * 5000])
@pytest.mark.parametrize("action", ["check_now", "pause"])
def test_a_made_up_row_is_a_bad_request(ada: Client, action: str, key: str) -> None:
    (row,) = rows(1)
    for picked in ([key], [str(row.pk), key]):
        values = {"action": action, "_selected_action": picked}
        assert ada.post(LIST, values).status_code == 400
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED


def test_a_row_that_is_gone_is_left_out(ada: Client) -> None:
    gone, row = rows(2)
    gone.delete()
    values = {"action": "pause", "_selected_action": [str(uuid4()), str(row.pk)]}
    assert ada.post(LIST, values).status_code == 302
    row.refresh_from_db()
    assert row.status == Status.PAUSED


def test_pausing_stops_the_checks(ada: Client) -> None:
    (row,) = rows(1)
    act(ada, "pause", [row])
    row.refresh_from_db()
    assert row.status == Status.PAUSED


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_nothing_is_added_or_deleted_or_changed(ada: Client, model: Any) -> None:
    address = f"/admin/credentials_app/{model._meta.model_name}/"
    assert ada.get(address).status_code == 200
    assert ada.get(f"{address}add/").status_code == 403
    row = scenes.checked(rows(1)[0], Outcome.VALID)
    RegistryOrigin.objects.get_or_create(origin=row.server)
    found = model._default_manager.first()
    assert found is not None
    one = f"{address}{found.pk}/"
    assert ada.post(f"{one}delete/", {"post": "yes"}).status_code == 403
    if model is not RegistryOrigin:
        assert ada.post(f"{one}change/", {"name": "changed"}).status_code == 403


def test_an_administrator_sets_the_budget_of_an_origin_and_it_is_written_down(
    ada: Client, audrey: Client
) -> None:
    origin = RegistryOrigin.objects.create(origin="https://registry.example.org")
    address = f"/admin/credentials_app/registryorigin/{origin.pk}/change/"
    values = {"max_connections": "8", "rate_per_s": "25", "burst": "100", "per_account": "4"}
    assert audrey.post(address, values).status_code == 403
    assert ada.post(address, {**values, "failures": "99"}).status_code == 302
    origin.refresh_from_db()
    assert (origin.max_connections, origin.rate_per_s, origin.burst) == (8, 25, 100)
    assert origin.failures == 0
    event = AuditEvent.objects.get(action="credentials:origin:edit")
    assert sorted(event.details["fields"]) == ["burst", "max_connections", "rate_per_s"]


def test_a_budget_has_bounds(ada: Client) -> None:
    origin = RegistryOrigin.objects.create(origin="https://registry.example.org")
    address = f"/admin/credentials_app/registryorigin/{origin.pk}/change/"
    answer = ada.post(address, {"max_connections": "0", "rate_per_s": "0", "burst": "0"})
    assert answer.status_code == 200
    origin.refresh_from_db()
    assert origin.max_connections == 4


def test_it_wears_our_clothes_and_runs_no_inline_script(ada: Client) -> None:
    page = ada.get(LIST).content.decode()
    assert "css/tokens.css" in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert "style=" not in page


def test_what_travels_unencrypted_says_so(audrey: Client) -> None:
    rows(1)
    assert "Not encrypted" not in audrey.get(LIST).content.decode()
    row = scenes.stored_in_the_clear()
    for address in (LIST, f"{LIST}{row.pk}/change/"):
        assert audrey.get(address).content.decode().count("Not encrypted") == 1


def test_the_list_shows_tags_searches_them_and_filters_by_them(ada: Client) -> None:
    first, second, _third = rows(3)
    store_tags(first, ("prod", "ci"))
    store_tags(second, ("ci",))
    page = ada.get(LIST)
    assert ">ci, prod</td>" in page.content.decode()
    assert 'href="?tag=prod"' in page.content.decode()

    def found(query: dict[str, str]) -> list[str]:
        return [row.name for row in ada.get(LIST, query).context["cl"].result_list]

    assert found({"tag": "ci"}) == ["row-0", "row-1"]
    assert found({"tag": "prod"}) == found({"q": "prod"}) == ["row-0"]
    assert found({"q": "ci"}) == ["row-0", "row-1", "row-2"]  # also in their user name
    assert found({"tag": "gone"}) == []
    one = ada.get(f"{LIST}{first.pk}/change/").content.decode()
    assert "ci, prod" in one


def test_the_tags_of_samples_are_no_choice(ada: Client) -> None:
    home = cast.organization()
    place = Workspace.objects.create(organization=home, name="S", slug="sample", is_sample=True)
    store_rows(place, [], now=timezone.now())
    rows(1)
    assert "team:shop" not in ada.get(LIST).content.decode()
