"""Harbor, on any host, and OVHcloud's registries, which are Harbor.

What is different here:

- a sign-in that asks for a scope gets 200 even with a wrong password: the token then grants
  nothing. Only a sign-in without a scope is refused, so that one always comes first.
- every token names all rights of the login in the project, whatever the request asks for, even if
  the repository does not exist yet: one sign-in shows the rights to pull and to push.
- a robot that is mistyped, expired, disabled or deleted always gets the same 401.
- robots expire, after 30 days unless their owner chose another time; only robots of the old kind,
  whose secret is a JWT, contain that date.
- an account from an identity provider needs its CLI secret, never its password.
- the challenge to a request with a login is Basic; the challenge to one without a login is Bearer.
"""

from dataclasses import replace

from registry.outcome import Outcome
from registry.providers.provider import Provider, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    FIXED_NAMES,
    NO_LIMITS,
    NO_SCOPES,
    REFUSES_ALIKE,
    SIGNS_IN_ITSELF,
    general,
    own,
)
from registry.providers.token_choice import TokenChoice
from registry.providers.token_links import on_server
from registry.rules.rule import EVERY_SIGN_IN, FIRST_SIGN_IN, Rule
from registry.secret_kinds.expiry import jwt_end
from registry.secret_kinds.kind import JWT_PATTERN, TokenKind

ROBOT = r"robot[$+@_-].+"
# What is left of robot$name and robot$project+name when a shell expands the variable in it.
EATEN_ROBOT = r"robot|robot\+.*"

RULES = (
    Rule(
        "robot_name_eaten",
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_robot_name_eaten",
        advice=("do_quote_robot",),
        kinds=frozenset({"eaten_robot"}),
    ),
    Rule(
        "robot_refused",
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_robot",
        advice=("do_check_robot",),
        kinds=frozenset({"robot", "old_robot"}),
    ),
    Rule(
        "user_refused",
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_harbor_user",
        advice=("do_cli_secret",),
    ),
    Rule(
        "service_unknown",
        EVERY_SIGN_IN,
        status=400,
        outcome=Outcome.WRONG_SERVER,
        says="saw_service_unknown",
        cause="cause_service_unknown",
        advice=("do_check_address", "do_ask_administrator"),
        text="unable to handle service",
    ),
)

PROVIDER = Provider(
    slug="harbor",
    label="Harbor",
    summary="Harbor on a server of your own or of a hosting company.",
    username_help=(
        "A robot's whole name, as in robot$project+name; put it in single quotes in a shell."
    ),
    username_example="robot$team+reader",
    secret_label="Secret",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "Make a robot account under Robot Accounts of the project, with an end date and only "
        "Repository: Pull, and also Push if it pushes. Note its end date here."
    ),
    recommended="a robot account",
    server_example="harbor.example.org",
    hosts=(r"demo\.goharbor\.io",),
    kinds=(
        TokenKind(
            "eaten_robot",
            "robot account whose name is not whole",
            username=EATEN_ROBOT,
            help=(
                "A robot's name has a dollar sign, as in robot$project+name. A shell may have "
                "taken it away: copy the whole name again."
            ),
        ),
        TokenKind(
            "old_robot",
            "robot account of the old kind",
            JWT_PATTERN,
            ROBOT,
            ends=jwt_end,
        ),
        TokenKind("robot", "robot account", username=ROBOT),
        TokenKind("account", "password or CLI secret"),
    ),
    rules=RULES,
    username_causes=frozenset({"cause_robot_name_eaten"}),
    realm_path="/service/token",
    service="harbor-registry",
    push=Push.WHOLE,
    token_form=on_server("/harbor/projects"),
    token_page=(  # noqa: S106  # an address
        "https://goharbor.io/docs/main/working-with-projects/project-configuration/"
        "create-robot-accounts/"
    ),
    choices=(
        TokenChoice(
            "Robot account of a project",
            "The best one for servers and builds: Pull, and also Push if it pushes, in one "
            "project. Its user name is robot$project+name.",
            path="Project → Robot Accounts → New",
        ),
        TokenChoice(
            "Robot account of the system",
            "For several projects. Its user name is robot$name.",
        ),
        TokenChoice(
            "CLI secret",
            "For one person who signs in by OIDC: Harbor refuses that password here.",
        ),
    ),
    outcomes=(
        *general(NO_SCOPES, Outcome.MISSING_SCOPE),
        *own(Outcome.NO_ACCESS, "do_robot_rights"),
        *own(Outcome.EXPIRED, "do_check_robot"),
        *REFUSES_ALIKE,
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *own(Outcome.WRONG_SERVER, "do_harbor_server"),
        *NO_LIMITS,
        *own(Outcome.DISTRUSTED_REALM, "do_harbor_realm", "do_trust_realm"),
    ),
    last_use="Harbor's audit log has it, for those who may read the log. A check cannot see it.",
    facts_from="Harbor's own source (service/token, middleware) and its documentation",
)

FIXED_AT_OVH = {Outcome.WRONG_SERVER, Outcome.DISTRUSTED_REALM}
OVHCLOUD = replace(
    PROVIDER,
    slug="ovhcloud",
    label="OVHcloud",
    summary="OVHcloud's managed private registries, which are Harbor.",
    server_example="a1b2c3d4.c1.gra9.container-registry.ovh.net",
    hosts=(r"(?:.+\.)?container-registry\.ovh\.net",),
    realm_path="",
    service="",
    outcomes=(
        *(words for words in PROVIDER.outcomes if words.outcome not in FIXED_AT_OVH),
        *general(FIXED_NAMES, Outcome.WRONG_SERVER),
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    token_page="https://help.ovhcloud.com/",  # noqa: S106  # an address
    facts_from="OVHcloud's documentation and Harbor's own source",
)
