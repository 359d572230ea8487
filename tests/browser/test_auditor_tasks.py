"""An auditor's tasks at the open page, with their clicks counted: one row for each task."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from credentials_app import tasks
from credentials_app.models import Credential
from registry.outcome import Outcome
from tests import cast
from tests.browser.everywhere import LONG_NAME
from tests.browser.test_tasks import Hand
from tests.browser.visits import faults, sign_in
from tests.credentials_app import scenes
from tests.credentials_app.views.test_access import a_leak, join
from workspaces import audit
from workspaces.audit import Caller
from workspaces.members import participants
from workspaces.models import Participant, Team, User
from workspaces.models.roles import Role

WEB = Caller("web", "192.0.2.14", "made-up-request")
Deed = Callable[[Page, Hand], None]


def fill(hand: Hand, field: Locator, words: str) -> None:
    """A click into the field, and the words."""
    hand.click(field)
    field.fill(words)


def choose(hand: Hand, field: Locator, label: str) -> None:
    """A click on the list, and one on its entry."""
    field.select_option(label)
    hand.clicks += 2


def show(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("button", name="Show", exact=True))


def log_of_the_instance(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="Audit log").first)
    hand.click(page.get_by_text("Filters"))


def access_of_it(page: Page, hand: Hand) -> None:
    """From the start of the admin audit."""
    rows = page.get_by_role("rowheader")
    hand.click(rows.get_by_role("link", name="Credentials", exact=True))
    hand.click(rows.get_by_role("link", name="deploy", exact=True))
    hand.click(page.get_by_role("link", name="Who can use it, and who did"))


def who_could_and_who_did(page: Page, hand: Hand) -> None:
    access_of_it(page, hand)
    fill(hand, page.get_by_label("On a day"), "2026-05-03")
    show(page, hand)
    could = page.get_by_role("region", name="Could use the secret", exact=True)
    expect(could.get_by_role("row").filter(has_text="Bob")).to_contain_text("Until 09:12")
    expect(could.get_by_role("row").filter(has_text="Carol")).to_contain_text("From 14:30 on")
    expect(could.get_by_role("row").filter(has_text="Alice")).to_contain_text("The whole day")
    did = page.get_by_role("region", name="Who did on that day")
    expect(did).to_contain_text("Alice replaced the secret of deploy")


def who_could_in_one_workspace(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="Credentials", exact=True).first)
    hand.click(page.get_by_role("link", name="deploy", exact=True))
    hand.click(page.get_by_role("link", name="Who can use it, and who did"))
    fill(hand, page.get_by_label("On a day"), "2026-05-03")
    show(page, hand)
    expect(page.get_by_role("region", name="Could use the secret", exact=True)).to_contain_text(
        "Bob"
    )


def who_set_its_secret(page: Page, hand: Hand) -> None:
    access_of_it(page, hand)
    first = page.get_by_role("region", name="Versions of the secret").get_by_role("row").nth(1)
    expect(first).to_contain_text("in use")
    expect(first).to_contain_text("Alice")
    expect(first).to_contain_text("3 May 2026, 08:30 UTC")


def who_can_use_what(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="People", exact=True))
    hand.click(page.get_by_role("link", name="Who can use what"))
    can = page.get_by_role("region", name="Can use the secret", exact=True)
    expect(can.get_by_role("row").filter(has_text="Carol")).to_contain_text(
        "Maintainer by the team Release"
    )


def what_leavers_know(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="People", exact=True))
    hand.click(page.get_by_role("link", name="Leavers"))
    expect(page.get_by_role("row").filter(has_text="left-behind")).to_contain_text("Dora")


def who_was_refused(page: Page, hand: Hand) -> None:
    log_of_the_instance(page, hand)
    choose(hand, page.get_by_label("Outcome"), "Denied")
    show(page, hand)
    expect(page.locator(".log__line")).to_have_count(1)
    expect(page.locator(".log__line")).to_contain_text("Alice was refused a page")


def who_replaced_a_secret(page: Page, hand: Hand) -> None:
    log_of_the_instance(page, hand)
    choose(hand, page.get_by_label("What"), "Secrets")
    fill(hand, page.get_by_label("Which"), "deploy")
    show(page, hand)
    expect(page.locator(".log__line").first).to_contain_text("Alice replaced the secret of deploy")


def what_one_person_did(page: Page, hand: Hand) -> None:
    log_of_the_instance(page, hand)
    fill(hand, page.get_by_label("Who"), "Dora")
    show(page, hand)
    expect(page.locator(".log__line").first).to_contain_text("Dora")


def the_log_of_one_day_as_a_file(page: Page, hand: Hand) -> None:
    log_of_the_instance(page, hand)
    fill(hand, page.get_by_label("From"), "2026-05-03")
    fill(hand, page.get_by_label("Until"), "2026-05-03")
    show(page, hand)
    with page.expect_download() as download:
        hand.click(page.get_by_role("button", name="CSV"))
    lines = download.value.path().read_text().splitlines()
    assert len(lines) > 2
    assert all("2026-05-03" in line for line in lines[1:])


def what_is_broken(page: Page, hand: Hand) -> None:
    hand.click(page.get_by_role("link", name="Overview").first)
    expect(page.get_by_role("list", name="At a glance")).to_contain_text("Broken")
    expect(page.locator("main")).to_contain_text("Acme / Web")


@dataclass(frozen=True)
class AuditorTask:
    """Who has the question, and how many clicks the answer takes from their first page."""

    person: str
    deed: Deed
    clicks: int

    @property
    def start(self) -> str:
        return "/admin/" if self.person == "auditor" else "/o/acme/web/"


# A new task is a row here.
TASKS: dict[str, AuditorTask] = {
    "who could use the leaked credential on 3 May, and who did": AuditorTask(
        "auditor", who_could_and_who_did, 5
    ),
    "the same in one's own workspace": AuditorTask("admin", who_could_in_one_workspace, 5),
    "who set the secret that is in use, and when": AuditorTask("auditor", who_set_its_secret, 3),
    "who can use what in the workspace, and by which way": AuditorTask(
        "admin", who_can_use_what, 2
    ),
    "which secrets a leaver knows": AuditorTask("admin", what_leavers_know, 2),
    "who was refused a page": AuditorTask("auditor", who_was_refused, 5),
    "who replaced the secret last": AuditorTask("auditor", who_replaced_a_secret, 6),
    "what one person did": AuditorTask("auditor", what_one_person_did, 4),
    "the log of one day as a file": AuditorTask("auditor", the_log_of_one_day_as_a_file, 6),
    "what is broken on the instance, and where": AuditorTask("auditor", what_is_broken, 1),
}


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch, live_server: LiveServer) -> Credential:
    """The leak of 3 May, a leaver, a refusal, and something that is broken."""
    row = a_leak(monkeypatch)
    place = row.workspace
    dora = join(cast.person("dora@example.org"), Role.MAINTAINER)
    scenes.stored("left-behind", by=cast.seat(place, dora))
    own = Participant.objects.get(user=dora, workspace=place)
    participants.remove(cast.seat(place), participant=own)
    tasks.list_leavers()
    denied = {"right": "write", "route": "credentials:add"}
    audit.record(
        "access:request:deny", seat=cast.seat(place), outcome="denied", details=denied, caller=WEB
    )
    scenes.checked(scenes.stored("broken"), Outcome.EXPIRED)
    return row


@pytest.mark.parametrize("question", TASKS)
def test_an_auditor_answers_it_with_so_many_clicks(
    question: str,
    page: Page,
    context: BrowserContext,
    live_server: LiveServer,
    story: Credential,
) -> None:
    task = TASKS[question]
    person = cast.auditor() if task.person == "auditor" else cast.alice()
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"), person)
    page.goto(task.start)
    hand = Hand(page)
    task.deed(page, hand)
    print(f"{hand.clicks} clicks: {question}")  # for people, with pytest -s
    assert hand.clicks == task.clicks


def test_the_pages_of_access_are_read_at_every_width(
    page: Page, context: BrowserContext, live_server: LiveServer, story: Credential
) -> None:
    Credential.objects.filter(pk=story.pk).update(name=LONG_NAME)
    User.objects.filter(email="carol@example.org").update(
        name="W" * 90, email=f"{'c' * 60}@{'long-domain-name.' * 3}example.org"
    )
    Team.objects.update(name="T" * 100)
    sign_in(context, live_server.url.replace("127.0.0.1", "localhost"))
    one = f"/o/acme/web/credentials/{story.pk}/access/"
    for name, path in (
        ("access-now", one),
        ("access-on-a-day", f"{one}?on=2026-05-03"),
        ("access-before", f"{one}?on=2026-03-03"),
        ("access-of-workspace", "/o/acme/web/access/?on=nonsense"),
    ):
        page.goto(path)
        assert faults(page, name) == [], name


def test_an_auditor_reads_them_too_and_without_scripts(
    page: Page, context: BrowserContext, live_server: LiveServer, story: Credential
) -> None:
    base_url = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(context, base_url, cast.auditor())
    page.goto(f"/admin/access/{story.pk}/?on=2026-05-03")
    assert faults(page, "access-of-instance") == []
    browser = context.browser
    assert browser
    phone = browser.new_context(base_url=base_url, java_script_enabled=False)
    sign_in(phone, base_url, cast.auditor())
    plain = phone.new_page()
    plain.goto(f"/admin/access/{story.pk}/")
    plain.get_by_label("On a day").fill("2026-05-03")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain.get_by_role("region", name="Could use the secret", exact=True)).to_contain_text(
        "Bob"
    )
    phone.close()
