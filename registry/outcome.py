"""The outcomes of a check, and which of them say something about the credential."""

from enum import StrEnum


class Outcome(StrEnum):
    """The result of one check. An inconclusive one never changes a status."""

    VALID = "valid"
    MISSING_SCOPE = "missing_scope"
    NO_ACCESS = "no_access"
    EXPIRED = "expired"
    REVOKED = "revoked"
    BLOCKED = "blocked"
    REJECTED = "rejected"
    UNPROVED = "unproved"
    WRONG_SERVER = "wrong_server"
    UNREACHABLE = "unreachable"
    TLS_FAILED = "tls_failed"
    THROTTLED = "throttled"
    BANNED = "banned"
    DISTRUSTED_REALM = "distrusted_realm"
    FORBIDDEN_ADDRESS = "forbidden_address"
    BROKEN_ANSWER = "broken_answer"
    SEALED_MISMATCH = "sealed_mismatch"

    @property
    def is_conclusive(self) -> bool:
        """True if this says something about the credential, not only about the registry."""
        return self not in INCONCLUSIVE


INCONCLUSIVE = frozenset(
    {
        Outcome.UNREACHABLE,
        Outcome.TLS_FAILED,
        Outcome.THROTTLED,
        Outcome.BANNED,
        Outcome.DISTRUSTED_REALM,
        Outcome.FORBIDDEN_ADDRESS,
        Outcome.BROKEN_ANSWER,
        Outcome.SEALED_MISMATCH,
    }
)
