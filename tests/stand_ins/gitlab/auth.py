"""Whom a Basic pair signs in: the first kind of credential that it fits."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from tests.stand_ins.gitlab.bans import Bans
from tests.stand_ins.gitlab.people import User
from tests.stand_ins.gitlab.state import State
from tests.stand_ins.gitlab.tokens import (
    REGISTRY,
    SCOPES,
    AccessToken,
    DeployToken,
    Job,
    Kind,
)
from tests.stand_ins.gitlab.uses import note_use

JOB_LOGIN = "gitlab-ci-token"


class Ability(StrEnum):
    """What a credential may ask of the registry at all, before any project is checked."""

    PULL = "pull"
    PUSH = "push"
    ADMIN = "delete"


EVERYTHING = frozenset(Ability)
BY_SCOPE = {
    "api": EVERYTHING,
    "read_api": frozenset({Ability.PULL}),
    "read_registry": frozenset({Ability.PULL}),
    "write_registry": frozenset({Ability.PUSH}),
    "granular": frozenset({Ability.PULL, Ability.ADMIN}),
}


@dataclass(frozen=True)
class Actor:
    """Who asks, and with which kind of credential (``auth_type``, as the token names it)."""

    auth_type: str
    abilities: frozenset[Ability]
    user: User | None = None
    access_token: AccessToken | None = None
    deploy_token: DeployToken | None = None
    job: Job | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.user is None and self.deploy_token is None


ANONYMOUS = Actor("none", frozenset({Ability.PULL}))


class Refusal(Enum):
    """Why nobody is signed in."""

    DENIED = "denied"
    NEEDS_TOKEN = "needs token"
    BANNED = "banned"


def abilities(scopes: tuple[str, ...]) -> frozenset[Ability]:
    return frozenset[Ability]().union(*(BY_SCOPE.get(scope, frozenset()) for scope in scopes))


def sign_in(
    state: State, bans: Bans, login: str, secret: str, *, ip: str, now: datetime
) -> Actor | Refusal:
    """Judge a pair and count its failure, as GitLab does: the ban is checked first."""
    counts = login != JOB_LOGIN
    if counts and bans.is_banned(ip, now):
        return Refusal.BANNED
    actor = _first_match(state, login, secret, ip=ip, now=now)
    if actor is Refusal.NEEDS_TOKEN:
        return actor  # raised before the counter
    if counts and isinstance(actor, Actor):
        bans.succeed(ip)
    elif counts:
        bans.fail(ip, now, state.flags.ban)
    if actor is None:
        return Refusal.DENIED if state.flags.password_for_git else Refusal.NEEDS_TOKEN
    return actor


def _first_match(
    state: State, login: str, secret: str, *, ip: str, now: datetime
) -> Actor | Refusal | None:
    return (
        _job(state, login, secret)
        or _oauth(state, secret, now)
        or _access_token(state, secret, ip, now)
        or _deploy_token(state, login, secret, now)
        or _password(state, login, secret)
    )


def _job(state: State, login: str, secret: str) -> Actor | None:
    if login != JOB_LOGIN:
        return None
    for job in state.jobs:
        if job.token == secret and job.running and job.project.ci_enabled:
            return Actor("build", EVERYTHING, user=job.owner, job=job)
    return None


def _oauth(state: State, secret: str, now: datetime) -> Actor | None:
    for token in state.oauth_tokens:
        if token.token == secret and token.is_active(now) and token.owner.may_log_in:
            return Actor("oauth", abilities(token.scopes), user=token.owner)
    return None


def _has_a_valid_scope(state: State, scopes: tuple[str, ...]) -> bool:
    """Without a registry on the instance its scopes are none."""
    known = SCOPES if state.flags.registry_enabled else SCOPES - REGISTRY
    return bool(known & set(scopes))


def _access_token(state: State, secret: str, ip: str, now: datetime) -> Actor | None:
    """GitLab ignores the user name."""
    token = state.access_token(secret)
    if token is None or not token.is_active(now) or not token.owner.may_log_in:
        return None
    if token.kind is Kind.IMPERSONATION and not state.flags.impersonation:
        return None
    if not _has_a_valid_scope(state, token.scopes):
        return None
    note_use(token, ip, now, state.flags)
    held = abilities(token.scopes)
    return Actor("personal_access_token", held, user=token.owner, access_token=token)


def _deploy_token(state: State, login: str, secret: str, now: datetime) -> Actor | None:
    for token in state.deploy_tokens:
        fits = token.token == secret and token.username == login and token.is_active(now)
        if fits and _has_a_valid_scope(state, token.scopes):
            return Actor("deploy_token", abilities(token.scopes), deploy_token=token)
    return None


def _password(state: State, login: str, secret: str) -> Actor | Refusal | None:
    """Last of all, so that every dead token is tried as a password too."""
    user = next((one for one in state.users if one.is_called(login)), None)
    if user is None or not (state.flags.password_for_git or user.ldap):
        return None
    if not user.password or user.password != secret:
        user.failed_binds += user.ldap
        return None
    if not user.may_log_in:
        return None
    if user.two_factor or state.flags.two_factor_enforced:
        return Refusal.NEEDS_TOKEN
    return Actor("gitlab_or_ldap", EVERYTHING, user=user)
