"""Whose a secret is, by provider and kind: a person's, a machine's, or perhaps a person's. Pure.

Some kinds are those that the API of a provider has confirmed. A kind that is not here tells
nothing. What a person owns ends when that person leaves; a robot, a service account or a deploy
token belongs to a project, a group or an organization.
"""

from enum import StrEnum


class Whose(StrEnum):
    """Whose secret it is."""

    PASSWORD = "password"  # noqa: S105  # the password of a person's account
    TOKEN = "token"  # noqa: S105  # a token that a person made for themselves
    PERHAPS = "perhaps"  # a person's or a machine's: the shape does not tell
    MACHINE = "machine"


_HARBOR = {
    "eaten_robot": Whose.MACHINE,
    "old_robot": Whose.MACHINE,
    "robot": Whose.MACHINE,
    "account": Whose.PASSWORD,  # or the CLI secret of the same person
}
WHOSE: dict[str, dict[str, Whose]] = {
    "gitlab": {
        "access_token": Whose.PERHAPS,  # a person's, a project's or a group's
        "live_access_token": Whose.PERHAPS,
        "fine_grained_token": Whose.PERHAPS,
        "deploy_token": Whose.MACHINE,
        "job_token": Whose.MACHINE,
        "perhaps_token": Whose.PERHAPS,
        "password": Whose.PASSWORD,
    },
    "quay": {
        "robot_jwt": Whose.MACHINE,
        "robot": Whose.MACHINE,
        "app_token": Whose.TOKEN,
        "application_token": Whose.PERHAPS,
        "repository_token": Whose.MACHINE,
        "password": Whose.PASSWORD,
    },
    "harbor": _HARBOR,
    "ovhcloud": _HARBOR,
    "gitea": {"access_token": Whose.TOKEN, "password": Whose.PERHAPS},  # or a job token
    "acr": {
        "identity_token": Whose.TOKEN,
        "misnamed_identity_token": Whose.TOKEN,
        "client_secret": Whose.MACHINE,
        "generated": Whose.MACHINE,
    },
    "artifactory": {
        "access_token": Whose.PERHAPS,
        "reference_token": Whose.PERHAPS,
        "api_key": Whose.TOKEN,
        "password": Whose.PASSWORD,
    },
    "nexus": {"account": Whose.PASSWORD},
    "digitalocean": {"token": Whose.TOKEN},
    "scaleway": {"secret_key": Whose.PERHAPS},
    "ibm": {
        "iam_token": Whose.PERHAPS,
        "refresh_token": Whose.TOKEN,
        "api_key": Whose.PERHAPS,
        "entitlement_key": Whose.TOKEN,
    },
    "oracle": {"bearer_token": Whose.PERHAPS, "auth_token": Whose.TOKEN},
    "alibaba": {"temporary": Whose.PERHAPS, "fixed_password": Whose.PERHAPS},
    "tencent": {
        "token": Whose.PERHAPS,
        "service_account": Whose.MACHINE,
        "password": Whose.PERHAPS,
    },
    "huawei": {"long_term": Whose.PERHAPS},
    "redhat": {"service_account": Whose.MACHINE, "password": Whose.PASSWORD},
    "nvidia": {
        "misnamed_key": Whose.PERHAPS,
        "key": Whose.PERHAPS,
        "old_key": Whose.PERHAPS,
    },
    "cloudsmith": {
        "entitlement_token": Whose.MACHINE,
        "short_token": Whose.PERHAPS,
        "api_key": Whose.PERHAPS,
    },
    "chainguard": {"pull_token": Whose.MACHINE},
    "docker_hub": {
        "with_email": Whose.PERHAPS,
        "personal_access_token": Whose.TOKEN,
        "organization_access_token": Whose.MACHINE,
        "live_token": Whose.PERHAPS,  # of a person or of an organization
        "perhaps_token": Whose.PERHAPS,
        "password": Whose.PASSWORD,
    },
    "ghcr": {
        "classic_token": Whose.TOKEN,
        "live_token": Whose.TOKEN,
        "token_without_packages": Whose.TOKEN,
        "installation_token": Whose.MACHINE,
        "app_user_token": Whose.TOKEN,
        "oauth_app_token": Whose.TOKEN,
        "perhaps_token": Whose.PERHAPS,
        "password": Whose.PASSWORD,
    },
    "gar": {
        "json_key": Whose.MACHINE,
        "base64_key": Whose.MACHINE,
        "misnamed_base64_key": Whose.MACHINE,
        "misnamed_key": Whose.MACHINE,
        "access_token": Whose.PERHAPS,
        "password": Whose.PERHAPS,
    },
    "ecr": {"access_key": Whose.PERHAPS, "ecr_password": Whose.PERHAPS, "password": Whose.PERHAPS},
}
WHOSE["ecr_public"] = WHOSE["ecr"]


def kind_key(provider: str, kind: str) -> str:
    """A provider's kind of secret as one word."""
    return f"{provider}:{kind}"


def kinds_of_whose(whose: Whose) -> list[str]:
    """The keys of all kinds of secrets that are theirs."""
    return [
        kind_key(provider, kind)
        for provider, kinds in WHOSE.items()
        for kind, each in kinds.items()
        if each is whose
    ]


def whose_key(key: str) -> Whose | None:
    """Whose a secret of this kind is; None if that is not known."""
    provider, _colon, kind = key.partition(":")
    return WHOSE.get(provider, {}).get(kind)
