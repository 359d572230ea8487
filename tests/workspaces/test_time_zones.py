"""Time zones: the choices by continent, aliases, what a browser says, and the one offer."""

from zoneinfo import available_timezones

import pytest
from django.test import Client, override_settings

from tests import cast
from workspaces.forms import ProfileForm
from workspaces.members import invitations
from workspaces.models import User
from workspaces.models.roles import Role
from workspaces.sign_in import setup_code
from workspaces.time_zones import choices_with, right_name, zone_names

pytestmark = pytest.mark.one_database
FROM_BROWSERS = {
    "a city": ("Europe/Berlin", "Europe/Berlin"),
    "a city that shares its rules with another": ("Europe/Oslo", "Europe/Oslo"),
    "an old name that browsers still send": ("Asia/Calcutta", "Asia/Kolkata"),
    "UTC": ("UTC", "UTC"),
    "another name of UTC": ("Etc/UTC", "UTC"),
    "a name that is none": ("Mars/Olympus", "UTC"),
    "a path": ("../../etc/passwd", "UTC"),
    "markup": ("<b>", "UTC"),
    "what looks like a token": ("glpat-MADEUPMADEUPMADEUP12", "UTC"),
    "no zone of a place": ("Factory", "UTC"),
    "nothing": ("", "UTC"),
    "far too long": ("Europe/Berlin" * 1000, "UTC"),
}
NOT_OFFERED = {"Factory", "W-SU", "localtime", "GB-Eire", "US/Pacific", "Asia/Calcutta", "EST"}


def offered(stored: str = "UTC") -> dict[str, list[str]]:
    """The names of each group; those without a group stand under an empty word."""
    found: dict[str, list[str]] = {"": []}
    for label, inside in choices_with(stored):
        if isinstance(inside, str):
            found[""].append(label)
        else:
            found[label] = [name for name, _city in inside]
    return found


def test_the_choices_are_grouped_by_continent_and_have_no_aliases() -> None:
    groups = offered()
    assert groups[""] == ["UTC"]
    assert set(groups) >= {"Africa", "America", "Asia", "Australia", "Europe", "Pacific"}
    assert all(name.startswith(f"{group}/") for group in groups if group for name in groups[group])
    names = [name for inside in groups.values() for name in inside]
    assert len(names) == len(set(names)) == len(zone_names()) + 1
    assert set(names) <= available_timezones()
    assert not NOT_OFFERED & set(names)
    assert 300 < len(names) < 450


def test_a_city_is_shown_as_people_write_it() -> None:
    america = dict(next(inside for label, inside in choices_with("UTC") if label == "America"))
    assert america["America/New_York"] == "New York"
    assert america["America/Argentina/Buenos_Aires"] == "Argentina, Buenos Aires"


@pytest.mark.parametrize("name", ["US/Pacific", "W-SU", "CET"])
def test_an_alias_that_is_stored_still_shows_and_saves(name: str) -> None:
    assert offered(name)[""] == [name, "UTC"]
    form = ProfileForm({"name": "Bob", "time_zone": name}, initial={"time_zone": name})
    assert form.is_valid()
    assert form.cleaned_data["time_zone"] == name
    assert not ProfileForm({"name": "Bob", "time_zone": name}).is_valid()


@pytest.mark.parametrize("case", FROM_BROWSERS)
def test_a_name_is_right_or_none(case: str) -> None:
    said, meant = FROM_BROWSERS[case]
    assert (right_name(said) or "UTC") == meant


@pytest.mark.django_db
@pytest.mark.parametrize("case", FROM_BROWSERS)
def test_the_set_up_stores_the_zone_of_the_browser(case: str) -> None:
    said, meant = FROM_BROWSERS[case]
    values = {"name": "Alice", "email": "alice@example.org", "password": cast.PASSWORD}
    answer = Client().post("/set-up/", {**values, "code": setup_code.issue(), "time_zone": said})
    assert answer.status_code == 302
    assert User.objects.get().time_zone == meant


@pytest.mark.django_db
@pytest.mark.parametrize("case", FROM_BROWSERS)
def test_an_accepted_invitation_stores_the_zone_of_the_browser(case: str) -> None:
    said, meant = FROM_BROWSERS[case]
    seat = cast.seat(cast.workspace())
    link = invitations.invite_by_link(seat, email="carol@example.org", role=Role.USER)
    path = "/" + link.split("/", 3)[3]
    answer = Client().post(path, {"name": "Carol", "password": cast.PASSWORD, "time_zone": said})
    assert answer.status_code == 302
    assert User.objects.get(email="carol@example.org").time_zone == meant


@pytest.mark.django_db
@pytest.mark.parametrize("case", FROM_BROWSERS)
@override_settings(LOCKKEEPER_SIGN_UP="open")
def test_a_sign_up_stores_the_zone_of_the_browser(case: str) -> None:
    said, meant = FROM_BROWSERS[case]
    values = {"email": "dora@example.org", "password1": cast.PASSWORD, "password2": cast.PASSWORD}
    answer = Client().post("/account/signup/", {**values, "time_zone": said})
    assert answer.status_code == 302
    assert User.objects.get(email="dora@example.org").time_zone == meant


@pytest.mark.django_db
def test_a_form_that_is_shown_again_keeps_the_zone() -> None:
    values = {"name": "", "email": "a@example.org", "password": "short", "code": "wrong"}
    page = Client().post("/set-up/", {**values, "time_zone": "Asia/Tokyo"})
    assert 'value="Asia/Tokyo"' in page.content.decode()


OFFER = 'id="zone_offer"'


@pytest.mark.django_db
def test_who_is_in_utc_is_offered_the_zone_of_the_browser_until_they_answer() -> None:
    bob = cast.bob()
    browser = cast.client_for(bob)
    assert OFFER in browser.get("/account/").content.decode()
    answer = browser.post(
        "/account/time-zone/",
        {"act": "use", "time_zone": "Asia/Calcutta"},
        headers={"referer": "http://testserver/account/?x=1"},
    )
    assert answer.headers["Location"] == "/account/?x=1"
    assert cast.bob().time_zone == "Asia/Kolkata"
    page = browser.get("/account/").content.decode()
    assert OFFER not in page
    assert "Times are in Asia/Kolkata now." in page


@pytest.mark.django_db
@pytest.mark.parametrize("said", [{"act": "keep"}, {"act": "use", "time_zone": "Mars/Olympus"}, {}])
def test_who_keeps_utc_is_not_asked_again(said: dict[str, str]) -> None:
    browser = cast.client_for(cast.bob())
    answer = browser.post("/account/time-zone/", said)
    assert answer.headers["Location"] == "/"
    assert cast.bob().time_zone == "UTC"
    assert OFFER not in browser.get("/account/").content.decode()


@pytest.mark.django_db
def test_who_chooses_utc_in_the_account_is_not_asked_again() -> None:
    browser = cast.client_for(cast.bob())
    browser.post("/account/", {"name": "Bob", "time_zone": "UTC"})
    assert OFFER not in browser.get("/account/").content.decode()


@pytest.mark.django_db
def test_who_has_another_zone_is_not_asked() -> None:
    User.objects.filter(pk=cast.bob().pk).update(time_zone="Europe/Berlin")
    assert OFFER not in cast.client_for(cast.bob()).get("/account/").content.decode()
