"""The stand-in can be started by hand, and prints what it serves."""

import sys
from pathlib import Path

from tests.servers.process import free_port, running
from tests.stand_ins.asking import ask, basic


def test_it_prints_its_addresses_logins_and_requests(project: Path, tmp_path: Path) -> None:
    web, registry = free_port(), free_port()
    command = [sys.executable, "-m", "tests.stand_ins.gitlab"]
    ports = [f"--gitlab-port={web}", f"--registry-port={registry}"]
    env = {"PYTHONPATH": str(project), "PYTHONUNBUFFERED": "1"}
    with running([*command, *ports], folder=tmp_path, env=env) as served:
        served.wait_until(lambda: "Images:" in served.words())
        assert f"http://127.0.0.1:{registry}" in served.words()
        secret = served.words().partition("account password")[2].split()[1]
        url = f"http://127.0.0.1:{web}/jwt/auth?service=container_registry"
        assert ask(url, headers=basic("anna", secret)).status == 200
        served.wait_until(lambda: "web GET /jwt/auth basic -> 200" in served.words())
        served.stop()
        assert served.process.returncode == 0
