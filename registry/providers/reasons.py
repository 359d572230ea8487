"""Why the general words of an outcome fit a provider. Pure: each is a fact of that provider.

On its own: every provider's file takes its reasons from here.
"""

from registry.outcome import Outcome
from registry.providers.provider import OutcomeWords

#: The outcomes whose words depend on the provider. The others are about the network, about this
#: product, or say that all is well.
OUTCOMES_OF_PROVIDERS = (
    Outcome.MISSING_SCOPE,
    Outcome.NO_ACCESS,
    Outcome.EXPIRED,
    Outcome.REVOKED,
    Outcome.BLOCKED,
    Outcome.REJECTED,
    Outcome.UNPROVED,
    Outcome.WRONG_SERVER,
    Outcome.THROTTLED,
    Outcome.BANNED,
    Outcome.DISTRUSTED_REALM,
)

# Missing scope
NO_SCOPES = "A check sees no scopes of its logins: a right that is missing shows as *No access*."
PULL_ONLY = "Nobody can push there; the general words say so."
SCOPES_NAMED = "The general words name the scopes that a new token needs."

# No access
OWNER_GRANTS = "Its answer does not say which right is missing; the owner of the repository knows."
ROLES_NAMED = "The general words name the role that is missing, and else the known causes."

# Expired, revoked, blocked
REFUSED_ALIKE = "It refuses such a login like a wrong one: it is *Refused*, whose words name it."
NO_ANSWER_KNOWN = (
    "No answer of it for a blocked account is known; the general words fit a 403 without a reason."
)

# Unproved
ALWAYS_ASKS = "It asks every request for a login, so a check always tests the password."
NOBODY_KNOWN = (
    "It is not known to let anybody in; if it does, the general words say what the check saw."
)

# Wrong server
FIXED_NAMES = "Its registries have fixed names, which the form shows; the general words say check."

# Throttled, banned
NO_LIMIT_KNOWN = "No limit for sign-ins is documented; its answer says how long to wait."
NO_BAN_KNOWN = "No ban of an address is documented; the general words fit any."

# Sign-in host to confirm
SIGNS_IN_ITSELF = "The registry's own host signs in, which needs no confirmation."
TRUSTED_REALM = "Its own sign-in host is known and needs no confirmation."
REALM_UNKNOWN = (
    "Its sign-in host is not known for certain; the general words ask to confirm it once."
)

#: A registry of which only the distribution specification is known.
NOTHING_KNOWN = "Only the distribution specification is known of it: the general words are its own."


def general(reason: str, *outcomes: Outcome) -> tuple[OutcomeWords, ...]:
    """The outcomes for which the general words fit, for this reason."""
    return tuple(OutcomeWords(outcome, reason=reason) for outcome in outcomes)


def own(outcome: Outcome, *advice: str) -> tuple[OutcomeWords, ...]:
    """The provider's own advice for an outcome that no rule of its own decides."""
    return (OutcomeWords(outcome, advice=advice),)


#: What holds for most services with one answer to each refused login, and no documented limit.
REFUSES_ALIKE = (
    *general(REFUSED_ALIKE, Outcome.REVOKED),
    *general(NO_ANSWER_KNOWN, Outcome.BLOCKED),
)
NO_LIMITS = (
    *general(NO_LIMIT_KNOWN, Outcome.THROTTLED),
    *general(NO_BAN_KNOWN, Outcome.BANNED),
)
