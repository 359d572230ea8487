"""Writes the sections of a provider's page that explain its rules and its other outcomes."""

from collections.abc import Iterator

from verdict_docs import OUTCOMES, anchor, sentence

from registry.evidence import StepName
from registry.providers.provider import OutcomeWords, Provider
from registry.rules.rule import ANY_STATUS, EVERY_SIGN_IN, Rule

STEPS = {
    StepName.PING: "the ping",
    StepName.API: "the provider's API",
    StepName.SIGN_IN: "the sign-in",
    StepName.PULL: "the sign-in to pull",
    StepName.PUSH: "the sign-in to push",
    StepName.CANARY: "the sign-in of a made-up login",
    StepName.HEALTH: "the sign-in without a login",
    StepName.ENTRY: "the registry's `/v2/`",
    StepName.MEMBERSHIPS: "the provider's API",
    StepName.REPOSITORY: "the repository",
}


def rules_section(provider: Provider) -> Iterator[str]:
    """Return the section: a table of the provider's rules that decide a check."""
    rules = [rule for rule in provider.rules if rule.outcome is not None]
    yield "## What its refusals mean"
    if rules:
        lines = (_line(rule, provider) for rule in rules)
        yield "\n".join(["| Answer | Outcome | Cause | What to do |", "|---|---|---|---|", *lines])
    yield "What any registry may answer is listed in [verdicts](../verdicts.md)."


def outcomes_section(provider: Provider) -> Iterator[str]:
    """Return the section: what to do on the outcomes that no rule of the provider words."""
    yield "## Other outcomes"
    lines = (_words(words, provider) for words in provider.outcomes)
    head = "| Outcome | What to do, or why the general words fit |"
    yield "\n".join([head, "|---|---|", *lines])


def _words(words: OutcomeWords, provider: Provider) -> str:
    advice = " ".join(sentence(key, provider) for key in words.advice)
    return f"| {OUTCOMES[words.outcome][0]} | {advice or f'*General:* {words.reason}'} |"


def _line(rule: Rule, provider: Provider) -> str:
    about = " ".join([_status(rule.status), *([f"`{rule.code}`"] if rule.code else [])])
    advice = " ".join(sentence(key, provider) for key in rule.advice)
    cause = f"[{sentence(rule.cause, provider)}](../verdicts.md#{anchor(rule.cause)})"
    outcome = OUTCOMES[rule.outcome][0] if rule.outcome else ""
    return f"| {about} at {_steps(rule)} | {outcome} | {cause} | {advice} |"


def _status(status: int | range) -> str:
    if status == ANY_STATUS:
        return "any status"
    return f"{status.start // 100}xx" if isinstance(status, range) else str(status)


def _steps(rule: Rule) -> str:
    if rule.steps >= EVERY_SIGN_IN:
        return " or ".join(
            ["the sign-in", *(_step(s) for s in StepName if s in rule.steps - EVERY_SIGN_IN)]
        )
    return " or ".join(_step(step) for step in StepName if step in rule.steps) or "any step"


def _step(step: StepName) -> str:
    return STEPS.get(step, step.value)
