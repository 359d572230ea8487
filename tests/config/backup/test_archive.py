"""The file of a backup: whole, it comes back; with any byte changed, it is refused."""

import io
from pathlib import Path

import pytest

from common.crypto import KeyRing
from config.backup.archive import BadBackup, Manifest, parts, read_manifest, verify, writing
from tests.common.test_crypto import ONE, TWO

RING = KeyRing.parse(ONE)
MANIFEST = Manifest(
    version="0.1.0",
    made_at="2026-03-10T12:00:00+00:00",
    database="sqlite",
    migrations=["common.0001_initial"],
    keys=[RING.names[0]],
    audit={"seq": "7", "id": "abc"},
)
CONTENT = {"first": [b"made-up rows", b"more"], "empty": [], "last": [b"x" * 300_000]}


def made(folder: Path, ring: KeyRing = RING, content: dict[str, list[bytes]] = CONTENT) -> Path:
    file, stream = folder / "a.backup", io.BytesIO()
    with writing(stream, MANIFEST, ring) as archive:
        for name, chunks in content.items():
            archive.add(name, chunks)
    file.write_bytes(stream.getvalue())
    return file


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    file = made(tmp_path)
    assert verify(file, RING) == read_manifest(file) == MANIFEST
    found = {name: b"".join(chunks) for name, chunks in parts(file)}
    assert found == {name: b"".join(chunks) for name, chunks in CONTENT.items()}


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    file = made(tmp_path, content={"first": [b"made-up rows"]})
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(BadBackup):
            verify(file, RING)
    file.write_bytes(whole)
    assert verify(file, RING) == MANIFEST


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    file = made(tmp_path, content={"first": [b"made-up rows"]})
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(BadBackup):
            verify(file, RING)
    file.write_bytes(whole + b"x")
    with pytest.raises(BadBackup):
        verify(file, RING)


def test_a_wrong_key_is_refused_with_both_names(tmp_path: Path) -> None:
    file, other = made(tmp_path), KeyRing.parse(TWO)
    with pytest.raises(BadBackup) as refused:
        verify(file, other)
    assert RING.names[0] in str(refused.value)
    assert other.names[0] in str(refused.value)
    assert verify(file, KeyRing.parse(f"{TWO},{ONE}")) == MANIFEST, "an older key of the ring"


def test_a_backup_that_somebody_else_made_under_the_name_of_the_key_is_refused(
    tmp_path: Path,
) -> None:
    file = made(tmp_path, KeyRing.parse(TWO))
    name, other = RING.names[0].encode(), KeyRing.parse(TWO).names[0].encode()
    whole = file.read_bytes()
    head, _, last = whole.rpartition(b"sha256 ")
    file.write_bytes(head + b"sha256 " + last.replace(other, name))
    with pytest.raises(BadBackup, match="does not have its key"):
        verify(file, RING)


def test_another_file_is_no_backup(tmp_path: Path) -> None:
    file = tmp_path / "a"
    for content in (b"", b"PK\x03\x04", b"lockkeeper backup 2\n{}\n", b"lockkeeper backup 1\n{]\n"):
        file.write_bytes(content)
        with pytest.raises(BadBackup):
            read_manifest(file)
        with pytest.raises(BadBackup):
            verify(file, RING)
