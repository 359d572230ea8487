"""GitLab's web origin: what comes before everything else, and which part answers a path."""

from dataclasses import replace
from datetime import timedelta

from tests.stand_ins.answers import page, plain, redirect
from tests.stand_ins.gitlab.api import api
from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.gitlab.jwt_auth import jwt_auth
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming

A_MINUTE = timedelta(minutes=1)


def web(instance: Instance, incoming: Incoming) -> Answer:
    """Answer one request at the web origin."""
    if instance.flags.strip_authorization:
        incoming = _stripped(incoming)
    if not incoming.path.startswith(f"{instance.root}/"):
        return page(404, "Not found")
    incoming = replace(incoming, path=incoming.path.removeprefix(instance.root))
    return (
        _shut_out(instance, incoming) or _throttled(instance, incoming) or _door(instance, incoming)
    )


def _door(instance: Instance, incoming: Incoming) -> Answer:
    path = incoming.path
    if path == "/jwt/auth":
        return jwt_auth(instance, incoming)
    if path.startswith("/api/"):
        return api(instance, incoming)
    if path == "/v2/" and instance.flags.dependency_proxy:
        return _dependency_proxy(instance, incoming)
    if path == "/":
        return redirect(f"{instance.web_url}/users/sign_in")
    return page(200, "Sign in") if path == "/users/sign_in" else page(404, "Not found")


def _dependency_proxy(instance: Instance, incoming: Incoming) -> Answer:
    """GitLab's web address plays a registry too, with an empty body and a service of its own."""
    if presented(incoming).kind == "bearer":
        return plain(200)
    challenge = f'Bearer realm="{instance.realm}",service="dependency_proxy"'
    return plain(401, "", (("WWW-Authenticate", challenge),))


def _stripped(incoming: Incoming) -> Incoming:
    """What is left of a request behind a proxy that drops ``Authorization``."""
    kept = tuple((k, v) for k, v in incoming.headers if k.lower() != "authorization")
    return replace(incoming, headers=kept)


def _shut_out(instance: Instance, incoming: Incoming) -> Answer | None:
    ban = instance.flags.ban
    if ban is None or not ban.everything:
        return None
    banned = instance.bans.is_banned(incoming.ip, instance.now())
    return plain(403, "Forbidden\n") if banned else None


def _throttled(instance: Instance, incoming: Incoming) -> Answer | None:
    throttle = instance.flags.throttle
    if throttle is None:
        return None
    now = instance.now()
    seen = [at for at in instance.seen.get(incoming.ip, ()) if now - at < A_MINUTE]
    instance.seen[incoming.ip] = [*seen, now]
    if len(seen) < throttle.limit:
        return None
    reset = int(now.timestamp()) + throttle.retry_after_s
    headers = (
        ("RateLimit-Limit", str(throttle.limit)),
        ("RateLimit-Name", throttle.name),
        ("RateLimit-Observed", str(len(seen) + 1)),
        ("RateLimit-Remaining", "0"),
        ("RateLimit-Reset", str(reset)),
        ("Retry-After", str(throttle.retry_after_s)),
    )
    return plain(429, "Retry later\n", headers)
