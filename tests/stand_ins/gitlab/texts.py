"""The sentences and bodies that GitLab answers with, in the versions that are out there."""

import json
from typing import Any

from tests.stand_ins.gitlab.flags import Texts
from tests.stand_ins.wire import Answer, Pairs

HELP = (
    "help/user/profile/account/two_factor_authentication_troubleshooting.md"
    "#error-http-basic-access-denied-if-a-password-was-provided-for-git-authentication-"
)
CURRENT = (
    "HTTP Basic: Access denied. If a password was provided for Git authentication, the password "
    "was incorrect or you're required to use a token instead of a password. If a token was "
    "provided, it was either incorrect, expired, or improperly scoped. See {url}/" + HELP
)
FROM_15 = (
    "HTTP Basic: Access denied. The provided password or token is incorrect or your account has "
    "2FA enabled and you must use a personal access token instead of a password. See {url}/" + HELP
)
FROM_10 = "HTTP Basic: Access denied"
FROM_10_NEEDS_TOKEN = (
    "HTTP Basic: Access denied\n"
    "You must use a personal access token with 'api' scope for Git over HTTP.\n"
    "You can generate one at {url}/profile/personal_access_tokens"
)
STORAGE = (
    "Your action has been rejected because the namespace storage limit has been reached. "
    "For more information, visit {url}/help/user/storage_usage_quotas"
)
STORAGE_FROM_10 = "You are above your storage quota! Contact your GitLab administrator."
PROTECTED = "Pushing to protected repository path forbidden"
FORBIDDEN = "access forbidden"

EXPIRED = "Token is expired. You can either do re-authorization or token refresh."
REVOKED = "Token was revoked. You have to re-authorize from the user."
NO_IMPERSONATION = "Token is an impersonation token but impersonation was disabled."
NOT_PERSONAL = "400 Bad request - This endpoint requires token type to be a personal access token"
TOO_FEW_SCOPES = "The request requires higher privileges than provided by the access token."
TOO_FEW_POWERS = (
    "Access denied: This operation requires a fine-grained personal access token with the "
    "following personal access token permissions: [{power}]."
)
JSON: Pairs = (("Content-Type", "application/json; charset=utf-8"),)


def denied(version: Texts, url: str, *, needs_token: bool) -> str:
    """The words of a 401 at the sign-in; only the oldest tell why."""
    if version is Texts.CURRENT:
        return CURRENT.format(url=url)
    if version is Texts.FROM_15:
        return FROM_15.format(url=url)
    return FROM_10_NEEDS_TOKEN.format(url=url) if needs_token else FROM_10


def json_answer(status: int, content: Any, headers: Pairs = ()) -> Answer:
    return Answer(status, json.dumps(content, separators=(",", ":")).encode(), JSON + headers)


def service_error(status: int, code: str, message: str) -> Answer:
    """An error of the sign-in service, rendered whole: with its ``http_status``."""
    return json_answer(
        status, {"errors": [{"code": code, "message": message}], "http_status": status}
    )
