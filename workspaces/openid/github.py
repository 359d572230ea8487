"""GitHub, by OAuth.

Its oddities: there is no id_token, no discovery and no `auth_time`; errors of the token request
come with status 200; mail addresses have an API of their own. A server of one's own has its API
below `/api/v3`. https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from registry.protocol.json_reader import JsonReader
from workspaces.openid.attempts import PendingSignIn, challenge_of
from workspaces.openid.calls import Calls
from workspaces.openid.failures import DISTRUSTED, MISMATCH, OVER, SignInEnded
from workspaces.openid.identity import Identity
from workspaces.openid.providers import ISSUERS, IdentityProvider, ProviderKind

SCOPE = "read:user user:email"
OVER_AT_GITHUB = "bad_verification_code"


def question_to_github(
    provider: IdentityProvider, attempt: PendingSignIn
) -> tuple[str, dict[str, str]]:
    """The address that the browser goes to, and its parameters."""
    return f"{provider.issuer}/login/oauth/authorize", {
        "client_id": provider.client_id,
        "redirect_uri": provider.answer_url,
        "scope": SCOPE,
        "state": attempt.state,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
    }


def identify_at_github(
    provider: IdentityProvider, attempt: PendingSignIn, code: str, calls: Calls
) -> Identity:
    """Who came back with this code. Raises :class:`SignInEnded`."""
    token = _token(provider, attempt, code, calls)
    api = _api_of(provider)
    person = calls.get("user", f"{api}/user", token=token)
    subject = person.number("id")
    if subject <= 0:
        raise SignInEnded(DISTRUSTED, "user: no number of the account")
    address = _proven_address(calls, api, token)
    name = person.text("name") or person.text("login")
    return Identity(provider.issuer, str(subject), address, bool(address), name)


def _token(provider: IdentityProvider, attempt: PendingSignIn, code: str, calls: Calls) -> str:
    form = {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret.reveal(),
        "code": code,
        "redirect_uri": provider.answer_url,
        "code_verifier": attempt.verifier,
    }
    body = calls.post("token request", f"{provider.issuer}/login/oauth/access_token", form).body
    token, error = body.text("access_token"), body.text("error")
    if not token:
        ending = OVER if error == OVER_AT_GITHUB else MISMATCH
        raise SignInEnded(ending, f"token request: {_known(error)}")
    return token


def _known(error: str) -> str:
    known = {OVER_AT_GITHUB, "incorrect_client_credentials", "redirect_uri_mismatch"}
    return error if error in known else "refused"


def _api_of(provider: IdentityProvider) -> str:
    own = f"{provider.issuer}/api/v3"
    return "https://api.github.com" if provider.issuer == ISSUERS[ProviderKind.GITHUB] else own


def _proven_address(calls: Calls, api: str, token: str) -> str:
    """The primary mail address, if GitHub has verified it."""
    rows: tuple[JsonReader, ...] = calls.get_list("emails", f"{api}/user/emails", token=token)
    proven = (row for row in rows if row.get("primary") is True and row.get("verified") is True)
    return next((row.text("email") for row in proven), "")
