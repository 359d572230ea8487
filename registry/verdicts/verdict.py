"""Turn evidence into a verdict: the only module that decides an outcome. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from registry.addresses.origins import Origin
from registry.conversation import OK
from registry.evidence import Evidence, ExpirySource, Facts, Step, StepName
from registry.login import Need
from registry.outcome import Outcome
from registry.providers import by_slug
from registry.providers.provider import Provider
from registry.rules.own import OPEN, YES_TO_ALL
from registry.rules.rule import UNEXPECTED, Rule
from registry.verdicts.advice import dies_by_design
from registry.verdicts.answers import answer_in_words
from registry.verdicts.rights import Rights, judge_rights
from registry.words import WORDS
from registry.words.durations import duration_in_words
from registry.words.message import Message

NOT_DECIDING = frozenset({StepName.HINT, StepName.MADE_UP})
FINISHED = frozenset({StepName.SIGN_IN, StepName.ENTRY})
SETTLING = frozenset({StepName.HEALTH, StepName.CANARY})
WAITING = frozenset({Outcome.THROTTLED, Outcome.BANNED})
ACTION_STEPS = frozenset({StepName.PULL, StepName.PUSH})
MAX_NAMES = 6
PROOFS = {"basic": (StepName.SIGN_IN, OK.name), "none": (StepName.PING, OPEN.name)}
WORKING = frozenset({Outcome.VALID, Outcome.MISSING_SCOPE, Outcome.NO_ACCESS})


@dataclass(frozen=True)
class Verdict:
    """The result of one check. Times are aware, UTC; the suffix `_s` means seconds.

    ``held`` None: the check could not see the rights. ``excess`` are rights that a working login
    holds and does not need; they change no outcome. ``asks`` is a sign-in host that a person must
    confirm first. ``push_not_proved``: it is valid and needed for pushing, and nothing shows
    whether it may push.
    """

    outcome: Outcome
    message: Message
    advice: tuple[Message, ...] = ()
    needed: tuple[str, ...] = ()
    held: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()
    excess: tuple[str, ...] = ()
    expires_at: datetime | None = None
    expires_source: ExpirySource = ExpirySource.UNKNOWN
    token_lifetime_s: int | None = None
    retry_after_s: int | None = None
    provider: str = "generic"
    asks: Origin | None = None
    suggested_server: str = ""
    push_not_proved: bool = False


def judge(evidence: Evidence, need: Need, *, expires_on: date | None, now: datetime) -> Verdict:
    """Judge the evidence of a check against the need.

    ``expires_on`` is the end date that a person typed, ``now`` the present moment (aware). A check
    that no rule decides, and that did not try the login, is `broken_answer` and never `valid`.
    Whatever the evidence holds, it is a verdict; only an unknown provider raises ``KeyError``.
    """
    facts, provider = evidence.facts, by_slug(evidence.facts.provider)
    rule, step = _deciding(evidence, provider)
    rights = judge_rights(facts, need, provider)
    expires_at, source = _expiry(facts, expires_on)
    outcome, cause, advice = _decide(rule, rights, _is_whole(evidence))
    is_worded = rule is YES_TO_ALL or rule in provider.rules
    missing = _missing(outcome, rights, provider, step)
    words = _words(facts, need, provider, rights, missing, expires_at, step)
    if outcome is Outcome.REJECTED and rule and not rule.kinds and facts.username_wanted:
        cause, advice = "cause_username_wanted", ("do_use_username",)
    if outcome is Outcome.REJECTED and expires_at is not None and expires_at <= now:
        outcome, cause, advice = Outcome.EXPIRED, "cause_expired_on", ("do_new_token",)
        is_worded = False
    if not is_worded:
        advice = provider.advice_on(outcome) or advice
    if expires_on is not None:
        advice = tuple(key for key in advice if key != "do_record_expiry")
    if facts.suggested_server:
        advice = ("do_use_server",)
    return Verdict(
        outcome=outcome,
        message=_message(cause, words),
        advice=tuple(_message(key, words) for key in advice),
        needed=rights.needed,
        held=rights.held,
        missing=missing,
        excess=rights.excess if outcome in WORKING else (),
        expires_at=expires_at,
        expires_source=source,
        token_lifetime_s=facts.token_lifetime_s,
        retry_after_s=step.retry_after_s if step else None,
        provider=provider.slug,
        asks=facts.asks,
        suggested_server=facts.suggested_server,
        push_not_proved=outcome is Outcome.VALID and need.push and rights.unseen,
    )


def _deciding(evidence: Evidence, provider: Provider) -> tuple[Rule | None, Step | None]:
    """The last rule that decides, and its step: a later answer may explain an earlier one.

    A hint and a made-up login decide nothing, unless the registry accepts the made-up login. Once
    a step has proved the login, a later one that shows nothing decides nothing; nor does an
    ambiguous refusal that such a step was to settle.
    """
    proof, is_unsettled = _proof(evidence), False
    for place, step in reversed(list(enumerate(evidence.steps))):
        rule = provider.rule(step.rule)
        if rule.outcome is None or (step.name in NOT_DECIDING and rule is not YES_TO_ALL):
            continue
        shows_nothing = not rule.outcome.is_conclusive and not rule.overturns
        if place <= proof or not (shows_nothing or (is_unsettled and rule.ambiguous)):
            return rule, step
        is_unsettled = step.name in SETTLING
    return None, None


def _proof(evidence: Evidence) -> int:
    """The place of the step that proved the login, or that the registry lets anybody in.

    It is after every step if none did.
    """
    name, rule = PROOFS.get(evidence.facts.scheme, (StepName.ENTRY, OK.name))
    proofs = (n for n, step in enumerate(evidence.steps) if step.name is name and step.rule == rule)
    return next(proofs, len(evidence.steps))


def was_let_in(evidence: Evidence) -> bool:
    """True if the registry accepted the login and no rule decides otherwise."""
    rule, _ = _deciding(evidence, by_slug(evidence.facts.provider))
    return rule is None and _is_whole(evidence)


def slowed_by(evidence: Evidence) -> tuple[Outcome, int | None] | None:
    """The outcome and the seconds of the last answer that asked us to wait; None: no answer did.

    It counts for the origin even where the login is proved, so that it does not decide.
    """
    provider = by_slug(evidence.facts.provider)
    for step in reversed(evidence.steps):
        outcome = provider.rule(step.rule).outcome
        if outcome in WAITING and step.name not in NOT_DECIDING:
            return outcome, step.retry_after_s
    return None


def _is_whole(evidence: Evidence) -> bool:
    """True if the check tried the login: a conversation that ended before proves nothing."""
    return any(step.name in FINISHED for step in evidence.steps)


def _decide(rule: Rule | None, rights: Rights, whole: bool) -> tuple[Outcome, str, tuple[str, ...]]:
    if rule is not None and rule.outcome is not None:
        return rule.outcome, rule.cause, rule.advice
    if not whole:
        return Outcome.BROKEN_ANSWER, UNEXPECTED.cause, UNEXPECTED.advice
    return rights.outcome, rights.cause, rights.advice


def _missing(
    outcome: Outcome, rights: Rights, provider: Provider, step: Step | None
) -> tuple[str, ...]:
    if outcome is Outcome.MISSING_SCOPE and step is not None and step.name is StepName.PUSH:
        return provider.least_scopes(frozenset({"push"}))
    if outcome is Outcome.MISSING_SCOPE:
        return rights.missing or rights.needed
    if outcome is Outcome.NO_ACCESS and step is not None and step.name in ACTION_STEPS:
        return (step.name.value,)
    return rights.missing if outcome is rights.outcome else ()


def _expiry(facts: Facts, expires_on: date | None) -> tuple[datetime | None, ExpirySource]:
    if facts.expires_at is not None:
        return facts.expires_at, facts.expires_source
    if expires_on is not None:
        return datetime.combine(expires_on, time(), UTC), ExpirySource.TYPED
    return None, ExpirySource.BY_DESIGN if dies_by_design(facts) else ExpirySource.UNKNOWN


def _words(
    facts: Facts,
    need: Need,
    provider: Provider,
    rights: Rights,
    missing: tuple[str, ...],
    expires_at: datetime | None,
    step: Step | None,
) -> dict[str, str]:
    """The values for the placeholders of a cause or an advice."""
    kind = next((k.label for k in provider.kinds if k.slug == facts.kind), "")
    told = dict(step.message.params) if step else {}
    return {
        "scopes": " and ".join(provider.least_scopes(need.actions)),
        "missing": " and ".join(missing or rights.needed),
        "repository": need.repository,
        "actions": " and ".join(sorted(need.actions)),
        "role": rights.role,
        "kind": kind,
        "username": facts.username_wanted,
        "realm": facts.asks.display if facts.asks else told.get("realm", ""),
        "server": facts.suggested_server,
        "date": expires_at.date().isoformat() if expires_at else "",
        "detail": told.get("detail", ""),
        "ahead": told.get("ahead", ""),
        **answer_in_words(step),
        "lives": duration_in_words(facts.lives or timedelta()),
        "life": duration_in_words(timedelta(seconds=facts.token_lifetime_s or 0)),
        "excess": _some(rights.excess),
        "recommended": provider.recommended,
    }


def _some(names: tuple[str, ...]) -> str:
    """At most six names, and how many more there are, for a sentence."""
    more = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _message(key: str, words: dict[str, str]) -> Message:
    """The message with the values of those placeholders that its sentence has."""
    return Message.of(key, **{k: v for k, v in words.items() if "{" + k + "}" in WORDS[key]})
