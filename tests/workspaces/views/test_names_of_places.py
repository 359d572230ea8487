"""The workspace of a person has one name on every page and in every mail: Your credentials."""

import json
import re

import pytest

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.models import StatusChange
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGES = (
    *(f"/me/credentials/{page}" for page in ("", "add/", "report/", "schedule/", "servers/")),
    "/account/notices/",
)
OTHER_NAME = re.compile(r">\s*Personal\b|\bPersonal\s*[<·/(]")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_ones_own_has_no_second_name(page: str) -> None:
    answer = cast.client_for(cast.alice()).get(page)
    assert answer.status_code == 200
    assert "Your credentials" in answer.content.decode()
    assert OTHER_NAME.search(answer.content.decode()) is None


def test_a_mail_about_ones_own_has_that_name_and_the_audit_log_says_personal() -> None:
    seat = cast.seat(cast.personal(cast.alice()))
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.EXPIRED)
    change = StatusChange.objects.get(credential=row)
    for person in notices.announce(change.pk, now=change.at):
        notices.mail_due_notices(person, now=change.at)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "deploy: expired (Your credentials)"
    text, html = json.loads(open_sealed(mail, "body"))[:2]
    for part in (text, html):
        assert "because these credentials are your own" in part
        assert "Personal" not in part
    events = AuditEvent.objects.filter(workspace_id=row.workspace_id)
    assert set(events.values_list("workspace_label", flat=True)) == {"Personal"}
