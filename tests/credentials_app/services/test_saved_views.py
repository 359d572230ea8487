"""Saved views: names, limits, whose they are, and what happens to the reports that follow one."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from credentials_app.models import ReportSubscription, SavedView
from credentials_app.selectors import views_for
from credentials_app.services.errors import TooManySharedViews, TooManyViews, ViewNameTaken
from credentials_app.services.saved_views import (
    MOST_SHARED_VIEWS,
    MOST_VIEWS,
    ViewDraft,
    add_view,
    delete_view,
    draft_of_view,
    edit_view,
    may_change_view,
)
from tests import cast
from tests.credentials_app.scenes import NOON
from workspaces.members import participants
from workspaces.models import AuditEvent, User, Workspace
from workspaces.models.roles import Role
from workspaces.rights.refusals import Refusal
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
BROKEN = ViewDraft("Broken", "status=attention")
SHARED = replace(BROKEN, is_shared=True)


def of(seat: Seat, role: Role) -> Seat:
    """The seat of another person, of this role."""
    return cast.seat(seat.workspace, cast.someone(seat.workspace, role))


def seen_by(seat: Seat) -> list[str]:
    return [view.name for view in views_for(seat.workspace, seat.user)]


def following(view: SavedView, person: User) -> ReportSubscription:
    return ReportSubscription.objects.create(
        person=person, workspace=view.workspace, view=view, next_at=NOON
    )


def test_a_view_is_its_persons_alone(seat: Seat) -> None:
    view = add_view(seat, BROKEN)
    assert draft_of_view(view) == BROKEN
    assert view.made_by == seat.user.email
    assert seen_by(seat) == ["Broken"]
    assert seen_by(of(seat, Role.OWNER)) == []


def test_a_view_of_the_workspace_is_everybodys_and_comes_after_ones_own(seat: Seat) -> None:
    viewer = of(seat, Role.VIEWER)
    add_view(viewer, ViewDraft("Zebra", ""))
    add_view(seat, SHARED)
    assert seen_by(viewer) == ["Zebra", "Broken"]
    assert seen_by(seat) == ["Broken"]


def test_a_view_is_seen_in_its_workspace_only(seat: Seat) -> None:
    add_view(seat, BROKEN)
    add_view(seat, replace(SHARED, name="Ours"))
    assert seen_by(cast.seat(cast.workspace("other"))) == []


@pytest.mark.parametrize("role", Role)
def test_who_may_set_what_others_hear_decides_about_the_workspaces_views(
    seat: Seat, role: Role
) -> None:
    person, view = of(seat, role), add_view(seat, SHARED)
    own = add_view(person, replace(BROKEN, name="My own"))
    may = role in {Role.MAINTAINER, Role.ADMIN, Role.OWNER}
    assert may_change_view(person, view) is may
    assert may_change_view(person, own)
    deeds = [
        lambda: add_view(person, replace(SHARED, name="Another")),
        lambda: edit_view(person, own, replace(draft_of_view(own), is_shared=True)),
        lambda: edit_view(person, view, replace(SHARED, name="Renamed")),
        lambda: delete_view(person, view),
    ]
    events = AuditEvent.objects.count()
    for deed in deeds:
        if may:
            deed()
        else:
            with pytest.raises(PermissionDenied):
                deed()
    assert AuditEvent.objects.count() == events + (len(deeds) if may else 0)


def test_anothers_own_view_is_not_there_even_for_an_owner(seat: Seat) -> None:
    view = add_view(of(seat, Role.VIEWER), BROKEN)
    with pytest.raises(SavedView.DoesNotExist):
        edit_view(seat, view, replace(BROKEN, name="x"))
    with pytest.raises(SavedView.DoesNotExist):
        delete_view(seat, view)


@pytest.mark.parametrize("place", ["other", "personal"])
def test_a_view_of_another_place_is_not_there(seat: Seat, place: str) -> None:
    view = add_view(seat, SHARED)
    elsewhere = cast.workspace("other") if place == "other" else cast.personal()
    with pytest.raises(SavedView.DoesNotExist):
        delete_view(cast.seat(elsewhere), view)


class TestNames:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Broken", "bROKEN"),
            ("Ärger", "ärger"),
            ("Straße", "STRASSE"),
            ("caf\u00e9", "cafe\u0301"),
            ("two words", "  two \t words "),
        ],
    )
    @pytest.mark.parametrize("is_shared", [True, False])
    def test_a_name_is_taken_whatever_its_case(
        self, seat: Seat, first: str, second: str, is_shared: bool
    ) -> None:
        add_view(seat, ViewDraft(first, "", is_shared))
        with pytest.raises(ViewNameTaken):
            add_view(seat, ViewDraft(second, "q=x", is_shared))
        other = add_view(seat, ViewDraft("other", "", is_shared))
        with pytest.raises(ViewNameTaken):
            edit_view(seat, other, ViewDraft(second, "", is_shared))

    def test_it_is_free_for_others_and_elsewhere(self, seat: Seat) -> None:
        add_view(seat, BROKEN)
        add_view(seat, SHARED)
        add_view(of(seat, Role.VIEWER), BROKEN)
        add_view(cast.seat(cast.workspace("other")), BROKEN)
        assert SavedView.objects.filter(name="Broken").count() == 4

    def test_a_view_keeps_its_own_name_and_may_change_its_case(self, seat: Seat) -> None:
        view = add_view(seat, BROKEN)
        assert edit_view(seat, view, replace(BROKEN, name="BROKEN")).name == "BROKEN"

    def test_the_database_keeps_names_apart_too(self, seat: Seat) -> None:
        for draft in (BROKEN, SHARED):
            view = add_view(seat, draft)
            view.pk = SavedView().pk
            with pytest.raises(IntegrityError), transaction.atomic():
                view.save(force_insert=True)


class TestLimits:
    def test_a_person_has_so_many_in_one_workspace(self, seat: Seat) -> None:
        for number in range(MOST_VIEWS):
            last = add_view(seat, ViewDraft(f"{number}", ""))
        with pytest.raises(TooManyViews, match=f"You have {MOST_VIEWS} views here"):
            add_view(seat, ViewDraft("one more", ""))
        edit_view(seat, last, ViewDraft("renamed", ""))
        shared = add_view(seat, SHARED)
        with pytest.raises(TooManyViews):
            edit_view(seat, shared, BROKEN)
        add_view(cast.seat(cast.workspace("other")), BROKEN)
        add_view(of(seat, Role.VIEWER), BROKEN)

    def test_and_so_many_has_the_workspace(self, seat: Seat) -> None:
        for number in range(MOST_SHARED_VIEWS):
            add_view(seat, ViewDraft(f"{number}", "", is_shared=True))
        with pytest.raises(TooManySharedViews, match=f"has {MOST_SHARED_VIEWS} views"):
            add_view(seat, SHARED)
        own = add_view(seat, BROKEN)
        with pytest.raises(TooManySharedViews):
            edit_view(seat, own, SHARED)

    def test_a_refusal_changes_nothing(self, seat: Seat) -> None:
        add_view(seat, BROKEN)
        view = add_view(seat, ViewDraft("other", "q=x"))
        with pytest.raises(Refusal):
            edit_view(seat, view, ViewDraft("broken", "q=y"))
        view.refresh_from_db()
        assert draft_of_view(view) == ViewDraft("other", "q=x")


class TestWhoLeaves:
    def test_the_workspaces_view_stays_when_its_maker_leaves(self, seat: Seat) -> None:
        maker = of(seat, Role.MAINTAINER)
        view = add_view(maker, SHARED)
        participants.leave_workspace(maker)
        assert seen_by(seat) == ["Broken"]
        assert SavedView.objects.get(pk=view.pk).made_by == maker.user.email

    def test_own_views_go_with_the_person(self, seat: Seat) -> None:
        person = User.objects.create(email="gone@example.org", name="Gone")
        add_view(replace(seat, user=person), BROKEN)
        add_view(replace(seat, user=person), SHARED)
        person.delete()
        assert [view.is_shared for view in SavedView.objects.all()] == [True]

    def test_all_views_go_with_the_workspace(self, seat: Seat) -> None:
        place = Workspace.objects.create(
            organization=seat.workspace.organization, slug="gone", name="Gone"
        )
        for draft in (BROKEN, SHARED):
            add_view(replace(seat, workspace=place), draft)
        place.delete()
        assert not SavedView.objects.exists()


class TestReports:
    def test_a_report_whose_view_is_deleted_is_about_all_and_knows_the_name(
        self, seat: Seat
    ) -> None:
        view = add_view(seat, SHARED)
        rows = [following(view, person) for person in (seat.user, of(seat, Role.VIEWER).user)]
        assert delete_view(seat, view) == 2
        for row in rows:
            row.refresh_from_db()
            assert (row.view, row.former_view) == (None, "Broken")

    def test_a_view_that_becomes_ones_own_leaves_the_reports_of_others(self, seat: Seat) -> None:
        view = add_view(seat, SHARED)
        mine, other = following(view, seat.user), following(view, of(seat, Role.VIEWER).user)
        edit_view(seat, view, BROKEN)
        mine.refresh_from_db()
        other.refresh_from_db()
        assert (mine.view, mine.former_view) == (view, None)
        assert (other.view, other.former_view) == (None, "Broken")

    def test_another_name_or_query_lets_no_report_go(self, seat: Seat) -> None:
        view = add_view(seat, SHARED)
        other = following(view, of(seat, Role.VIEWER).user)
        edit_view(seat, view, ViewDraft("New", "q=x", is_shared=True))
        other.refresh_from_db()
        assert other.view == view


def test_every_deed_writes_its_event(seat: Seat) -> None:
    view = add_view(seat, BROKEN)
    edit_view(seat, view, ViewDraft("Ours", "q=x", is_shared=True))
    delete_view(seat, view)
    events = AuditEvent.objects.filter(action__startswith="credentials:view:").order_by("seq")
    found = [(each.action, each.target_label, each.details) for each in events]
    assert found == [
        ("credentials:view:add", "Broken", {"owner": seat.user.email}),
        (
            "credentials:view:edit",
            "Ours",
            {
                "fields": ["name", "query", "is_shared"],
                "old_name": "Broken",
                "owner": "workspace",
            },
        ),
        ("credentials:view:delete", "Ours", {"owner": "workspace", "count": 0}),
    ]
