"""Which causes blame the user name: every sentence that names one blames it or cannot tell."""

import re

import pytest

from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from registry.words import WORDS

#: They name the user name among other causes, or do not blame it.
CANNOT_TELL = {
    "cause_realm_user_info",
    "cause_rejected",
    "cause_rejected_deploy_token",
    "cause_rejected_hub_organization",
    "cause_rejected_ibm",
    "cause_rejected_oracle",
    "cause_rejected_redhat",
    "cause_yes_to_all",
}


def test_every_cause_that_names_the_user_name_blames_it_or_cannot_tell() -> None:
    names_it = re.compile(r"user name|Docker ID")
    causes = {key for key in WORDS if key.startswith("cause_") and names_it.search(WORDS[key])}
    blaming = {cause for each in PROVIDERS for cause in causes if each.blames_username(cause)}
    assert causes - blaming == CANNOT_TELL


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.slug)
def test_a_provider_blames_the_user_name_by_its_own_rules_only(provider: Provider) -> None:
    assert provider.username_causes <= {rule.cause for rule in provider.rules}
    assert provider.blames_username("cause_username_wanted")
    assert not provider.blames_username("cause_rejected")
