"""What cannot be right in a file, and what surprises its reader."""

import pytest

from credentials_app.exports.files import FileFormat
from credentials_app.exports.findings import FileFinding, findings_of
from credentials_app.resolver import Candidate
from credentials_app.serving import Wish
from registry.addresses.origins import Origin
from tests.credentials_app.test_resolver import candidate

HOST, TEAM = candidate("host"), candidate("team", "team")
BESIDE, TWIN = candidate("beside", "team-b"), candidate("twin", "team")
KINDS = list(FileFormat)


def said(
    kind: FileFormat,
    *rows: Candidate,
    others: tuple[Candidate, ...] = (),
    username: str = "ci",
    wish: Wish = Wish.PULL,
) -> list[FileFinding]:
    return findings_of([(each, username) for each in rows], kind, others, wish=wish)


def refuses(found: list[FileFinding]) -> bool:
    return bool(found) and all(each.refuses for each in found)


@pytest.mark.parametrize("kind", KINDS)
def test_one_credential_of_a_whole_host_is_right_everywhere(kind: FileFormat) -> None:
    assert said(kind, HOST) == []


@pytest.mark.parametrize("kind", KINDS)
def test_two_of_one_host_are_refused_where_the_host_alone_counts(kind: FileFormat) -> None:
    found = said(kind, HOST, TEAM)
    by_host = kind in {FileFormat.DOCKER, FileFormat.GITLAB}
    assert refuses(found) is by_host
    if by_host:
        assert "auth.json of podman, or use the credential helper" in found[0].words


@pytest.mark.parametrize("kind", KINDS)
def test_two_of_one_repository_are_refused(kind: FileFormat) -> None:
    found = said(kind, TEAM, TWIN)
    assert refuses(found)
    assert "team, twin" in found[0].words


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", ["paused", "expired", "revoked", "refused", "blocked"])
def test_what_is_not_served_is_not_exported(kind: FileFormat, label: str) -> None:
    assert refuses(said(kind, candidate("bad", label=label)))


def test_what_may_push_is_exported_only_if_it_is_asked_for() -> None:
    pushing = candidate("pushing", push=True)
    assert refuses(said(FileFormat.DOCKER, pushing))
    assert said(FileFormat.DOCKER, pushing, wish=Wish.PUSH) == []
    assert said(FileFormat.PODMAN, pushing, TEAM, wish=Wish.PUSH) == []


@pytest.mark.parametrize("username", ["", "a:b"])
def test_a_user_name_that_would_break_the_file_is_refused(username: str) -> None:
    assert refuses(said(FileFormat.DOCKER, HOST, username=username))


def test_an_access_key_is_no_login_of_docker() -> None:
    found = said(FileFormat.DOCKER, HOST, username="AKIAEXAMPLEEXAMPLE12")
    assert refuses(found)
    assert "docker-credential-ecr-login" in found[0].words


@pytest.mark.parametrize("kind", [FileFormat.DOCKER, FileFormat.GITLAB])
def test_a_repository_is_lost_where_the_host_alone_counts(kind: FileFormat) -> None:
    [found] = said(kind, TEAM)
    assert (found.refuses, "not only for team" in found.words) == (False, True)


def test_the_kubelet_reaches_further_than_the_repository() -> None:
    [found] = said(FileFormat.KUBERNETES, TEAM, others=(BESIDE, HOST))
    assert not found.refuses
    assert "images of beside" in found.words
    assert said(FileFormat.PODMAN, TEAM, others=(BESIDE, HOST)) == []


def test_a_server_without_encryption_is_named() -> None:
    [found] = said(FileFormat.PODMAN, candidate("plain", at=Origin("http", "10.1.2.3", 5000)))
    assert (found.refuses, "http" in found.words) == (False, True)
