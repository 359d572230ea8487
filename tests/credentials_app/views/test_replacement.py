"""The page and the panel that replace a secret, and the button that brings a former one back."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from credentials_app import secrets, tasks
from credentials_app.checks import check
from credentials_app.models import Credential, FormerSecret, StatusChange, Trial
from credentials_app.services import replacement
from credentials_app.services.replacement import NewSecret, finish_replacement
from credentials_app.views import replacement as replacement_views
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, verdict
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
MOST = 8
NEW = "made-up-password-2"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def row(seat: Seat) -> Credential:
    return scenes.checked(scenes.stored(by=seat), Outcome.REJECTED)


def at(row: Credential, view: str = "replace") -> str:
    return credentials_url(row.workspace, view, pk=row.pk)


def send(visitor: Client, row: Credential, **values: str) -> Any:
    return visitor.post(at(row), {"secret": NEW, "act": "check", **values})


def judged(outcome: Outcome | Verdict, **more: Any) -> Trial:
    """The trial of the form, checked; what works is stored."""
    trial = Trial.objects.get()
    with registry_says(outcome, **more):
        tasks.check_trial(str(trial.pk))
    return trial


def words(answer: Any) -> str:
    return answer.content.decode()


def test_the_main_button_of_a_bad_credential_replaces_its_secret(
    visitor: Client, row: Credential
) -> None:
    told = words(visitor.get(at(row, "detail")))
    [button] = re.findall(r'<a class="([^"]*)"\s+id="replace_secret"\s+href="([^"]*)"', told)
    assert button == ("button button--main", at(row))
    assert re.search(r'<button class="button"\s+id="check_now"', told)


@pytest.mark.parametrize(
    ("outcome", "ends", "is_main"),
    [
        (Outcome.VALID, None, False),
        (Outcome.VALID, timedelta(days=9), True),
        (Outcome.EXPIRED, None, True),
        (Outcome.REVOKED, None, True),
        (Outcome.MISSING_SCOPE, None, True),
        (Outcome.NO_ACCESS, None, True),
        (Outcome.BLOCKED, None, True),
        (Outcome.UNPROVED, None, False),
    ],
)
def test_it_is_the_main_button_of_what_is_bad_or_ends_soon(
    visitor: Client, seat: Seat, outcome: Outcome, ends: timedelta | None, is_main: bool
) -> None:
    day = timezone.now().date() + ends if ends else None
    row = scenes.checked(scenes.stored(by=seat, expires_on=day), outcome)
    told = words(visitor.get(at(row, "detail")))
    assert told.count('id="replace_secret"') == 1
    assert ("button--main" in re.findall(r'class="([^"]*)"\s+id="replace_secret"', told)[0]) is (
        is_main
    )


def test_the_form_has_one_field_in_the_words_of_the_provider(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, provider="gitlab", push=True)
    told = words(visitor.get(at(row)))
    assert '<label for="id_secret">Token</label>' in told
    assert "GitLab: where it is made" in told
    assert re.findall(r'data-copy="[^"]*"', told) == [
        'data-copy="read_registry"',
        'data-copy="write_registry"',
    ]
    assert 'id="secret_shapes"' in told, "the kind is named while one types"
    assert 'name="username"' not in told


def test_the_guide_says_which_token_to_take_and_that_the_user_name_stays(
    visitor: Client, seat: Seat
) -> None:
    server = Origin.parse("https://registry.gitlab.com")
    known = {"provider": "gitlab", "server": server, "repository": "acme/app"}
    row = scenes.stored(by=seat, username="gitlab+deploy-token-17", **known)
    told = words(visitor.get(at(row)))
    link = "https://gitlab.com/acme/app/-/settings/repository#js-deploy-tokens"
    assert f'id="replace_token_page" href="{link}"' in told
    assert "A Maintainer of the project, or an Owner of the group" in told
    assert 'This form keeps the user name <span class="mono wrap">gitlab+deploy-token-17' in told
    other = scenes.stored("other", by=seat)
    assert "Which token?" not in words(visitor.get(at(other)))


def test_a_scope_that_the_present_one_lacks_is_marked(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, provider="gitlab", push=True)
    needed = ("read_registry", "write_registry")
    lacking = verdict(
        Outcome.MISSING_SCOPE, provider="gitlab", needed=needed, missing=("write_registry",)
    )
    scenes.checked(row, lacking)
    told = words(visitor.get(at(row)))
    assert told.count("missing now") == 1
    assert told.index("read_registry") < told.index("write_registry") < told.index("missing now")


def test_a_provider_without_scopes_names_what_it_is_needed_for(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, push=True, repository="group/app")
    told = words(visitor.get(at(row)))
    assert "data-copy" not in told
    assert 'pull and push <span class="mono wrap">group/app</span>, and no more' in told


def test_without_a_script_the_page_shows_how_it_goes_and_ends_at_the_credential(
    visitor: Client, row: Credential
) -> None:
    answer = send(visitor, row, expires_on="2031-07-01")
    trial = Trial.objects.get()
    assert answer.url == f"{at(row)}?trial={trial.pk}&of=1"
    told = words(visitor.get(answer.url))
    assert "Checking" in told
    assert f'href="{at(row)}?trial={trial.pk}&amp;of=1">Show the result</a>' in told
    assert 'value="2031-07-01"' in told
    assert NEW not in told
    judged(Outcome.VALID)
    done = visitor.get(answer.url)
    assert done.url == at(row, "detail")
    told = words(visitor.get(done.url))
    assert "Works again. It was bad for less than a minute." in told
    row.refresh_from_db()
    assert (row.status, row.expires_on) == ("valid", date(2031, 7, 1))


def test_how_long_it_was_bad_is_counted_from_the_first_bad_day(
    visitor: Client, row: Credential
) -> None:
    three_days_ago = timezone.now() - timedelta(days=3)
    StatusChange.objects.filter(credential=row).update(at=three_days_ago)
    scenes.checked(row, Outcome.EXPIRED)
    send(visitor, row)
    judged(Outcome.VALID)
    told = words(visitor.get(at(row, "detail")))
    assert re.search(r"Works again\. It was bad for 3\s+days\.", told)
    StatusChange.objects.filter(credential=row).update(at=timezone.now() - timedelta(hours=2))
    assert "Works again" not in words(visitor.get(at(row, "detail")))


def test_what_is_refused_is_told_below_the_field_and_the_old_one_stays(
    visitor: Client, row: Credential
) -> None:
    answer = send(visitor, row, expires_on="2031-07-01", leaked="on")
    before = Credential.objects.values().get()
    judged(Outcome.REJECTED)
    told = words(visitor.get(answer.url))
    assert told.index('id="id_secret"') < told.index("The old one stays as it was.")
    assert told.index("The old one stays") < told.index('id="id_expires_on"')
    assert 'value="2031-07-01"' in told, "what was typed is kept"
    assert re.search(r'name="leaked"[^>]*checked', told)
    assert re.search(r'class="button button--small button--quiet"\s+id="act_anyway"', told)
    assert Credential.objects.values().get() == before


@pytest.mark.parametrize("fragment", [False, True])
def test_the_key_enter_tries_what_is_typed_and_presses_no_button_of_the_trial(
    visitor: Client, row: Credential, fragment: bool
) -> None:
    """A browser presses the first button of the form."""
    address = send(visitor, row).headers["Location"]
    judged(Outcome.REJECTED)
    told = words(visitor.get(address))
    if fragment:
        judged_trial = {"trial": str(Trial.objects.get().pk), "secret": ""}
        told = words(visitor.post(at(row), {**judged_trial, "expires_on": "x"}, headers=HTMX))
    form = told[told.index(f'action="{at(row)}"') :]
    assert re.findall(r'<button[^>]*?value="(\w+)"', form) == ["check", "anyway", "check"]


def test_replace_anyway_stores_it_with_what_the_trial_showed(
    visitor: Client, row: Credential
) -> None:
    send(visitor, row)
    trial = judged(Outcome.REJECTED)
    answer = send(visitor, row, secret="", act="anyway", trial=str(trial.pk))
    assert answer.url == at(row, "detail")
    row.refresh_from_db()
    assert (row.status, row.secret_version) == ("refused", 2)
    assert secrets.open_secret(row, reason=secrets.Reason.CHECK).secret == Secret(NEW)
    assert FormerSecret.objects.count() == 1


def test_replace_as_leaked_keeps_no_copy(visitor: Client, row: Credential) -> None:
    send(visitor, row, leaked="on")
    judged(Outcome.VALID)
    row.refresh_from_db()
    assert (row.status, FormerSecret.objects.count()) == ("valid", 0)


@pytest.mark.parametrize("values", [{"panel": "1"}, {}], ids=["in place", "on its page"])
def test_a_script_gets_the_panel_then_its_result_then_the_credential(
    visitor: Client, row: Credential, values: dict[str, str]
) -> None:
    told = words(visitor.get(at(row), values, headers=HTMX))
    assert told.lstrip().startswith('<section class="panel replace" id="replace"')
    posted = {"secret": NEW, "act": "check", **values}
    told = words(visitor.post(at(row), posted, headers=HTMX))
    [poll] = re.findall(r'id="replacement"[^>]*hx-get="([^"]*)"', told)
    poll = poll.replace("&amp;", "&")
    told = words(visitor.get(poll, headers=HTMX))
    assert told.lstrip().startswith('<div class="message tone-wait sign-checking"')
    assert "Wait for the checker" in told
    judged(Outcome.VALID)
    done = visitor.get(poll, headers=HTMX)
    if values:
        assert (done["HX-Retarget"], done["HX-Reswap"]) == ("#credential", "outerHTML")
        assert "Works again." in words(done)
        assert '<div id="replace_place"></div>' in words(done), "the panel closes"
    else:
        assert done["HX-Redirect"] == at(row, "detail")


@pytest.mark.parametrize("read", ["trial_of_form", "credential_at"])
def test_a_swap_between_two_reads_of_the_page_is_seen_as_one(
    visitor: Client, row: Credential, monkeypatch: pytest.MonkeyPatch, read: str
) -> None:
    poll = send(visitor, row).url
    with registry_says(Outcome.VALID):
        check.check_one(Trial, Trial.objects.get().pk)
    proven, real = Trial.objects.get().pk, getattr(replacement_views, read)

    def swapped_before(*given: object) -> object:
        finish_replacement(proven)
        return real(*given)

    monkeypatch.setattr(replacement_views, read, swapped_before)
    answer = visitor.get(poll, headers=HTMX)
    assert answer["HX-Redirect"] == at(row, "detail")


def test_between_the_verdict_and_the_swap_the_page_goes_on_asking(
    visitor: Client, row: Credential
) -> None:
    answer = send(visitor, row)
    with registry_says(Outcome.VALID):
        check.check_one(Trial, Trial.objects.get().pk)
    told = words(visitor.get(answer.url))
    assert "It replaces the old one now." in told
    assert 'hx-trigger="load delay:200ms, every 1.0s' in told
    assert "Replace anyway" not in told


def test_a_change_by_somebody_else_meanwhile_is_told(
    visitor: Client, row: Credential, seat: Seat
) -> None:
    answer = send(visitor, row)
    replacement.replace_secret(seat, row, NewSecret(Secret("made-up-password-3")))
    judged(Outcome.VALID)
    told = words(visitor.get(answer.url))
    assert "Somebody changed this credential after you started" in told
    assert "hx-get" not in told[told.index('id="replacement"') : told.index("Start again")]


def test_after_ten_minutes_the_page_says_that_they_are_over(
    visitor: Client, row: Credential
) -> None:
    answer = send(visitor, row)
    Trial.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    told = words(visitor.get(answer.url, follow=True))
    assert "kept for ten minutes, which are over. Paste it again." in told
    told = words(visitor.get(answer.url, headers=HTMX))
    assert "ten minutes, which are over" in told


def test_a_login_that_was_refused_today_can_be_sent_again(visitor: Client, row: Credential) -> None:
    send(visitor, row)
    first = judged(Outcome.REJECTED, seen=scenes.evidence(scenes.step(status=401)))
    answer = send(visitor, row)
    second = Trial.objects.exclude(pk=first.pk).get()
    with registry_says(Outcome.VALID) as registry:
        tasks.check_trial(str(second.pk))
        told = words(visitor.get(answer.url))
        assert "Send it again (something changed at the registry)" in told
        assert registry.logins == []
        send(visitor, row, secret="", act="again", trial=str(second.pk))
        third = Trial.objects.exclude(pk__in=[first.pk, second.pk]).get()
        tasks.check_trial(str(third.pk))
    row.refresh_from_db()
    assert (row.status, len(registry.logins)) == ("valid", 1)


def test_a_sign_in_host_is_trusted_here_if_none_is_pinned(visitor: Client, seat: Seat) -> None:
    asks = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    row = scenes.checked(scenes.stored(by=seat), asks, evidence(realm=None))
    answer = send(visitor, row)
    trial = judged(asks, seen=evidence(realm=None))
    assert "Trust it and check" in words(visitor.get(answer.url))
    trust = {"act": "confirm", "asks": str(scenes.STRANGER), "trial": str(trial.pk)}
    assert send(visitor, row, secret="", **trust).status_code == 302
    judged(Outcome.VALID, seen=evidence(realm=scenes.STRANGER))
    row.refresh_from_db()
    assert (row.status, row.asks) == ("valid", "")


def test_no_link_leads_to_a_sign_in_host_that_nobody_trusts(visitor: Client, seat: Seat) -> None:
    """A hostile registry names it: its page could look like GitLab's and ask for a login."""
    asks = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER, provider="gitlab")
    seen = evidence(realm=scenes.STRANGER, recipients=frozenset())
    row = scenes.stored(by=seat, provider="gitlab", repository="team/app")
    row = scenes.checked(row, asks, seen)
    assert row.asks == str(scenes.STRANGER)
    told = visitor.get(credentials_url(row.workspace, "replace", pk=row.pk)).content.decode()
    assert "Which token?" in told
    assert f'href="{scenes.STRANGER}' not in told


def test_a_new_sign_in_host_beside_a_pinned_one_is_refused_with_what_to_do(
    visitor: Client, row: Credential
) -> None:
    send(visitor, row)
    trial = judged(verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER))
    trust = {"act": "confirm", "asks": str(scenes.STRANGER), "trial": str(trial.pk)}
    told = words(send(visitor, row, secret="", **trust))
    assert "enter the new secret on the page Edit" in told
    assert 'id="replacement"' in told


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"secret": ""}, "Paste the password or token."),
        ({"expires_on": "soon"}, "Write the date as year-month-day"),
        ({"secret": "made-up\nwith a break"}, "line"),
        ({"expires_on": "1066-01-01"}, "an end date is between 2000 and 2199."),
    ],
)
def test_bad_input_is_told_and_nothing_is_tried(
    visitor: Client, row: Credential, values: dict[str, str], sentence: str
) -> None:
    for headers in ({}, HTMX):
        answer = visitor.post(at(row), {"secret": NEW, "act": "check", **values}, headers=headers)
        assert answer.status_code == 200
        assert sentence in words(answer)
        assert NEW not in words(answer)
    assert not Trial.objects.exists()


def test_too_many_trials_are_told(visitor: Client, row: Credential) -> None:
    for _ in range(10):
        send(visitor, row)
    told = words(send(visitor, row))
    assert "You asked for 10 checks within a minute." in told
    assert Trial.objects.count() == 10


def test_a_trial_of_something_else_is_none_of_this_page(
    visitor: Client, row: Credential, seat: Seat
) -> None:
    other = scenes.stored("other", by=seat)
    send(visitor, other)
    told = words(visitor.get(f"{at(row)}?trial={Trial.objects.get().pk}"))
    assert 'id="replacement"' not in told
    answer = send(visitor, row, secret="", trial=str(Trial.objects.get().pk))
    assert "Paste the password or token." in words(answer)


def test_the_former_secret_comes_back_by_one_click_and_is_checked(
    visitor: Client, row: Credential
) -> None:
    send(visitor, row)
    judged(Outcome.VALID)
    told = words(visitor.get(at(row, "detail")))
    [former] = re.findall(r'name="former" value="([^"]*)"', told)
    answer = visitor.post(at(row, "bring_back"), {"former": former})
    assert answer.url == at(row, "detail")
    row.refresh_from_db()
    assert (row.secret_version, row.asked_at is not None) == (3, True)
    told = words(visitor.get(answer.url))
    assert "The former secret is stored again." in told
    assert "Former secret brought back" in told


@pytest.mark.parametrize("former", ["", "no key", "00000000-0000-0000-0000-000000000007"])
def test_what_is_not_kept_is_told(visitor: Client, row: Credential, former: str) -> None:
    answer = visitor.post(at(row, "bring_back"), {"former": former}, follow=True)
    assert "is not kept any longer: nothing was changed" in words(answer)


def test_when_the_recipients_changed_it_does_not_come_back(
    visitor: Client, row: Credential
) -> None:
    send(visitor, row)
    judged(Outcome.VALID)
    Credential.objects.update(asks=str(scenes.STRANGER))
    former = FormerSecret.objects.get()
    answer = visitor.post(at(row, "bring_back"), {"former": str(former.pk)}, follow=True)
    assert "never sent anywhere else than it was stored for" in words(answer)


def test_who_may_not_write_sees_no_button_and_no_former_secret(
    visitor: Client, row: Credential, seat: Seat
) -> None:
    send(visitor, row)
    judged(Outcome.VALID)
    user = cast.client_for(cast.participant(seat.workspace, cast.bob(), "user"))
    told = words(user.get(at(row, "detail")))
    assert "replace_secret" not in told
    assert "Former secrets" not in told


def test_no_page_of_it_shows_a_secret_in_any_way(visitor: Client, row: Credential) -> None:
    answer = send(visitor, row)
    for address in (at(row), answer.url, at(row, "detail")):
        for headers in ({}, HTMX):
            told = words(visitor.get(address, headers=headers))
            assert NEW not in told
            assert scenes.PASSWORD not in told


def test_the_pages_cost_as_few_queries_as_the_others(visitor: Client, row: Credential) -> None:
    answer = send(visitor, row)
    for address in (at(row), answer.url):
        with CaptureQueriesContext(connection) as seen:
            visitor.get(address)
        assert len(seen) <= MOST, [each["sql"][:90] for each in seen]
