"""The page where a person creates the next token of a stored credential.

On its own: it knows which statuses want a new token; its page only shows the link.
"""

from credentials_app.models import CheckRun
from credentials_app.presentation.credential import CredentialView
from credentials_app.status import EXPIRING, STATUS_LABELS, Status
from registry.addresses.origins import Origin
from registry.providers.token_links import token_link
from registry.secret_kinds.kind import TokenKind

NEED_A_NEW_TOKEN = (
    EXPIRING,
    *(
        STATUS_LABELS[s]
        for s in (Status.EXPIRED, Status.REVOKED, Status.REFUSED, Status.MISSING_SCOPE)
    ),
)


def token_page(view: CredentialView, run: CheckRun | None) -> str:
    """The URL of the provider's page, filled in; empty if no new token is needed."""
    if view.badge.label not in NEED_A_NEW_TOKEN:
        return ""
    realm = (run.evidence or {}).get("realm", "") if run else ""
    row = view.row
    sign_in = Origin.parse(realm) if realm else None
    return token_link(view.provider, row.origin, name=row.name, push=row.push, sign_in=sign_in)


def kind_seen(view: CredentialView, run: CheckRun | None) -> TokenKind | None:
    """The kind of secret that the last check recognized, if a person learns something from it."""
    slug = (run.evidence or {}).get("kind", "") if run else ""
    kinds = (kind for kind in view.provider.kinds if kind.slug == slug)
    return next((kind for kind in kinds if kind.tells_provider or kind.help), None)
