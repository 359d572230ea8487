"""The token itself: what it is, and its end."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from api.answers import no_content, respond
from api.auth import bearer_of, caller_of, token_text_of
from api.errors import ApiError, Code
from api.schemas.places import TokenShape
from workspaces.models.api_token import TokenEnd
from workspaces.tokens.life import end_token
from workspaces.tokens.verify import token_of

router = Router(tags=["tokens"])


@router.get("/tokens/current", response=TokenShape)
def get_token(request: HttpRequest) -> HttpResponse:
    """Get what the token of this request is for."""
    row = bearer_of(request).token
    shape = TokenShape(
        id=row.pk,
        name=row.name,
        start=row.start,
        person=row.person.email,
        scopes=row.scopes,
        prefixes=row.prefixes,
        networks=row.networks,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
    return respond(shape)


@router.post(
    "/tokens/revoke",
    response={204: None},
    auth=None,
    openapi_extra={"security": [{"TokenAuth": []}]},
)
def revoke_token(request: HttpRequest) -> HttpResponse:
    """Revoke the token of this request. Whoever finds a token can do this, from everywhere."""
    row = token_of(token_text_of(request))
    if row is None:
        raise ApiError(Code.TOKEN_UNKNOWN)
    end_token(row, TokenEnd.FINDER, actor=None, caller=caller_of(request))
    return no_content()
