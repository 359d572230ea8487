"""The steps of a check that runs, in the page and as what a script polls."""

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.checks import check, progress
from credentials_app.models import Credential
from registry.evidence import NextRequest, StepName
from registry.outcome import Outcome
from tests.credentials_app import scenes
from tests.credentials_app.views.test_detail import page
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


def test_a_page_asks_again_only_while_it_is_checked(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    address = credentials_url(seat.workspace, "progress", pk=row.pk)
    told = page(visitor, seat, row)
    assert f'hx-get="{address}" hx-trigger="load delay:' in told
    assert "Wait for the checker" in told
    answer = visitor.get(address, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith("<section")
    row = scenes.checked(row, Outcome.VALID)
    answer = visitor.get(address, headers={"HX-Request": "true"})
    assert answer.content.decode().lstrip().startswith('<div id="credential"')
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#credential", "outerHTML")
    assert "load delay:" not in answer.content.decode()


def test_the_steps_so_far_cost_few_queries(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    [row] = check.claim_for_check(Credential, [row.pk])
    address = credentials_url(seat.workspace, "progress", pk=row.pk)
    with progress.shown_to_person(row) as follow:
        refused = replace(scenes.step(StepName.API, 401), rule="api_refused", took_ms=12)
        done = (replace(scenes.step(StepName.PING, 401), rule="ok"), refused)
        follow(NextRequest(StepName.SIGN_IN, scenes.SIGN_IN, done, "gitlab"))
        visitor.get(address, headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as seen:
            answer = visitor.get(address, headers={"HX-Request": "true"})
    told = " ".join(re.sub("<[^>]*>", " ", answer.content.decode()).split())
    assert told == (
        "This check Reach registry.example.org 3 ms "
        "Ask the provider about the token : refused or no answer 12 ms "
        "Sign in at gitlab.example.org"
    )
    assert "step--good" in answer.content.decode()
    assert len(seen) <= 5


def test_without_a_script_the_steps_are_in_the_page(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    [row] = check.claim_for_check(Credential, [row.pk])
    with progress.shown_to_person(row) as follow:
        follow(NextRequest(StepName.PING, scenes.REGISTRY, (), "generic"))
        told = page(visitor, seat, row)
    assert "Reach registry.example.org" in told
    assert "<noscript>" in told
    assert page(visitor, seat, row, "progress").startswith("<!doctype html>")


def test_a_script_that_asks_for_a_check_gets_the_page_with_it(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    address = credentials_url(seat.workspace, "check", pk=row.pk)
    answers = [visitor.post(address, headers={"HX-Request": "true"}) for _ in range(3)]
    assert answers[0].content.decode().lstrip().startswith('<div id="credential"')
    assert "Wait for the checker" in answers[0].content.decode()
    assert answers[2]["HX-Redirect"] == credentials_url(seat.workspace, "detail", pk=row.pk)
    assert "The next is possible in" in page(visitor, seat, row)
