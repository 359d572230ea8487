"""Where a stored credential's next token is made, when it needs one."""

from credentials_app.models import CheckRun
from credentials_app.presentation.credential import CredentialView
from credentials_app.status import EXPIRING, STATUS_LABELS, Status
from registry.addresses.origins import Origin
from registry.providers.token_links import token_link
from registry.secret_kinds.kind import TokenKind

WANT_A_NEW_ONE = (
    EXPIRING,
    *(
        STATUS_LABELS[s]
        for s in (Status.EXPIRED, Status.REVOKED, Status.REFUSED, Status.MISSING_SCOPE)
    ),
)


def token_page(seen: CredentialView, run: CheckRun | None) -> str:
    """The provider's page, filled in; empty while nothing has to be made."""
    if seen.badge.sign not in WANT_A_NEW_ONE:
        return ""
    realm = (run.evidence or {}).get("realm", "") if run else ""
    row = seen.row
    sign_in = Origin.parse(realm) if realm else None
    return token_link(seen.provider, row.origin, name=row.name, push=row.push, sign_in=sign_in)


def kind_seen(seen: CredentialView, run: CheckRun | None) -> TokenKind | None:
    """The kind of secret that the last check recognized, where its name says anything."""
    slug = (run.evidence or {}).get("kind", "") if run else ""
    kinds = (kind for kind in seen.provider.kinds if kind.slug == slug)
    return next((kind for kind in kinds if kind.tells_provider or kind.help), None)
