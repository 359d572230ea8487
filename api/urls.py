"""The URLs of the API, and which exception becomes which problem."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from api import (
    audit,
    checks,
    credentials,
    deleted,
    fetch,
    notices,
    preflight,
    replacements,
    reports,
    schedule,
    tokens,
    workspaces,
)
from api.auth import TokenAuth
from api.boundary import problem_answer
from api.errors import ApiError, Code, FieldFault, problem_of_refusal
from api.fault_words import words_of_fault
from api.openapi import DESCRIPTION, schema_answer
from common.database_outage import DATABASE_IS_GONE
from workspaces.rights.refusals import Refusal
from workspaces.tokens.verify import FactorMissing, OutOfScope, RoleRefused

app_name = "api"
api = NinjaAPI(
    title="Lockkeeper",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    auth=TokenAuth(),
)
RESOURCES = (
    workspaces,
    credentials,
    replacements,
    deleted,
    checks,
    reports,
    schedule,
    notices,
    audit,
    fetch,
    preflight,
    tokens,
)
for resource in RESOURCES:
    api.add_router("", resource.router)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    """The problem of an exception of an action."""
    return problem_answer(request, _error_of(error))


def _error_of(error: Exception) -> ApiError:
    match error:
        case ApiError():
            return error
        case Refusal():
            return problem_of_refusal(error)
        case OutOfScope():
            return ApiError(Code.SCOPE_MISSING, f"It needs {error.scope}.")
        case RoleRefused():
            return ApiError(Code.ROLE_TOO_LOW)
        case FactorMissing():
            return ApiError(Code.FACTOR_MISSING)
        case ValidationError():
            return ApiError(Code.INVALID, errors=[_fault(each) for each in error.errors])
        case HttpError():
            return ApiError(Code.UNREADABLE)
        case ObjectDoesNotExist() if isinstance(error, AttributeError):
            raise error  # a missing related row is a fault of ours
        case ObjectDoesNotExist() | Http404():
            return ApiError(Code.NOT_FOUND)
    return ApiError(Code.UNAVAILABLE)


def _fault(error: dict[str, Any]) -> FieldFault:
    """One fault that pydantic found, without the value: a message of ours may not repeat it."""
    where = [str(each)[:100] for each in error["loc"]]
    source, members = where[0], where[2:] if where[:1] == ["body"] else where[1:]
    escaped = [each.replace("~", "~0").replace("/", "~1") for each in members]
    pointer = "".join(f"/{each}" for each in escaped)
    name = pointer if source == "body" else f"{source}:{'.'.join(members)}"
    return FieldFault(name, str(error["type"]), words_of_fault(error))


for kind in (
    ApiError,
    Refusal,
    OutOfScope,
    RoleRefused,
    FactorMissing,
    ValidationError,
    HttpError,
    ObjectDoesNotExist,
    Http404,
    *DATABASE_IS_GONE,
):
    api.add_exception_handler(kind, _problem)


@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API, as OpenAPI 3.1."""
    return schema_answer(api)


def _open(pattern: URLPattern) -> URLPattern:
    """A route that no session opens: the API verifies the token itself."""
    pattern.callback = login_not_required(pattern.callback)
    return pattern


urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *(
        _open(each)
        for each in api.urls[0]
        if isinstance(each, URLPattern) and each.name != "api-root"
    ),
]
