"""Trouble of an API that only adds to what the registry tells: it decides nothing by itself."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.rules.rule import Rule

API = frozenset({StepName.API})

API_TROUBLE: tuple[Rule, ...] = (
    Rule(
        "api_throttled",
        API,
        429,
        Outcome.THROTTLED,
        "saw_throttled",
        "cause_throttled",
        ("do_wait",),
    ),
    Rule("api_untold", API, 4, None, "saw_api_untold"),
    Rule("api_down", API, 5, None, "saw_api_untold"),
)
