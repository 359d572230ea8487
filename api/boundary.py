"""What surrounds each request of the API: no cookies, and problems instead of pages."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse

from api.auth import pace_of, refuse_token_in_address
from api.errors import OF_STATUSES, PROBLEM_TYPE, PROBLEMS, RETRY_S, ApiError, Code, seconds_until
from common.database_outage import DATABASE_IS_GONE

API = "/api/"
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
JSON_TYPE = "application/json"


class ApiBoundary:
    """Takes the cookies from requests of the API, and makes a problem of each error's page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self._answer(request)
        if response.status_code >= 400 and response.headers["Content-Type"] != PROBLEM_TYPE:
            code = OF_STATUSES.get(response.status_code, Code.INTERNAL)
            allow = response.headers.get("Allow")
            headers = {"Allow": allow} if allow else {}
            response = problem_answer(request, ApiError(code, headers=headers))
        for name, value in _limits(request).items():
            response.headers[name] = value
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            refuse_token_in_address(request)
        except ApiError as error:
            return problem_answer(request, error)
        except DATABASE_IS_GONE:
            return problem_answer(request, ApiError(Code.UNAVAILABLE))
        if request.method in WITH_BODY and _has_body(request) and request.content_type != JSON_TYPE:
            return problem_answer(request, ApiError(Code.MEDIA_TYPE))
        return self.get_response(request)


def problem_answer(request: HttpRequest, error: ApiError) -> HttpResponse:
    """The answer that describes the problem."""
    meaning = PROBLEMS[error.code]
    problem: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": meaning.title,
        "status": meaning.status,
        "code": error.code.value,
        "request_id": str(getattr(request, "request_id", "")),
    }
    if error.detail:
        problem["detail"] = error.detail
    if error.errors:
        problem["errors"] = [asdict(each) for each in error.errors]
    retry = {"Retry-After": RETRY_S[error.code]} if error.code in RETRY_S else {}
    return HttpResponse(
        json.dumps(problem),
        status=meaning.status,
        content_type=PROBLEM_TYPE,
        headers={**retry, **error.headers},
    )


def _has_body(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH") not in (None, "", "0")


def _limits(request: HttpRequest) -> dict[str, str]:
    """The headers of the rate limit (draft-ietf-httpapi-ratelimit-headers-10)."""
    pace = pace_of(request)
    if pace is None:
        return {}
    wait, word = seconds_until(pace.resets_at), pace.policy.word
    return {
        "RateLimit-Policy": f'"{word}";q={pace.policy.quota};w=60',
        "RateLimit": f'"{word}";r={pace.left};t={wait}',
    }
