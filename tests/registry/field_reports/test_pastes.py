"""Pastes that are no password: told before any request, and usable if a person knows better."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.secret_kinds.doubts import LENGTHS, doubt_about, split_auth
from registry.secret_kinds.paste import PasteError, read_paste

CONFIG = '{\n  "auths": {"registry.example.org": {"auth": "cm9ib3Q6bWFkZS11cA=="}}\n}'
KUBERNETES = '{"kind": "Secret", "data": {".dockerconfigjson": "bWFkZS11cA=="}}'


def _auth(pair: str) -> str:
    return base64.b64encode(pair.encode()).decode()


DOUBTS = {
    "reported: the name of a variable with two dollar signs": ("$$REGISTRY_TOKEN", "variable"),
    "reported: the same with one": ("$REGISTRY_TOKEN", "variable"),
    "reported: the auth field of a docker config": (_auth("robot:made-up-password"), "auth"),
    "reported: a whole docker config": (CONFIG, "config"),
    "a variable in braces": ("${REGISTRY_TOKEN}", "variable"),
    "a variable in braces with a default": ("${TOKEN:-none}", "variable"),
    "a command": ("$(cat /run/secrets/token)", "variable"),
    "a secret of a workflow": ("${{ secrets.REGISTRY_TOKEN }}", "variable"),
    "a value of a template": ("{{ .Values.password }}", "variable"),
    "a variable of Windows": ("%REGISTRY_TOKEN%", "variable"),
    "a variable of PowerShell": ("$env:REGISTRY_TOKEN", "variable"),
    "a variable in small letters": ("$registry_password", "variable"),
    "a placeholder": ("<your-access-token>", "placeholder"),
    "a masked value": ("[MASKED]", "placeholder"),
    "asterisks": ("********", "placeholder"),
    "an entry of a docker config": ('{"registry.example.org": {"auth": "bWFkZQ=="}}', "config"),
    "a config that names a store": ('{"credsStore": "desktop"}', "config"),
    "a Kubernetes secret": (KUBERNETES, "config"),
    "the auth field of a robot": (_auth("robot$team+ci:made-up"), "auth"),
    "typographic quotation marks": ("“made-up-password-1”", "quotes"),
    "German quotation marks": ("„made-up-password-1“", "quotes"),
    "plain quotation marks": ('"made-up-password-1"', "quotes"),
    "backticks": ("`made-up-password-1`", "quotes"),
    "cut for display": ("glpat-MADEUP…", "cut"),
    "cut for display by three dots": ("glpat-MADEUP...", "cut"),
    "a GitHub token with a sign too many": ("ghp_" + "M" * 37, "length"),
    "a Docker token that is cut": ("dckr_pat_" + "M" * 26, "length"),
    "an NVIDIA key that is cut": ("nvapi-" + "M" * 63, "length"),
    "a DigitalOcean token with its line number": ("dop_v1_" + "0" * 65, "length"),
    "twice": ("made-up-password-1" * 2, "twice"),
}
PASSWORDS = [
    *("made-up-password-1", "$ecret-made-up", "$1", "a$B", "Pa$$W0RD-made-up", "100%MADE%up"),
    *("<3 made up", '"made-up', "made-up'", "''", "…made-up", "{made-up}", "[made-up]"),
    *("bWFkZS11cA==", "made:up", '{"type": "service_account", "a": {"b": 1}}', "MADE_UP", "$A"),
    *(prefix + "M" * (length - len(prefix)) for prefix, length in LENGTHS.items()),
    _auth("AWS:made-up-password"),
    _auth('{"type":"service_account","private_key":"made-up"}'),
    _auth("made up:password"),
    _auth("no-colon-at-all"),
    _auth("robot:"),
]


@pytest.mark.parametrize("case", DOUBTS)
def test_it_is_told_and_can_be_used_anyway(case: str) -> None:
    text, key = DOUBTS[case]
    with pytest.raises(PasteError) as told:
        read_paste(text)
    assert told.value.is_doubt
    assert told.value.message.key == f"paste_{key}"
    assert text not in told.value.message.text()
    assert read_paste(text, anyway=True).secret.reveal() == text


@pytest.mark.parametrize("text", PASSWORDS)
def test_a_password_that_only_looks_a_little_like_it_is_taken(text: str) -> None:
    assert read_paste(text).secret.reveal() == text


@pytest.mark.parametrize("text", ["", "a\nb", "a\0b", "Bearer made-up-token-1"])
def test_what_can_be_no_password_is_no_doubt(text: str) -> None:
    for anyway in (False, True):
        with pytest.raises(PasteError) as told:
            read_paste(text, anyway=anyway)
        assert not told.value.is_doubt


def test_an_auth_field_is_split_at_its_first_colon() -> None:
    assert split_auth(_auth("robot$team+ci:made:up")) == ("robot$team+ci", "made:up")


@given(st.text(max_size=60))
def test_no_text_makes_it_fail_or_is_repeated(text: str) -> None:
    message = doubt_about(text)
    assert message is None or len(text) < 3 or text not in dict(message.params).values()
