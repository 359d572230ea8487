"""Mails about a credential name its tags."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.outbox import Words
from credentials_app.models import Notice, NoticeKind
from credentials_app.notices.mail import notice_mail
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON

pytestmark = pytest.mark.django_db


def notices(*tags: tuple[str, ...]) -> list[Notice]:
    """One that each credential ends, read as the delivery reads them."""
    for number, names in enumerate(tags):
        row = scenes.stored(f"deploy-{number}", tags=names)
        Notice.objects.create(
            key=f"test-{number}",
            person=cast.alice(),
            workspace=row.workspace,
            credential=row,
            kind=NoticeKind.EXPIRING,
            made_at=NOON,
            due_at=NOON,
            ends_at=NOON,
        )
    rows = Notice.objects.select_related("credential__workspace__organization", "workspace")
    return list(rows.order_by("key"))


def mail(*tags: tuple[str, ...]) -> Words:
    return notice_mail(cast.alice(), notices(*tags), NOON)


def test_the_mail_about_one_names_its_tags() -> None:
    said = mail(("prod", "ci"))
    assert "Tags: ci, prod\n" in said.text
    assert "ci, prod</td>" in said.html


def test_a_digest_names_the_tags_of_each() -> None:
    said = mail(("prod",), ("ci",), ())
    assert [line for line in said.text.splitlines() if line.startswith("Tags")] == [
        "Tags: prod",
        "Tags: ci",
    ]
    assert said.html.count(">Tags</th>") == 2


@pytest.mark.parametrize("count", [1, 5])
def test_tags_cost_one_query_however_many_credentials(count: int) -> None:
    found = notices(*[("prod",)] * count)
    with CaptureQueriesContext(connection) as seen:
        notice_mail(cast.alice(), found, NOON)
    assert sum("credentials_app_tag" in each["sql"] for each in seen) == 1
