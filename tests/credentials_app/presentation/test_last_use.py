"""When a secret was last used by others, in words, and the filter of those that nobody uses."""

from datetime import datetime
from typing import Any

import pytest

from credentials_app.models import Credential
from credentials_app.presentation.last_use import is_unused, last_use_view, unused
from credentials_app.presentation.list_chips import chips
from credentials_app.presentation.list_counts import count_rows
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import page_of_credentials
from credentials_app.status import UseSeen
from tests.credentials_app import scenes
from tests.credentials_app.reports.rows import DAY, keep
from tests.credentials_app.scenes import NOON

FROM_OURS = "from Lockkeeper's own address, which others may share"
LONG_AGO, RECENTLY = NOON - 91 * DAY, NOON - 89 * DAY
OTHERS, NEVER, OURS, HIDDEN = UseSeen.OTHERS, UseSeen.NEVER, UseSeen.OURS, UseSeen.HIDDEN


def use(
    seen: str,
    used_at: datetime | None = None,
    *,
    told_at: datetime | None = NOON - DAY,
    stored_at: datetime = LONG_AGO,
) -> dict[str, Any]:
    return {
        "use_seen": seen,
        "used_at": used_at,
        "use_told_at": told_at,
        "secret_set_at": stored_at,
    }


ROWS: dict[str, tuple[dict[str, Any], bool]] = {
    "nothing-is-told": (use("", told_at=None), False),
    "used-recently": (use(OTHERS, RECENTLY), False),
    "used-long-ago": (use(OTHERS, LONG_AGO), True),
    "used-90-days-ago": (use(OTHERS, NOON - 90 * DAY), True),
    "used-long-ago-told-long-ago": (use(OTHERS, LONG_AGO, told_at=NOON - 31 * DAY), False),
    "used-long-ago-told-a-month-ago": (use(OTHERS, LONG_AGO, told_at=NOON - 30 * DAY), True),
    "never-used": (use(NEVER), True),
    "never-used-and-new": (use(NEVER, stored_at=RECENTLY), False),
    "only-ours": (use(OURS), True),
    "only-ours-and-new": (use(OURS, stored_at=RECENTLY), False),
    "only-ours-since-long-ago": (use(OURS, LONG_AGO), True),
    "only-ours-since-recently": (use(OURS, RECENTLY), False),
    "hidden": (use(HIDDEN), False),
    "hidden-since-long-ago": (use(HIDDEN, LONG_AGO), False),
}


@pytest.mark.django_db
def test_unused_are_those_that_nobody_else_is_seen_to_use() -> None:
    for name, (columns, _) in ROWS.items():
        keep(name, **columns)
    expected = {name for name, (_, is_in) in ROWS.items() if is_in}
    found = Credential.objects.filter(unused(NOON)).values_list("name", flat=True)
    assert set(found) == expected
    assert {row.name for row in Credential.objects.all() if is_unused(row, NOON)} == expected
    workspace, query = scenes.seat().workspace, ListQuery(chips=(("status", "unused"),), size=50)
    page, _ = page_of_credentials(workspace, query, NOON)
    assert {row.name for row in page} == expected
    status, *_others = chips(query, count_rows(workspace, query, NOON))
    [shown] = [each for each in status.choices if each.is_on]
    assert (str(shown.word), shown.count) == ("Unused for 90 days", len(expected))


@pytest.mark.parametrize(
    ("seen", "used_at", "main", "note"),
    [
        ("", None, "Unknown", "no check has seen it"),
        (OTHERS, RECENTLY, "", ""),
        (NEVER, None, "Never", "as the provider says"),
        (OURS, None, "By nobody else", f"only {FROM_OURS}"),
        (OURS, RECENTLY, "By nobody else", f"since then only {FROM_OURS}"),
        (HIDDEN, None, "Unknown", "our own checks hide uses by others"),
        (HIDDEN, RECENTLY, "Unknown", "our own checks hide later uses by others"),
    ],
)
def test_what_cannot_be_told_is_said(
    seen: str, used_at: datetime | None, main: str, note: str
) -> None:
    view = last_use_view(Credential(use_seen=seen, used_at=used_at), NOON)
    assert (view.at, str(view.main), str(view.note)) == (used_at, main, note)
