"""A refusal says why, in its own words or in those of its kind."""

from datetime import UTC, datetime

from workspaces.rights.refusals import NotAllowed, Refusal, TooManyTestMails

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_a_refusal_has_the_words_of_its_kind() -> None:
    for kind in (Refusal, NotAllowed):
        assert kind().words == str(kind()) == kind.words != ""


def test_a_refusal_may_have_words_of_its_own() -> None:
    refused = NotAllowed("Ask an owner.")
    assert (refused.words, str(refused)) == ("Ask an owner.", "Ask an owner.")


def test_who_sent_too_many_test_mails_is_told_when_the_next_may_go() -> None:
    refused = TooManyTestMails(NOON)
    assert (refused.free_at, refused.words) == (NOON, TooManyTestMails.words)
