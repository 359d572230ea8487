"""Files that the programs wrote themselves; their names say which, in which version.

docker and podman signed in to a registry at loopback, whose address was then replaced by
`registry.example.org:5000`.
"""

from pathlib import Path

import pytest

from registry.addresses.origins import Origin
from registry.login_files.login_file import read_login_file
from registry.secret import Secret

WRITTEN = sorted((Path(__file__).parent / "written").iterdir())


def test_each_program_is_there() -> None:
    programs = {path.name.partition("-")[0] for path in WRITTEN}
    assert programs == {"docker", "kubectl", "podman"}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_its_logins_are_read(path: Path) -> None:
    logins = [entry.login for entry in read_login_file(path.read_bytes(), path.name)]
    assert len(logins) == (2 if path.name.startswith("podman") else 1)
    for login in logins:
        assert login is not None
        assert login.server.origin == Origin("https", "registry.example.org", 5000)
        assert (login.username, login.secret) == ("ci", Secret("made-up-password"))
    assert {login.server.path for login in logins if login} <= {"", "team/app"}
