"""Access: a request and two slugs become a seat, a 403 or a 404."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views.decorators.http import require_http_methods

from tests import cast
from workspaces.models import AuditEvent, OrganizationMember, User
from workspaces.models.roles import Role
from workspaces.places import credentials_url
from workspaces.rights import access
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db


def request_of(person: User | None, method: str = "GET") -> HttpRequest:
    request = RequestFactory().generic(method, "/", REMOTE_ADDR="192.0.2.7")
    request.user = person or AnonymousUser()
    return request


def test_a_participant_gets_a_seat_with_their_role() -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), "maintainer")
    seat = access.seat_for(request_of(bob), organization="acme", workspace="web", can=Can.WRITE)
    assert (seat.user, seat.workspace, seat.role) == (bob, place, Role.MAINTAINER)
    assert (seat.caller.via, seat.caller.address) == ("web", "192.0.2.7")


def test_without_slugs_the_seat_is_in_ones_own_workspace() -> None:
    bob = cast.bob()
    seat = access.seat_for(request_of(bob), organization=None, workspace=None, can=Can.WRITE)
    assert (seat.workspace, seat.role) == (cast.personal(bob), Role.OWNER)


def test_an_owner_of_the_organization_owns_its_workspaces_without_a_role_there() -> None:
    cast.workspace()
    OrganizationMember.objects.create(
        organization=cast.organization(), user=cast.bob(), role="owner"
    )
    seat = access.seat_for(
        request_of(cast.bob()), organization="acme", workspace="web", can=Can.SETTINGS
    )
    assert seat.role is Role.OWNER


def test_the_highest_role_wins() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob(), "viewer")
    OrganizationMember.objects.filter(user=cast.bob()).update(role="owner")
    assert access.role_in(cast.bob(), place) is Role.OWNER


@pytest.mark.parametrize("slugs", [("acme", "web"), ("acme", "nothing"), ("nowhere", "web")])
def test_an_outsider_finds_nothing(slugs: tuple[str, str]) -> None:
    cast.workspace()
    with pytest.raises(Http404):
        access.seat_for(
            request_of(cast.mallory()), organization=slugs[0], workspace=slugs[1], can=Can.SEE
        )


@pytest.mark.parametrize("slugs", [("acme", None), (None, "web"), ("acme", "")])
def test_half_an_address_leads_nowhere(slugs: tuple[str | None, str | None]) -> None:
    cast.workspace()
    with pytest.raises(Http404):
        access.seat_for(
            request_of(cast.alice()), organization=slugs[0], workspace=slugs[1], can=Can.SEE
        )


def test_a_personal_workspace_is_not_reached_through_an_organization() -> None:
    cast.workspace()
    with pytest.raises(Http404):
        access.seat_for(request_of(cast.alice()), organization="", workspace="", can=Can.SEE)


def test_nobody_signed_in_finds_nothing() -> None:
    cast.workspace()
    with pytest.raises(Http404):
        access.seat_for(request_of(None), organization="acme", workspace="web", can=Can.SEE)


def test_a_suspended_person_finds_nothing_even_with_a_session() -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), "admin")
    bob.is_active = False
    bob.save(update_fields=["is_active"])
    assert access.role_in(bob, place) is None
    with pytest.raises(Http404):
        access.seat_for(request_of(bob), organization="acme", workspace="web", can=Can.SEE)


@pytest.mark.parametrize("person", [cast.administrator, cast.auditor])
def test_a_role_of_the_instance_opens_no_workspace(person: object) -> None:
    cast.workspace()
    assert callable(person)
    with pytest.raises(Http404):
        access.seat_for(request_of(person()), organization="acme", workspace="web", can=Can.SEE)


def test_a_refused_deed_is_written_down_and_a_refused_look_is_not() -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), "viewer")
    denied = AuditEvent.objects.filter(action="access:request:deny")
    for method, events in (("GET", 0), ("POST", 1)):
        with pytest.raises(PermissionDenied):
            access.seat_for(
                request_of(bob, method), organization="acme", workspace="web", can=Can.WRITE
            )
        assert denied.count() == events
    event = denied.get()
    assert (event.actor_id, event.outcome) == (bob.pk, "denied")
    assert event.details["right"] == "write"


def test_a_new_role_counts_from_the_next_request_on() -> None:
    place = cast.workspace()
    browser = cast.client_for(cast.participant(place, cast.bob(), "owner"))
    assert browser.get("/o/acme/web/settings/").status_code == 200
    cast.participant(place, cast.bob(), "viewer")
    assert browser.get("/o/acme/web/settings/").status_code == 403
    place.participants.filter(user=cast.bob()).delete()
    assert browser.get("/o/acme/web/settings/").status_code == 404


def test_the_addresses_of_credentials_follow_the_place() -> None:
    assert credentials_url(cast.workspace(), "list") == "/o/acme/web/credentials/"
    assert credentials_url(cast.personal(), "list") == "/me/credentials/"


def test_a_view_gets_the_seat_in_place_of_the_slugs() -> None:
    place = cast.workspace()
    answer = page(request_of(cast.alice()), organization="acme", workspace="web", pk=7)
    assert answer.content.decode() == f"{place.name}, 7"
    own = page(request_of(cast.alice()), pk=7)
    assert own.content.decode() == f"{cast.personal(cast.alice()).name}, 7"


def test_a_view_can_ask_for_another_right_when_something_is_sent() -> None:
    viewer = cast.participant(cast.workspace(), cast.bob(), "viewer")
    here = {"organization": "acme", "workspace": "web", "pk": 7}
    assert page(request_of(viewer), **here).status_code == 200
    with pytest.raises(PermissionDenied):
        page(request_of(viewer, "POST"), **here)


def test_a_method_that_a_view_does_not_have_is_refused_before_any_right() -> None:
    cast.workspace()
    answer = page(request_of(cast.mallory(), "DELETE"), organization="acme", workspace="web", pk=7)
    assert answer.status_code == 405


def test_a_row_that_is_gone_is_not_found() -> None:
    @access.workspace_view(Can.SEE)
    def view(_request: HttpRequest, seat: Seat) -> HttpResponse:
        seat.workspace.participants.get(pk=uuid4())
        return HttpResponse()

    cast.workspace()
    with pytest.raises(Http404):
        view(request_of(cast.alice()), organization="acme", workspace="web")


def test_a_related_row_that_is_missing_stays_a_fault_of_ours() -> None:
    @access.workspace_view(Can.SEE)
    def view(_request: HttpRequest, seat: Seat) -> HttpResponse:
        return HttpResponse(seat.workspace.rule)

    cast.workspace()
    with pytest.raises(AttributeError):
        view(request_of(cast.alice()), organization="acme", workspace="web")


@require_http_methods(["GET", "POST"])
@access.workspace_view(Can.SEE, post=Can.WRITE)
def page(_request: HttpRequest, seat: Seat, pk: int) -> HttpResponse:
    return HttpResponse(f"{seat.workspace.name}, {pk}")
