"""The page where a person creates the next token of a stored credential, and its scopes."""

from dataclasses import dataclass

from credentials_app.models import CheckRun
from credentials_app.presentation.credential import CredentialView
from credentials_app.serialization import load_sign_in
from credentials_app.status import EXPIRING, STATUS_LABELS, Status
from registry.providers.token_choice import TokenWish
from registry.providers.token_links import OfferedToken, offered_tokens, token_link
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
    return (
        token_link(view.provider, _wish(view, run)) if view.badge.label in NEED_A_NEW_TOKEN else ""
    )


@dataclass(frozen=True)
class WantedScope:
    """A scope that the new token needs. ``is_missing``: the present one lacks it."""

    name: str
    is_missing: bool


@dataclass(frozen=True)
class TokenGuide:
    """Where a person makes the new token (empty: nobody knows), its scopes, and the kinds of it."""

    link: str
    scopes: tuple[WantedScope, ...]
    offered: tuple[OfferedToken, ...]


def token_guide(view: CredentialView, run: CheckRun | None) -> TokenGuide:
    """What the last check says that a new token needs; before it, what the provider says."""
    verdict, provider = view.verdict, view.provider
    missing = verdict.missing if verdict else ()
    actions = frozenset({"pull", "push"} if view.row.push else {"pull"})
    names = verdict.needed if verdict and verdict.needed else provider.least_scopes(actions)
    if not provider.scopes and not missing:
        names = ()
    wanted = dict.fromkeys((*names, *missing))
    wish = _wish(view, run)
    return TokenGuide(
        link=token_link(provider, wish),
        scopes=tuple(WantedScope(name, name in missing) for name in wanted),
        offered=offered_tokens(provider, wish),
    )


def _wish(view: CredentialView, run: CheckRun | None) -> TokenWish:
    seen = (run.evidence or {}) if run else {}
    row = view.row
    return TokenWish(
        row.origin,
        load_sign_in(seen, row.origin),
        name=row.name,
        push=row.push,
        repository=row.repository,
        kind=seen.get("kind", ""),
    )


def kind_seen(view: CredentialView, run: CheckRun | None) -> TokenKind | None:
    """The kind of secret that the last check recognized, if a person learns something from it."""
    slug = (run.evidence or {}).get("kind", "") if run else ""
    kinds = (kind for kind in view.provider.kinds if kind.slug == slug)
    return next((kind for kind in kinds if kind.tells_provider or kind.help), None)
