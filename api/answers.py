"""Answers with a shape: their JSON, their ETag, and what If-Match and If-None-Match ask for."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from api.errors import ApiError, Code

JSON = "application/json"


def respond(
    shape: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """The answer with this value."""
    return HttpResponse(
        shape.model_dump_json(), status=status, content_type=JSON, headers=dict(headers or {})
    )


def respond_once(
    request: HttpRequest, shape: BaseModel, *, version: str, status: int = 200
) -> HttpResponse:
    """The same with an ETag; 304 if the client has this very answer.

    The ETag is the version that people last saved, and a digest of the whole answer.
    """
    body = shape.model_dump_json()
    tag = f'"{version}.{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
    header = request.headers.get("If-None-Match", "")
    known = [each.strip().removeprefix("W/") for each in header.split(",")]
    if request.method == "GET" and tag in known:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, status=status, content_type=JSON, headers={"ETag": tag})


def version_of_moment(at: datetime) -> str:
    """The version of what was last saved at this moment, for ETags."""
    return at.astimezone(UTC).strftime("%Y%m%d%H%M%S%f")


def refuse_unless_match(request: HttpRequest, version: str, *, needed: bool = False) -> None:
    """Raise ApiError if the request's If-Match is of another version of what people saved.

    The digest in an ETag does not count: a check between two requests changes it, and is no reason
    to refuse what a person wants to save. ``needed``: a request without If-Match is refused.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if needed:
            raise ApiError(Code.IF_MATCH_NEEDED)
        return
    tags = [each.strip() for each in header.split(",")]
    if "*" not in tags and version not in [_version_in(tag) for tag in tags]:
        raise ApiError(Code.CHANGED_MEANWHILE)


def _version_in(tag: str) -> str:
    """The version in an ETag, which a proxy that compresses answers makes a weak one."""
    return tag.removeprefix("W/").strip('"').partition(".")[0]


def no_content() -> HttpResponse:
    """The answer to what has nothing to say."""
    return HttpResponse(status=204)
