"""What the commands of operators write: backups, the doctor, exports, anchors, refused starts."""

import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyrage

from config.backup.archive import parts
from config.backup.encryption import decrypt
from tests.canary.spellings import Canary
from tests.config.installation import PROJECT
from tests.journeys.product import Product

PASSWORDS = ("database password", "queue password", "mail password")
AWAY = "127.0.0.1:1"
"""Nobody listens there."""
PLANTED = "name of a missing file"
"""A refused start tells it: among the operators' secrets it is the leak that must be found."""


def _run(product: Product, *command: str, changes: Mapping[str, str] | None = None) -> bytes:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=product.variables | (changes or {}),
        capture_output=True,
        timeout=150,
        check=False,
    )
    return done.stdout + done.stderr


def outputs_of_commands(
    product: Product, operators: Mapping[str, Canary], folder: Path
) -> Iterator[tuple[str, str, bytes]]:
    """Each output. ``operators``: passwords of servers, which are away while some of it runs."""
    yield from _backups(product, folder)
    yield "audit export", "audit_export", _run(product, "audit_export")
    yield "anchors", "audit_export --anchors", _run(product, "audit_export", "--anchors")
    yield "audit export", "audit_verify", _run(product, "audit_verify")
    away = {
        "DATABASE_URL": f"postgres://lockkeeper:{operators['database password'].secret}@{AWAY}/x",
        "REDIS_URL": f"redis://:{operators['queue password'].secret}@{AWAY}/0",
        "EMAIL_URL": f"smtp+tls://lockkeeper:{operators['mail password'].secret}@{AWAY}",
    }
    for changes in ({}, {"EMAIL_URL": away["EMAIL_URL"]}, away):
        for options in ((), ("--json",)):
            kind = "doctor as JSON" if options else "doctor"
            yield kind, f"{len(changes)} away", _run(product, "doctor", *options, changes=changes)
    for name, url in away.items():
        broken = {name: url.replace(AWAY, "[made-up")}
        yield "refused start", name, _run(product, "check", changes=broken)
    wrong = {"LOCKKEEPER_KEYS": operators["another sealing key"].secret, "LOCKKEEPER_KEYS_FILE": ""}
    yield "refused start", "another key", _run(product, "prune_history", changes=wrong)
    gone = {"DATABASE_URL": away["DATABASE_URL"]}
    yield "refused start", "no database", _run(product, "prune_history", changes=gone)
    named = operators[PLANTED].secret if PLANTED in operators else "missing"
    lost = {"SECRET_KEY": "", "SECRET_KEY_FILE": f"/made-up/{named}"}
    yield "refused start", "no file", _run(product, "check", changes=lost)


def _backups(product: Product, folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """A plain backup and an encrypted one, each as it is and unpacked."""
    owner, identity = pyrage.x25519.Identity.generate(), folder / "identity"
    identity.write_text(str(owner))
    plain, sealed, opened = folder / "plain", folder / "sealed", folder / "opened"
    for file in (plain, sealed, opened):
        file.unlink(missing_ok=True)
    said = _run(product, "backup", "--output", str(plain))
    said += _run(product, "backup", "--output", str(sealed), "--to", str(owner.to_public()))
    yield "backup", "what it said", said
    decrypt(sealed, identity, opened)
    for kind, file in (("backup", plain), ("encrypted backup", opened)):
        yield kind, "as it is", file.read_bytes()
        for name, chunks in parts(file):
            yield kind, name, b"".join(chunks)
    yield "encrypted backup", "as it is", sealed.read_bytes()


def operators_secrets(product: Product) -> dict[str, Canary]:
    """The keys that this instance has made for itself, and a made-up one."""
    keys, made = product.data / "keys", secrets.token_hex(32)
    return {
        "sealing key": Canary("sealing key", (keys / "sealing_keys").read_text().strip()),
        "SECRET_KEY": Canary("SECRET_KEY", (keys / "secret_key").read_text().strip()),
        "another sealing key": Canary("another sealing key", made),
    }
