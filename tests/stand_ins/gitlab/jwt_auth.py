"""`/jwt/auth`: the token service, with its checks in GitLab's order."""

from typing import Any

import jwt

from tests.stand_ins.answers import page, plain
from tests.stand_ins.gitlab.auth import ANONYMOUS, Ability, Actor, Refusal, sign_in
from tests.stand_ins.gitlab.flags import Texts
from tests.stand_ins.gitlab.grants import Asker, grant, is_protected
from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.gitlab.scopes import Grant, MalformedScope, Wish
from tests.stand_ins.gitlab.signing import claims
from tests.stand_ins.gitlab.texts import (
    FORBIDDEN,
    PROTECTED,
    STORAGE,
    STORAGE_FROM_10,
    denied,
    json_answer,
    service_error,
)
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming, first

DEPENDENCY_PROXY = "dependency_proxy"
NESTED_KEY = "made-up-key-of-the-nested-user-token"


def jwt_auth(instance: Instance, incoming: Incoming) -> Answer:
    """Answer one request; GitLab checks the credential before the service."""
    if incoming.method not in {"GET", "HEAD"}:
        return page(404, "Not found")
    actor = _who(instance, incoming)
    if isinstance(actor, Refusal):
        return _refuse(instance, actor)
    if instance.flags.unique_ips_retry_after_s is not None and not actor.is_anonymous:
        wait = str(instance.flags.unique_ips_retry_after_s)
        return Answer(403, b"", (("Retry-After", wait),))
    service = first(incoming.query, "service")
    if service == DEPENDENCY_PROXY:
        return _dependency_proxy(instance, actor)
    if service != instance.flags.service:
        return Answer(404)
    if not instance.flags.registry_enabled:
        return service_error(404, "UNAVAILABLE", "registry not enabled")
    asker = Asker(instance.state, actor, incoming.ip, instance.now())
    return _serve(instance, asker, incoming)


def _who(instance: Instance, incoming: Incoming) -> Actor | Refusal:
    pair = presented(incoming)
    if pair.kind != "basic":
        return ANONYMOUS
    return sign_in(
        instance.state,
        instance.bans,
        pair.username,
        pair.secret,
        ip=incoming.ip,
        now=instance.now(),
    )


def _refuse(instance: Instance, refusal: Refusal) -> Answer:
    """There is no ``WWW-Authenticate`` here."""
    if refusal is Refusal.BANNED:
        return plain(403, instance.flags.ban.text if instance.flags.ban else "")
    needs_token = refusal is Refusal.NEEDS_TOKEN
    words = denied(instance.flags.texts, instance.web_url, needs_token=needs_token)
    return json_answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": words}]})


def _serve(instance: Instance, asker: Asker, incoming: Incoming) -> Answer:
    actor = asker.actor
    external = instance.flags.external_authorization and actor.deploy_token is not None
    if not actor.abilities & set(Ability) or external:
        return service_error(403, "DENIED", FORBIDDEN)
    scopes = [v for name, value in incoming.query if name == "scope" for v in value.split()]
    try:
        wishes = [Wish.parse(scope) for scope in scopes]
    except MalformedScope:
        return page(500, "Something went wrong")
    if _is_over_storage_limit(instance, wishes):
        old = instance.flags.texts is Texts.FROM_10
        words = STORAGE_FROM_10 if old else STORAGE.format(url=instance.web_url)
        return service_error(403, "DENIED", words)
    grants = [given for wish in wishes if (given := grant(asker, wish))]
    _create_repositories(instance, grants)
    if actor.is_anonymous and not grants:
        return service_error(403, "DENIED", FORBIDDEN)
    if any(is_protected(asker, given) for given in grants):
        return service_error(403, "DENIED", PROTECTED)
    return json_answer(200, {"token": _token(instance, actor, instance.flags.service, grants)})


def _is_over_storage_limit(instance: Instance, wishes: list[Wish]) -> bool:
    projects = (
        instance.state.project_of(wish.name)
        for wish in wishes
        if wish.type == "repository" and "push" in wish.actions
    )
    return any(project is not None and project.over_storage_limit for project in projects)


def _create_repositories(instance: Instance, grants: list[Grant]) -> None:
    """The side effect: granting push makes the repository that is not there yet."""
    for given in grants:
        if given.project is None or not {"push", "*"} & set(given.actions):
            continue
        if given.name not in given.project.repositories:
            given.project.repositories[given.name] = []
            instance.did("created", given.name)


def _token(instance: Instance, actor: Actor, service: str, grants: list[Grant]) -> str:
    flags = instance.flags
    rest = {
        "auth_type": actor.auth_type,
        "access": [_access(given) for given in grants],
        "user": jwt.encode({"user_info": _user(actor)}, NESTED_KEY, algorithm="HS256"),
    }
    said = claims(
        issuer=flags.issuer,
        service=service,
        now=instance.now(),
        time=flags.token_time,
        subject=actor.user.username if actor.user else None,
        rest=rest,
    )
    return instance.signer.sign(said)


def _access(given: Grant) -> dict[str, Any]:
    access = {"type": given.type, "name": given.name, "actions": list(given.actions)}
    if given.project is None:
        return access
    project = given.project
    meta = {"project_path": project.path, "project_id": project.id, "root_namespace_id": 1}
    return access | {"meta": meta}


def _user(actor: Actor) -> dict[str, Any] | None:
    kind: dict[str, Any] = {"token_type": actor.auth_type}
    if actor.deploy_token is not None:
        token = actor.deploy_token
        return kind | {"username": token.username, "deploy_token_id": token.id}
    if actor.user is None:
        return None
    return kind | {"username": actor.user.username, "user_id": actor.user.id}


def _dependency_proxy(instance: Instance, actor: Actor) -> Answer:
    """Signing in at GitLab's web address: it works, and is no registry."""
    if actor.is_anonymous or not instance.flags.dependency_proxy:
        return service_error(403, "DENIED", FORBIDDEN)
    return json_answer(200, {"token": _token(instance, actor, DEPENDENCY_PROXY, [])})
