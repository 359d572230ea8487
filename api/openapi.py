"""The description of the API as OpenAPI 3.1, with the problems that every operation can have."""

import json
from functools import cache
from typing import Any

from django.http import HttpResponse
from ninja import NinjaAPI

from api.answers import JSON
from api.errors import PROBLEM_TYPE, PROBLEMS
from api.schemas.shape import ProblemShape

ROOT = "/api/v1/"
DESCRIPTION = (
    "What the pages of Lockkeeper do, for programs. Send a token in the header "
    "`Authorization: Bearer lkk_…`. Times are in UTC. Secrets leave by fetches only."
)
PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}
WITH_BODY = frozenset({"post", "put", "patch"})
ALWAYS = (400, 401, 403, 404, 429, 500, 503)
WRITES = (409, 411, 412, 413, 415, 422, 428)
HEADERS = {
    "RateLimit": {"schema": {"type": "string"}, "description": "What is left of the quota."},
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "The quota."},
    "Retry-After": {"schema": {"type": "string"}, "description": "Seconds to wait."},
}


def describe(api: NinjaAPI) -> dict[str, Any]:
    """The description, ready for JSON."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=ROOT)))
    schemas = found["components"]["schemas"]
    definition = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(definition.pop("$defs", {}))
    definition["properties"]["code"]["enum"] = [code.value for code in PROBLEMS]
    schemas["Problem"] = definition
    statuses = sorted({meaning.status for meaning in PROBLEMS.values()})
    found["components"]["responses"] = {f"Problem{each}": _problem(each) for each in statuses}
    for methods in found["paths"].values():
        for method, operation in methods.items():
            operation["responses"].update(_problems(method, operation))
    return found


def schema_answer(api: NinjaAPI) -> HttpResponse:
    """The description as an answer."""
    return HttpResponse(_published(api), content_type=JSON)


@cache
def _published(api: NinjaAPI) -> str:
    return description_text(describe(api))


def description_text(description: dict[str, Any]) -> str:
    """The text of the file in docs."""
    return json.dumps(description, indent=1, sort_keys=True) + "\n"


def _problems(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """The problems of an operation, by status."""
    statuses = set(ALWAYS) | (set(WRITES) if method != "get" else {422})
    ref = "#/components/responses/Problem"
    return {str(status): {"$ref": f"{ref}{status}"} for status in sorted(statuses)}


def _problem(status: int) -> dict[str, Any]:
    titles = [meaning.title for meaning in PROBLEMS.values() if meaning.status == status]
    headers = {"Retry-After": HEADERS["Retry-After"]} if status in (409, 429, 503) else {}
    return {
        "description": " ".join(titles),
        "content": {PROBLEM_TYPE: {"schema": PROBLEM_REF}},
        **({"headers": headers} if headers else {}),
    }
