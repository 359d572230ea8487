"""Only `reveal` returns the text of a secret."""

import copy
import json
import logging
import pickle
from string import Template

import pytest

from registry.secret import MASK, Secret

TEXT = "made-up-password-1"


def test_a_secret_reveals_its_text() -> None:
    assert Secret(TEXT).reveal() == TEXT


@pytest.mark.parametrize(
    "shown",
    [
        repr(Secret(TEXT)),
        str(Secret(TEXT)),
        f"{Secret(TEXT)}",
        f"{Secret(TEXT)!r:>30}",
        f"{Secret(TEXT):>30}",
        "%s %r" % (Secret(TEXT), Secret(TEXT)),  # noqa: UP031  # the old way must hide it too
        "{}".format(Secret(TEXT)),  # noqa: UP032  # and this one
        Template("$it").substitute(it=Secret(TEXT)),
        repr([Secret(TEXT)]),
        repr({"password": Secret(TEXT)}),
        repr(pickle.dumps(Secret(TEXT))),
        repr(ValueError(Secret(TEXT))),
    ],
)
def test_however_it_is_shown_the_text_is_not(shown: str) -> None:
    assert TEXT not in shown


def test_it_shows_as_dots() -> None:
    assert str(Secret(TEXT)) == repr(Secret(TEXT)) == MASK


def test_a_log_line_holds_dots(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("made.up").error("signed in with %s", Secret(TEXT))
    assert TEXT not in caplog.text
    assert MASK in caplog.text


def test_a_pickle_and_a_deep_copy_bring_only_dots_along() -> None:
    assert pickle.loads(pickle.dumps(Secret(TEXT))).reveal() == MASK
    assert copy.deepcopy(Secret(TEXT)).reveal() == MASK


@pytest.mark.parametrize("act", [json.dumps, list, hash, vars, len])
def test_it_cannot_be_taken_apart(act: object) -> None:
    assert callable(act)
    with pytest.raises(TypeError) as refusal:
        act(Secret(TEXT))
    assert TEXT not in str(refusal.value)


def test_secrets_compare_by_content() -> None:
    assert Secret(TEXT) == Secret(TEXT)
    assert Secret(TEXT) != Secret("made-up-password-2")
    assert Secret("pässwörd") == Secret("pässwörd")
    assert Secret(TEXT) != TEXT


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("x")
