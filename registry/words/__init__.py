"""The English sentence of every message key: one file per subject, and one per provider."""

from registry.words import (
    acr,
    addresses,
    advice,
    aws,
    causes,
    docker_hub,
    gitea,
    github,
    gitlab,
    google,
    harbor,
    login_files,
    profiles,
    quay,
    realms,
    steps,
    tls,
)

WORDS: dict[str, str] = {
    **addresses.WORDS,
    **realms.WORDS,
    **steps.WORDS,
    **causes.WORDS,
    **tls.WORDS,
    **advice.WORDS,
    **login_files.WORDS,
    # Each is named like the provider's module or folder in registry/providers/.
    **acr.WORDS,
    **aws.WORDS,
    **docker_hub.WORDS,
    **gitea.WORDS,
    **github.WORDS,
    **gitlab.WORDS,
    **google.WORDS,
    **harbor.WORDS,
    **profiles.WORDS,
    **quay.WORDS,
}
