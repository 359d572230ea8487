"""The pages of access: who can use a credential, who could on a day, and who did."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential
from credentials_app.services import bulk_checks, credentials, deletion, moving
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces import audit, audit_retention
from workspaces.members import invitations, organization_members, participants, teams
from workspaces.models import (
    AuditEvent,
    OrganizationMember,
    Participant,
    TeamMember,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db
WORKSPACE_PAGE = "/o/acme/web/access/"


def text(answer: object) -> str:
    return " ".join(getattr(answer, "content", b"").decode().split())


def page_of(row: Credential) -> str:
    return f"/o/acme/web/credentials/{row.pk}/access/"


@contextmanager
def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> Iterator[None]:
    """What is done in the block was done at this time, says the log."""
    when = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    with monkeypatch.context() as patch:
        patch.setattr(audit, "database_now", lambda: when)
        yield


def join(person: User, role: Role, place: Workspace | None = None) -> User:
    seat = cast.seat(place or cast.workspace())
    link = invitations.invite_by_link(seat, email=person.email, role=role)
    token = link.rstrip("/").rpartition("/")[2]
    invitations.accept(token, user=person, caller=cast.CALLER)
    return person


def owner_seat() -> OrganizationSeat:
    return OrganizationSeat(cast.alice(), cast.organization(), OrganizationRole.OWNER, cast.CALLER)


@pytest.fixture
def leaked(monkeypatch: pytest.MonkeyPatch) -> Credential:
    return a_leak(monkeypatch)


def a_leak(monkeypatch: pytest.MonkeyPatch) -> Credential:
    """Added in April. On 3 May, Bob is removed at 09:12, and Carol's team comes at 14:30."""
    with at(monkeypatch, "2026-04-01T08:00"):
        row = scenes.stored()
        Credential.objects.update(created_at=datetime(2026, 4, 1, 8, tzinfo=UTC))
        join(cast.bob(), Role.USER)
        join(cast.person("vera@example.org"), Role.VIEWER)
        carol = cast.person("carol@example.org")
        link = invitations.invite_by_link(
            owner_seat(), email=carol.email, role=OrganizationRole.MEMBER
        )
        invitations.accept(link.rstrip("/").rpartition("/")[2], user=carol, caller=cast.CALLER)
        team = teams.make_team(owner_seat(), name="Release")
        teams.add_to_team(owner_seat(), team, carol)
    with at(monkeypatch, "2026-05-03T08:30"):
        credentials.edit_credential(
            cast.seat(row.workspace, cast.alice()), row, scenes.draft(secret=Secret("made-up-2"))
        )
    with at(monkeypatch, "2026-05-03T09:12"):
        own = Participant.objects.get(user=cast.bob(), workspace=row.workspace)
        participants.remove(cast.seat(row.workspace), participant=own)
    with at(monkeypatch, "2026-05-03T14:30"):
        teams.set_team_role(cast.seat(row.workspace), team, role=Role.MAINTAINER)
    return Credential.objects.get()


def people_of(page: str, group: str) -> str:
    """The text of one group of the page; empty if it is not there."""
    return page.partition(f'id="access_{group}"')[2].partition("</section>")[0]


def test_it_says_who_could_use_the_credential_on_a_day_and_from_when_to_when(
    leaked: Credential,
) -> None:
    page = text(cast.client_for(cast.alice()).get(page_of(leaked), {"on": "2026-05-03"}))
    assert "<strong>3</strong> people could use it on" in page
    used = people_of(page, "uses")
    assert "Bob" in used
    assert "Until 09:12" in used
    assert "Carol" in used
    assert "From 14:30 on" in used
    assert "Maintainer by the team Release" in used
    assert "Alice" in used
    assert "The whole day" in used
    assert "Vera" not in used
    assert "Vera" in people_of(page, "sees")
    assert "Not certain" not in page


def test_the_day_before_and_the_day_after_have_other_people(leaked: Credential) -> None:
    browser = cast.client_for(cast.alice())
    before = people_of(text(browser.get(page_of(leaked), {"on": "2026-05-02"})), "uses")
    after = people_of(text(browser.get(page_of(leaked), {"on": "2026-05-04"})), "uses")
    assert "Bob" in before
    assert "Carol" not in before
    assert "Bob" not in after
    assert "Carol" in after


def test_the_day_is_a_day_by_the_clock_of_the_reader(leaked: Credential) -> None:
    User.objects.filter(pk=cast.alice().pk).update(time_zone="Asia/Tokyo")
    browser = cast.client_for(User.objects.get(pk=cast.alice().pk))
    page = people_of(text(browser.get(page_of(leaked), {"on": "2026-05-03"})), "uses")
    assert "Until 18:12" in page
    assert "From 23:30 on" in page
    User.objects.filter(pk=cast.alice().pk).update(time_zone="Pacific/Auckland")  # 12 hours ahead
    page = people_of(text(browser.get(page_of(leaked), {"on": "2026-05-04"})), "uses")
    assert "From 02:30 on" in page
    assert "Bob" not in page


def test_it_says_who_did_on_that_day_and_what(leaked: Credential) -> None:
    browser = cast.client_for(cast.alice())
    done = text(browser.get(page_of(leaked), {"on": "2026-05-03"})).partition('id="deeds"')[2]
    assert "replaced the secret of" in done
    assert "added the credential" not in done.partition("</section>")[0]
    none = text(browser.get(page_of(leaked), {"on": "2026-05-02"}))
    assert "No person opened, replaced or checked it on that day." in none
    both = text(browser.get(page_of(leaked))).partition('id="deeds"')[2].partition("</section>")[0]
    assert "replaced the secret of" in both
    assert "added the credential" in both


def test_each_version_of_the_secret_has_its_time_and_its_person(leaked: Credential) -> None:
    page = text(cast.client_for(cast.alice()).get(page_of(leaked)))
    versions = page.partition('id="versions"')[2]
    assert versions.index('<th scope="row">2 <small>in use</small>') < versions.index(
        '<th scope="row">1'
    )
    assert "3 May 2026, 08:30 UTC" in versions
    assert "1 Apr 2026, 08:00 UTC" in versions
    assert "Alice &lt;alice@example.org&gt;" in versions


def test_now_is_what_the_rights_are_now(leaked: Credential) -> None:
    accounts.suspend(cast.person("vera@example.org"), heirs={}, keeper=Keeper(None, cast.CALLER))
    page = text(cast.client_for(cast.alice()).get(page_of(leaked)))
    assert "<strong>2</strong> people can use it now." in page
    assert "Carol" in people_of(page, "uses")
    assert "Vera" in people_of(page, "shut_out")
    assert "account suspended" in people_of(page, "shut_out")
    assert people_of(page, "sees") == ""


def test_administrators_and_auditors_are_named_as_people_who_see_no_secret(
    leaked: Credential,
) -> None:
    cast.auditor()
    page = text(cast.client_for(cast.alice()).get(page_of(leaked)))
    assert "see names, servers and status, and never a secret: Audrey." in page
    assert "Audrey" not in people_of(page, "uses")


def test_a_second_factor_that_is_missing_is_said(leaked: Credential) -> None:
    alice = cast.alice()
    User.objects.filter(pk=alice.pk).update(second_factor_at=leaked.created_at)
    leaked.workspace.organization.__class__.objects.update(requires_factor=True)
    page = text(cast.client_for(User.objects.get(pk=alice.pk)).get(page_of(leaked)))
    used = people_of(page, "uses")
    assert used.count("not let in before adding a second factor") == 1


@pytest.mark.parametrize(
    ("typed", "words", "kept"),
    [
        ("yesterday", "Day: “yesterday” is no day. Write it as 2026-05-31.", ""),
        ("2026-13-40", "Day: “2026-13-40” is no day.", ""),
        ("<b>", "Day: “&lt;b&gt;” is no day.", ""),
        ("9998-01-01", "Day: 9998-01-01 has not begun. Choose an earlier day.", "9998-01-01"),
        ("0001-01-01", "Not here on that day", "0001-01-01"),
        ("9999-12-31", "Day: 9999-12-31 has not begun.", "9999-12-31"),
        ("20260503", "could use it on", "2026-05-03"),
    ],
)
def test_what_is_no_day_is_named(leaked: Credential, typed: str, words: str, kept: str) -> None:
    answer = cast.client_for(cast.alice()).get(page_of(leaked), {"on": typed})
    assert answer.status_code == 200
    assert words in text(answer)
    assert f'name="on" value="{kept}"' in text(answer)


def test_before_it_was_added_nobody_could_use_it(leaked: Credential) -> None:
    page = text(cast.client_for(cast.alice()).get(page_of(leaked), {"on": "2026-03-31"}))
    assert "Not here on that day" in page
    assert "could use it on" not in page


def test_a_moved_credential_tells_here_nothing_of_the_place_before(
    leaked: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = cast.workspace("ops")
    outsider = join(cast.person("oscar@example.org"), Role.ADMIN, there)
    with at(monkeypatch, "2026-06-01T10:00"):
        moving.move_credential(
            cast.seat(leaked.workspace), leaked, there, secret=Secret("made-up-3"), name="moved"
        )
    page_there = f"/o/acme/ops/credentials/{leaked.pk}/access/"
    browser = cast.client_for(outsider)
    page = text(browser.get(page_there, {"on": "2026-05-03"}))
    assert "For some of this time the credential was in another workspace." in page
    for word in ("Bob", "Carol", "Web"):
        assert word not in page
    versions = text(browser.get(page_there)).partition('id="versions"')[2]
    assert "typed again when the credential moved" in versions.lower()
    assert '<th scope="row">3 <small>in use' in versions
    assert '<th scope="row">2' not in versions
    assert cast.client_for(cast.bob()).get(page_there).status_code == 404


def test_auditors_follow_it_through_all_workspaces_and_into_the_bin(
    leaked: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = cast.workspace("ops")
    with at(monkeypatch, "2026-05-03T12:00"):
        row = moving.move_credential(
            cast.seat(leaked.workspace), leaked, there, secret=Secret("made-up-3"), name="moved"
        )
    deletion.delete_credential(cast.seat(there), row)
    browser = cast.client_for(cast.auditor())
    page = text(browser.get(f"/admin/access/{row.pk}/", {"on": "2026-05-03"}))
    used = people_of(page, "uses")
    assert "Bob" in used
    assert "Until 09:12" in used
    assert "Carol" not in used, "her team came to the old workspace after the move"
    assert "in Web" in used
    assert "in Ops" in used
    assert "; in the bin" in page
    now = text(browser.get(f"/admin/access/{row.pk}/"))
    assert "Nobody can use it" in now


def test_what_is_deleted_for_good_is_read_from_the_log(leaked: Credential) -> None:
    browser, key = cast.client_for(cast.auditor()), leaked.pk
    deletion.delete_credential(cast.seat(leaked.workspace), leaked)
    deletion.delete_for_good(cast.seat(leaked.workspace), leaked)
    assert not Credential.every.filter(pk=key).exists()
    page = text(browser.get(f"/admin/access/{key}/", {"on": "2026-05-03"}))
    assert "<h1>Access to deploy</h1>" in page
    assert "registry.example.org</span>; deleted for good." in page
    assert "Until 09:12" in people_of(page, "uses")
    assert "Not certain" not in page
    assert '<th scope="row">2 <small>in use</small>' not in page
    assert '<th scope="row">2' in page
    assert "Nobody can use it" in text(browser.get(f"/admin/access/{key}/"))
    assert browser.post(f"/admin/access/{key}/csv/", {"on": "2026-05-03"}).status_code == 200
    log = text(browser.get("/admin/audit-log/"))
    assert f'<a href="/admin/access/{key}/">who had access</a>' in log
    own = text(cast.client_for(cast.alice()).get("/o/acme/web/audit-log/"))
    assert "/admin/access/" not in own


def test_a_check_of_many_counts_as_a_use_by_who_asked_for_it(
    leaked: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    with at(monkeypatch, "2026-05-06T10:00"):
        bulk_checks.check_workspace(cast.seat(leaked.workspace))
    page = text(cast.client_for(cast.alice()).get(page_of(leaked), {"on": "2026-05-06"}))
    done = page.partition('id="deeds"')[2].partition("</section>")[0]
    assert "asked to check 1 credentials" in done


def test_what_retention_removed_is_said_not_to_be_certain(leaked: Credential) -> None:
    began = datetime(2026, 4, 1, 8, tzinfo=UTC)
    for model in (Participant, OrganizationMember, TeamMember):
        model._default_manager.update(created_at=began)
    cutoff = datetime(2026, 5, 3, 9, tzinfo=UTC)
    audit_retention.remove_before(cutoff, exported=audit_retention.last_numbers())
    browser = cast.client_for(cast.alice())
    page = text(browser.get(page_of(leaked), {"on": "2026-05-02"}))
    assert "Not certain for this whole day: the audit log tells it exactly from" in page
    assert "Bob" in people_of(page, "uses"), "his removal says what he was before"
    later = text(browser.get(page_of(leaked), {"on": "2026-05-05"}))
    assert "Not certain" not in later


def test_a_move_is_followed_in_whatever_order_the_log_has_its_two_events(
    leaked: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, browser = leaked, cast.client_for(cast.auditor())
    places = [cast.workspace("ops"), leaked.workspace]
    for hour, there in enumerate(places, 10):  # there and back: one of them in each order
        with at(monkeypatch, f"2026-05-05T{hour}:00"):
            seat = cast.seat(row.workspace)
            row = moving.move_credential(
                seat, row, there, secret=Secret(f"made-up-{hour}"), name="moved"
            )
    page = text(browser.get(f"/admin/access/{row.pk}/", {"on": "2026-05-05"}))
    used = people_of(page, "uses")
    assert "10:00 to 11:00" in used
    assert "Until 10:00" in used
    assert "From 11:00 on" in used
    assert "Not certain" not in page


def test_a_deleted_member_is_shown_in_the_past(leaked: Credential) -> None:
    organization_members.remove_member(owner_seat(), person=cast.person("carol@example.org"))
    browser = cast.client_for(cast.alice())
    assert "Carol" not in text(browser.get(page_of(leaked)))
    page = text(browser.get(page_of(leaked), {"on": "2026-05-04"}))
    assert "Maintainer by the team Release" in people_of(page, "uses")


def test_the_workspace_has_a_page_of_its_own(leaked: Credential) -> None:
    browser = cast.client_for(cast.alice())
    page = text(browser.get(WORKSPACE_PAGE))
    assert "<strong>2</strong> people can use the credentials now." in page
    past = text(browser.get(WORKSPACE_PAGE, {"on": "2026-05-03"}))
    assert "Until 09:12" in people_of(past, "uses")
    assert WORKSPACE_PAGE in text(browser.get("/o/acme/web/people/"))


def test_the_table_has_a_row_for_each_stretch_and_runs_no_formula(leaked: Credential) -> None:
    User.objects.filter(pk=cast.bob().pk).update(name="=HYPERLINK(1)")
    OrganizationMember.objects.get_or_create(
        organization=cast.organization(), user=cast.bob(), defaults={"role": "member"}
    )
    browser = cast.client_for(cast.alice())
    answer = browser.post(f"{page_of(leaked)}csv/", {"on": "2026-05-03"})
    rows = list(csv.DictReader(StringIO(answer.getvalue().decode().lstrip("\ufeff"))))
    of_bob = [row for row in rows if row["E-mail address"] == "bob@example.org"]
    assert [(row["Name"], row["When"]) for row in of_bob] == [
        ("'=HYPERLINK(1)", "2026-05-03 until 09:12")
    ]
    assert len(rows) == 4
    event = AuditEvent.objects.order_by("-seq").first()
    assert event is not None
    assert (event.action, event.target_id) == ("audit:access:export", str(leaked.pk))


def test_a_page_of_very_many_people_names_some_and_the_table_all(
    leaked: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("credentials_app.access_report.report.SHOWN", 2)
    browser = cast.client_for(cast.alice())
    page = text(browser.get(page_of(leaked), {"on": "2026-05-03"}))
    assert "<strong>3</strong> people could use it" in page
    assert "And 1 more: the table below has all of them." in page
    assert "bob@example.org" not in people_of(page, "uses")
    table = browser.post(f"{page_of(leaked)}csv/", {"on": "2026-05-03"}).getvalue().decode()
    assert "bob@example.org" in table


def test_no_page_and_no_table_has_the_secret(leaked: Credential) -> None:
    browser = cast.client_for(cast.alice())
    page = page_of(leaked)
    for answer in (browser.get(page), browser.post(f"{page}csv/"), browser.get(WORKSPACE_PAGE)):
        assert scenes.PASSWORD not in answer.getvalue().decode()
        assert "made-up-2" not in answer.getvalue().decode()


def test_the_page_of_the_credential_links_to_it_for_who_reads_the_log(leaked: Credential) -> None:
    detail = page_of(leaked).removesuffix("access/")
    assert page_of(leaked) in text(cast.client_for(cast.alice()).get(detail))
    vera = cast.client_for(cast.person("vera@example.org"))
    assert page_of(leaked) not in text(vera.get(detail))
    assert vera.get(page_of(leaked)).status_code == 403


def queries_of(browser: Client, page: str) -> int:
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    return len(queries)


@pytest.mark.parametrize("kind", ["credential", "workspace", "instance"])
def test_the_number_of_queries_is_constant(leaked: Credential, kind: str) -> None:
    pages = {
        "credential": f"{page_of(leaked)}?on=2026-05-03",
        "workspace": f"{WORKSPACE_PAGE}?on=2026-05-03",
        "instance": f"/admin/access/{leaked.pk}/?on=2026-05-03",
    }
    browser = cast.client_for(cast.auditor() if kind == "instance" else cast.alice())
    before = queries_of(browser, pages[kind])
    for number in range(15):
        person = join(cast.person(f"more{number}@example.org"), Role.USER)
        if number % 2:
            row = Participant.objects.get(user=person)
            participants.remove(cast.seat(leaked.workspace), participant=row)
    assert queries_of(browser, pages[kind]) == before <= 18
