"""The drill: an instance with 10,000 credentials is lost, and comes back on a new machine."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.backup.place import LONG_S, fill, new_machine
from tests.config.installation import OTHER_KEY, Installation
from tests.summary import CRASH, leave

pytestmark = [pytest.mark.database, pytest.mark.long, pytest.mark.timeout(1800)]
MANAGE = "manage.py"
CREDENTIALS = 10_000
RESTORED_WITHIN_S = 600
MANY = f"""
from bench.rows import rows_of
from credentials_app import secrets
from credentials_app.models import Credential
from credentials_app.secrets import SealedContent
from registry.secret import Secret
rows_of({CREDENTIALS})
rows = list(Credential.objects.filter(name__startswith="deploy-0"))
for number, row in enumerate(rows):
    secret = Secret(f"made-up-password-{{number}}")
    secrets.seal(row, SealedContent(secret, row.username, row.origin))
Credential.objects.bulk_update(rows, ["sealed"], batch_size=500)
"""
COUNT = "from credentials_app.models import Credential; print(Credential.objects.count())"


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[Installation]:
    """The instance that is lost; only its backup remains."""
    with new_machine(tmp_path / "lost") as place:
        fill(place)
        done = place.run(MANAGE, "shell", "-v0", "-c", MANY, within_s=2 * LONG_S)
        assert done.returncode == 0, done.stderr
        yield place


def counted(place: Installation) -> int:
    done = place.run(MANAGE, "shell", "-v0", "-c", COUNT, within_s=LONG_S)
    return int(done.stdout.split()[-1])


def test_ten_thousand_credentials_come_back_within_ten_minutes(
    lost: Installation, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file, stored = tmp_path / "drill.backup", counted(lost)
    assert stored >= CREDENTIALS
    began = time.monotonic()
    made = lost.run(MANAGE, "backup", "--output", str(file), within_s=LONG_S)
    backup_took = time.monotonic() - began
    assert made.returncode == 0, made.stderr
    with new_machine(tmp_path / "new") as place:
        wrong = {"LOCKKEEPER_KEYS": OTHER_KEY}
        refused = place.run(MANAGE, "restore", str(file), changes=wrong, within_s=LONG_S)
        assert refused.returncode == 1
        assert "This backup needs key" in refused.stderr
        damaged = tmp_path / "damaged.backup"
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)
        assert place.run(MANAGE, "restore", str(damaged), within_s=LONG_S).returncode == 1
        began = time.monotonic()
        done = place.run(MANAGE, "restore", str(file), within_s=RESTORED_WITHIN_S)
        restore_took = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        began = time.monotonic()
        doctor = place.run(MANAGE, "doctor", "--stopped", "--all-seals", "--json", within_s=LONG_S)
        doctor_took = time.monotonic() - began
        findings = json.loads(doctor.stdout)["findings"]
        assert [each for each in findings if each["severity"] == "problem"] == []
        seals = next(each for each in findings if each["name"] == "seals")
        figures = {
            "credentials": counted(place),
            "backup_s": round(backup_took, 1),
            "size_mib": round(file.stat().st_size / 2**20, 1),
            "restore_s": round(restore_took, 1),
            "doctor_s": round(doctor_took, 1),
            "seals": seals["sentence"],
        }
        leave(request.node, CRASH, f"Restore drill\n{figures}")
        assert figures["credentials"] == stored
