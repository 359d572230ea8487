"""Idempotency-Key: a request that is sent again gets its first answer, and is not done twice.

The key is a text in double quotes. It holds for a token, an address and a method, for 24 hours.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from api.answers import JSON
from api.auth import bearer_of, seat_of
from api.errors import ApiError, Code
from common.clock import database_now
from workspaces.models import ApiAnswer
from workspaces.rights.roles import Can
from workspaces.tokens.ends import ANSWERS_KEPT
from workspaces.tokens.scopes import TokenScope

KEY = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"')
STORED_HEADERS = ("ETag", "Location")
View = Callable[..., HttpResponse]


def once(scope: TokenScope, can: Can) -> Callable[[View], View]:
    """Keep the answer of this operation for a repeat with the same Idempotency-Key.

    A repeat is answered while the token may still do this, with its scope and the person's right.
    """

    def wrapped(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: Any, workspace: UUID, **kwargs: Any
        ) -> HttpResponse:
            def work() -> HttpResponse:
                return view(request, *args, workspace=workspace, **kwargs)

            key = request.headers.get("Idempotency-Key")
            if key is None:
                return work()
            found = KEY.fullmatch(key)
            if found is None:
                raise ApiError(Code.KEY_INVALID)
            seat_of(request, workspace, scope=scope, can=can)
            return _once(request, found[1], work)

        return guarded

    return wrapped


def _once(request: HttpRequest, key: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Claim the key, do the work and store its answer; a refused request frees the key."""
    row, is_new = _claim(request, key)
    if row is None:  # the first one was refused at this moment
        raise ApiError(Code.REQUEST_RUNNING)
    if not is_new:
        return _repeat(row, request)
    try:
        answer = work()
    except Exception:
        row.delete()
        raise
    if answer.status_code >= 400:
        row.delete()
        return answer
    row.status, row.answer = answer.status_code, json.loads(answer.content or b"null")
    row.headers = {name: answer[name] for name in STORED_HEADERS if name in answer}
    row.save(update_fields=["status", "answer", "headers"])
    return answer


def _claim(request: HttpRequest, key: str) -> tuple[ApiAnswer | None, bool]:
    """The row of this key, if it is still there, and whether this request made it."""
    now, token = database_now(), bearer_of(request).token
    named = {"token": token, "route": f"{request.method} {request.path}"[:300], "request_key": key}
    ApiAnswer.objects.filter(at__lte=now - ANSWERS_KEPT, **named).delete()
    try:
        with transaction.atomic():
            return ApiAnswer.objects.create(at=now, body_hash=_hash(request), **named), True
    except IntegrityError:
        return ApiAnswer.objects.filter(**named).first(), False


def _repeat(row: ApiAnswer, request: HttpRequest) -> HttpResponse:
    if row.body_hash != _hash(request):
        raise ApiError(Code.KEY_REUSED)
    if row.status is None:
        raise ApiError(Code.REQUEST_RUNNING)
    content = b"" if row.answer is None else json.dumps(row.answer)
    headers = {**row.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(content, status=row.status, content_type=JSON, headers=headers)


def _hash(request: HttpRequest) -> str:
    """A keyed digest, because the body may have a secret that somebody could guess."""
    return salted_hmac(__name__, request.body, algorithm="sha256").hexdigest()
