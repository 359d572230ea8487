"""A secret that was added through the form is nowhere but in the request to its registry."""

from collections.abc import Iterable

import pytest
from psutil import Process

from tests.canary import places
from tests.canary.house import BASE, House
from tests.canary.needles import Canary, found_in
from tests.canary.planting import planted
from tests.canary.secrets import new_canary

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(150)]


def everything(house: House, more: Iterable[Process] = ()) -> places.Found:
    """All that is in all places."""
    yield from places.files(house.product)
    yield from places.rows(house.product)
    yield from places.dumped(house.product)
    yield from places.queue(house.product, house.monitor)
    yield from places.processes({*house.product.processes(), *more})
    yield from places.pages(house.ada)


def leaks(
    house: House, canaries: Iterable[Canary], more: Iterable[Process] = ()
) -> set[tuple[str, str, str, str]]:
    """Each place where a canary was found: kind of place, where, which canary, how spelled."""
    wanted = list(canaries)
    return {
        (kind, where, canary.kind, spelled)
        for kind, where, content in everything(house, more)
        for canary in wanted
        if (spelled := found_in(content, canary))
    }


def test_the_secrets_reached_their_registry(house: House) -> None:
    known = house.registry.people.values()
    stored = [canary for canary in house.canaries if canary.secret in known]
    assert len(stored) > 5
    unseen = [b.kind for b in stored if not house.registry.requests.carrying(b.secret)]
    assert unseen == ["page-fault"], "this one was stopped on its way in"


def test_the_walk_saw_the_pages_that_matter(house: House) -> None:
    for start in ("", "add/", "servers/", "servers/add/"):
        assert f"{BASE}{start}" in house.paths
    for part in ("/edit/", "/delete/", "/checks/", "/audit-log/", "/people/", "/settings/"):
        assert any(path.endswith(part) for path in house.paths), part
    for model in ("credentials_app/credential", "workspaces/auditevent", "workspaces/user"):
        changed = f"/admin/{model}/"
        assert any(p.startswith(changed) and p != changed for p in house.paths), changed
    statuses = {answer.status for answer in house.ada.answers}
    assert statuses >= {200, 302, 400, 403, 404, 500}


def test_no_secret_is_anywhere_else(house: House) -> None:
    tokens = {r.presented.secret for r in house.registry.requests if r.presented.kind == "bearer"}
    canaries = [*house.canaries, *(Canary("bearer token", token) for token in tokens)]
    assert tokens
    assert leaks(house, canaries) == set()


def test_a_leak_in_any_kind_of_place_would_be_found(house: House) -> None:
    canary = new_canary("planted")
    with planted(house, canary) as more:
        found = leaks(house, [canary], more)
    assert {kind for kind, *_rest in found} == places.KINDS
