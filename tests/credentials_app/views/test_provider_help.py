"""The pages about providers, and that form, verdict and mail lead there."""

from urllib.parse import urlsplit

import pytest
from django.utils.html import escape

from credentials_app.models import Credential, Notice, NoticeKind, StatusChange
from credentials_app.notices.content import content_of
from credentials_app.presentation.provider_help import provider_help
from credentials_app.serialization import dump_verdict
from credentials_app.status import Notify, Status
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON
from workspaces.models import User
from workspaces.places import credentials_url

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def address(provider: Provider) -> str:
    return f"/help/providers/{provider.slug}/"


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.slug)
def test_each_provider_has_a_page_with_all_that_its_tables_say(provider: Provider) -> None:
    answer = cast.client_for(cast.alice()).get(address(provider))
    assert answer.status_code == 200
    page = answer.content.decode()
    told = provider_help(provider)
    assert told.others
    assert bool(told.refusals) is bool(provider.rules)
    for each in (*told.refusals, *told.others):
        assert each.advice or each.reason
        for words in (each.outcome, each.cause, each.advice, each.reason):
            assert escape(words) in page
    for choice in provider.choices:
        for words in (choice.label, choice.when, choice.path, choice.maker):
            assert escape(words) in page
    assert [note for note in provider.choice_notes if escape(note) not in page] == []
    assert ('id="which"' in page) is bool(provider.choices)
    assert escape(provider.secret_help) in page
    assert escape(provider.last_use) in page
    assert "{" not in page.partition("<main")[2].partition("</main>")[0]


def test_all_of_them_are_listed() -> None:
    page = cast.client_for(cast.alice()).get("/help/providers/").content.decode()
    assert [p.slug for p in PROVIDERS if f'href="{address(p)}"' not in page] == []


def test_there_is_no_page_about_an_unknown_one() -> None:
    assert cast.client_for(cast.alice()).get("/help/providers/nobody/").status_code == 404


def test_the_form_leads_there_and_follows_the_server() -> None:
    seat = scenes.seat()
    visitor = cast.client_for(seat.user)
    page = visitor.get(credentials_url(seat.workspace, "add")).content.decode()
    assert 'href="/help/providers/generic/"' in page
    found = visitor.get(credentials_url(seat.workspace, "found"), {"server": "quay.io"})
    assert b'href="/help/providers/quay/"' in found.content


def test_the_verdict_leads_there() -> None:
    seat = scenes.seat()
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.REJECTED)
    page = cast.client_for(seat.user).get(credentials_url(seat.workspace, "detail", pk=row.pk))
    assert f'href="/help/providers/{row.provider}/"' in page.content.decode()


def test_the_mail_about_a_bad_one_leads_there_and_the_one_about_a_good_one_does_not() -> None:
    row = scenes.stored("deploy", by=scenes.seat())
    links = [value for _, value in content_of(turned(row, Status.REFUSED), NOON).facts]
    assert [link for link in links if link.endswith(f"/help/providers/{row.provider}/")] != []
    links = [value for _, value in content_of(turned(row, Status.VALID), NOON).facts]
    assert [link for link in links if "/help/" in link] == []


def turned(row: Credential, new: Status) -> Notice:
    """The notice that a credential became this."""
    tell = Notify.GOOD if new is Status.VALID else Notify.BAD
    change = StatusChange.objects.create(
        credential=row, old=row.status, new=new, at=NOON, why="made-up", tell=tell
    )
    kind = NoticeKind.GOOD if new is Status.VALID else NoticeKind.BAD
    return Notice(credential=row, change=change, kind=kind)


def test_the_reminder_of_an_end_leads_there() -> None:
    row = scenes.stored("deploy", by=scenes.seat())
    told = content_of(Notice(credential=row, kind=NoticeKind.EXPIRING, ends_at=NOON), NOON)
    assert any(value.endswith(f"/help/providers/{row.provider}/") for _, value in told.facts)


def outage_of(server: Origin, person: User) -> Notice:
    """The notice that this registry could not be checked, for this person."""
    kind, why = NoticeKind.UNREACHABLE, Outcome.UNREACHABLE.value
    return Notice(person=person, kind=kind, server=str(server), why=why, since=NOON, made_at=NOON)


def could_not_be_checked(row: Credential, seen: str = "") -> None:
    """Let the last check be inconclusive, and see this provider."""
    told = scenes.verdict(Outcome.UNREACHABLE, provider=seen or row.provider)
    Credential.objects.filter(pk=row.pk).update(
        could_not_look_since=NOON,
        could_not_look_why=Outcome.UNREACHABLE.value,
        verdict=dump_verdict(told),
    )


#: The provider that a person chose, the one that the last check recognized, and the page.
OUTAGES = {
    "as chosen": ("harbor", "", "harbor"),
    "as recognized": ("generic", "quay", "quay"),
    "as chosen where nothing was recognized": ("harbor", "generic", "harbor"),
    "nobody knows": ("generic", "generic", "generic"),
}


@pytest.mark.parametrize("case", OUTAGES)
def test_the_mail_about_an_outage_leads_to_the_provider_of_the_registry(case: str) -> None:
    chosen, seen, page = OUTAGES[case]
    seat = scenes.seat()
    row = scenes.stored("deploy", by=seat, owner=seat.user, provider=chosen)
    could_not_be_checked(row, seen)
    told = content_of(outage_of(row.origin, seat.user), NOON)
    pages = [value for name, value in told.facts if name == "What it means"]
    assert [urlsplit(each).path for each in pages] == [f"/help/providers/{page}/"]


def test_one_of_several_that_is_known_is_enough() -> None:
    seat = scenes.seat()
    could_not_be_checked(scenes.stored("a-plain-one", by=seat, owner=seat.user))
    row = scenes.stored("b-known-one", by=seat, owner=seat.user)
    could_not_be_checked(row, "gitea")
    told = content_of(outage_of(row.origin, seat.user), NOON)
    assert any(value.endswith("/help/providers/gitea/") for _, value in told.facts)


def test_an_outage_that_concerns_nobody_any_more_leads_nowhere() -> None:
    told = content_of(outage_of(scenes.REGISTRY, scenes.seat().user), NOON)
    assert [value for _, value in told.facts if "/help/" in value] == []
