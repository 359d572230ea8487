"""The main button of a credential's page is what helps: to check, to replace or to edit."""

import re

import pytest
from django.test import Client

from credentials_app.presentation.credential import FirstAct, first_act
from credentials_app.status import EXPIRING, STATUS_LABELS, Status, StatusLabel
from registry.outcome import Outcome
from registry.providers import by_slug
from registry.words.message import Message
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

EATEN = "cause_robot_name_eaten"
#: The label of the status, the cause that the last check found (empty: it explains another
#: status), the provider, and the act.
CASES: dict[str, tuple[StatusLabel, str, str, FirstAct]] = {
    "valid": (STATUS_LABELS[Status.VALID], "cause_valid", "generic", FirstAct.CHECK),
    "unverified": (STATUS_LABELS[Status.UNVERIFIED], "", "generic", FirstAct.CHECK),
    "ends soon": (EXPIRING, "cause_valid", "gitlab", FirstAct.REPLACE),
    "expired": (STATUS_LABELS[Status.EXPIRED], "cause_expired", "gitlab", FirstAct.REPLACE),
    "refused": (STATUS_LABELS[Status.REFUSED], "cause_rejected", "generic", FirstAct.REPLACE),
    "refused, and nobody knows why": (
        STATUS_LABELS[Status.REFUSED],
        "",
        "harbor",
        FirstAct.REPLACE,
    ),
    "the user name is at fault": (STATUS_LABELS[Status.REFUSED], EATEN, "harbor", FirstAct.EDIT),
    "the server is wrong": (
        STATUS_LABELS[Status.WRONG_SERVER],
        "cause_not_a_registry",
        "generic",
        FirstAct.EDIT,
    ),
    "the server was wrong at an earlier check": (
        STATUS_LABELS[Status.WRONG_SERVER],
        "",
        "generic",
        FirstAct.EDIT,
    ),
    "a scope is missing, and only a new token has it": (
        STATUS_LABELS[Status.MISSING_SCOPE],
        "cause_missing_scope",
        "gitlab",
        FirstAct.REPLACE,
    ),
    "a policy is missing, which can be added": (
        STATUS_LABELS[Status.MISSING_SCOPE],
        "cause_missing_scope",
        "ecr",
        FirstAct.CHECK,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_first_act_is_what_mends_it(case: str) -> None:
    label, cause, slug, act = CASES[case]
    verdict = scenes.verdict(message=Message.of(cause)) if cause else None
    assert first_act(label, verdict, by_slug(slug)) is act


PAGES = {
    "the server is wrong": (Outcome.WRONG_SERVER, "cause_not_a_registry", "", "edit"),
    "the right server was found": (
        Outcome.WRONG_SERVER,
        "cause_web_host",
        "registry.example.net",
        "use_server",
    ),
    "the user name is at fault": (Outcome.REJECTED, EATEN, "", "edit"),
    "the secret is at fault": (Outcome.REJECTED, "cause_rejected", "", "replace_secret"),
    "it works": (Outcome.VALID, "cause_valid", "", "check_now"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", PAGES)
def test_the_page_has_one_main_button_and_each_button_once(
    visitor: Client, seat: Seat, case: str
) -> None:
    outcome, cause, server, main = PAGES[case]
    told = scenes.verdict(
        outcome, message=Message.of(cause), suggested_server=server, provider="harbor"
    )
    row = scenes.checked(scenes.stored(by=seat, provider="harbor"), told)
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    assert re.findall(r'class="button button--main[^"]*"\s+id="([^"]*)"', page) == [main]
    buttons = ("edit", "replace_secret", "check_now")
    assert [each for each in buttons if page.count(f'id="{each}"') != 1] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("outcome", "hinted"),
    [(Outcome.VALID, True), (Outcome.REJECTED, False), (Outcome.WRONG_SERVER, False)],
)
def test_a_repository_is_asked_for_only_where_it_would_show_more(
    visitor: Client, seat: Seat, outcome: Outcome, hinted: bool
) -> None:
    row = scenes.checked(scenes.stored(by=seat), outcome)
    page = visitor.get(credentials_url(seat.workspace, "detail", pk=row.pk)).content.decode()
    assert ("could not be seen: name a repository" in page) is hinted
