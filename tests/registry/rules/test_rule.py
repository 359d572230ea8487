"""One rule: its conditions, how it is written, and the names of its steps."""

import pkgutil
from importlib import import_module

import pytest

import registry.providers
import registry.rules
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.protocol.http import Response
from registry.rules import rule
from registry.rules.rule import ANY_STATUS, EVERY_STEP, Rule, recognize_answer

STATUSES: dict[str, tuple[int | range, set[int]]] = {
    "one status": (403, {403}),
    "a class of them": (range(400, 500), {400, 403, 499}),
    "every status": (ANY_STATUS, {200, 399, 400, 403, 499, 500, 999}),
}


@pytest.mark.parametrize("case", STATUSES)
def test_a_rule_fits_its_status_and_no_other(case: str) -> None:
    status, fitting = STATUSES[case]
    one = Rule("one", EVERY_STEP, status=status, outcome=Outcome.REJECTED, says="saw_refused")
    answers = (200, 399, 400, 403, 499, 500, 999)
    found = {s for s in answers if recognize_answer(StepName.PING, "", Response(s), (one,))[0]}
    assert found == fitting


WORDS_OF_A_START: dict[str, tuple[dict[str, str], Outcome, str]] = {
    "a refusal by its words": ({"text": "no entry"}, Outcome.REJECTED, "too_large"),
    "an end by its words": ({"text": "no entry"}, Outcome.EXPIRED, "too_large"),
    "a ban by its words": ({"text": "no entry"}, Outcome.BANNED, "one"),
    "a refusal by its form": ({"looks": "html"}, Outcome.REJECTED, "one"),
    "a refusal by its header": ({"header": "X"}, Outcome.REJECTED, "one"),
    "a refusal by its status": ({}, Outcome.REJECTED, "one"),
    "a refusal by a code": ({"code": "DENIED"}, Outcome.REJECTED, ""),
}


@pytest.mark.parametrize("case", WORDS_OF_A_START)
def test_the_words_of_a_body_that_was_too_large_never_conclude(case: str) -> None:
    conditions, outcome, fitting = WORDS_OF_A_START[case]
    one = Rule("one", EVERY_STEP, status=401, outcome=outcome, says="saw_refused", **conditions)  # type: ignore[arg-type]
    answer = Response(401, (("X", "y"),), b'<html>No entry: {"errors":[{"code":"DENIED"}]}')
    found, _ = recognize_answer(StepName.SIGN_IN, "", answer, (one,), whole=False)
    assert (found.name if found else "") == fitting


def test_what_a_rule_decides_is_never_positional() -> None:
    with pytest.raises(TypeError, match="positional"):
        Rule("one", EVERY_STEP, 403, None, "saw_refused")  # type: ignore[misc, call-arg]


def _step_sets(module: object) -> set[tuple[str, frozenset[StepName]]]:
    sets = ((name, value) for name, value in vars(module).items() if isinstance(value, frozenset))
    return {(n, found) for n, found in sets if found and {type(s) for s in found} == {StepName}}


def test_a_set_of_steps_has_one_name_in_one_module() -> None:
    tables = ((p.__path__, f"{p.__name__}.") for p in (registry.rules, registry.providers))
    names = [module.name for found in tables for module in pkgutil.walk_packages(*found)]
    named = set().union(*(_step_sets(import_module(name)) for name in names))
    assert len(_step_sets(rule)) > 10
    assert named == _step_sets(rule), "name it in registry/rules/rule.py"
