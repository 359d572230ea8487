"""The scopes of tokens, and which of them gives which right. Pure.

A token may do what both its scopes and the present role of its person allow.
"""

from enum import StrEnum

from workspaces.models.roles import Role
from workspaces.rights.roles import Can, allows


class TokenScope(StrEnum):
    """One scope of a token."""

    STATUS_READ = "status:read"
    CREDENTIALS_READ = "credentials:read"
    CREDENTIALS_WRITE = "credentials:write"
    CHECKS_RUN = "checks:run"
    SECRETS_FETCH = "secrets:fetch"
    AUDIT_READ = "audit:read"
    ADMIN_READ = "admin:read"


INCLUDED = {
    TokenScope.CREDENTIALS_READ: frozenset({TokenScope.STATUS_READ}),
    TokenScope.CREDENTIALS_WRITE: frozenset({TokenScope.CREDENTIALS_READ, TokenScope.STATUS_READ}),
    TokenScope.CHECKS_RUN: frozenset({TokenScope.STATUS_READ}),
}
"""The scopes that another one brings with it: who changes a credential sees the answer."""
SCOPE_SENTENCES = {
    TokenScope.STATUS_READ: "Reads names, servers, status, checks and reports.",
    TokenScope.CREDENTIALS_READ: "Also reads user names, notes, schedule and people.",
    TokenScope.CREDENTIALS_WRITE: "Also adds, changes, replaces and deletes credentials.",
    TokenScope.CHECKS_RUN: "Asks for checks, and reads their results.",
    TokenScope.SECRETS_FETCH: "Fetches secrets for docker, podman and Kubernetes.",
    TokenScope.AUDIT_READ: "Reads the audit log.",
    TokenScope.ADMIN_READ: "Reads status and audit log of the whole instance.",
}
"""What each scope allows. "Also": more than the one before it."""
NEEDED_RIGHTS = {
    TokenScope.STATUS_READ: (Can.SEE,),
    TokenScope.CREDENTIALS_READ: (Can.SEE,),
    TokenScope.CREDENTIALS_WRITE: (Can.WRITE,),
    TokenScope.CHECKS_RUN: (Can.CHECK,),
    TokenScope.SECRETS_FETCH: (Can.EXPORT, Can.EXPORT_WHERE_ALLOWED),
    TokenScope.AUDIT_READ: (Can.AUDIT,),
}
"""One of these rights is needed for the scope to be of use in a workspace."""


def with_included(scopes: frozenset[TokenScope]) -> frozenset[TokenScope]:
    """These scopes, and those that they bring with them."""
    return scopes.union(*(INCLUDED.get(scope, frozenset()) for scope in scopes))


def useful_in(role: Role, scope: TokenScope) -> bool:
    """True if a person with this role can do something with this scope."""
    rights = NEEDED_RIGHTS.get(scope, ())
    return any(allows(role, right) for right in rights)
