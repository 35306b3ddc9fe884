"""The sandbox's CDN on disk: uploads and clips, each under an id that nobody can guess."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.sandbox.database import Database

USUAL_LIFE = 7 * 24 * 3600
"""Seconds that a file is kept unless somebody says otherwise (``fal-protocol.md`` §11)."""
_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, or the promise of one that is to be uploaded; a row of the table."""

    id: str
    name: str
    content_type: str
    token: str
    """Signature of the address that takes its bytes."""
    size: int | None
    """Bytes; None until they have arrived."""
    expires_at: float | None
    """Seconds since the epoch; None is never."""
    access: str
    """What strangers meet: ``allow``, ``forbid`` or ``hide``."""


_SELECT = f"SELECT {', '.join(each.name for each in fields(StoredFile))} FROM files WHERE "  # noqa: S608


class Files:
    """Bytes in a folder, their names and types in the database."""

    def __init__(self, database: Database, folder: Path, now: Callable[[], float]) -> None:
        self._database = database
        self._folder = folder
        self._now = now
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.glob("*.part"):
            part.unlink()
        self.sweep()

    def promise(
        self, name: str, content_type: str, *, life: int | None = None, access: str = "allow"
    ) -> StoredFile:
        """Make room for a file whose bytes will follow.

        ``life`` is in seconds; 0 is for ever, None is as long as usual.
        """
        ends = None if life == 0 else self._now() + (life or USUAL_LIFE)
        file = StoredFile(
            *(secrets.token_hex(16), _tidy(name), content_type, secrets.token_urlsafe(24)),
            *(None, ends, access),
        )
        self._database.write(
            "INSERT INTO files (id, name, content_type, token, expires_at, access)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(file.id, file.name, file.content_type, file.token, file.expires_at, file.access),
        )
        return file

    def part(self) -> Path:
        """A new place to collect bytes in."""
        return self._folder / f"{secrets.token_hex(16)}.part"

    def part_of(self, file: StoredFile, number: int) -> Path:
        """Where one part of a file is kept until all of them are there; outlives a restart."""
        return self._folder / f"{file.id}.{number}"

    def keep(self, file: StoredFile, part: Path) -> None:
        """Take over the bytes, now that they are complete."""
        size = part.stat().st_size
        part.replace(self._folder / file.id)
        self._database.write("UPDATE files SET size = ? WHERE id = ?", size, file.id)

    def get(self, file_id: str) -> StoredFile:
        """The file of that id.

        Raises:
            KeyError: there is none.
        """
        return StoredFile(*self._database.one(_SELECT + "id = ?", file_id))

    def promised(self, token: str) -> StoredFile:
        """The file that an upload address stands for.

        Raises:
            KeyError: nobody was given that address.
        """
        return StoredFile(*self._database.one(_SELECT + "token = ?", token))

    def set_access(self, file: StoredFile, access: str) -> None:
        self._database.write("UPDATE files SET access = ? WHERE id = ?", access, file.id)

    def path(self, file_id: str) -> Path | None:
        """Where the bytes of that id are, if they are there; needs no database."""
        path = self._folder / file_id
        return path if _ID.fullmatch(file_id) and path.is_file() else None

    def remove(self, file_id: str) -> None:
        """Delete the bytes; what the file was stays known."""
        for path in (*self._folder.glob(f"{file_id}.*"), self._folder / file_id):
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete the bytes whose time is over; nobody will ever get them again."""
        query = "SELECT id FROM files WHERE expires_at <= ?"
        for (file_id,) in self._database.all(query, self._now()):
            self.remove(file_id)


def _tidy(name: str) -> str:
    """A name that can be the last part of an address."""
    name = name.encode("utf-8", "replace").decode().replace("/", "_").replace("\\", "_")
    return name[-_LONGEST_NAME:] if name.strip(". ") else "file"
