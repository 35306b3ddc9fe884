"""Which pictures of watched folders were seen, by content: one small file for each folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import TYPE_CHECKING

from kling_desktop.domain.given_json import parsed
from kling_desktop.storage.disk import write_document
from kling_desktop.storage.locking import alone_with

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

log = logging.getLogger(__name__)


class SeenFiles:
    """Satisfies ``engine.disk_ports.SeenPictures``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def load(self, watched: Path) -> set[str] | None:
        """What was seen there; None if the folder was never watched, or nobody can tell."""
        return await asyncio.to_thread(self._load, watched)

    async def keep(self, watched: Path, seen: Collection[str]) -> None:
        """Remember it, with all that any program has seen there. Raises FolderUnusable."""
        await asyncio.to_thread(self._keep, watched, frozenset(seen))

    def _keep(self, watched: Path, seen: Collection[str]) -> None:
        path = self._file(watched)
        with alone_with(path):
            known = {*seen, *(self._load(watched) or ())}
            document = {"folder": str(watched), "seen": sorted(known)}
            write_document(path, json.dumps(document))

    def _load(self, watched: Path) -> set[str] | None:
        try:
            found = parsed(self._file(watched).read_text("utf-8"))
            return {str(each) for each in found["seen"]}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, LookupError) as error:
            # As if it were new: what is there is left alone, which costs nothing.
            log.warning("seen pictures cannot be read: %s", type(error).__name__)
            return None

    def _file(self, watched: Path) -> Path:
        name = hashlib.sha256(str(watched).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return self._folder / f"{name}.json"
