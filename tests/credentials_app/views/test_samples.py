"""The buttons: a sample is made where the person may, and goes without a trace."""

from typing import Any

import pytest
from django.apps import apps

from credentials_app.models import BulkChange, Credential
from tests import cast
from workspaces.models import AuditEvent, Organization, OrganizationMember, User, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.places import credentials_url
from workspaces.rights.refusals import NotAllowed
from workspaces.sample_places import remove_sample

pytestmark = pytest.mark.django_db
BUTTON = "Look around with sample data"
ADD = "/samples/add/"


def counts() -> dict[str, int]:
    """The rows of each table, but those that only grow."""
    kept = {"AuditEvent", "AuditHead", "Session", "BrowserSession", "ThrottleCount", "Attempt"}
    models = [model for model in apps.get_models() if model.__name__ not in kept]
    return {model.__name__: model._default_manager.count() for model in models}


def removal_of(place: Workspace) -> str:
    return credentials_url(place, "remove_sample")


def made_by(person: User, **fields: str) -> Workspace:
    answer = cast.client_for(person).post(ADD, fields)
    place = Workspace.objects.filter(is_sample=True).get()
    assert answer["Location"] == credentials_url(place, "overview")
    return place


@pytest.mark.parametrize("view", ["overview", "list"])
def test_one_button_makes_a_sample_and_one_removes_it(view: str) -> None:
    person = cast.person("new@example.org")
    browser, own = cast.client_for(person), cast.personal(person)
    assert BUTTON in browser.get(credentials_url(own, view)).content.decode()
    before = counts()
    place = made_by(person)
    assert place.credentials.count() == 24
    page = browser.get(credentials_url(place, view)).content.decode()
    assert "This is a sample." in page
    assert "Remove the sample" in page
    after = browser.post(removal_of(place), follow=True)
    assert "The sample is removed." in after.content.decode()
    assert counts() == before
    actions = AuditEvent.objects.filter(action__startswith="workspaces:sample:")
    assert list(actions.order_by("seq").values_list("action", flat=True)) == [
        "workspaces:sample:make",
        "workspaces:sample:remove",
    ]


def test_the_sample_of_an_organization_leaves_the_organization_as_it_was() -> None:
    home, real = cast.organization(), cast.workspace()
    before = counts()
    place = made_by(cast.alice(), organization=home.slug)
    assert place.organization == home
    cast.participant(place, cast.bob(), Role.VIEWER)
    browser = cast.client_for(cast.alice())
    rows = {
        "pk": [str(row.pk) for row in place.credentials.all()[:2]],
        "act": "snooze",
        "days": "7",
    }
    browser.post(credentials_url(place, "mute_many"), rows)
    assert BulkChange.objects.exists()
    browser.post(removal_of(place))
    OrganizationMember.objects.filter(user=cast.bob()).delete()
    left = counts()
    made = {"User", "Workspace", "EmailAddress"}  # Bob himself
    assert {name: n for name, n in left.items() if n != before[name]}.keys() <= made
    assert Workspace.objects.filter(pk=real.pk).exists()


def test_an_organization_made_for_a_sample_stays_if_somebody_uses_it() -> None:
    place = made_by(cast.person("new@example.org"))
    home = place.organization
    assert home
    cast.workspace("web", organization=home)
    cast.client_for(cast.person("new@example.org")).post(removal_of(place))
    assert Organization.objects.filter(pk=home.pk).exists()


def test_a_second_click_finds_the_first_sample() -> None:
    person = cast.person("new@example.org")
    assert made_by(person) == made_by(person)
    assert Credential.objects.count() == 24


def test_a_sample_never_takes_the_address_of_another_workspace() -> None:
    home = cast.organization()
    cast.workspace("sample", organization=home)
    assert made_by(cast.alice(), organization=home.slug).slug == "sample-2"


def test_only_owners_of_the_organization_are_offered_one() -> None:
    place = cast.workspace()
    for role in Role:
        page = cast.client_for(cast.someone(place, role)).get(credentials_url(place, "list"))
        assert BUTTON not in page.content.decode()
    page = cast.client_for(cast.alice()).get(credentials_url(place, "list"))
    assert BUTTON in page.content.decode()


def test_where_organizations_are_closed_nobody_without_one_is_offered_a_sample(
    settings: Any,
) -> None:
    settings.LOCKKEEPER_ORGANIZATIONS = "administrators"
    person = cast.person("new@example.org")
    browser, own = cast.client_for(person), cast.personal(person)
    assert BUTTON not in browser.get(credentials_url(own, "list")).content.decode()
    answer = browser.post(ADD, follow=True)
    assert "only administrators make organizations" in answer.content.decode()
    assert not Workspace.objects.filter(is_sample=True).exists()


def test_no_other_workspace_is_removed_like_this() -> None:
    place = cast.workspace()
    assert cast.client_for(cast.alice()).post(removal_of(place)).status_code == 404
    with pytest.raises(NotAllowed):
        remove_sample(cast.seat(place))
    assert Workspace.objects.filter(pk=place.pk).exists()


def test_a_maintainer_of_a_sample_may_not_remove_it() -> None:
    place = made_by(cast.alice(), organization=cast.organization().slug)
    person = cast.someone(place, Role.MAINTAINER)
    browser = cast.client_for(person)
    page = browser.get(credentials_url(place, "list")).content.decode()
    assert "This is a sample." in page
    assert "Remove the sample" not in page
    assert browser.post(removal_of(place)).status_code == 403


def test_every_page_of_a_sample_opens_and_says_that_it_is_one() -> None:
    place = made_by(cast.alice(), organization=cast.organization().slug)
    browser = cast.client_for(cast.alice())
    paths = [credentials_url(place, name) for name in ("overview", "list", "report", "schedule")]
    for row in place.credentials.all():
        paths += [credentials_url(place, name, pk=row.pk) for name in ("detail", "history")]
        run = row.runs.order_by("-started_at").first()
        paths += [credentials_url(place, "run", pk=row.pk, run=run.pk)] if run else []
    for path in paths:
        page = browser.get(path)
        assert page.status_code == 200, path
        assert "This is a sample." in page.content.decode(), path


def test_the_start_page_prefers_what_is_real() -> None:
    person = cast.person("new@example.org")
    place = made_by(person)
    browser = cast.client_for(person)
    assert browser.get("/")["Location"] == credentials_url(place, "overview")
    home = cast.organization("real", owner=person)
    real = cast.workspace("web", organization=home)
    assert browser.get("/")["Location"] == credentials_url(real, "overview")
    assert OrganizationMember.objects.filter(role=OrganizationRole.OWNER, user=person).count() == 2
