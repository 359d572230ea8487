"""Recognize a list of tags by its start, when the whole of it is too long or too slow. Pure."""

import json
import re

TEXT = r'"((?:[^"\\\x00-\x1f]|\\.)*)"'
NAME_FIRST = re.compile(rf'\s*\{{\s*"name"\s*:\s*{TEXT}')
TAGS_FIRST = re.compile(r'\s*\{\s*"tags"\s*:\s*\[\s*"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"')
# Google names the folders below and the images before the tags: google/go-containerregistry,
# pkg/v1/google/list.go.
IMAGES_FIRST = re.compile(
    rf'\s*\{{\s*"child"\s*:\s*(?:null|\[\s*(?:{TEXT}\s*(?:,\s*{TEXT}\s*)*)?\])'
    r'\s*,\s*"manifest"\s*:\s*\{\s*"sha256:[0-9a-f]{64}"'
)


def starts_tag_list(start: bytes, repository: str) -> bool:
    """True if these first bytes of an answer begin a list of the repository's tags. Never raises.

    Such a list names the repository first, at some registries without the folder that only the
    registry's address has; or its first member has a tag, or an image as Google writes it. Source:
    distribution specification, "Listing Tags".
    """
    text = start.decode("utf-8-sig", "replace")
    named = NAME_FIRST.match(text)
    if named is None:
        return bool(TAGS_FIRST.match(text) or IMAGES_FIRST.match(text))
    name = _unescaped(named.group(1))
    return bool(name) and f"/{repository}".endswith(f"/{name}")


def _unescaped(text: str) -> str:
    """The text of a JSON string; empty if it is none."""
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return ""
