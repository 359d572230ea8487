"""Recognizes pastes that are hardly a password, though a person may know better. Pure.

On its own: what is refused for good is in :mod:`registry.secret_kinds.paste`.
"""

import base64
import binascii
import re

from registry.protocol.strict_json import NotJson, read_json
from registry.words.message import Message

VARIABLES = re.compile(
    r"\$+[A-Z_][A-Z0-9_]{2,}"  # of a shell, also as make and compose double the sign
    r"|\$+[a-z_]*(?:password|passwd|token|secret|key)[a-z0-9_]*"
    r"|\$+[{(][^{}()]+[)}]"
    r"|\$?\{\{[^{}]+\}\}"  # of templates and GitHub's workflows
    r"|%[A-Za-z_][A-Za-z0-9_]*%|\$env:[A-Za-z_][A-Za-z0-9_]*"  # of Windows
)
PLACEHOLDERS = re.compile(
    r"<[^<>]+>|\[(?:masked|redacted|filtered|hidden)\]|[*•]{6,}|x{8,}", re.IGNORECASE
)
QUOTES = {
    "“": "”",
    "„": "“”",
    "”": "”",
    "‘": "’",
    "‚": "‘’",
    "«": "»",
    '"': '"',
    "'": "'",
    "`": "`",
}
CONFIG_KEYS = frozenset({"auths", "credHelpers", "credsStore", ".dockerconfigjson"})
USER_NAME = re.compile(r'[^\s:{}"]{1,255}')
#: The wrapped password of Amazon ECR, which its registries take as it is.
WRAPPED = frozenset({"AWS"})
#: How a token begins, and how long the whole of it is.
LENGTHS = {
    "ghp_": 40,
    "dckr_pat_": 36,
    "dckr_oat_": 41,
    "nvapi-": 70,
    "dop_v1_": 71,
    "dor_v1_": 71,
    "doo_v1_": 71,
}


def doubt_about(text: str) -> Message | None:
    """Return why this text is hardly a password; None if nothing speaks against it.

    Takes the pasted text without the spaces around it. The message never contains the text.
    """
    causes = (
        ("paste_variable", VARIABLES.fullmatch(text) is not None),
        ("paste_placeholder", PLACEHOLDERS.fullmatch(text) is not None),
        ("paste_config", _is_config(text)),
        ("paste_auth", split_auth(text) is not None),
        ("paste_quotes", len(text) > 2 and text[-1] in QUOTES.get(text[0], "")),
        ("paste_cut", text.endswith(("…", "..."))),
    )
    for key, applies in causes:
        if applies:
            return Message.of(key)
    return _wrong_length(text)


def split_auth(text: str) -> tuple[str, str] | None:
    """Return user name and password of a docker config's `auth` field; None for other texts."""
    if len(text) < 8:
        return None
    try:
        name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    is_pair = bool(colon and password) and password.isprintable() and name not in WRAPPED
    return (name, password) if is_pair and USER_NAME.fullmatch(name) else None


def _is_config(text: str) -> bool:
    if not text.startswith("{"):
        return False
    try:
        value = read_json(text.encode("utf-8", "surrogatepass"))
    except NotJson:
        return False
    if not isinstance(value, dict):
        return False
    data = value.get("data")
    keys = {*value, *(data if isinstance(data, dict) else ())}
    has_auth = any(isinstance(each, dict) and "auth" in each for each in value.values())
    return has_auth or not CONFIG_KEYS.isdisjoint(keys)


def _wrong_length(text: str) -> Message | None:
    for prefix, wanted in LENGTHS.items():
        if text.startswith(prefix) and len(text) != wanted:
            return Message.of("paste_length", prefix=prefix, wanted=str(wanted), has=str(len(text)))
    return None
