"""Which credential an image gets: the longest prefix, then need, status and age."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials_app.resolver import Because, Candidate, Resolution, contains, resolve
from credentials_app.serving import WhyNot, Wish
from registry.addresses.origins import DOCKER_HUB, Origin
from registry.protocol.image import parse_image
from tests.credentials_app.scenes import NOON

SERVER = Origin("https", "registry.example.org", 443)


def candidate(
    name: str,
    repository: str = "",
    *,
    at: Origin = SERVER,
    push: bool = False,
    label: str = "valid",
    stored_at: datetime = NOON,
) -> Candidate:
    return Candidate(uuid.uuid4(), name, at, repository, push, label, stored_at)


def asked(*found: Candidate, image: str = "team/app", wish: Wish = Wish.PULL) -> Resolution:
    return resolve(parse_image(f"registry.example.org/{image}"), found, wish=wish)


def name_of(found: Resolution) -> str:
    return found.winner.name if found.winner else ""


@pytest.mark.parametrize(
    ("image", "winner"),
    [
        ("team/app", "app"),
        ("team/app/deep", "app"),
        ("team/app-b", "team"),
        ("team/other", "team"),
        ("team", "team"),
        ("teams/app", "host"),
        ("tea", "host"),
    ],
)
def test_the_longest_prefix_at_a_border_wins(image: str, winner: str) -> None:
    rows = [candidate("host"), candidate("team", "team"), candidate("app", "team/app")]
    assert name_of(asked(*rows, image=image)) == winner


BETTER = {
    Because.NEED: (candidate("a", push=True), candidate("b")),
    Because.STATUS: (candidate("a", label="expiring"), candidate("b")),
    Because.NEWEST: (candidate("a"), candidate("b", stored_at=NOON + timedelta(days=1))),
    Because.NAME: (candidate("c"), candidate("b")),
    Because.LONGEST: (candidate("a"), candidate("b", "team", label="revoked", push=True)),
    Because.ENCRYPTED: (candidate("a", at=replace(SERVER, scheme="http", port=80)), candidate("b")),
}


@pytest.mark.parametrize("because", BETTER, ids=str)
@pytest.mark.parametrize("is_turned", [False, True])
def test_each_rule_decides_in_its_turn_and_says_so(because: Because, is_turned: bool) -> None:
    rows = BETTER[because][::-1] if is_turned else BETTER[because]
    found = asked(*rows)
    assert (name_of(found), found.because) == ("b", because)
    assert [(each.name, why) for each, why in found.lost] == [(BETTER[because][0].name, because)]
    assert found.because.won
    assert because.lost


def test_statuses_have_an_order_and_bad_ones_come_last() -> None:
    labels = ["revoked", "unproved", "unverified", "expiring", "valid"]
    rows = [candidate(label, label=label) for label in labels]
    while rows:
        found = asked(*rows)
        assert name_of(found) == rows.pop().name


def test_push_prefers_what_may_push() -> None:
    rows = [candidate("pull"), candidate("push", push=True)]
    assert name_of(asked(*rows)) == "pull"
    assert name_of(asked(*rows, wish=Wish.PUSH)) == "push"


@pytest.mark.parametrize(
    ("row", "wish", "refused"),
    [
        (candidate("a", label="expired"), Wish.PULL, WhyNot.EXPIRED),
        (candidate("a", push=True), Wish.PULL, WhyNot.MAY_PUSH),
        (candidate("a"), Wish.PUSH, WhyNot.ONLY_PULLS),
        (candidate("a", label="unproved"), Wish.PULL, None),
    ],
)
def test_the_winner_is_named_also_when_it_is_not_served(
    row: Candidate, wish: Wish, refused: WhyNot | None
) -> None:
    found = asked(row, wish=wish)
    assert (name_of(found), found.refused) == ("a", refused)


def test_a_bad_one_with_a_longer_prefix_is_not_replaced_by_a_shorter_one() -> None:
    found = asked(candidate("host"), candidate("team", "team", label="revoked"))
    assert (name_of(found), found.refused) == ("team", WhyNot.REVOKED)


def test_other_servers_and_repositories_get_nothing() -> None:
    rows = [
        candidate("port", at=replace(SERVER, port=5000)),
        candidate("host", at=replace(SERVER, host="registry.example.net")),
        candidate("other", "other"),
    ]
    found = asked(*rows)
    assert found.winner is None
    assert [(each.name, why) for each, why in found.lost] == [("other", Because.ELSEWHERE)]


def test_a_port_that_is_named_is_the_same_server() -> None:
    found = resolve(parse_image("registry.example.org:443/team/app"), [candidate("a")])
    assert name_of(found) == "a"


def test_docker_hub_has_one_name() -> None:
    row = candidate("hub", "library", at=DOCKER_HUB)
    assert name_of(resolve(parse_image("nginx"), [row])) == "hub"
    assert resolve(parse_image("team/app"), [row]).winner is None


PARTS = st.sampled_from(["a", "b", "ab", "bc"])
PATHS = st.lists(PARTS, max_size=3).map("/".join)
IMAGES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


@given(st.lists(PATHS, max_size=6), PATHS, IMAGES)
def test_another_prefix_changes_only_images_within_it(
    paths: list[str], added: str, image: str
) -> None:
    rows = [candidate(f"c{number}", path) for number, path in enumerate(paths)]
    before = name_of(asked(*rows, image=image))
    after = name_of(asked(*rows, candidate("z-added", added), image=image))
    assert after in {before, "z-added"}
    if not contains(added, image):
        assert after == before


@given(st.lists(PATHS, max_size=6), IMAGES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(paths: list[str], image: str, random: object) -> None:
    rows = [candidate(f"c{number}", path) for number, path in enumerate(paths)]
    turned = rows[:]
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert name_of(asked(*rows, image=image)) == name_of(asked(*turned, image=image))
