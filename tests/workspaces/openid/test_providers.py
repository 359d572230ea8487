"""The settings of identity providers: what they mean, and the sentence for each that is wrong."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from config import env
from registry.secret import Secret
from tests.stand_ins.openid_provider import CLIENT_SECRET
from tests.workspaces.openid.visits import given
from workspaces.openid.providers import openid_faults, provider, providers

ISSUER = "https://login.example.org/realms/staff"


def test_a_provider_is_read_from_its_settings(settings: LazySettings) -> None:
    more = {"domains": "Example.org, example.net", "second_factor": "trusted"}
    settings.LOCKKEEPER_OPENID = {"corp-1": given(ISSUER + "/", **more)}
    assert list(openid_faults()) == []
    [found] = providers()
    assert (found.word, found.name, found.issuer) == ("corp-1", "Corp", ISSUER)
    assert found.brings_factor
    assert found.takes("carol@EXAMPLE.org")
    assert not found.takes("carol@sub.example.org")
    assert not found.takes("carol")
    assert found.answer_url == "http://localhost:8000/account/openid/corp-1/answer/"
    assert CLIENT_SECRET not in repr(found) + str(found)


@pytest.mark.parametrize(
    ("kind", "name", "issuer", "tells_time"),
    [
        ("gitlab", "GitLab", "https://gitlab.com", True),
        ("google", "Google", "https://accounts.google.com", False),
        ("github", "GitHub", "https://github.com", False),
    ],
)
def test_known_providers_need_no_issuer(
    kind: str, name: str, issuer: str, tells_time: bool, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID = {"one": given("", kind=kind, name="")}
    assert list(openid_faults()) == []
    found = provider("one")
    assert found
    assert (found.name, found.issuer, found.tells_time) == (name, issuer, tells_time)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": "saml"}, "LOCKKEEPER_OPENID_CORP_KIND must be one of openid, gitlab"),
        ({"issuer": ""}, "LOCKKEEPER_OPENID_CORP_ISSUER must be the issuer's address"),
        ({"issuer": "http://login.example.org"}, "_ISSUER must be"),
        ({"issuer": "https://login.example.org/?a=b"}, "_ISSUER must be"),
        ({"issuer": "https://a:b@login.example.org"}, "_ISSUER must be"),
        ({"issuer": "https://login.example.org:port"}, "_ISSUER must be"),
        ({"name": "x" * 41}, "_NAME must have at most 40"),
        ({"client_id": ""}, "LOCKKEEPER_OPENID_CORP_CLIENT_ID is missing"),
        ({"client_secret": Secret("")}, "LOCKKEEPER_OPENID_CORP_CLIENT_SECRET is missing"),
        ({"domains": "example.org @example.net"}, "_DOMAINS has '@example.net'"),
        ({"domains": "*.example.org"}, "_DOMAINS has"),
        ({"second_factor": "yes"}, "_SECOND_FACTOR must be trusted"),
        ({"ca": "-----BEGIN"}, "_CA must be one or more certificates"),
    ],
)
def test_a_wrong_setting_is_named(
    change: dict[str, Any], sentence: str, settings: LazySettings
) -> None:
    settings.LOCKKEEPER_OPENID = {"corp": given(ISSUER)}
    assert list(openid_faults()) == [], "the control"
    settings.LOCKKEEPER_OPENID = {"corp": given(ISSUER) | change}
    [found] = openid_faults()
    assert sentence in found
    assert CLIENT_SECRET not in found
    assert providers() == ()


def test_words_and_networks_are_looked_at_too(settings: LazySettings) -> None:
    settings.LOCKKEEPER_OPENID_NETWORKS = "10.0.0.1/8"
    settings.LOCKKEEPER_OPENID = {
        "Corp!": given(ISSUER),
        "one": given(ISSUER),
        "two": given(f"{ISSUER}/"),
    }
    first, second, third = openid_faults()
    assert "LOCKKEEPER_OPENID_NETWORKS has an invalid entry" in first
    assert "LOCKKEEPER_OPENID has 'Corp!'" in second
    assert f"Two providers of LOCKKEEPER_OPENID have the issuer {ISSUER}" in third


def test_the_environment_has_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{CLIENT_SECRET}\n")
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    monkeypatch.setattr(env, "secret_files", {})
    for name, value in {
        "LOCKKEEPER_OPENID": "my-corp",
        "LOCKKEEPER_OPENID_MY_CORP_ISSUER": ISSUER,
        "LOCKKEEPER_OPENID_MY_CORP_CLIENT_SECRET_FILE": str(file),
    }.items():
        monkeypatch.setenv(name, value)
    [(word, found)] = env.identity_providers().items()
    assert (word, found["issuer"], found["name"]) == ("my-corp", ISSUER, "")
    assert found["client_secret"] == Secret(CLIENT_SECRET)
    assert env.secret_files == {"LOCKKEEPER_OPENID_MY_CORP_CLIENT_SECRET_FILE": file}


def test_an_unknown_provider_is_not_there(db: None, settings: LazySettings) -> None:
    settings.LOCKKEEPER_OPENID = {}
    assert Client().post("/account/openid/corp/").status_code == 404
    assert "Continue with" not in Client().get("/account/login/").content.decode()
