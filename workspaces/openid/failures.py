"""Why a sign-in by an identity provider ended, with the sentences that the page shows."""

from dataclasses import dataclass

START_AGAIN = "Start again from the sign-in page."
TELL = "Sign in another way, or tell an administrator of this Lockkeeper: its log names the cause."


@dataclass(frozen=True)
class SignInEnding:
    """One way in which it ends: heading, what happened, what to do. ``{name}`` is the provider."""

    heading: str
    happened: str
    advice: str
    status: int


DENIED = SignInEnding(
    "You were not signed in",
    "{name} says that you, or its own rules, refused the sign-in.",
    "If that was a mistake, start again. If it happens each time, ask who looks after {name} "
    "whether you may use Lockkeeper.",
    403,
)
AWAY = SignInEnding(
    "{name} could not be reached",
    "{name} did not answer, or answered that it cannot work now. That says nothing about you.",
    "Try again in a few minutes, or sign in another way.",
    503,
)
OVER = SignInEnding(
    "This sign-in is over",
    "It took longer than ten minutes, was used already, or began in another browser.",
    START_AGAIN,
    400,
)
MISMATCH = SignInEnding(
    "Lockkeeper and {name} do not fit together",
    "The settings of one do not fit those of the other, so nobody can sign in this way.",
    TELL,
    502,
)
DISTRUSTED = SignInEnding(
    "The answer of {name} cannot be trusted",
    "It does not prove who you are, so nobody was signed in.",
    "Try again once. " + TELL,
    502,
)
STRANGER = SignInEnding(
    "No account here belongs to this account of {name}",
    "Lockkeeper makes accounts by invitation only, and never finds one by its mail address.",
    "If you have an account here, sign in as usual and link {name} on “Your account”. If not, "
    "ask somebody of your organization for an invitation.",
    403,
)
LINKED_ELSEWHERE = SignInEnding(
    "This account of {name} is linked already",
    "Another account of this Lockkeeper uses it to sign in.",
    "Choose another account of {name}, or remove the link there first.",
    409,
)
SOMEBODY_ELSE = SignInEnding(
    "That was another account of {name}",
    "You confirmed with an account of {name} that is not linked with yours here.",
    "Confirm again, and choose the account that is linked.",
    403,
)
NOT_FRESH = SignInEnding(
    "{name} did not ask who you are",
    "It did not say that you proved it just now.",
    "Confirm with your password or a second factor.",
    403,
)
TOO_OFTEN = SignInEnding(
    "Too many sign-ins from here",
    "More than 30 sign-ins by a provider were started from your network within five minutes.",
    "Wait five minutes, then start again.",
    429,
)


class SignInEnded(Exception):
    """A sign-in by a provider ended. ``reason`` is for the log: our own words, never theirs."""

    def __init__(self, ending: SignInEnding, reason: str) -> None:
        super().__init__(reason)
        self.ending = ending
        self.reason = reason
