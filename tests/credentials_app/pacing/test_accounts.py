"""Which user names are accounts that failures could lock, and which stand for nobody."""

import pytest

from credentials_app.pacing.accounts import SHARED_NAMES, account_of
from credentials_app.pacing.origins import account_hash
from registry.addresses.origins import Origin
from registry.login import Login
from registry.providers import GENERIC, PROVIDERS, by_slug
from registry.secret import Secret

OWN = Origin.parse("https://registry.example.org")
GITLAB_COM = Origin.parse("https://registry.gitlab.com")
PASSWORD = "made-up!"  # no secret of anybody
GLPAT, GLDT = "glpat-MADEUPMADEUPMADEUP12", "gldt-MADEUPMADEUP12345678"


@pytest.mark.parametrize(
    ("provider", "username", "secret", "account"),
    [
        pytest.param("generic", "ci-robot", PASSWORD, "ci-robot", id="a name like any other"),
        pytest.param("generic", " CI-Robot ", PASSWORD, "ci-robot", id="however it is spelled"),
        pytest.param("generic", "", PASSWORD, "", id="no name"),
        pytest.param("generic", "cp", PASSWORD, "cp", id="somebody may be called cp"),
        pytest.param("harbor", "robot$team+reader", PASSWORD, "robot$team+reader", id="a robot"),
        pytest.param("ecr", "AWS", PASSWORD, "", id="Amazon's password of twelve hours"),
        pytest.param("gar", "_json_key", PASSWORD, "", id="Google's key"),
        pytest.param("gar", "_json_key_base64", PASSWORD, "", id="Google's key in base64"),
        pytest.param("gar", "oauth2accesstoken", PASSWORD, "", id="Google's token"),
        pytest.param("generic", "oauth2accesstoken", PASSWORD, "", id="behind another name"),
        pytest.param("ibm", "iamapikey", PASSWORD, "", id="IBM's API key"),
        pytest.param("ibm", "cp", PASSWORD, "", id="IBM's entitlement key"),
        pytest.param("scaleway", "nologin", PASSWORD, "", id="Scaleway's word"),
        pytest.param("nvidia", "$oauthtoken", PASSWORD, "", id="NVIDIA's word"),
        pytest.param("quay", "$app", PASSWORD, "", id="Quay's word"),
        pytest.param("quay", "team+reader", PASSWORD, "team+reader", id="Quay's robot"),
        pytest.param("gitlab", "gitlab-ci-token", PASSWORD, "", id="a job"),
        pytest.param("gitlab", "alice", PASSWORD, "alice", id="a password at GitLab"),
        pytest.param("harbor", "alice", GLPAT, "alice", id="a GitLab token at Harbor"),
    ],
)
def test_an_account_is_what_failures_could_lock(
    provider: str, username: str, secret: str, account: str
) -> None:
    assert account_of(Login(OWN, username, Secret(secret), provider)) == account


@pytest.mark.parametrize("secret", [GLPAT, GLDT])
@pytest.mark.parametrize("named", ["gitlab", "generic"])
class TestAGitLabToken:
    """It has no account at a GitLab. What the server shows decides, not what a person names."""

    def test_has_no_account_where_the_challenge_is_gitlabs(self, named: str, secret: str) -> None:
        login = Login(OWN, "alice", Secret(secret), named)
        assert account_of(login, by_slug("gitlab")) == ""

    def test_has_no_account_at_gitlab_com(self, named: str, secret: str) -> None:
        login = Login(GITLAB_COM, "alice", Secret(secret), named)
        assert account_of(login) == ""

    def test_has_none_by_the_name_of_a_deploy_token(self, named: str, secret: str) -> None:
        login = Login(OWN, "gitlab+deploy-token-1", Secret(secret[-10:]), named)
        assert account_of(login, by_slug("gitlab")) == ""

    def test_is_a_password_elsewhere(self, named: str, secret: str) -> None:
        login = Login(OWN, "alice", Secret(secret), named)
        assert account_of(login) == account_of(login, GENERIC) == "alice"


def test_the_table_names_providers_that_there_are() -> None:
    assert set(SHARED_NAMES) <= {provider.slug for provider in PROVIDERS}
    assert all(name == name.casefold() for names in SHARED_NAMES.values() for name in names)


def test_a_mark_tells_origins_and_accounts_apart_and_names_nobody() -> None:
    other = Origin.parse("https://other.example.org")
    marks = {account_hash(OWN, "alice"), account_hash(OWN, "bob"), account_hash(other, "alice")}
    assert len(marks) == 3
    assert account_hash(OWN, "alice") == account_hash(OWN, "alice")
    assert not any("alice" in mark for mark in marks)
    assert account_hash(OWN, "") == ""
