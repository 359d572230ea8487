"""By which identity provider a session began, so that signing out can sign out there as well."""

from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse

from common.links import absolute
from workspaces.models import User
from workspaces.openid.identity import Identity
from workspaces.openid.providers import IdentityProvider, provider

KEY = "provider_of_session"


def note_provider(
    request: HttpRequest, person: User, by: IdentityProvider, identity: Identity
) -> None:
    """Keep in the session which provider signs this person in, and where to sign out there."""
    kept = {"person": str(person.pk), "word": by.word, "end_session": identity.end_session}
    request.session[KEY] = kept


def sign_out_there(request: HttpRequest) -> tuple[IdentityProvider, str] | None:
    """The provider of this session and the address that ends its session there (RP-Initiated
    Logout 1.0); None if it has none. We keep no id_token, so it asks the person."""
    kept = request.session.get(KEY) or {}
    found = provider(kept.get("word", ""))
    if found is None or not kept["end_session"] or kept["person"] != str(request.user.pk):
        return None
    back = absolute(reverse("account_login"))
    asked = urlencode({"client_id": found.client_id, "post_logout_redirect_uri": back})
    joint = "&" if urlsplit(kept["end_session"]).query else "?"
    return found, f"{kept['end_session']}{joint}{asked}"
