"""Quay.io and Red Hat Quay.

What is different here:

- a sign-in that asks for push creates a missing repository, and on some servers a missing
  organization, if the login may create. A check asks for push only if the repository exists.
- its refusals name the reason: a deleted robot, a disabled account, a password that must be an
  encrypted one. The refusal of a robot's mistyped token is the same as that of a deleted robot.
- a token names exactly what it grants, and nothing if it grants nothing; everybody may pull what is
  public.
- a robot cannot ask the API about itself, and its token never expires.
- each wrong password of a person's account makes that account wait longer.
- its tokens do not contain their lifetime, which is an hour.
"""

from datetime import timedelta

from registry.outcome import Outcome
from registry.providers.provider import Provider, Push
from registry.providers.reasons import ALWAYS_ASKS, NO_SCOPES, SIGNS_IN_ITSELF, general, own
from registry.providers.token_choice import TokenChoice
from registry.rules.rule import ANY_STATUS, EVERY_SIGN_IN, FIRST_SIGN_IN, LATER_SIGN_IN, Rule
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

TOKENS = frozenset({"app_token", "application_token", "repository_token"})
ROBOT = r"[^+]+\+[^+]+"
NEW_ROBOT, NEW_TOKEN = ("do_new_robot_token",), ("do_new_app_token",)


def _says(
    name: str, *, text: str, outcome: Outcome, says: str, cause: str, advice: tuple[str, ...]
) -> Rule:
    """A 401 of the sign-in whose text names the reason."""
    return Rule(
        name,
        EVERY_SIGN_IN,
        status=401,
        outcome=outcome,
        says=says,
        cause=cause,
        advice=advice,
        text=text,
    )


RULES = (
    Rule(
        "locked_out_user",
        EVERY_SIGN_IN,
        status=ANY_STATUS,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_locked_out",
        advice=("do_wait_lock",),
        text="too many login attempts",
    ),
    _says(
        "robot_gone",
        text="could not find robot",
        outcome=Outcome.REVOKED,
        says="saw_robot_gone",
        cause="cause_robot_gone",
        advice=NEW_ROBOT,
    ),
    _says(
        "federation_over",
        text="federation binding is no longer valid",
        outcome=Outcome.REVOKED,
        says="saw_token_revoked",
        cause="cause_federation_over",
        advice=NEW_ROBOT,
    ),
    _says(
        "encrypted_wanted",
        text="unencrypted passwords is disabled",
        outcome=Outcome.BLOCKED,
        says="saw_encrypted_wanted",
        cause="cause_encrypted_wanted",
        advice=("do_use_robot",),
    ),
    _says(
        "robots_off",
        text="robot account have been disabled",
        outcome=Outcome.BLOCKED,
        says="saw_account_off",
        cause="cause_robots_off",
        advice=("do_ask_administrator",),
    ),
    _says(
        "account_off",
        text="disabled",
        outcome=Outcome.BLOCKED,
        says="saw_account_off",
        cause="cause_account_off",
        advice=("do_ask_administrator",),
    ),
    _says(
        "token_expired",
        text="token has expired",
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=NEW_TOKEN,
    ),
    _says(
        "other_username",
        text="does not match the supplied username",
        outcome=Outcome.REJECTED,
        says="saw_other_username",
        cause="cause_other_username",
        advice=("do_check_login",),
    ),
    Rule(
        "token_refused",
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_app_token",
        advice=NEW_TOKEN,
        kinds=TOKENS,
    ),
    Rule(
        "organization_off",
        EVERY_SIGN_IN,
        status=405,
        outcome=Outcome.BLOCKED,
        says="saw_organization_off",
        cause="cause_organization_off",
        advice=("do_ask_administrator",),
        code="DENIED",
    ),
    *(
        Rule(
            code.lower(),
            LATER_SIGN_IN,
            status=status,
            outcome=Outcome.NO_ACCESS,
            says="saw_repository_unfit",
            cause="cause_repository_unfit",
            advice=("do_check_repository",),
            code=code,
        )
        for status, code in ((400, "NAME_INVALID"), (400, "INVALID_REQUEST"), (405, "UNSUPPORTED"))
    ),
)

PROVIDER = Provider(
    slug="quay",
    label="Quay",
    summary="Quay.io and Red Hat Quay on a server of your own.",
    username_help="A robot's whole name, as in organization+robot.",
    username_example="team+reader",
    secret_label="Token",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a robot account under Robot Accounts of the organization and give it Read (to pull) "
        "or Write (to push) on the repositories it needs. Keep it out of teams that may create."
    ),
    recommended="a robot account",
    server_example="quay.io",
    hosts=(r"quay\.io",),
    web_hosts=(("www.quay.io", "quay.io"),),
    cloud_server="quay.io",
    self_hosted=True,
    kinds=(
        TokenKind(
            "robot_jwt",
            "a federated robot's token",
            JWT_PATTERN,
            ROBOT,
            ends=jwt_end,
            lives=timedelta(hours=1),
        ),
        TokenKind("robot", "robot account", username=ROBOT),
        TokenKind("app_token", "application-specific token", username=r"\$app"),
        TokenKind("application_token", "OAuth application's token", username=r"\$oauthtoken"),
        TokenKind("repository_token", "repository token of the old kind", username=r"\$token"),
        TokenKind("password", "password"),
    ),
    rules=RULES,
    username_causes=frozenset({"cause_other_username"}),
    realm_path="/v2/auth",
    push=Push.CLAIM,
    token_page="https://docs.quay.io/glossary/robot-accounts.html",  # noqa: S106  # an address
    choices=(
        TokenChoice(
            "Robot account",
            "The best one for servers and builds: it belongs to an organization, has Read or Write "
            "on the repositories that you choose, and does not expire.",
            path="Organization → Robot Accounts → Create",
        ),
        TokenChoice(
            "Application-specific token",
            "For one person: it signs in as their account. Its user name is $app.",
        ),
        TokenChoice("Token of a federated robot", "Not this one: it expires after an hour."),
    ),
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *own(Outcome.WRONG_SERVER, "do_quay_server"),
        *own(Outcome.THROTTLED, "do_quay_limit", "do_wait"),
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    last_use="Quay shows it to administrators of the organization. A check cannot see it.",
    facts_from="Quay's own source (auth, endpoints/v2) and its documentation",
)
