"""The part of a provider's page that tells what its refusals mean."""

from collections.abc import Iterator

from verdict_docs import OUTCOMES, anchor, sentence

from registry.evidence import StepName
from registry.providers.provider import Provider
from registry.rules.rule import ANY_STATUS, EVERY_SIGN_IN, Rule

STEPS = {
    StepName.PING: "the first question",
    StepName.API: "the provider's API",
    StepName.SIGN_IN: "the sign-in",
    StepName.PULL: "the sign-in to pull",
    StepName.PUSH: "the sign-in to push",
    StepName.CANARY: "the sign-in of a made-up login",
    StepName.HEALTH: "the sign-in without a login",
    StepName.ENTRY: "the door",
    StepName.MEMBERSHIPS: "the provider's API",
    StepName.REPOSITORY: "the repository",
}


def refusals(provider: Provider) -> Iterator[str]:
    """The part of a provider's page that tells what its refusals mean."""
    rows = [row for row in provider.rules if row.outcome is not None]
    yield "## What its refusals mean"
    common = "What any registry may answer is listed in [verdicts](../verdicts.md)."
    if not rows:
        yield common
        return
    lines = (_line(row, provider) for row in rows)
    yield "\n".join(["| Answer | Outcome | Cause | What to do |", "|---|---|---|---|", *lines])
    yield common


def _line(row: Rule, provider: Provider) -> str:
    about = " ".join([_status(row.status), *([f"`{row.code}`"] if row.code else [])])
    advice = " ".join(sentence(key, provider) for key in row.advice)
    cause = f"[{sentence(row.cause, provider)}](../verdicts.md#{anchor(row.cause)})"
    outcome = OUTCOMES[row.outcome][0] if row.outcome else ""
    return f"| {about} at {_steps(row)} | {outcome} | {cause} | {advice} |"


def _status(status: int | range) -> str:
    if status == ANY_STATUS:
        return "any status"
    return f"{status.start // 100}xx" if isinstance(status, range) else str(status)


def _steps(row: Rule) -> str:
    if row.steps >= EVERY_SIGN_IN:
        return " or ".join(
            ["the sign-in", *(_step(s) for s in StepName if s in row.steps - EVERY_SIGN_IN)]
        )
    return " or ".join(_step(step) for step in StepName if step in row.steps) or "any step"


def _step(step: StepName) -> str:
    return STEPS.get(step, step.value)
