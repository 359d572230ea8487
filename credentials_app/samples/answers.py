"""Made-up answers of registries: the evidence that real checks would have found. Pure.

Only the evidence is made up. Verdicts and statuses come from the product's own rules.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from registry.addresses.origins import Origin
from registry.certificate import Certificate
from registry.conversation import OK
from registry.evidence import Evidence, ExpirySource, Facts, Step, StepName
from registry.providers import by_slug
from registry.words.message import Message

SIGN_IN_PATHS = {"gitlab": "/jwt/auth", "quay": "/v2/auth", "harbor": "/service/token"}
TOOK_MS = {StepName.PING: 38, StepName.API: 121, StepName.SIGN_IN: 164, StepName.ENTRY: 57}


@dataclass(frozen=True)
class SampleAnswer:
    """How a registry answers for some time.

    ``rule`` names the provider's rule that recognizes the answer of ``step``; empty: the login is
    accepted. ``scopes`` and ``granted`` are what it may do. ``ends_in``: it ends so many days after
    the sample is made.
    """

    rule: str = ""
    step: StepName = StepName.SIGN_IN
    status: int | None = 401
    scopes: tuple[str, ...] | None = None
    granted: tuple[str, ...] | None = ("pull",)
    asked: tuple[str, ...] = ("pull",)
    role: int | None = None
    kind: str = ""
    ends_in: float | None = None


@dataclass(frozen=True)
class Place:
    """The registry that answers: its provider, its origin, and the host of its sign-in."""

    provider: str
    server: Origin
    realm: Origin

    @property
    def sign_in_path(self) -> str:
        return SIGN_IN_PATHS.get(self.provider, "/token")


def evidence_of(answer: SampleAnswer, place: Place, repository: str, made_at: datetime) -> Evidence:
    """What a check would have found, in a sample that is made at ``made_at``."""
    facts = _facts(answer, place, made_at)
    if answer.rule and answer.step is StepName.PING:
        return Evidence((_failed(answer, place, place.server, made_at),), facts)
    steps = [_ping(place)]
    if answer.rule:
        steps.append(_failed(answer, place, place.realm, made_at))
    else:
        steps += [_api(answer, place)] if answer.scopes is not None else []
        steps += _let_in(answer, place, repository)
    return Evidence(tuple(steps), facts)


def _ping(place: Place) -> Step:
    says = Message.of("saw_challenge_bearer", realm=place.realm.display)
    return _step(StepName.PING, place.server, "/v2/", 401, says)


def _api(answer: SampleAnswer, place: Place) -> Step:
    says = Message.of("saw_token_scopes", scopes=", ".join(answer.scopes or ()))
    return _step(StepName.API, place.realm, "/api/v4/personal_access_tokens/self", 200, says)


def _let_in(answer: SampleAnswer, place: Place, repository: str) -> list[Step]:
    """The steps of a login that is accepted."""
    accepted = Message.of("saw_login_ok")
    if repository and answer.granted:
        accepted = Message.of("saw_granted", actions=" and ".join(answer.granted))
    elif repository and answer.granted is not None:
        accepted = Message.of("saw_granted_nothing")
    steps = [
        _step(StepName.SIGN_IN, place.realm, place.sign_in_path, 200, accepted),
        _step(StepName.ENTRY, place.server, "/v2/", 200, Message.of("saw_entry_ok")),
    ]
    if repository and answer.granted:
        says = Message.of("saw_repository")
        path = f"/v2/{repository}/tags/list"
        steps.append(_step(StepName.REPOSITORY, place.server, path, 200, says))
    return steps


def _failed(answer: SampleAnswer, place: Place, to: Origin, made_at: datetime) -> Step:
    """The answer that decides, as the provider's rule of that name recognizes it."""
    rule = by_slug(place.provider).rule(answer.rule)
    paths = {StepName.PING: "/v2/", StepName.API: "/api/v4/personal_access_tokens/self"}
    path = paths.get(answer.step, place.sign_in_path)
    step = _step(answer.step, to, path, answer.status, Message.of(rule.says))
    refused = _certificate(to.host, made_at) if answer.rule.startswith("tls_") else None
    waits = 900 if answer.rule == "throttled" else None
    return replace(step, rule=rule.name, certificate=refused, retry_after_s=waits)


def _step(name: StepName, to: Origin, path: str, status: int | None, says: Message) -> Step:
    took = TOOK_MS.get(name, 74)
    return Step(name, str(to), "GET", path, status, "", took, OK.name, says)


def _facts(answer: SampleAnswer, place: Place, made_at: datetime) -> Facts:
    is_open = answer.rule == "open"
    let_in, ends = not answer.rule, answer.ends_in
    end = made_at + timedelta(days=ends) if ends is not None and let_in else None
    return Facts(
        scheme="none" if is_open else "bearer",
        realm=None if is_open else place.realm,
        provider=place.provider,
        kind=answer.kind,
        scopes=frozenset(answer.scopes) if let_in and answer.scopes is not None else None,
        asked=frozenset(answer.asked),
        granted=frozenset(answer.granted) if let_in and answer.granted is not None else None,
        role=answer.role,
        repository_exists=True if let_in else None,
        expires_at=end,
        expires_source=ExpirySource.PROVIDER if end else ExpirySource.UNKNOWN,
        token_lifetime_s=3600 if let_in else None,
        recipients=frozenset() if is_open else frozenset({place.realm} - {place.server}),
    )


def _certificate(host: str, made_at: datetime) -> Certificate:
    """A certificate that ended two days ago; it does not exist."""
    ended = made_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ends_at = ended - timedelta(days=2)
    return Certificate(
        names=(host,),
        count=1,
        has_address=False,
        common_name=host,
        issuer="Made-up Authority",
        starts_at=ends_at - timedelta(days=90),
        ends_at=ends_at,
        fingerprint="5a" * 32,
        tells_issuer=True,
    )
