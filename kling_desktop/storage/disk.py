"""Files that are either whole or not there, whatever happens to the program meanwhile."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import FolderUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOR_WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


@contextmanager
def writing() -> Iterator[None]:
    """Say plainly what the disk refused.

    Raises:
        FolderUnusable: in place of any error of the operating system.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        where = f"{error.filename}: " if error.filename else ""
        raise FolderUnusable(f"{where}{reason}") from error


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def write_whole(path: Path, data: bytes, *, part: Path, mode: int = 0o600) -> None:
    """Put a file in place at once: readers see the old one or the new one, never half.

    ``part`` is where it grows, in the same folder; what a killed program left there is replaced.
    It is private unless ``mode`` lets others read it.
    """
    try:
        with os.fdopen(os.open(part, _FOR_WRITING, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_document(path: Path, text: str) -> None:
    """The same for a small private document, whose folder is made if it is missing."""
    private_folder(path.parent)
    # Two programs may write at one moment, each in its own part.
    write_whole(path, text.encode(), part=path.with_name(f".{path.stem}.{os.getpid()}.part"))


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on disk."""
    with path.open("r+b") as file:  # Windows syncs only what is open for writing
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk; Windows has no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot; the rename has happened all the same.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


def mark_of(path: Path) -> tuple[int, int, int] | None:
    """Something that is another as soon as a file was written anew; None where there is none."""
    try:
        known = path.stat()
    except OSError:
        return None
    return known.st_ino, known.st_mtime_ns, known.st_size


def sha256_of(path: Path) -> str:
    """The content of a file as a number in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
