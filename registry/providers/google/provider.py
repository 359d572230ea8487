"""Google Artifact Registry, and the `gcr.io` names that now belong to it.

What is different here:

- the user name says which kind the secret is: `_json_key`, `_json_key_base64`, `oauth2accesstoken`.
- a JSON key names addresses of sign-in hosts. A check never uses them: only the registry gets the
  key. It is sent on one line, and a cut or foreign file is recognized offline.
- its sign-in names no service and gives an opaque token; it answers a missing right with DENIED,
  where others grant less. So a check asks for pull and push separately.
- the same DENIED also means "no such repository".
- a key does not contain its end, and usually has none. An access token lives an hour.
- a person grants rights on a repository of the project, so the path starts with
  PROJECT/REPOSITORY.
"""

from datetime import timedelta

from registry.outcome import Outcome
from registry.providers.google.api import OAUTH, introspect
from registry.providers.google.key import is_damaged_base64_key, is_damaged_key, on_one_line
from registry.providers.google.rules import RULES
from registry.providers.provider import Provider, ProviderScope, Push
from registry.providers.reasons import (
    ALWAYS_ASKS,
    NO_LIMITS,
    REFUSED_ALIKE,
    SIGNS_IN_ITSELF,
    general,
    own,
)
from registry.providers.token_choice import TokenChoice
from registry.secret_kinds.kind import TokenKind


def _foreign(word: str, label: str) -> TokenKind:
    shape = rf'(?s)\s*\{{.*"type"\s*:\s*"{word}".*'
    return TokenKind(word, label, shape, useless=True, telling=True)


def _misnamed(shape: str, *, telling: bool = False) -> TokenKind:
    return TokenKind(
        "misnamed_key",
        "JSON key of a service account",
        shape,
        damaged=is_damaged_key,
        sends=on_one_line,
        telling=telling,
        fills="_json_key",
        help="Its user name is _json_key.",
    )


KINDS = (
    _foreign("authorized_user", "a person's own sign-in file, not a service account's key"),
    _foreign(
        "external_account", "a set-up file for workload identity, not a service account's key"
    ),
    TokenKind(
        "json_key",
        "JSON key of a service account",
        r"(?s)\s*\{.*",
        username=r"_json_key",
        damaged=is_damaged_key,
        sends=on_one_line,
        telling=True,
    ),
    TokenKind(
        "base64_key",
        "JSON key in base64",
        username=r"_json_key_base64",
        damaged=is_damaged_base64_key,
    ),
    TokenKind(
        "misnamed_base64_key",
        "JSON key in base64",
        r"e[wy][A-Za-z0-9+/=]{40,}",
        fills="_json_key_base64",
        help="Its user name is _json_key_base64; _json_key belongs to the plain JSON.",
    ),
    _misnamed(r'(?s)\s*\{.*"service_account".*', telling=True),
    _misnamed(r"(?s)\s*\{.*"),
    TokenKind(
        "access_token",
        "access token",
        r"ya29\.[\w.-]+",
        lives=timedelta(hours=1),
        known_by_shape=True,
        fills="oauth2accesstoken",
        help="It expires after an hour: store a service account's JSON key instead.",
    ),
    TokenKind("password", "password or token"),
)

PROVIDER = Provider(
    slug="gar",
    label="Google Artifact Registry",
    summary="Google's Artifact Registry (pkg.dev), and gcr.io.",
    username_help=(
        "_json_key for a JSON key, _json_key_base64 for the same in base64, oauth2accesstoken for "
        "an access token."
    ),
    username_example="_json_key",
    usual_username="_json_key",
    secret_label="JSON key",  # noqa: S106  # a label
    secret_help=(  # noqa: S106  # a help text
        "The whole file of a service account's JSON key, pasted as it is. Grant the account "
        "Artifact Registry Reader to pull, or Writer to push, on the one repository and not on "
        "the project. An access token expires after an hour and is not worth storing."
    ),
    recommended="a service account's JSON key",
    missing_scope="do_google_grant",
    server_example="europe-west1-docker.pkg.dev",
    repository_example="example-project/images/app",
    token_page="https://console.cloud.google.com/iam-admin/serviceaccounts",  # noqa: S106  # a page
    hosts=(
        r"[a-z0-9-]+-docker\.pkg\.dev",
        r"docker\.[a-z0-9-]+\.rep\.pkg\.dev",
        r"(?:(?:us|eu|asia|marketplace)\.)?gcr\.io",
    ),
    kinds=KINDS,
    scopes=(
        ProviderScope(
            "pull",
            "roles/artifactregistry.reader",
            frozenset({"roles/artifactregistry.reader", "roles/artifactregistry.writer"}),
        ),
        ProviderScope(
            "push", "roles/artifactregistry.writer", frozenset({"roles/artifactregistry.writer"})
        ),
    ),
    rules=RULES,
    username_causes=frozenset({"cause_google_username"}),
    push=Push.SPLIT,
    push_creates=False,
    apis=(OAUTH,),
    introspect=introspect,
    choices=(
        TokenChoice(
            "JSON key of a service account",
            "The one to store: grant the account Artifact Registry Reader to pull, Writer to push, "
            "on the one repository.",
            path="IAM & Admin → Service Accounts → Keys",
        ),
        TokenChoice("Access token", "Not this one: it expires after an hour."),
        TokenChoice(
            "Workload identity",
            "Store nothing: a workload that can use it needs no key. Its configuration file is no "
            "login.",
        ),
    ),
    outcomes=(
        *own(Outcome.EXPIRED, "do_google_key"),
        *general(REFUSED_ALIKE, Outcome.REVOKED),
        *general(ALWAYS_ASKS, Outcome.UNPROVED),
        *own(Outcome.WRONG_SERVER, "do_google_server"),
        *NO_LIMITS,
        *general(SIGNS_IN_ITSELF, Outcome.DISTRUSTED_REALM),
    ),
    facts_from=(
        "cloud.google.com (Artifact Registry authentication and access control, IAM keys), "
        "developers.google.com/identity, issue threads of projects that met the refusals"
    ),
)
