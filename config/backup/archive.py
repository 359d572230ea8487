"""The file of a backup: a line of JSON about it, compressed parts, and a keyed digest of all.

    lockkeeper backup 1
    {"database": "postgresql", "keys": ["3f2a91c0"], …}
    gzip of parts: a name and chunks, each after its length; a chunk of no bytes ends a part
    sha256 <64 hex digits> key <name of a sealing key> mac <64 hex digits>

The digest covers every byte before the last line, and the key proves who wrote it: a byte that
was changed anywhere is noticed before anything is read from the parts.
"""

import hashlib
import hmac
import json
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO, cast

from common.crypto import KeyRing

MAGIC = b"lockkeeper backup 1\n"
LAST_LINE = re.compile(rb"sha256 ([0-9a-f]{64}) key ([0-9a-f]{8}) mac ([0-9a-f]{64})\n")
LAST_LINE_BYTES = 7 + 64 + 5 + 8 + 5 + 64 + 1
LABEL = "backup"
CHUNK = 1 << 18
MOST_MANIFEST = 1 << 20
LENGTH = struct.Struct(">I")


class BadBackup(Exception):
    """The file cannot be restored here. The text is a sentence for the operator."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. ``keys``: the names of the sealing keys that it needs, for its
    values and for its digest.

    ``audit``: number and id of the newest audit event, and the heads of the log in short: number
    and hash of the instance's, and the digest of all. ``tables``: the columns of each part.
    """

    version: str
    made_at: str
    database: str
    migrations: list[str]
    keys: list[str]
    audit: dict[str, str]
    tables: dict[str, list[str]] = field(default_factory=dict)


class _Hashing:
    """Writes to a stream and hashes what it writes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


class ArchiveWriter:
    """Writes the parts of a backup."""

    def __init__(self, compressed: GzipFile) -> None:
        self._compressed = compressed

    def add(self, name: str, chunks: Iterable[bytes | memoryview]) -> None:
        """Add a part."""
        self._put(name.encode())
        for chunk in chunks:
            if len(chunk):
                self._put(bytes(chunk))
        self._put(b"")

    def _put(self, data: bytes) -> None:
        self._compressed.write(LENGTH.pack(len(data)) + data)


@contextmanager
def writing(stream: BinaryIO, manifest: Manifest, ring: KeyRing) -> Iterator[ArchiveWriter]:
    """Write a backup to this stream; the last line is added at the end."""
    hashing = _Hashing(stream)
    hashing.write(MAGIC)
    hashing.write(json.dumps(asdict(manifest), sort_keys=True).encode() + b"\n")
    with GzipFile(fileobj=cast(BinaryIO, hashing), mode="wb", compresslevel=5, mtime=0) as body:
        yield ArchiveWriter(body)
    digest = hashing.digest.hexdigest()
    name = ring.names[0]
    stream.write(f"sha256 {digest} key {name} mac {ring.digest(LABEL, (digest,))}\n".encode())


def read_manifest(file: Path) -> Manifest:
    """What the file says of itself; nothing of it is proved yet. Raises :class:`BadBackup`."""
    with file.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise BadBackup("This file is no backup of Lockkeeper, or of a newer release.")
        line = stream.readline(MOST_MANIFEST)
    try:
        return Manifest(**json.loads(line))
    except (ValueError, TypeError):
        raise BadBackup("The backup is damaged: its first lines cannot be read.") from None


def verify(file: Path, ring: KeyRing) -> Manifest:
    """Read every byte, compare the digest and its key. Raises :class:`BadBackup`."""
    manifest = read_manifest(file)
    digest, length = hashlib.sha256(), file.stat().st_size - LAST_LINE_BYTES
    with file.open("rb") as stream:
        for chunk in _chunks(stream, max(length, 0)):
            digest.update(chunk)
        last = LAST_LINE.fullmatch(stream.read())
    if last is None or last[1].decode() != digest.hexdigest():
        raise BadBackup("The backup is damaged: its digest is another one, or it is cut.")
    name = last[2].decode()
    needed = {*manifest.keys, name}
    if missing := needed - {*ring.names}:
        raise BadBackup(
            f"This backup needs key {', '.join(sorted(missing))}; the key given is "
            f"{', '.join(ring.names)}. Give the right key in LOCKKEEPER_KEYS."
        )
    signer = next(each for each in ring.single_keys() if each.names[0] == name)
    if not hmac.compare_digest(signer.digest(LABEL, (digest.hexdigest(),)), last[3].decode()):
        raise BadBackup("The backup was changed by somebody who does not have its key.")
    return manifest


def parts(file: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The parts of a file that was verified, each to be read before the next one."""
    with file.open("rb") as stream:
        stream.seek(len(MAGIC))
        stream.readline(MOST_MANIFEST)
        left = file.stat().st_size - LAST_LINE_BYTES - stream.tell()
        body = GzipFile(fileobj=cast(BinaryIO, _Limited(stream, left)), mode="rb")
        try:
            while head := body.read(LENGTH.size):
                name = body.read(LENGTH.unpack(head)[0]).decode()
                yield name, _content(body)
        except (OSError, EOFError, zlib.error, struct.error, UnicodeDecodeError):
            raise BadBackup("The backup is damaged: a part cannot be read.") from None


def _content(body: GzipFile) -> Iterator[bytes]:
    while length := LENGTH.unpack(body.read(LENGTH.size))[0]:
        yield body.read(length)


def _chunks(stream: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (chunk := stream.read(min(CHUNK, length))):
        length -= len(chunk)
        yield chunk


class _Limited:
    """Reads so many bytes of a stream, and not the line after them."""

    def __init__(self, stream: BinaryIO, left: int) -> None:
        self._stream, self._left = stream, left

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted)
        self._left -= len(data)
        return data
