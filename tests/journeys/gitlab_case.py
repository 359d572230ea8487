"""One login at the stand-in GitLab, and all that `check_login` must say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.outcome import Outcome
from tests.stand_ins.gitlab import Account, Kind, Permission, Role, Texts
from tests.stand_ins.logins import Login, of_anna, token, where
from tests.stand_ins.world import Pair, World

Step = Callable[[World], object]
Tokens = tuple[str, ...]
ANYTHING: Tokens = ("anything",)
HERE, OPEN, HIDDEN = "team/app", "team/open", "other/hidden"
READ: Tokens = ("read_registry",)
WRITE: Tokens = ("write_registry",)
BOTH: Tokens = READ + WRITE


@dataclass(frozen=True)
class Case:
    """A login, what it is needed for, and the verdict.

    ``says`` is the key of the cause and ``advises`` those of some of the advice. ``held`` (None:
    it could not be seen) and ``excess`` are compared unless they are ANYTHING. ``ends`` is the
    date of the end, ``failed`` how many failed logins GitLab counts by it. ``server`` gives
    another server than the registry; ``silent`` means that no request is made at all.
    """

    login: Login
    outcome: Outcome
    says: str
    push: bool = False
    repository: str = ""
    advises: tuple[str, ...] = ()
    held: Tokens | None = ANYTHING
    missing: Tokens = ()
    excess: Tokens = ANYTHING
    ends: date | None = None
    failed: int = 0
    retry_after_s: int | None = None
    lifetime_s: int | None = None
    typed_end: date | None = None
    server: Callable[[World], str] = lambda world: world.gitlab.registry_url
    silent: bool = False


def valid(login: Login, *, says: str = "", **rest: Any) -> Case:
    named = "cause_valid_repository" if rest.get("repository") else "cause_valid"
    return Case(login, Outcome.VALID, says or named, **rest)


def unseen(login: Login, **rest: Any) -> Case:
    """It works, and nothing tells what it may do."""
    return valid(login, says="cause_valid_unseen", **rest)


def lacks(login: Login, *missing: str, says: str = "cause_missing_scope", **rest: Any) -> Case:
    rest.setdefault("advises", ("do_new_scopes",))
    return Case(login, Outcome.MISSING_SCOPE, says, missing=missing, **rest)


def no_access(login: Login, *missing: str, says: str = "cause_no_access", **rest: Any) -> Case:
    rest.setdefault("repository", HERE)
    rest.setdefault("advises", ("do_causes_no_access",))
    return Case(login, Outcome.NO_ACCESS, says, missing=missing or ("pull",), **rest)


def low_role(login: Login, *missing: str, **rest: Any) -> Case:
    return no_access(login, *missing, says="cause_no_access_role", advises=("do_ask_role",), **rest)


def rejected(login: Login, says: str, **rest: Any) -> Case:
    return Case(login, Outcome.REJECTED, says, **rest)


def wrong_password(login: Login, **rest: Any) -> Case:
    """GitLab does not say whether it is the password, a second factor, a policy or a block."""
    return rejected(login, "cause_rejected_password", advises=("do_use_token",), **rest)


def dead_deploy_token(login: Login, **rest: Any) -> Case:
    rest = {"failed": 1, "advises": ("do_check_username",), **rest}
    return rejected(login, "cause_rejected_deploy_token", **rest)


def blocked(login: Login, says: str, **rest: Any) -> Case:
    return Case(login, Outcome.BLOCKED, says, **rest)


def broken(login: Login, says: str = "cause_broken_answer", **rest: Any) -> Case:
    return Case(login, Outcome.BROKEN_ANSWER, says, **rest)


def wrong_server(login: Login, says: str, **rest: Any) -> Case:
    return Case(login, Outcome.WRONG_SERVER, says, **rest)


def unreachable(login: Login, says: str, **rest: Any) -> Case:
    return Case(login, Outcome.UNREACHABLE, says, **rest)


def throttled(login: Login, **rest: Any) -> Case:
    return Case(login, Outcome.THROTTLED, "cause_throttled", **rest)


def banned(login: Login, **rest: Any) -> Case:
    return Case(login, Outcome.BANNED, "cause_banned", advises=("do_wait_ban",), **rest)


def after(login: Login, *steps: Step) -> Login:
    """The same login, after these things happened to the world."""

    def prepare(world: World) -> Pair:
        made = login(world)
        for step in steps:
            step(world)
        return made

    return prepare


def app(**changes: Any) -> Step:
    """The project `team/app` changes."""
    return lambda world: [setattr(world.app, name, value) for name, value in changes.items()]


def role(of: Role) -> Step:
    """Anna has this role in `team/app`."""
    return lambda world: world.app.members.update({world.anna: of})


def team(**rest: Any) -> Step:
    """The group above `team/app` has these rules."""
    return lambda world: world.state.add_group("team", **rest)


def instead(place: str, answer: Any) -> dict[str, Any]:
    """The flag that gives this answer at this place."""
    return {"instead": {place: answer}}


def project_token(*scopes: str, **rest: Any) -> Login:
    """A token of `team/app`, with its bot's name."""

    def prepare(world: World) -> Pair:
        made = world.state.add_project_token(world.app, *scopes, **rest)
        return made.owner.username, made.token

    return prepare


def group_token(*scopes: str, **rest: Any) -> Login:
    """A token of the group `team`, with its bot's name."""

    def prepare(world: World) -> Pair:
        made = world.state.add_group_token(world.state.add_group("team"), *scopes, **rest)
        return made.owner.username, made.token

    return prepare


def granular(*permissions: Permission) -> Login:
    return token(permissions=permissions)


def impersonation(**flags: Any) -> Login:
    return where(token(*READ, kind=Kind.IMPERSONATION), **flags)


def of_account(account: Account) -> Login:
    """A token of Anna's, whose account is in this state."""
    return of_anna(token(*READ), account)


def old(login: Login, texts: Texts, **flags: Any) -> Login:
    """The same login at a GitLab of other days."""
    return where(login, texts=texts, **flags)
