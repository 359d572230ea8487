"""Parse the body of a refusal: its error codes, and a short text that only rules may read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from registry.protocol.strict_json import NotJson, read_json

MAX_TEXT = 200
MAX_ERRORS = 16
TEXT_KEYS = (
    *("__type", "error", "error_description"),
    *("message", "Message", "details", "detail", "reason"),
)
CODE = re.compile(r"[A-Z_]{1,64}")
TAG = re.compile(r"<[^<>]*>")
MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|!--|[a-z]+[ />])", re.IGNORECASE)
HIDDEN = re.compile(r"<(?:script|style)", re.IGNORECASE)
HIDDEN_END = re.compile(r"</(?:script|style)", re.IGNORECASE)

Looks = Literal["json", "html", "text", "empty"]


@dataclass(frozen=True)
class ErrorBody:
    """The codes and text of a refusal. ``codes`` match `[A-Z_]{1,64}`, in the order sent.

    ``text`` has at most 200 printable characters without tags. It is foreign text: only rules match
    it, and nothing may store, show or log it. ``looks`` is the form of the body.
    """

    codes: tuple[str, ...] = ()
    text: str = ""
    looks: Looks = "empty"


def read_errors(body: bytes, content_type: str) -> ErrorBody:
    """Read the body of an answer that is no success. Never raises.

    Takes the body (at most the first 64 KiB count) and the `Content-Type`, which counts only if
    the body itself does not show its form. Reads the registries' `errors` list (OCI
    distribution-spec, "Error Codes"), the single `message`, `details`, `error` and
    `error_description` of token services and of GitLab's API, and the `__type` of AWS.
    """
    if not body.strip():
        return ErrorBody()
    try:
        value = read_json(body)
    except NotJson:
        text = body[:65536].decode("utf-8", "replace")
        if "html" in content_type.lower() or MARKUP.match(text):
            return ErrorBody((), _clean(_without_hidden(text)), "html")
        return ErrorBody((), _clean(text), "text")
    errors = list(_errors(value))
    codes = [error["code"] for error in errors if _is_code(error.get("code"))]
    texts = [text for error in errors for text in _texts(error)]
    return ErrorBody(tuple(dict.fromkeys(map(str, codes))), _clean(" ".join(texts)), "json")


def read_start(body: bytes, content_type: str) -> ErrorBody:
    """Read the first bytes of a body that was too large to be read whole. Never raises.

    Takes the bytes and the `Content-Type`. There are no ``codes``: half a JSON text says nothing
    for sure. ``looks`` is the form that the bytes begin with, else the one of the `Content-Type`.
    """
    text = body[:65536].decode("utf-8-sig", "replace")
    form = content_type.lower()
    if "html" in form or MARKUP.match(text):
        return ErrorBody((), _clean(_without_hidden(text)), "html")
    is_json = text.lstrip()[:1] in ("{", "[") or ("json" in form and not text.strip())
    return ErrorBody((), _clean(text), "json" if is_json else "text")


def _errors(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, str):
        yield {"message": value}
    if isinstance(value, dict):
        listed = value.get("errors")
        for item in listed[:MAX_ERRORS] if isinstance(listed, list) else []:
            yield item if isinstance(item, dict) else {"message": item}
        yield value


def _texts(error: dict[str, object]) -> Iterator[str]:
    for key in TEXT_KEYS:
        text = error.get(key)
        if isinstance(text, str):
            yield text


def _is_code(code: object) -> bool:
    return isinstance(code, str) and CODE.fullmatch(code) is not None


def _without_hidden(text: str) -> str:
    """The page without scripts and styles, in linear time for every input."""
    kept: list[str] = []
    position = 0
    while (start := HIDDEN.search(text, position)) is not None:
        kept.append(text[position : start.start()])
        end = HIDDEN_END.search(text, start.end())
        position = len(text) if end is None else end.start()
    return "".join((*kept, text[position:]))


def _clean(text: str) -> str:
    plain = TAG.sub(" ", text)
    printable = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(printable.split())[:MAX_TEXT].rstrip()
