"""The states of pages that no address shows: what is open, typed wrongly, empty, or under way."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import Page, expect

from credentials_app.models import Credential
from registry.outcome import Outcome
from tests import cast
from tests.browser.everywhere import LONG_NAME
from tests.browser.test_credentials import fill
from tests.credentials_app import scenes
from tests.workspaces.world import World
from workspaces.members.invitations import invite_by_link
from workspaces.models import Workspace
from workspaces.places import credentials_url
from workspaces.rights.roles import Role

Act = Callable[[Page], None]


@dataclass(frozen=True)
class State:
    """One state: what is opened, and what is done there."""

    path: str
    act: Act


def nothing(page: Page) -> None:
    """The page as it comes."""


def opened(menu: str) -> Act:
    """A menu, by its summary."""

    def act(page: Page) -> None:
        page.locator(menu).first.click()

    return act


def sent(form: str = "form.form") -> Act:
    """The errors of a form that is sent as it is, its values erased."""

    def act(page: Page) -> None:
        page.locator(form).first.evaluate(
            "form => { form.noValidate = true;"
            " const typed = '[type=text], [type=email], [type=password], textarea';"
            " for (const each of form.elements) if (each.matches(typed)) each.value = '';"
            " form.requestSubmit(form.querySelector('button:not([type=button])')); }"
        )
        expect(page.locator("#error_summary")).to_be_visible()

    return act


def ticked(page: Page) -> None:
    """The bar for many rows."""
    page.get_by_label("Select all on this page").check()
    expect(page.get_by_role("toolbar")).to_be_visible()


def replacing(page: Page) -> None:
    """The panel for a new secret, with the errors of an empty one."""
    page.get_by_role("link", name="Replace").first.click()
    expect(page.locator("#replace_place #id_secret")).to_be_visible()
    page.get_by_role("button", name="Check and replace").click()
    expect(page.locator("#replace_place #error_summary")).to_be_visible()


def checking(page: Page) -> None:
    """A trial whose answer is not here yet."""
    fill(page, name="new")
    page.locator("#act_check").click()
    expect(page.locator("#trial")).to_contain_text("Wait for the checker")


def states_of_lists(world: World) -> dict[str, State]:
    """The overview and the list of a workspace: menus, filters, ticks, and nothing there."""
    place, rows = world.here.place, credentials_url(world.here.place, "list")
    assert place.organization
    empty = cast.workspace("empty", organization=place.organization)
    overview = credentials_url(place, "overview")
    found = {
        "the switcher open": State(rows, opened(".topbar .menu > summary")),
        "the account menu open": State(rows, opened(".user-menu > summary")),
        "rows ticked": State(rows, ticked),
        "nothing found": State(f"{rows}?q=nothing-like-this", nothing),
        "a long search": State(f"{rows}?q={'x' * 150}", nothing),
        "several filters": State(f"{rows}?status=working&provider=generic&ends=30", nothing),
        "broken ones": State(f"{rows}?status=attention", nothing),
        "the search of the slash key": State(overview, lambda page: page.keyboard.press("/")),
        "a card's snooze open": State(overview, opened("details.snooze > summary")),
        "a card's secret being replaced": State(overview, replacing),
        "no such page": State("/no-such-page/" + "x" * 200, nothing),
    }
    for chip in ("status", "provider", "server", "owner", "access", "ends"):
        found[f"the filter {chip} open"] = State(rows, opened(f"#chip_{chip} > summary"))
    for view in ("list", "overview", "report", "rules"):
        found[f"{view} of an empty workspace"] = State(credentials_url(empty, view), nothing)
    return found


def states_of_forms(world: World) -> dict[str, State]:
    """Every form of a workspace with its errors, and a trial under way."""
    place = world.here.place
    assert place.organization
    of_place = {"organization": place.organization.slug, "workspace": place.slug}
    people = reverse("workspaces:people", kwargs=of_place)
    settings = reverse("workspaces:settings", kwargs=of_place)
    add, rule = credentials_url(place, "add"), credentials_url(place, "rule_add")
    workspace = reverse("workspaces:workspace_add", args=[place.organization.slug])
    old = Credential.objects.get(workspace=place, name="old")
    return {
        "a new credential with errors": State(add, sent("#credential_form")),
        "a new credential being checked": State(add, checking),
        "an invitation with errors": State(people, sent("form[action$='/invite/']")),
        "a workspace with errors": State(workspace, sent()),
        "settings with errors": State(settings, sent()),
        "a rule with errors": State(rule, sent("form.panel")),
        "an edit with errors": State(
            credentials_url(place, "edit", pk=old.pk), sent("#credential_form")
        ),
        "a deletion with errors": State(
            credentials_url(place, "delete", pk=old.pk), sent("form.panel")
        ),
    }


def states_of_credentials(world: World) -> dict[str, State]:
    """The page of a credential in every status, and the pages of a sample."""
    place, sample = world.here.place, Workspace.objects.get(slug="shop")
    asks = scenes.checked(
        scenes.stored("asks", by=cast.seat(place)),
        scenes.verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER),
        scenes.evidence(realm=None),
    )
    found = {
        "a sign-in host to trust": State(credentials_url(place, "detail", pk=asks.pk), nothing),
        "the question of a sign-in host": State(
            credentials_url(place, "sign_in", pk=asks.pk), nothing
        ),
    }
    for view in ("overview", "list", "report"):
        found[f"the {view} of a sample"] = State(credentials_url(sample, view), nothing)
    for name in ("bad", "old", "waits", LONG_NAME):
        row = Credential.objects.get(workspace=place, name=name)
        found[f"the credential {name}"] = State(
            credentials_url(place, "detail", pk=row.pk), replacing if name == "old" else nothing
        )
    return found | one_of_each_status(sample)


def states_of_exports(world: World) -> dict[str, State]:
    """The files and lines of one credential and of many, and which one an image gets."""
    place = world.here.place
    bad = Credential.objects.get(workspace=place, name="bad")
    rows = Credential.objects.filter(workspace=place)
    export, image = credentials_url(place, "export"), credentials_url(place, "image")
    query = "&".join(f"pk={key}" for key in rows.values_list("pk", flat=True))
    return {
        "the files of one": State(f"{export}?pk={bad.pk}", nothing),
        "the files of many": State(f"{export}?{query}", nothing),
        "an image that gets one": State(
            f"{image}?image={bad.origin.host}/{bad.repository}:1&need=push", nothing
        ),
        "an image that gets none": State(f"{image}?image=elsewhere.example.org/app:1", nothing),
        "an image that is none": State(f"{image}?image={'x' * 150}%20y", nothing),
    }


def one_of_each_status(sample: Workspace) -> dict[str, State]:
    """The page of a credential in every status, with a history of sixty days."""
    rows = {row.status: row for row in Credential.objects.filter(workspace=sample)}
    return {
        f"a credential that is {status}": State(
            credentials_url(sample, "detail", pk=row.pk), nothing
        )
        for status, row in rows.items()
    }


def guest_states(world: World) -> dict[str, State]:
    """What somebody meets who is not signed in."""
    seat = cast.seat(world.here.place)
    guest = invite_by_link(seat, email=f"{'g' * 60}@example.org", role=Role.VIEWER)
    return {
        "an invitation": State(urlsplit(guest).path, nothing),
        "a sign-in with errors": State(reverse("account_login"), sent()),
        "a reset with errors": State(reverse("account_reset_password"), sent()),
        "no such page": State("/no-such-page/" + "x" * 200, nothing),
    }


def newcomer_states(world: World) -> dict[str, State]:
    """What somebody meets who has just come and has nothing."""
    return {
        name: State(reverse(name), nothing)
        for name in (
            "overview:mine",
            "workspaces:organizations",
            "my_credentials:overview",
            "my_credentials:list",
            "my_credentials:report",
            "my_credentials:rules",
            "workspaces:my_audit_log",
        )
    } | {
        "an organization with errors": State(reverse("workspaces:organization_add"), sent()),
        "a password with errors": State(reverse("account_change_password"), sent()),
    }


STATES = {
    "lists": ("org_owner", states_of_lists),
    "forms": ("org_owner", states_of_forms),
    "credentials": ("org_owner", states_of_credentials),
    "exports": ("org_owner", states_of_exports),
    "guests": ("anonymous", guest_states),
    "newcomers": ("newcomer", newcomer_states),
}
"""Who meets which states; a newcomer is signed in and owns nothing."""
