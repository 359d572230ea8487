"""On its own: limits the size of a log file while a process writes to it."""

import os
import shutil
from pathlib import Path

LARGEST = 10 * 1024 * 1024
KEPT = 3
PIECE = 1024 * 1024


def limit_log(file: Path) -> None:
    """Move the content of a large log file to ``.log.1``, and ``.log.1`` to ``.log.2``.

    The process keeps the file open for appending, so the file is emptied and not renamed; a line
    that is written at that very moment may be lost. When the disk is too full for a copy, the
    content is lost, and the disk has room again.
    """
    if not file.exists() or file.stat().st_size <= LARGEST:
        return
    for number in range(KEPT, 1, -1):
        older = file.with_suffix(f".log.{number - 1}")
        if older.exists():
            older.replace(file.with_suffix(f".log.{number}"))
    try:
        _copy(file, file.with_suffix(".log.1"))
    except OSError:
        file.with_suffix(".log.1").unlink(missing_ok=True)
    os.truncate(file, 0)


def _copy(file: Path, copy: Path) -> None:
    """Copy until there is nothing left to copy: the process may be writing meanwhile."""
    with file.open("rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target, PIECE)
        while piece := source.read(PIECE):
            target.write(piece)
