"""Calls of the API in tests: a token for somebody, and a request with it."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests import cast
from workspaces.models import User, Workspace
from workspaces.tokens.life import TokenDraft, make_token
from workspaces.tokens.scopes import TokenScope

EVERY_SCOPE = frozenset(TokenScope) - {TokenScope.ADMIN_READ}


def token_for(
    person: User, *places: Workspace, scopes: frozenset[TokenScope] = EVERY_SCOPE, **values: Any
) -> str:
    """The text of a new token. One that is limited to repositories changes no credentials."""
    if values.get("prefixes"):
        scopes -= {TokenScope.CREDENTIALS_WRITE}
    keys = frozenset(place.pk for place in places)
    draft = TokenDraft("deploy script", scopes, keys, **values)
    return make_token(person, draft, caller=cast.CALLER).text


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    data: Any
    headers: Any

    @property
    def code(self) -> str:
        """The code of the problem."""
        return str(self.data["code"])


def call(
    method: str, path: str, token: str = "", body: Any = None, headers: Any = None, **more: Any
) -> Answer:
    """One request to ``/api/v1`` + path."""
    sent = dict(headers or {})
    if token:
        sent["Authorization"] = f"Bearer {token}"
    if body is not None:
        more |= {"data": json.dumps(body), "content_type": "application/json"}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    response = client.generic(method, f"/api/v1{path}", headers=sent, **more)
    is_json = response.headers.get("Content-Type", "").endswith("json")
    return Answer(response.status_code, response.json() if is_json else None, response.headers)
