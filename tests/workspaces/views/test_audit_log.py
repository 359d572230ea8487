"""The audit log of a workspace and of the instance, as its readers see and export it."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.test import Client

from common.downloads import safe_cell
from tests import cast
from tests.workspaces.walking import text
from workspaces import audit, audit_chain
from workspaces.audit import Caller
from workspaces.models import AuditEvent, Workspace

pytestmark = pytest.mark.django_db

PAGE, INSTANCE = "/o/acme/web/audit-log/", "/admin/audit-log/"


def filled() -> Workspace:
    place = cast.workspace()
    audit.record(
        "credentials:credential:replace",
        seat=cast.seat(place),
        target_label="ci-push",
        caller=Caller("web", "192.0.2.1"),
    )
    audit.record("test:thing:elsewhere", seat=cast.seat(cast.workspace("other")))
    return place


def reader() -> Client:
    return cast.client_for(cast.alice())


def instance_reader() -> Client:
    return cast.client_for(cast.administrator())


def exported(browser: Client, url: str, **asked: str) -> str:
    answer = browser.post(f"{url}export/", asked)
    assert answer.status_code == 200
    assert answer.streaming
    return b"".join(answer).decode()  # type: ignore[arg-type]


def test_the_audit_log_says_what_was_done_here_and_nothing_else() -> None:
    filled()
    page = text(reader(), PAGE)
    assert "<b>Alice</b> replaced the secret of <b>ci-push</b>" in page
    assert "credentials:credential:replace" in page
    assert "just now</time>, from 192.0.2.1</span>" in page
    assert "elsewhere" not in page


def test_the_audit_log_is_read_page_by_page() -> None:
    place = cast.workspace()
    for number in range(60):
        audit.record(f"test:thing:number-{number:02}", seat=cast.seat(place))
    browser = reader()
    first = browser.get(PAGE)
    assert "number-59" in first.content.decode()
    assert "number-09" not in first.content.decode()
    second = text(browser, first.context["pager"]["next_url"])
    assert "number-09" in second
    assert "number-10" not in second
    assert f'href="{PAGE}"' in second, "back to the newest"


@pytest.mark.parametrize("before", ["", "made-up", "%00", "%ED%A0%80", "-1", "1e3", "9" * 3000])
def test_a_page_that_cannot_be_read_is_the_first_page(before: str) -> None:
    filled()
    assert "ci-push" in text(reader(), f"{PAGE}?before={before}")


def test_a_filter_stays_in_the_form_in_the_pager_and_in_the_export() -> None:
    place = filled()
    for _ in range(60):
        audit.record("credentials:credential:pause", seat=cast.seat(place), target_label="deploy")
    answer = reader().get(PAGE, {"which": "deploy", "what": "credentials"})
    page = answer.content.decode()
    assert "ci-push" not in page
    assert 'name="which" value="deploy"' in page
    assert '<option value="credentials" selected>' in page
    assert "which=deploy" in answer.context["pager"]["next_url"]
    assert '<input type="hidden" name="which" value="deploy">' in page


def test_what_cannot_be_read_is_named_on_the_page() -> None:
    filled()
    page = text(reader(), f"{PAGE}?since=yesterday")
    assert "From: “yesterday” is no day. Write it as 2026-12-31." in page
    assert "ci-push" in page


def test_no_name_becomes_markup() -> None:
    place = cast.workspace()
    audit.record("test:thing:make", seat=cast.seat(place), target_label="<script>alert(1)</script>")
    page = text(reader(), PAGE)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nothing_found_offers_everything() -> None:
    filled()
    page = text(reader(), f"{PAGE}?q=nothing-is-called-so")
    assert "No event is like this." in page
    assert f'<a class="button" href="{PAGE}">Show all</a>' in page


def test_a_table_has_a_row_for_each_event_and_no_formula() -> None:
    place = filled()
    audit.record("test:thing:make", seat=cast.seat(place), target_label='=HYPERLINK("x")')
    rows = list(
        csv.DictReader(io.StringIO(exported(reader(), PAGE, format="csv").lstrip("\ufeff")))
    )
    assert [row["Code"] for row in rows] == [
        "audit:log:export",
        "test:thing:make",
        "credentials:credential:replace",
        "workspaces:workspace:make",
    ]
    assert rows[1]["To what"] == '\'=HYPERLINK("x")'
    assert rows[2]["What"] == "Alice replaced the secret of ci-push"
    assert all(row["Hash"] for row in rows)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_a_cell_never_begins_like_a_formula(begin: str) -> None:
    assert safe_cell(f"{begin}1+1") == f"'{begin}1+1"
    assert safe_cell(f"1{begin}1") == f"1{begin}1"


def test_the_whole_log_as_lines_can_be_verified(tmp_path: Path) -> None:
    filled()
    lines = exported(reader(), PAGE, format="jsonl").splitlines()
    assert audit_chain.verify_export(lines, {}) == (3, [])
    everything = exported(instance_reader(), INSTANCE, format="jsonl").splitlines()
    count, findings = audit_chain.verify_export(everything, {})
    assert (count, findings) == (AuditEvent.objects.count(), [])


def test_a_part_of_the_log_as_lines_says_that_it_is_a_part() -> None:
    filled()
    [line] = exported(reader(), PAGE, format="jsonl", which="ci-push").splitlines()
    assert json.loads(line)["target_label"] == "ci-push"
    with pytest.raises(ValueError, match="no complete export"):
        audit_chain.verify_export([line], {})


def test_an_export_is_an_event_before_a_line_leaves() -> None:
    filled()
    answer = reader().post(f"{PAGE}export/", {"format": "csv", "q": "ci-push"})
    event = AuditEvent.objects.get(action="audit:log:export")
    assert event.details == {"action": "CSV", "fields": ["q"]}
    assert event.actor_id == cast.alice().pk
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-log-2')


def test_the_log_of_the_instance_has_the_events_of_all_workspaces() -> None:
    filled()
    browser = instance_reader()
    page = text(browser, INSTANCE)
    assert "test:thing:elsewhere" in page
    assert "in Acme / Web" in page
    narrowed = text(browser, f"{INSTANCE}?where=acme+other")
    assert "test:thing:elsewhere" in narrowed
    assert "ci-push" not in narrowed
    assert "elsewhere" in exported(browser, INSTANCE, format="csv")
    event = AuditEvent.objects.get(action="audit:log:export")
    assert event.workspace_id is None
