"""The API tokens that could fetch a credential, or one of a workspace, in the time asked about.

A token fetches only while its person may export; the people of the report tell that. Tokens are
forgotten 90 days after their end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from credentials_app.access_report.asked_time import AskedTime
from credentials_app.exports.readers import key_of
from credentials_app.models import Credential
from credentials_app.resolver import lies_within
from workspaces.models import ApiTokenPlace
from workspaces.tokens.scopes import TokenScope


@dataclass(frozen=True)
class TokenAccess:
    """One token with its person; ``when``: the stretch of the day, empty for now."""

    label: str
    person: str
    email: str
    when: str
    prefixes: str
    networks: str


def tokens_of(
    place: UUID, asked: AskedTime, credential: Credential | None = None
) -> list[TokenAccess]:
    """The tokens that may fetch secrets of this workspace; of them those for the credential."""
    rows = ApiTokenPlace.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=asked.begin),
        Q(token__ended_at=None) | Q(token__ended_at__gt=asked.begin),
        workspace=place,
        token__created_at__lte=asked.end,
        token__expires_at__gt=asked.begin,
    )
    rows = rows.select_related("token__person").order_by("token__name", "token__pk")
    return [
        _access(row, asked)
        for row in rows
        if TokenScope.SECRETS_FETCH in row.token.scopes and _is_for(row.token.prefixes, credential)
    ]


def _is_for(prefixes: Sequence[str], credential: Credential | None) -> bool:
    """True if it lies within the prefixes; also if the log does not tell its server any more."""
    if credential is None or not credential.server:
        return True
    return lies_within(key_of(credential.origin, credential.repository), prefixes)


def _access(row: ApiTokenPlace, asked: AskedTime) -> TokenAccess:
    token = row.token
    ends = [at for at in (token.expires_at, token.ended_at, row.ended_at) if at]
    begin, end = max(asked.begin, token.created_at), min(asked.end, *ends)
    return TokenAccess(
        label=str(token),
        person=token.person.name,
        email=token.person.email,
        when=asked.in_words(begin, end),
        prefixes=", ".join(token.prefixes),
        networks=", ".join(token.networks),
    )
