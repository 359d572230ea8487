"""Headers and parameters that the description names beside those of the functions."""

from typing import Any

from credentials_app.presentation.list_order import SORTS
from workspaces.audit_log.filters import OUTCOMES

LIST_WORDS = {
    "status": "Such as attention, expiring, valid or paused.",
    "provider": "Such as gitlab or docker_hub.",
    "server": "As in https://registry.example.org.",
    "owner": "The key of a person, or nobody.",
    "access": "pull, push, excess or push_not_proved.",
    "ends": "month, 7, 30, 90 (days) or none.",
    "tag": "A tag, or - for those without one.",
    "secret": "Whose: password, token, perhaps (a person's), machine; or http (sent unencrypted).",
    "age": "Stored for more than so many days.",
    "checked": "Not checked for so many days, or never.",
    "used": "Not used for so many days, where the provider tells.",
}
"""The filters of a list of one workspace. Equal secrets are compared on pages only."""

AUDIT_WORDS = {
    "q": "Words in who, what, code or address.",
    "who": "Part of a name.",
    "what": "A kind such as secrets, or the code of an action.",
    "which": "Part of the name of what the action was about.",
    "where": "Part of the name of a workspace.",
}


def _header(name: str, words: str, **schema: Any) -> dict[str, Any]:
    shape = {"type": "string", **schema}
    return {"in": "header", "name": name, "schema": shape, "required": False, "description": words}


def _several(name: str, words: str) -> dict[str, Any]:
    shape = {"type": "array", "items": {"type": "string"}}
    return {"in": "query", "name": name, "schema": shape, "required": False, "description": words}


def _one(name: str, words: str, **schema: Any) -> dict[str, Any]:
    shape = {"type": "string", **schema}
    return {"in": "query", "name": name, "schema": shape, "required": False, "description": words}


CURSOR_PARAMETER = _one("cursor", "The `next` of the page before.")
LIST_CURSOR = {"parameters": [CURSOR_PARAMETER]}
LIST_FILTERS = {
    "parameters": [
        _one("q", "Words to search for.", maxLength=200),
        *(_several(chip, words) for chip, words in LIST_WORDS.items()),
        _one(
            "sort",
            "The order; with - the other way.",
            enum=[f"{sign}{name}" for name in SORTS for sign in ("", "-")],
        ),
        CURSOR_PARAMETER,
    ]
}
AUDIT_FILTERS = {
    "parameters": [
        *(_one(name, words, maxLength=200) for name, words in AUDIT_WORDS.items()),
        _one("since", "From this day on.", format="date"),
        _one("until", "Until the end of this day.", format="date"),
        _one("outcome", "How it ended.", enum=[*OUTCOMES]),
        CURSOR_PARAMETER,
    ]
}
IDEMPOTENCY_KEY = {
    "parameters": [
        _header(
            "Idempotency-Key",
            "A text in double quotes. For 24 hours a repeat gets the first answer.",
            pattern='^"[a-zA-Z0-9-]{1,255}"$',
        )
    ]
}
IF_MATCH = {"parameters": [_header("If-Match", "The ETag of what you have read.")]}
IF_MATCH_NEEDED = {"parameters": [{**IF_MATCH["parameters"][0], "required": True}]}
IF_NONE_MATCH = {"parameters": [_header("If-None-Match", "An ETag: 304 if nothing changed.")]}
