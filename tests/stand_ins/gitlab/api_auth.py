"""Authentication of GitLab's API, which reports why a token is refused."""

from datetime import datetime

from tests.stand_ins.gitlab.instance import Instance
from tests.stand_ins.gitlab.people import Account
from tests.stand_ins.gitlab.texts import (
    EXPIRED,
    NO_IMPERSONATION,
    REVOKED,
    TOO_FEW_POWERS,
    TOO_FEW_SCOPES,
    json_answer,
)
from tests.stand_ins.gitlab.tokens import AccessToken, Kind, OAuthToken, Power
from tests.stand_ins.gitlab.uses import note_use
from tests.stand_ins.recording import presented
from tests.stand_ins.wire import Answer, Incoming

ApiToken = AccessToken | OAuthToken
UNKNOWN = json_answer(401, {"message": "401 Unauthorized"})
ANY: frozenset[str] = frozenset()


def api_token(
    instance: Instance,
    incoming: Incoming,
    *,
    scopes: frozenset[str] = ANY,
    power: Power | None = None,
) -> ApiToken | Answer:
    """The live token of a request, or the answer that refuses it.

    It needs one of ``scopes`` when there are any, and a fine-grained one ``power``. Nothing
    here counts towards a ban of the address.
    """
    token = _found(instance, incoming)
    if token is None:
        return UNKNOWN
    dead = _why_dead(instance, token)
    if dead:
        return oauth_error("invalid_token", dead)
    if isinstance(token, AccessToken) and token.is_granular:
        if power is not None and not any(p.power is power for p in token.permissions):
            return _forbidden("insufficient_granular_scope", TOO_FEW_POWERS.format(power=power))
    elif scopes and not scopes & set(token.scopes):
        return _forbidden("insufficient_scope", TOO_FEW_SCOPES, scope=" ".join(sorted(scopes)))
    refusal = _why_owner_may_not(instance, token)
    if refusal is None and isinstance(token, AccessToken):
        note_use(token, incoming.ip, instance.now(), instance.flags)
    return refusal or token


def _found(instance: Instance, incoming: Incoming) -> ApiToken | None:
    """OAuth tokens count as Bearer only; access tokens in both headers."""
    pair = presented(incoming)
    if pair.kind == "bearer":
        for token in instance.state.oauth_tokens:
            if token.token == pair.secret:
                return token
    if pair.kind in {"bearer", "private-token"}:
        return instance.state.access_token(pair.secret)
    return None


def _why_dead(instance: Instance, token: ApiToken) -> str:
    """GitLab checks the expiry before the revocation."""
    if _is_expired(token, instance.now()):
        return EXPIRED
    if token.revoked:
        return REVOKED
    is_impersonation = isinstance(token, AccessToken) and token.kind is Kind.IMPERSONATION
    return NO_IMPERSONATION if is_impersonation and not instance.flags.impersonation else ""


def _is_expired(token: ApiToken, now: datetime) -> bool:
    if isinstance(token, OAuthToken):
        return token.expires_at <= now
    return token.is_expired(now)


def _why_owner_may_not(instance: Instance, token: ApiToken) -> Answer | None:
    owner = token.owner
    if owner.account is not Account.ACTIVE and not owner.bot:
        return json_answer(403, {"message": f"403 Forbidden - {owner.account}"})
    if owner.dpop:
        return oauth_error("dpop_error", "DPoP header is missing")
    return None


def oauth_error(error: str, description: str) -> Answer:
    """A 401 of the `error` kind, with the challenge that only these carry."""
    challenge = (
        f'Bearer realm="Protected by OAuth 2.0", error="{error}", error_description="{description}"'
    )
    body = {"error": error, "error_description": description}
    return json_answer(401, body, (("WWW-Authenticate", challenge),))


def _forbidden(error: str, description: str, **rest: str) -> Answer:
    return json_answer(403, {"error": error, "error_description": description, **rest})
