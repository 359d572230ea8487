"""Answers with a shape: their JSON, their ETag, and what If-Match and If-None-Match ask for."""

import hashlib
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

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
    known = [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]
    if request.method == "GET" and tag in known:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(body, status=status, content_type=JSON, headers={"ETag": tag})


def no_content() -> HttpResponse:
    """The answer to what has nothing to say."""
    return HttpResponse(status=204)
