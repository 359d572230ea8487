"""The registry of GitLab: it accepts the tokens that GitLab signs, and nothing else."""

import re
from dataclasses import dataclass
from typing import Any

import jwt

from tests.stand_ins.answers import VERSION, registry_error, registry_json
from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming, Pairs, first

NAME = r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
REPOSITORY = re.compile(rf"/v2/({NAME})/(tags/list|manifests/[^/]+|blobs/.+)")
UNKNOWN = "repository name not known to registry"
FORK: Pairs = (
    ("Gitlab-Container-Registry-Version", "v4.20.0-gitlab"),
    ("Gitlab-Container-Registry-Features", "tag_delete,manifests_replication"),
    ("Gitlab-Container-Registry-Database-Enabled", "false"),
)
ACTIONS = {"GET": ("pull",), "HEAD": ("pull",), "DELETE": ("delete",)}


@dataclass(frozen=True)
class Wanted:
    """One access that a request takes."""

    type: str
    name: str
    action: str


def registry(instance: Instance, incoming: Incoming) -> Answer:
    """Answer one request at the registry's own address."""
    if incoming.path == "/v2/":
        return _allowed(instance, incoming, ()) or registry_json(200, {}, FORK)
    if incoming.path == "/v2/_catalog":
        catalog = (Wanted("registry", "catalog", "*"),)
        return _allowed(instance, incoming, catalog) or _catalog(instance)
    match = REPOSITORY.fullmatch(incoming.path)
    if match is None:
        return Answer(404, b"404 page not found\n", (("Content-Type", "text/plain"), VERSION))
    actions = ACTIONS.get(incoming.method, ("pull", "push"))
    wanted = tuple(Wanted("repository", match[1], action) for action in actions)
    return _allowed(instance, incoming, wanted) or _repository(instance, incoming, *match.groups())


def _allowed(instance: Instance, incoming: Incoming, wanted: tuple[Wanted, ...]) -> Answer | None:
    """None for a request that may go on; else the challenge, with its reason."""
    pair = presented(incoming)
    if pair.kind != "bearer":
        return _challenge(instance, wanted)
    claims = _read(instance, pair.secret)
    if claims is None:
        return _challenge(instance, wanted, "invalid_token")
    held = {(a["type"], a["name"], action) for a in claims["access"] for action in a["actions"]}
    if all((one.type, one.name, one.action) in held for one in wanted):
        return None
    return _challenge(instance, wanted, "insufficient_scope")


def _read(instance: Instance, token: str) -> dict[str, Any] | None:
    flags = instance.flags
    if not flags.registry_trusts_gitlab:
        return None
    now = instance.now() + flags.registry_clock_ahead
    try:
        return instance.signer.read(token, issuer=flags.issuer, service=flags.service, now=now)
    except jwt.InvalidTokenError:
        return None


def _challenge(instance: Instance, wanted: tuple[Wanted, ...], error: str = "") -> Answer:
    flags = instance.flags
    service = flags.service if flags.named_service is None else flags.named_service
    challenge = f'Bearer realm="{instance.realm}"'
    if service:
        challenge += f',service="{service}"'
    if wanted:
        actions = ",".join(one.action for one in wanted)
        challenge += f',scope="{wanted[0].type}:{wanted[0].name}:{actions}"'
    if error:
        challenge += f',error="{error}"'
    detail = [
        {"Type": one.type, "Class": "", "Name": one.name, "Action": one.action} for one in wanted
    ]
    header = (("WWW-Authenticate", challenge),)
    return registry_error(
        401, "UNAUTHORIZED", "authentication required", detail=detail or None, headers=header
    )


def _images(instance: Instance) -> dict[str, list[str]]:
    """The paths that hold an image; what a granted push made is empty and not among them."""
    projects = instance.state.projects.values()
    return {name: tags for one in projects for name, tags in one.repositories.items() if tags}


def _catalog(instance: Instance) -> Answer:
    return registry_json(200, {"repositories": sorted(_images(instance))})


def _repository(instance: Instance, incoming: Incoming, name: str, rest: str) -> Answer:
    if incoming.method not in {"GET", "HEAD"}:
        instance.did("wrote", f"{incoming.method} {incoming.path}")
        return registry_error(405, "UNSUPPORTED", "The operation is unsupported.")
    tags = _images(instance).get(name)
    if tags is None:
        return registry_error(404, "NAME_UNKNOWN", UNKNOWN, detail={"name": name})
    if rest == "tags/list":
        most = first(incoming.query, "n")
        return registry_json(200, {"name": name, "tags": tags[: int(most)] if most else tags})
    tag = rest.removeprefix("manifests/")
    if tag in tags:
        return registry_json(200, {"schemaVersion": 2, "config": {}, "layers": []})
    return registry_error(404, "MANIFEST_UNKNOWN", "manifest unknown", detail={"Tag": tag})
