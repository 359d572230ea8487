"""What a refusal says: its codes, and a short text that rules may look at and nobody stores."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from registry.protocol.strict_json import NotJson, read_json

MAX_TEXT = 200
MAX_ERRORS = 16
TEXTS = (
    *("__type", "error", "error_description"),
    *("message", "Message", "details", "detail", "reason"),
)
CODE = re.compile(r"[A-Z_]{1,64}")
TAG = re.compile(r"<[^<>]*>")
MARKUP = re.compile(r"\s*<(?:!doctype|\?xml|html|head|body|!--|[a-z]+[ />])", re.IGNORECASE)
UNSEEN = re.compile(r"<(?:script|style)", re.IGNORECASE)
UNSEEN_END = re.compile(r"</(?:script|style)", re.IGNORECASE)

Looks = Literal["json", "html", "text", "empty"]


@dataclass(frozen=True)
class ErrorBody:
    """A refusal's body, reduced. ``codes`` match `[A-Z_]{1,64}`, in the order sent.

    ``text`` has at most 200 printable characters without tags. It is a stranger's: for
    matching only, never to be stored, shown or logged.
    """

    codes: tuple[str, ...] = ()
    text: str = ""
    looks: Looks = "empty"


def read_errors(body: bytes, content_type: str) -> ErrorBody:
    """Read the body of an answer that is no success. Never raises.

    Takes the body (at most the first 64 KiB count) and the `Content-Type`, which is only
    believed where the body itself does not tell. Understands the registries' `errors` list
    (OCI distribution-spec, "Error Codes"), and the single `message`, `details`, `error` and
    `error_description` of token services and of GitLab's API, and the `__type` of AWS.
    """
    if not body.strip():
        return ErrorBody()
    try:
        value = read_json(body)
    except NotJson:
        text = body[:65536].decode("utf-8", "replace")
        if "html" in content_type.lower() or MARKUP.match(text):
            return ErrorBody((), _clean(_without_unseen(text)), "html")
        return ErrorBody((), _clean(text), "text")
    errors = list(_errors(value))
    codes = [error["code"] for error in errors if _is_code(error.get("code"))]
    texts = [text for error in errors for text in _texts(error)]
    return ErrorBody(tuple(dict.fromkeys(map(str, codes))), _clean(" ".join(texts)), "json")


def _errors(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, str):
        yield {"message": value}
    if isinstance(value, dict):
        listed = value.get("errors")
        for item in listed[:MAX_ERRORS] if isinstance(listed, list) else []:
            yield item if isinstance(item, dict) else {"message": item}
        yield value


def _texts(error: dict[str, object]) -> Iterator[str]:
    for key in (
        "__type",
        "error",
        "error_description",
        "message",
        "Message",
        "details",
        "detail",
        "reason",
    ):
        text = error.get(key)
        if isinstance(text, str):
            yield text


def _is_code(code: object) -> bool:
    return isinstance(code, str) and CODE.fullmatch(code) is not None


def _without_unseen(text: str) -> str:
    """The page without what a browser never shows. Linear, whatever a stranger sends."""
    kept: list[str] = []
    place = 0
    while (start := UNSEEN.search(text, place)) is not None:
        kept.append(text[place : start.start()])
        end = UNSEEN_END.search(text, start.end())
        place = len(text) if end is None else end.start()
    return "".join((*kept, text[place:]))


def _clean(text: str) -> str:
    plain = TAG.sub(" ", text)
    seen = "".join(sign if sign.isprintable() else " " for sign in plain)
    return " ".join(seen.split())[:MAX_TEXT].rstrip()
