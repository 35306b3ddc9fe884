"""Uploads in parts, as either official client makes them (``fal-protocol.md`` §10.3, §10.4)."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from kling_desktop.sandbox.answers import TooLarge, pieces

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

    from kling_desktop.sandbox.database import Database
    from kling_desktop.sandbox.files import Files, StoredFile

NUMBERS = range(1, 10_001)
LARGEST_PART = 64 * 1024 * 1024
LARGEST_FILE = 2 * 1024 * 1024 * 1024
"""Bytes."""


class BadParts(Exception):
    """The parts do not make a file; says why."""


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)

    part_number: int = Field(ge=NUMBERS[0], le=NUMBERS[-1])
    etag: str


class _Wish(BaseModel):
    parts: list[_Part] = Field(min_length=1, max_length=len(NUMBERS))


@dataclass(frozen=True, slots=True)
class Multipart:
    """Collects the parts of files; they outlive a restart of the server."""

    database: Database
    files: Files

    async def receive(self, request: Request, file: StoredFile, number: int) -> str:
        """Keep one part, in the place of an earlier one of that number; returns its ETag.

        Raises:
            BadParts, TooLarge: it is not kept.
        """
        if number not in NUMBERS:
            raise BadParts("Invalid part number")
        hashed, part = hashlib.md5(usedforsecurity=False), self.files.part()
        try:
            with part.open("wb") as out:
                async for piece in pieces(request, LARGEST_PART):
                    out.write(piece)
                    hashed.update(piece)
            part.replace(self.files.part_of(file, number))
        finally:
            part.unlink(missing_ok=True)
        etag = f'"{hashed.hexdigest()}"'
        self.database.write("INSERT OR REPLACE INTO parts VALUES (?, ?, ?)", file.id, number, etag)
        return etag

    async def complete(self, file: StoredFile, body: bytes) -> None:
        """Put the parts together in the order of their numbers; once more does no harm.

        Raises:
            BadParts: one is missing, or is another than the client means.
            TooLarge: together they are.
        """
        if file.size is not None:
            return
        numbers = self._checked(file, body)
        sources = [self.files.part_of(file, number) for number in numbers]
        if sum(each.stat().st_size for each in sources) > LARGEST_FILE:
            raise TooLarge
        whole = self.files.part()
        await asyncio.to_thread(_join, sources, whole)
        self.files.keep(file, whole)
        for each in sources:
            each.unlink()
        self.database.write("DELETE FROM parts WHERE file = ?", file.id)

    def _checked(self, file: StoredFile, body: bytes) -> list[int]:
        try:
            wish = TypeAdapter(_Wish).validate_json(body)
        except ValidationError:
            raise BadParts("Expected parts with partNumber and etag") from None
        query = "SELECT number, etag FROM parts WHERE file = ?"
        known = dict(self.database.all(query, file.id))
        told = {part.part_number: part.etag for part in wish.parts}
        if any(known.get(number) != etag for number, etag in told.items()):
            raise BadParts("One or more of the specified parts could not be found")
        return sorted(told)


def _join(sources: list[Path], whole: Path) -> None:
    with whole.open("wb") as out:
        for each in sources:
            with each.open("rb") as part:
                shutil.copyfileobj(part, out, 1024 * 1024)
