"""Access: a request and two slugs become a seat, a 403 or a 404."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve
from django.views.decorators.http import require_http_methods
from pytest_django import DjangoAssertNumQueries

from tests import cast
from workspaces.models import AuditEvent, Organization, OrganizationMember, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.places import credentials_url
from workspaces.rights import access
from workspaces.rights.access import ViewRights
from workspaces.rights.roles import Can, InstanceCan
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
    assert event.details == {"right": "write", "route": ""}
    assert event.workspace_id == place.pk


def test_the_route_of_a_refused_deed_is_written_down() -> None:
    cast.workspace()
    request = request_of(cast.participant(cast.workspace(), cast.bob(), "viewer"), "DELETE")
    request.resolver_match = resolve("/o/acme/web/settings/")
    with pytest.raises(PermissionDenied):
        access.seat_for(request, organization="acme", workspace="web", can=Can.SETTINGS)
    assert AuditEvent.objects.get(action="access:request:deny").details == {
        "right": "settings",
        "route": request.resolver_match.view_name,
    }


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_refused_look_of_any_kind_is_not_written_down(method: str) -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), "viewer")
    with pytest.raises(PermissionDenied):
        access.seat_for(
            request_of(bob, method), organization="acme", workspace="web", can=Can.WRITE
        )
    assert not AuditEvent.objects.filter(action="access:request:deny").exists()


def test_a_person_finds_their_own_workspace_first_then_those_of_organizations_by_name() -> None:
    beta, acme = cast.organization("beta"), cast.organization("acme")
    for home in (beta, acme):
        for slug in ("web", "api"):
            cast.workspace(slug, organization=home)
    places = access.open_to(cast.alice())
    found = [(place.organization and place.organization.slug, place.slug) for place in places]
    assert found == [
        (None, ""),
        ("acme", "api"),
        ("acme", "web"),
        ("beta", "api"),
        ("beta", "web"),
    ]


def test_a_person_finds_no_workspace_twice_and_none_of_others() -> None:
    web, api = cast.workspace("web"), cast.workspace("api")
    elsewhere = cast.workspace("web", organization=cast.organization("beta"))
    bob = cast.participant(web, cast.bob(), "viewer")
    cast.participant(web, cast.mallory(), "admin")
    cast.participant(api, cast.mallory(), "owner")
    assert list(access.open_to(bob)) == [cast.personal(bob), web]
    OrganizationMember.objects.filter(user=bob).update(role="owner")
    assert list(access.open_to(bob)) == [cast.personal(bob), api, web]
    cast.participant(elsewhere, bob, "user")
    assert [access.role_of(place) for place in access.open_to(bob)] == [
        Role.OWNER,
        Role.OWNER,
        Role.OWNER,
        Role.USER,
    ]


def test_workspaces_of_one_name_keep_their_order() -> None:
    made = [cast.workspace(f"web-{number}") for number in range(6)]
    Workspace.objects.filter(slug__startswith="web-").update(name="Web")
    found = list(access.open_to(cast.alice()))
    assert found[1:] == sorted(made, key=lambda place: place.pk)


def test_a_workspace_that_was_not_read_for_a_person_gives_no_role() -> None:
    with pytest.raises(ValueError, match="not a valid Role"):
        access.role_of(cast.workspace())


def test_the_places_of_a_request_are_read_once(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    cast.workspace()
    alice = cast.alice()
    request = request_of(alice)
    with django_assert_num_queries(1):
        first, again = access.open_places(request), access.open_places(request)
        assert [place.label for place in first] == ["Your credentials", "Acme / Web"]
        assert [place.owner and place.owner.pk for place in first] == [alice.pk, None]
    assert again is first


@pytest.mark.parametrize("role", Role)
def test_the_role_of_a_participant_is_what_it_is_now(role: Role) -> None:
    web, api = cast.workspace("web"), cast.workspace("api")
    cast.participant(web, cast.bob(), role)
    assert access.role_in(cast.bob(), web) is role
    assert access.role_in(cast.bob(), api) is None
    assert access.role_in(cast.bob(), cast.personal(cast.bob())) is Role.OWNER
    assert access.role_in(cast.bob(), cast.personal(cast.alice())) is None


def test_a_member_of_an_organization_gets_a_seat_in_it(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    acme = cast.organization()
    cast.organization("beta")
    request = request_of(cast.alice())
    with django_assert_num_queries(1):
        seat = access.organization_seat(request, organization="acme", owner=True)
        assert (seat.user, seat.organization) == (request.user, acme)
    assert (seat.role, seat.owns) == (OrganizationRole.OWNER, True)
    assert (seat.caller.via, seat.caller.address) == ("web", "192.0.2.7")


def test_only_an_owner_gets_an_owners_seat_in_an_organization() -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), "owner")
    seat = access.organization_seat(request_of(bob), organization="acme")
    assert (seat.role, seat.owns) == (OrganizationRole.MEMBER, False)
    with pytest.raises(PermissionDenied):
        access.organization_seat(request_of(bob), organization="acme", owner=True)


@pytest.mark.parametrize("organization", ["acme", "nowhere"])
def test_an_outsider_finds_no_organization(organization: str) -> None:
    cast.organization()
    cast.organization("beta", owner=cast.mallory())
    for person in (cast.mallory(), None):
        with pytest.raises(Http404):
            access.organization_seat(request_of(person), organization=organization)


def test_the_organizations_of_a_person_are_those_they_are_in_by_name() -> None:
    named = [cast.organization(slug) for slug in ("beta", "acme")]
    cast.organization("other", owner=cast.mallory())
    assert list(access.organizations_of(cast.alice())) == named[::-1]
    same = cast.organization("third")
    Organization.objects.filter(pk=same.pk).update(name="Acme")
    by_key = sorted([named[1], same], key=lambda each: each.pk)
    assert list(access.organizations_of(cast.alice()))[:2] == by_key


def suspended() -> User:
    return cast.person("sam@example.org", administrator=True, auditor=True, active=False)


@pytest.mark.parametrize(
    ("person", "reads", "looks_after"),
    [
        (cast.administrator, True, True),
        (cast.auditor, True, False),
        (cast.bob, False, False),
        (suspended, False, False),
        (AnonymousUser, False, False),
        (object, False, False),
    ],
)
def test_rights_over_the_instance(
    person: Callable[[], object], reads: bool, looks_after: bool
) -> None:
    someone = person()
    rights = {InstanceCan.SEE_ALL: reads, InstanceCan.PEOPLE: looks_after}
    for can, expected in rights.items():
        assert access.has_right(someone, can) is expected
        request = request_of(None)
        request.user = someone  # type: ignore[assignment]  # a stranger of any kind
        if expected:
            assert access.person_with(request, can) == someone
        else:
            with pytest.raises(PermissionDenied):
                access.person_with(request, can)


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


def test_a_view_says_which_rights_it_asks_for() -> None:
    @access.workspace_view(Can.WRITE)
    def view(_request: HttpRequest, seat: Seat) -> HttpResponse:
        return HttpResponse(seat.role)

    assert view.rights == ViewRights(post=Can.WRITE, other=Can.WRITE)  # type: ignore[attr-defined]
    assert page.rights == ViewRights(post=Can.WRITE, other=Can.SEE)
    assert (view.__name__, page.__name__) == ("view", "page")
    bob = cast.participant(cast.workspace(), cast.bob(), "maintainer")
    answer = view(request_of(bob, "POST"), organization="acme", workspace="web")
    assert answer.content.decode() == "maintainer"


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
