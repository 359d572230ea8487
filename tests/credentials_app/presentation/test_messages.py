"""One stored message that cannot be rendered takes no page and no report: it is shown raw."""

import pytest

from credentials_app.models import CheckRun, Credential
from credentials_app.presentation.messages import text_of
from registry.outcome import Outcome
from registry.words import WORDS
from registry.words.message import Message
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url

RAW = "The login works, but not for {repository}."


PLAIN = {"cause_" + key.removeprefix("plain_"): key for key in WORDS if key.startswith("plain_")}
FORMER = {"cause_realm_ip", "address_realm_ip"}


@pytest.mark.parametrize("key", sorted(PLAIN.keys() - FORMER))
def test_a_sentence_whose_words_are_missing_is_shown_in_its_plain_form(key: str) -> None:
    assert "{" in WORDS[key]
    assert text_of(Message(key)) == WORDS[PLAIN[key]]


OPEN = sorted(key for key, text in WORDS.items() if "{" in text and key not in PLAIN)


@pytest.mark.parametrize("key", OPEN)
def test_a_sentence_whose_words_are_missing_is_shown_as_it_is_written(key: str) -> None:
    assert text_of(Message(key)) == WORDS[key]
    assert text_of(Message(key, (("other", "x"),))) == WORDS[key]


def test_a_key_that_no_longer_exists_is_shown_itself() -> None:
    assert text_of(Message("cause_of_an_older_time")) == "cause_of_an_older_time"


@pytest.mark.parametrize("key", sorted(FORMER))
def test_a_key_that_only_stored_checks_have_is_still_a_sentence(key: str) -> None:
    assert text_of(Message(key)).endswith(".")


@pytest.mark.django_db
@pytest.mark.parametrize("view", ["list", "detail", "history", "run", "report"])
def test_one_such_row_takes_no_page(view: str) -> None:
    seat = scenes.seat()
    row = scenes.checked(
        scenes.stored("deploy", by=seat), scenes.verdict(Outcome.NO_ACCESS, message=Message("x"))
    )
    broken = {**row.verdict, "message": {"key": "cause_no_access", "params": {}}}
    Credential.objects.update(verdict=broken)
    CheckRun.objects.update(verdict=broken)
    of_one = {"detail": {"pk": row.pk}, "history": {"pk": row.pk}}
    of_run = {"run": {"pk": row.pk, "run": CheckRun.objects.get().pk}}
    address = credentials_url(seat.workspace, view, **{**of_one, **of_run}.get(view, {}))
    answer = cast.client_for(seat.user).get(address)
    assert answer.status_code == 200
    assert RAW in answer.content.decode() or view == "list"
