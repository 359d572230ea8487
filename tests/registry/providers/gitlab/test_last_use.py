"""When and from where a token was last used: what GitLab may answer, and what nobody expects."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from registry.evidence import LastUse
from registry.protocol.json_reader import JsonReader
from registry.providers.gitlab.last_use import MOST_ADDRESSES, read_last_use

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
USED = "2026-03-10T09:30:00.000Z"
AT = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def read(fields: dict[str, Any], date: datetime | None = NOW) -> LastUse | None:
    return read_last_use(JsonReader(fields), date, NOW)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        pytest.param({}, None, id="an old GitLab, or none"),
        pytest.param({"last_used_at": None}, LastUse(None), id="never used"),
        pytest.param({"last_used_at": None, "last_used_ips": []}, LastUse(None, ()), id="and list"),
        pytest.param({"last_used_at": USED}, LastUse(AT), id="the flag is off"),
        pytest.param(
            {"last_used_at": USED, "last_used_ips": ["203.0.113.7", "2001:DB8:0::7"]},
            LastUse(AT, ("203.0.113.7", "2001:db8::7")),
            id="both families, usual spelling",
        ),
        pytest.param({"last_used_at": "2026-03-10T11:30:00+02:00"}, LastUse(AT), id="another zone"),
        pytest.param(
            {"last_used_at": USED, "last_used_ips": ["::ffff:203.0.113.7", "203.0.113.7"]},
            LastUse(AT, ("203.0.113.7",)),
            id="the same address twice",
        ),
    ],
)
def test_what_gitlab_answers_is_read(fields: dict[str, Any], found: LastUse | None) -> None:
    assert read(fields) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-03-10T09:30:00",
        "2026-03-10",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-03-10T12:16:00Z",
        "1999-12-31T23:59:59Z",
        "9" * 2000,
        17,
        ["2026-03-10T09:30:00Z"],
        {"at": USED},
        True,
    ],
)
def test_a_time_that_is_none_is_no_last_use(text: object) -> None:
    assert read({"last_used_at": text, "last_used_ips": ["203.0.113.7"]}) is None


@pytest.mark.parametrize(
    ("listed", "kept"),
    [
        (None, None),
        ("203.0.113.7", None),
        ({"0": "203.0.113.7"}, None),
        ([], ()),
        ([None, 7, True, ["203.0.113.7"], {"ip": "203.0.113.7"}], ()),
        (["not an address", "203.0.113.256", "203.0.113.7/32", "fe80::1%eth0", ""], ()),
        (["<b>203.0.113.7</b>", "203.0.113.7\n", " 203.0.113.7", "0.0.0.0", "::", "ff02::1"], ()),
        (["x", "203.0.113.7"], ("203.0.113.7",)),
    ],
)
def test_what_is_no_address_is_left_out(listed: object, kept: tuple[str, ...] | None) -> None:
    assert read({"last_used_at": USED, "last_used_ips": listed}) == LastUse(AT, kept)


def test_a_long_list_is_cut() -> None:
    listed = [f"203.0.113.{n}" for n in range(1, 200)]
    found = read({"last_used_at": USED, "last_used_ips": listed})
    assert found is not None
    assert found.addresses == tuple(listed[:MOST_ADDRESSES])


@pytest.mark.parametrize("ahead", [timedelta(hours=2), -timedelta(hours=2), timedelta(0)])
def test_a_clock_that_is_wrong_does_not_move_the_use(ahead: timedelta) -> None:
    theirs = (AT + ahead).isoformat()
    assert read({"last_used_at": theirs}, NOW + ahead) == LastUse(AT)


@pytest.mark.parametrize(
    "date", [None, datetime.min.replace(tzinfo=UTC), NOW + timedelta(days=999)]
)
def test_without_a_usable_date_both_clocks_count_as_the_same(date: datetime | None) -> None:
    assert read({"last_used_at": USED}, date) == LastUse(AT)
