"""A GitLab with its registry, as a client sees them over HTTP; nothing of it is measured."""

from tests.stand_ins.answers import page, plain, redirect
from tests.stand_ins.gitlab.clock import Clock
from tests.stand_ins.gitlab.flags import (
    BANNED_BEFORE_16_10,
    GITLAB_COM_BAN,
    SELF_MANAGED_BAN,
    Ban,
    Flags,
    Texts,
    Throttle,
)
from tests.stand_ins.gitlab.instance import Deed
from tests.stand_ins.gitlab.people import Account, Role, User
from tests.stand_ins.gitlab.places import Group, Project, RegistryLevel, Visibility
from tests.stand_ins.gitlab.server import GitLab
from tests.stand_ins.gitlab.signing import Signer
from tests.stand_ins.gitlab.state import State
from tests.stand_ins.gitlab.tokens import (
    AccessToken,
    DeployToken,
    Job,
    Kind,
    OAuthToken,
    Permission,
    Power,
)
from tests.stand_ins.recording import Presented, Recorded, Requests
from tests.stand_ins.wire import Answer

__all__ = [
    "BANNED_BEFORE_16_10",
    "GITLAB_COM_BAN",
    "SELF_MANAGED_BAN",
    "AccessToken",
    "Account",
    "Answer",
    "Ban",
    "Clock",
    "Deed",
    "DeployToken",
    "Flags",
    "GitLab",
    "Group",
    "Job",
    "Kind",
    "OAuthToken",
    "Permission",
    "Power",
    "Presented",
    "Project",
    "Recorded",
    "RegistryLevel",
    "Requests",
    "Role",
    "Signer",
    "State",
    "Texts",
    "Throttle",
    "User",
    "Visibility",
    "page",
    "plain",
    "redirect",
]
