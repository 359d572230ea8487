"""The data folder of an embedded Lockkeeper: its permissions, its files, and its lock."""

import fcntl
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from common.crypto import KEY_BYTES

LONGEST_SOCKET = 100  # a unix socket's path must stay below 108 bytes


class CannotRun(Exception):
    """Lockkeeper cannot run here. The text is one sentence for the operator."""


@dataclass(frozen=True)
class DataFolder:
    """The folder and the paths in it."""

    path: Path

    @property
    def keys(self) -> Path:
        """The folder of the key files, one file for each key."""
        return self.path / "keys"

    @property
    def run(self) -> Path:
        """The folder for lock and socket of the running processes."""
        return self.path / "run"

    @property
    def queue_socket(self) -> Path:
        """The socket of the queue."""
        return self.run / "queue.sock"

    @property
    def logs(self) -> Path:
        """The folder of the logs, one file for each process."""
        return self.path / "logs"

    def prepare(self) -> None:
        """Make the folder and its subfolders, for the owner only. Raises :class:`CannotRun`."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (
                self.keys,
                self.run,
                self.logs,
                self.path / "queue",
                self.path / "mails",
            ):
                folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
            self.path.chmod(0o700)
        except OSError as error:
            raise CannotRun(
                f"The data folder {self.path} cannot be written ({error.strerror}): "
                "make the user who runs this its owner, or name another one in LOCKKEEPER_DATA."
            ) from None
        if len(os.fsencode(self.queue_socket)) > LONGEST_SOCKET:
            raise CannotRun(
                f"The path of the data folder {self.path} is too long for a socket: "
                "name a shorter one in LOCKKEEPER_DATA."
            )

    def lock(self) -> int:
        """Lock the folder. Returns a descriptor; the lock lasts until it is closed."""
        descriptor = os.open(self.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise CannotRun(
                f"Lockkeeper already runs on the data folder {self.path} (process {holder})."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return descriptor

    def missing_keys(self) -> list[Path]:
        """The key files that the first start must write."""
        names = {"SECRET_KEY": "secret_key", "LOCKKEEPER_KEYS": "sealing_keys"}
        configured = {
            name for name in names if os.environ.get(name) or os.environ.get(f"{name}_FILE")
        }
        files = [self.keys / file for name, file in names.items() if name not in configured]
        return [file for file in files if not file.exists()]

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.logs / f"{name}.log"


def write_key(file: Path) -> None:
    """Write a new random key: the file appears complete, and never replaces another."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_hex(KEY_BYTES) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
        os.link(unfinished, file)
    finally:
        unfinished.unlink()
