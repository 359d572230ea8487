"""Any registry that follows the distribution specification, Basic or Bearer.

Nothing is different here: every other provider is compared with this one. Such a registry names
no scopes and no end date; the rights of a login are known only for a repository that is named.

On its own: a provider is a file.
"""

from registry.providers.provider import Provider
from registry.providers.reasons import NOTHING_KNOWN, OUTCOMES_OF_PROVIDERS, general

PROVIDER = Provider(
    slug="generic",
    label="Container registry",
    summary="Any registry; the provider is found from the server where it can be.",
    username_help="As you would type it after “docker login”.",
    username_example="ci-reader",
    secret_help=(  # noqa: S106  # a help text
        "A token with the least rights that do the job, rather than a person's password."
    ),
    server_example="registry.example.org",
    outcomes=general(NOTHING_KNOWN, *OUTCOMES_OF_PROVIDERS),
)
