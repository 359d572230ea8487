"""The table of rights: of each role in a workspace, and of each flag on the instance. Pure."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workspaces.models.roles import OrganizationRole, Role


class Can(Enum):
    """One right in a workspace."""

    SEE = "see credentials, status and history"
    OWN_NOTICES = "choose one's own notices"
    LEAVE = "leave"
    OWN_TOKENS = "have API tokens of one's own"
    CHECK = "check now"
    WRITE = "add, edit and replace credentials"
    DELETE = "delete credentials and bring them back"
    CONFIRM_SIGN_IN = "confirm a sign-in host"
    NOTICE_RULES = "set recipients, thresholds and views of the workspace"
    EXPORT = "export, whatever the workspace says"
    EXPORT_WHERE_ALLOWED = "export where the workspace allows it"
    SERVER_RULES = "allow http, trust a private CA"
    INVITE = "invite, change and remove viewers, operators and maintainers"
    ALL_TOKENS = "list and revoke everybody's API tokens"
    AUDIT = "read the audit log"
    INVITE_ADMIN = "invite, change and remove admins"
    MAKE_OWNER = "make and unmake owners"
    SETTINGS = "rename the workspace and set its policy"
    DELETE_WORKSPACE = "delete the workspace"


VIEWER = frozenset({Can.SEE, Can.OWN_NOTICES, Can.LEAVE, Can.OWN_TOKENS})
USER = VIEWER | {Can.CHECK, Can.EXPORT_WHERE_ALLOWED}
MAINTAINER = USER | {Can.WRITE, Can.DELETE, Can.CONFIRM_SIGN_IN, Can.NOTICE_RULES}
ADMIN = MAINTAINER | {Can.EXPORT, Can.SERVER_RULES, Can.INVITE, Can.ALL_TOKENS, Can.AUDIT}
OWNER = ADMIN | {Can.INVITE_ADMIN, Can.MAKE_OWNER, Can.SETTINGS, Can.DELETE_WORKSPACE}

CLOSED_IN_SAMPLES = frozenset(
    {
        Can.CHECK,
        Can.WRITE,
        Can.DELETE,
        Can.CONFIRM_SIGN_IN,
        Can.SERVER_RULES,
        Can.EXPORT,
        Can.EXPORT_WHERE_ALLOWED,
        Can.OWN_NOTICES,
    }
)
"""The rights that check, store a login, send it somewhere, export, or have mails sent."""
OPEN_IN_ARCHIVES = frozenset(
    {Can.SEE, Can.LEAVE, Can.AUDIT, Can.ALL_TOKENS, Can.SETTINGS, Can.DELETE_WORKSPACE}
)
"""The rights that stay in an archived workspace: to read it, leave it, end tokens that read it,
bring it back, delete it."""

RIGHTS: dict[Role, frozenset[Can]] = {
    Role.OWNER: OWNER,
    Role.ADMIN: ADMIN,
    Role.MAINTAINER: MAINTAINER,
    Role.USER: USER,
    Role.VIEWER: VIEWER,
}
ROLE_SENTENCES: dict[Role, str | Promise] = {
    Role.OWNER: _("Does everything, and chooses owners and admins."),
    Role.ADMIN: _("Also invites people, allows servers, and reads the audit log."),
    Role.MAINTAINER: _("Also adds, changes and deletes credentials."),
    Role.USER: _("Sees credentials, and checks them."),
    Role.VIEWER: _("Sees credentials and their history."),
}
"""What each role may do. "Also": more than the role below it."""
ORGANIZATION_SENTENCES: dict[OrganizationRole, str | Promise] = {
    OrganizationRole.OWNER: _(
        "Owns all of its workspaces, makes new ones, and chooses its owners."
    ),
    OrganizationRole.MEMBER: _("Sees the workspaces that are open to them, with their role there."),
}
"""The same of an organization."""
TO_GIVE: dict[Role, Can] = {
    Role.OWNER: Can.MAKE_OWNER,
    Role.ADMIN: Can.INVITE_ADMIN,
    Role.MAINTAINER: Can.INVITE,
    Role.USER: Can.INVITE,
    Role.VIEWER: Can.INVITE,
}


def allows(role: Role, can: Can) -> bool:
    """True if this role has this right."""
    return can in RIGHTS[role]


def may_give(role: Role, given: Role) -> bool:
    """True if a person with ``role`` may give, change or remove the role ``given``."""
    return allows(role, TO_GIVE[given])


class InstanceCan(Enum):
    """One right over the instance. None gives access to a secret or to a workspace."""

    SEE_ALL = "see metadata and status of every credential"
    READ_AUDIT = "read every audit log"
    CHECK_ALL = "check and pause any credential"
    PEOPLE = "suspend people, look after the instance"


AUDITOR = frozenset({InstanceCan.SEE_ALL, InstanceCan.READ_AUDIT})
ADMINISTRATOR = AUDITOR | {InstanceCan.CHECK_ALL, InstanceCan.PEOPLE}


def allows_on_instance(*, is_staff: bool, is_auditor: bool, can: InstanceCan) -> bool:
    """True if a person with these flags has this right over the instance."""
    return (is_staff and can in ADMINISTRATOR) or (is_auditor and can in AUDITOR)
