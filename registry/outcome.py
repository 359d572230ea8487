"""What one look at a registry showed: the outcomes, and which of them decide anything."""

from enum import StrEnum


class Outcome(StrEnum):
    """The result of one check. The inconclusive ones never change what is believed."""

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
        """Whether this says something about the credential, not only about the way to it."""
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
