"""Encrypts a backup to an age public key, and decrypts it with the private one."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from config.backup.archive import BadBackup
from config.backup.content import private_file

AGE = b"age-encryption.org/v1"


@contextmanager
def encrypted(stream: BinaryIO, recipient: str) -> Iterator[BinaryIO]:
    """A stream whose bytes reach ``stream`` encrypted; ``stream`` itself without a recipient."""
    if not recipient:
        yield stream
        return
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise BadBackup("This is no age public key; it must begin with age1.") from None
    reading, writing = os.pipe()
    failed: list[Exception] = []
    thread = threading.Thread(target=_encrypt, args=(reading, stream, key, failed))
    thread.start()
    try:
        with os.fdopen(writing, "wb") as plain:
            yield plain
    finally:
        thread.join()
    if failed:
        raise BadBackup("The backup could not be encrypted.") from failed[0]


def _encrypt(
    reading: int, stream: BinaryIO, key: "pyrage.x25519.Recipient", failed: list[Exception]
) -> None:
    with os.fdopen(reading, "rb") as plain:
        try:
            pyrage.encrypt_io(plain, stream, [key])
        except Exception as error:  # noqa: BLE001  # the other thread raises it
            failed.append(error)
            while plain.read(1 << 16):  # whoever writes must not wait for ever
                continue


def is_encrypted(file: Path) -> bool:
    """True for a file in the age format."""
    with file.open("rb") as stream:
        return stream.read(len(AGE)) == AGE


def decrypt(file: Path, identity: Path, target: Path) -> None:
    """Decrypt a backup into a new file for its owner only. Raises :class:`BadBackup`.

    ``identity``: a file with the private key, as ``age-keygen`` writes it.
    """
    lines = [line.strip() for line in identity.read_text(encoding="utf-8").splitlines()]
    try:
        keys = [
            pyrage.x25519.Identity.from_str(line) for line in lines if line[:1] not in {"", "#"}
        ]
    except pyrage.IdentityError:
        raise BadBackup(f"{identity} holds no age private key.") from None
    try:
        with file.open("rb") as stream, private_file(target) as plain:
            pyrage.decrypt_io(stream, plain, keys)
    except pyrage.DecryptError:
        raise BadBackup("The private key does not open this backup, or it is damaged.") from None
