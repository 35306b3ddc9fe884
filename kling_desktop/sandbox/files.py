"""The sandbox's CDN on disk: uploads and clips, each under an id that nobody can guess."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.sandbox.database import Database

_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 200
_SELECT = "SELECT id, name, content_type, token, size FROM files WHERE "


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file, or the promise of one that is to be uploaded."""

    id: str
    name: str
    content_type: str
    token: str
    """Signature of the address that takes its bytes."""
    size: int | None
    """Bytes; None until they have arrived."""


class Files:
    """Bytes in a folder, their names and types in the database."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.glob("*.part"):
            part.unlink()

    def promise(self, name: str, content_type: str) -> StoredFile:
        """Make room for a file whose bytes will follow."""
        name = _tidy(name)
        file = StoredFile(
            secrets.token_hex(16), name, content_type, secrets.token_urlsafe(24), None
        )
        self._database.write(
            "INSERT INTO files (id, name, content_type, token) VALUES (?, ?, ?, ?)",
            *(file.id, file.name, file.content_type, file.token),
        )
        return file

    def part(self) -> Path:
        """A new place to collect bytes in."""
        return self._folder / f"{secrets.token_hex(16)}.part"

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

    def path(self, file_id: str) -> Path | None:
        """Where the bytes of that id are, if they have arrived; needs no database."""
        path = self._folder / file_id
        return path if _ID.fullmatch(file_id) and path.is_file() else None


def _tidy(name: str) -> str:
    """A name that can be the last part of an address."""
    name = name.encode("utf-8", "replace").decode().replace("/", "_").replace("\\", "_")
    return name[-_LONGEST_NAME:] if name.strip(". ") else "file"
