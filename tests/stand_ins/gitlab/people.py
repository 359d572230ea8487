"""Who has an account: people and the bots behind project and group tokens."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """Access levels as GitLab numbers them."""

    NONE = 0
    MINIMAL = 5
    GUEST = 10
    PLANNER = 15
    REPORTER = 20
    DEVELOPER = 30
    MAINTAINER = 40
    OWNER = 50


class Account(StrEnum):
    """What state an account is in; the value is what the API says about an unusable one."""

    ACTIVE = ""
    BLOCKED = "Your account has been blocked."
    DEACTIVATED = (
        "Your account has been deactivated by your administrator. "
        "Please log back in to reactivate your account."
    )
    PENDING = "Your account is pending approval from your administrator and hence blocked."
    UNCONFIRMED = "Your primary email address is not confirmed."
    PASSWORD_EXPIRED = (
        "Your password expired. Please access GitLab from a web browser to update your password."
    )
    TERMS = "You must accept the Terms of Service in order to perform this action."


@dataclass(eq=False)
class User:
    """An account. A bot needs no password and none of its can expire.

    ``dpop``: the API asks for a proof of possession. ``ldap``: every password try is a bind at a
    directory, which counts failures of its own in ``failed_binds``.
    """

    id: int
    username: str
    password: str = ""
    email: str = ""
    account: Account = Account.ACTIVE
    two_factor: bool = False
    admin: bool = False
    bot: bool = False
    deleted: bool = False
    dpop: bool = False
    ldap: bool = False
    failed_binds: int = 0

    @property
    def may_log_in(self) -> bool:
        return not self.deleted and (self.bot or self.account is Account.ACTIVE)

    def is_called(self, login: str) -> bool:
        return login.lower() in {self.username.lower(), self.email.lower()} - {""}
