"""Rules for errors of a provider's API: the check continues, except after a rate limit."""

from registry.outcome import Outcome
from registry.rules.rule import API, Rule

COMMON_API_RULES: tuple[Rule, ...] = (
    Rule(
        "api_throttled",
        API,
        status=429,
        outcome=Outcome.THROTTLED,
        says="saw_throttled",
        cause="cause_throttled",
        advice=("do_wait",),
    ),
    Rule("api_untold", API, status=range(400, 500), outcome=None, says="saw_api_untold"),
    Rule("api_down", API, status=range(500, 600), outcome=None, says="saw_api_untold"),
)
