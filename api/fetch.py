"""The one way out of a secret: to a program, by a token with the scope `secrets:fetch`."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.answers import JSON
from api.auth import TokenAuth, bearer_of, seat_of
from api.errors import ApiError, Code, FieldFault, invalid
from api.schemas.shape import ApiShape, Need
from common.clock import database_now
from credentials_app.exports.fetching import Wanted, fetch_login
from credentials_app.exports.files import LeavingLogin, pull_config
from credentials_app.exports.readers import host_key
from credentials_app.models import FetchKind
from credentials_app.services.fetches import Consumer
from credentials_app.serving import NotServed, Wish
from registry.protocol.image import ImageError, ImageName, parse_image, parse_server_name
from workspaces.models import Workspace
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.tokens.pace import PacePolicy
from workspaces.tokens.scopes import TokenScope
from workspaces.tokens.verify import RoleRefused, bearer_places

router = Router(tags=["secrets"], auth=TokenAuth(PacePolicy.FETCHES))
Name = Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=r"^[^\x00]*$")]
KINDS = {"lockkeeper-helper/": FetchKind.HELPER, "lockkeeper-kubelet/": FetchKind.KUBELET}


class FetchWish(BaseModel):
    """What is wanted: exactly one of image, server and credential.

    ``server`` is what a credential helper is asked for. ``workspace`` is needed if the token is for
    several. ``as`` password: the answer is the password alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image: Name | None = None
    server: Name | None = None
    credential: UUID | None = None
    workspace: UUID | None = None
    need: Need = "pull"
    form: Literal["json", "password"] = Field("json", alias="as")


class LoginShape(ApiShape):
    """A login with its secret. ``seconds_left``: until its end, as far as that is known.

    ``dockerconfigjson`` is for a pull secret; null where the user name would break the whole file.
    """

    credential: UUID
    name: str
    server: str
    repository: str
    username: str
    password: str
    version: int
    seconds_left: int | None
    dockerconfigjson: str | None


@router.post("/fetch", response=LoginShape)
def fetch(request: HttpRequest, body: FetchWish) -> HttpResponse:
    """Fetch the login that an image, a server or the key of a credential gets."""
    named = [name for name in ("image", "server", "credential") if getattr(body, name) is not None]
    if len(named) != 1:
        raise invalid("image", "exactly_one", "Name one of image, server and credential.")
    image = None if body.credential else _name_of(body)
    seat = fetching_seat(request, workspace_of(request, body.workspace))
    login = _fetched(request, seat, _wanted(request, body.need, image, body.credential))
    return _answer(login, as_password=body.form == "password")


@router.get("/workspaces/{uuid:workspace}/credentials/{uuid:credential}/login", response=LoginShape)
def get_login(
    request: HttpRequest, workspace: UUID, credential: UUID, need: Annotated[Need, Query()] = "pull"
) -> HttpResponse:
    """Fetch the login of one credential, for programs that can only get."""
    seat = fetching_seat(request, workspace)
    return _answer(_fetched(request, seat, _wanted(request, need, None, credential)))


def fetching_seat(request: HttpRequest, workspace: UUID) -> Seat:
    """The seat of the token's person, for a fetch. Raises as ``seat_of``."""
    return seat_in(request, workspace, scope=TokenScope.SECRETS_FETCH, can=Can.EXPORT_WHERE_ALLOWED)


def seat_in(request: HttpRequest, workspace: UUID, *, scope: TokenScope, can: Can) -> Seat:
    """As ``seat_of``; a workspace that is not there has a code of its own: a program must not take
    a wrong setting for a credential that is not there."""
    try:
        return seat_of(request, workspace, scope=scope, can=can)
    except Workspace.DoesNotExist:
        raise ApiError(Code.WORKSPACE_NOT_FOUND) from None


def workspace_of(request: HttpRequest, named: UUID | None) -> UUID:
    """The workspace that a request names, or the only one of its token. Raises ApiError."""
    if named is not None:
        return named
    places = list(bearer_places(bearer_of(request)).values_list("pk", flat=True)[:2])
    if not places:
        raise ApiError(Code.WORKSPACE_NOT_FOUND)
    if len(places) > 1:
        raise invalid("workspace", "needed", "The token is for several workspaces: name one.")
    found: UUID = places[0]
    return found


def image_of(text: str, pointer: str = "image") -> ImageName:
    """The parsed image. Raises ApiError."""
    try:
        return parse_image(text)
    except ImageError as fault:
        raise invalid(pointer, fault.message.key, fault.message.text()) from None


def _name_of(body: FetchWish) -> ImageName:
    if body.image is not None:
        return image_of(body.image)
    try:
        return parse_server_name(body.server or "")
    except ImageError as fault:
        raise invalid("server", fault.message.key, fault.message.text()) from None


def _wanted(
    request: HttpRequest, need: str, image: ImageName | None, credential: UUID | None
) -> Wanted:
    prefixes = tuple(bearer_of(request).token.prefixes)
    return Wanted(Wish(need), image, credential, prefixes)


def _fetched(request: HttpRequest, seat: Seat, wanted: Wanted) -> LeavingLogin:
    try:
        return fetch_login(seat, wanted, _consumer(request, seat))
    except NotServed as refusal:
        fault = FieldFault("", refusal.reason.value, refusal.words)
        raise ApiError(Code.REFUSED, refusal.words, [fault]) from None
    except NotAllowed:
        raise RoleRefused from None


def _consumer(request: HttpRequest, seat: Seat) -> Consumer:
    token, agent = bearer_of(request).token, request.headers.get("User-Agent", "")
    kind = next((kind for start, kind in KINDS.items() if agent.startswith(start)), FetchKind.API)
    return Consumer(seat.user, kind, token.name, seat.caller.address, token.pk)


def _seconds_left(login: LeavingLogin) -> int | None:
    if login.ends_at is None:
        return None
    return max(0, int((login.ends_at - database_now()).total_seconds()))


def _answer(login: LeavingLogin, *, as_password: bool = False) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Secret-Version": str(login.version)}
    secret = login.secret.reveal()
    if as_password:
        return HttpResponse(secret, content_type="text/plain; charset=utf-8", headers=headers)
    candidate = login.candidate
    shape = LoginShape(
        credential=candidate.pk,
        name=candidate.name,
        server=host_key(candidate.origin),
        repository=candidate.repository,
        username=login.username,
        password=secret,
        version=login.version,
        seconds_left=_seconds_left(login),
        dockerconfigjson=pull_config(login),
    )
    return HttpResponse(shape.model_dump_json(), content_type=JSON, headers=headers)
