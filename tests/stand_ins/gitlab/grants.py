"""What of a scope is granted: ability, project, role and the rules of the groups above."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from tests.stand_ins.gitlab.auth import Ability, Actor
from tests.stand_ins.gitlab.people import Role
from tests.stand_ins.gitlab.places import Project, RegistryLevel, Visibility, holds
from tests.stand_ins.gitlab.scopes import PATH, Grant, Wish
from tests.stand_ins.gitlab.state import State
from tests.stand_ins.gitlab.tokens import Power

ROLES = {"pull": Role.REPORTER, "push": Role.DEVELOPER, "delete": Role.MAINTAINER}
ROLES["*"] = Role.MAINTAINER
POWERS = {"pull": Power.READ_IMAGES, "delete": Power.DELETE_IMAGES}
ABILITIES = {
    "pull": Ability.PULL,
    "push": Ability.PUSH,
    "delete": Ability.ADMIN,
    "*": Ability.ADMIN,
}


@dataclass(frozen=True)
class Asker:
    """Who asks, from where and when."""

    state: State
    actor: Actor
    ip: str
    now: datetime


def grant(asker: Asker, wish: Wish) -> Grant | None:
    """The part of a wish that is granted; None when that is nothing."""
    if wish.type == "registry":
        user = asker.actor.user
        is_admin = user is not None and user.admin
        whole = wish.name == "catalog" and wish.actions == ("*",)
        return Grant("registry", "catalog", ("*",)) if is_admin and whole else None
    name = wish.name.lower()
    project = asker.state.project_of(name) if PATH.fullmatch(name) else None
    if wish.type != "repository" or project is None:
        return None
    given = tuple(action for action in wish.actions if _may(asker, project, action))
    return Grant("repository", name, given, project) if given else None


def _may(asker: Asker, project: Project, action: str) -> bool:
    if ABILITIES.get(action) not in asker.actor.abilities:
        return False
    if project.registry is RegistryLevel.DISABLED or _a_group_forbids(asker, project):
        return False
    if asker.state.flags.maintenance and action != "pull":
        return False
    return _by_kind(asker.actor)(asker, project, action)


def _by_kind(actor: Actor) -> Callable[[Asker, Project, str], bool]:
    if actor.job is not None:
        return _job_may
    if actor.deploy_token is not None:
        return _deploy_token_may
    if actor.access_token is not None and actor.access_token.is_granular:
        return _granular_may
    return _user_may


def _a_group_forbids(asker: Asker, project: Project) -> bool:
    """An address that is not on the list, or a legacy token where only fine-grained count."""
    token = asker.actor.access_token
    legacy = token is not None and not token.is_granular
    for group in asker.state.groups_of(project.path):
        networks = [ipaddress.ip_network(network) for network in group.allowed_networks]
        if networks and not any(ipaddress.ip_address(asker.ip) in net for net in networks):
            return True
        since = group.fine_grained_from
        if legacy and since is not None and since <= asker.now.date():
            return True
    return False


def _is_open(asker: Asker, project: Project) -> bool:
    """Whether everyone may pull (on an internal project: everyone with an account)."""
    if project.registry is not RegistryLevel.ENABLED:
        return False
    known = asker.actor.user is not None
    return project.visibility is Visibility.PUBLIC or (
        project.visibility is Visibility.INTERNAL and known
    )


def _user_may(asker: Asker, project: Project, action: str) -> bool:
    user = asker.actor.user
    if action == "pull" and _is_open(asker, project):
        return True
    if user is None:
        return False
    return user.admin or asker.state.role(user, project) >= ROLES[action]


def _granular_may(asker: Asker, project: Project, action: str) -> bool:
    """Push is impossible whatever the permissions; the person's role counts as well."""
    token = asker.actor.access_token
    power = POWERS.get(action)
    inside = token is not None and any(
        permission.power is power and holds(permission.boundary, project.path)
        for permission in token.permissions
    )
    return inside and _user_may(asker, project, action)


def _deploy_token_may(asker: Asker, project: Project, action: str) -> bool:
    token = asker.actor.deploy_token
    if token is None or action not in {"pull", "push"}:
        return False
    mine = any(holds(place, project.path) for place in token.places)
    return mine or (action == "pull" and _is_open(asker, project))


def _job_may(asker: Asker, project: Project, action: str) -> bool:
    """Everything but `*` at home; elsewhere pulling, where its project is let in."""
    job = asker.actor.job
    if job is None or action == "*":
        return False
    if job.project is project:
        return True
    let_in = job.project.path in project.job_projects
    return action == "pull" and (let_in or _is_open(asker, project))


def is_protected(asker: Asker, given: Grant) -> bool:
    """Whether pushing was granted where a protection rule wants a higher role."""
    if given.project is None or not {"push", "*"} & set(given.actions):
        return False
    user = asker.actor.user
    role = asker.state.role(user, given.project) if user else Role.NONE
    rules = given.project.protected.items()
    return any(role < needed and fnmatchcase(given.name, path) for path, needed in rules)
