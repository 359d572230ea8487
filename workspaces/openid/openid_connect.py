"""OpenID Connect by the authorization code flow with PKCE (Core 1.0, section 3.1)."""

import hmac
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode, urlsplit

from registry.protocol.json_reader import JsonReader
from workspaces.openid import github
from workspaces.openid.attempts import PROVE, PendingSignIn, challenge_of
from workspaces.openid.calls import Calls, ProviderAnswer, calls_to
from workspaces.openid.discovery import Published, keys_of, published_by
from workspaces.openid.failures import (
    AWAY,
    DENIED,
    DISTRUSTED,
    MISMATCH,
    OVER,
    SignInEnded,
)
from workspaces.openid.id_token import Expected, UnknownKey, verify_id_token
from workspaces.openid.identity import Identity
from workspaces.openid.providers import IdentityProvider, ProviderKind

SCOPE = "openid email profile"
# What an answer may say in `error` (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6).
REFUSALS = {
    "access_denied": DENIED,
    "login_required": DENIED,
    "consent_required": DENIED,
    "interaction_required": DENIED,
    "account_selection_required": DENIED,
    "server_error": AWAY,
    "temporarily_unavailable": AWAY,
    "invalid_grant": OVER,
    "invalid_client": MISMATCH,
    "unauthorized_client": MISMATCH,
    "invalid_request": MISMATCH,
    "invalid_scope": MISMATCH,
    "unsupported_response_type": MISMATCH,
    "unsupported_grant_type": MISMATCH,
}


def question_of(provider: IdentityProvider, attempt: PendingSignIn) -> str:
    """The address at the provider to which the browser goes. Raises :class:`SignInEnded`."""
    if provider.kind is ProviderKind.GITHUB:
        address, asked = github.question_to_github(provider, attempt)
        return f"{address}?{urlencode(asked)}"
    with calls_to(provider) as calls:
        found = published_by(provider, calls)
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.answer_url,
        "scope": SCOPE,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
    }
    if attempt.purpose == PROVE:
        asked |= {"max_age": "0", "prompt": "login"}
    joint = "&" if urlsplit(found.authorization).query else "?"
    return f"{found.authorization}{joint}{urlencode(asked)}"


def identify(
    provider: IdentityProvider, attempt: PendingSignIn, answer: Mapping[str, str]
) -> Identity:
    """Who came back, by the parameters of the answer. Raises :class:`SignInEnded`."""
    error, code = answer.get("error", ""), answer.get("code", "")
    if error:
        raise refused_by_provider("answer", error)
    if not 0 < len(code) <= 4096:
        raise SignInEnded(DISTRUSTED, "answer: no code, or one that is too long")
    with calls_to(provider) as calls:
        if provider.kind is ProviderKind.GITHUB:
            return github.identify_at_github(provider, attempt, code, calls)
        found = published_by(provider, calls)
        _refuse_other_issuer(found, answer.get("iss"))
        tokens = _tokens(provider, found, attempt, code, calls)
        claims = _claims(provider, found, attempt, tokens, calls)
        more = _user_info(found, claims, tokens, calls)
    return _identity(provider, found, claims, more)


def _refuse_other_issuer(found: Published, stated: str | None) -> None:
    """RFC 9207: the answer names its issuer, so that no other provider's answer comes in."""
    if stated is None and not found.names_issuer:
        return
    if stated != found.issuer:
        raise SignInEnded(DISTRUSTED, "answer: it is of another issuer")


def _tokens(
    provider: IdentityProvider, found: Published, attempt: PendingSignIn, code: str, calls: Calls
) -> JsonReader:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": provider.answer_url,
        "code_verifier": attempt.verifier,
    }
    secret = provider.client_secret.reveal()
    login = None
    if found.takes_basic:  # RFC 6749 section 2.3.1: both are encoded like a form
        login = (quote_plus(provider.client_id), quote_plus(secret))
    else:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    answer: ProviderAnswer = calls.post("token request", found.token, form, login=login)
    if answer.status != 200:
        raise refused_by_provider(
            f"token request: status {answer.status}", answer.body.text("error")
        )
    return answer.body


def _claims(
    provider: IdentityProvider,
    found: Published,
    attempt: PendingSignIn,
    tokens: JsonReader,
    calls: Calls,
) -> JsonReader:
    """The claims of the id_token. A key that is not known is looked for once more."""
    expected = Expected(found.issuer, provider.client_id, attempt.nonce)
    token = tokens.get("id_token")
    try:
        return verify_id_token(token, keys=keys_of(found, calls), expected=expected)
    except UnknownKey:
        pass
    try:
        return verify_id_token(token, keys=keys_of(found, calls, again=True), expected=expected)
    except UnknownKey:
        raise SignInEnded(
            DISTRUSTED, "id_token refused: no key of the provider has its id"
        ) from None


def _user_info(
    found: Published, claims: JsonReader, tokens: JsonReader, calls: Calls
) -> JsonReader:
    """The claims of the user info, where the id_token has no mail address."""
    token = tokens.get("access_token")
    if claims.text("email") or not found.userinfo or not isinstance(token, str):
        return claims
    more = calls.get("user info", found.userinfo, token=token)
    if not hmac.compare_digest(more.text("sub").encode(), claims.text("sub").encode()):
        raise SignInEnded(DISTRUSTED, "user info: it is about somebody else")
    return more


def _identity(
    provider: IdentityProvider, found: Published, claims: JsonReader, more: JsonReader
) -> Identity:
    proven_at = claims.get("auth_time")
    is_proven = more.get("email_verified") is True
    if provider.kind is ProviderKind.GOOGLE:
        is_proven = is_proven and _is_of_workspace(claims, more.text("email"))
    return Identity(
        issuer=provider.issuer,
        subject=claims.text("sub"),
        address=more.text("email"),
        is_address_proven=is_proven,
        name=claims.text("name") or more.text("name"),
        proven_at=proven_at if type(proven_at) is int and provider.tells_time else None,
        end_session=found.end_session,
    )


def _is_of_workspace(claims: JsonReader, address: str) -> bool:
    """True if Google says that the account belongs to the organization of this domain (`hd`).

    Without it the account is anybody's who once received a mail at the address, and may have left:
    https://developers.google.com/identity/openid-connect/openid-connect
    """
    domain = address.rpartition("@")[2].lower()
    return bool(domain) and claims.text("hd").lower() == domain


def refused_by_provider(where: str, error: str) -> SignInEnded:
    """An error that the provider states; its own words stay out of the log and the page."""
    word = error if error in REFUSALS else "an unknown error"
    return SignInEnded(REFUSALS.get(error, MISMATCH), f"{where}: {word}")
