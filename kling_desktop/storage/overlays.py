"""What each backend told about its models, one small file a backend.

Losing such a file costs nothing but another question, so one that cannot be read is passed over and
the catalog that ships with the program counts.
"""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from kling_desktop.domain.renewal import VERSION, Overlay
from kling_desktop.storage.disk import write_document, writing
from kling_desktop.storage.names import slug

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

LARGEST = 8 * 1024 * 1024
"""Bytes; what is longer is not ours, and is no whole document once it is cut."""


class OverlayFiles:
    """The overlays in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_empty(self) -> bool:
        """Whether no backend was ever asked, so that it does not matter which one counts."""
        try:
            return not any(self._folder.glob("*.json"))
        except OSError:
            return True

    def load(self, backend: str) -> Overlay | None:
        """What a backend told last, or None where there is nothing usable."""
        path = self._path(backend)
        try:
            return _read(path, backend)
        except FileNotFoundError:
            return None
        except ValidationError:
            reason = "it is damaged"
        except (OSError, _Unusable) as error:
            reason = str(error)
        log.warning("what fal told of its models is passed over file=%s: %s", path.name, reason)
        return None

    def save(self, overlay: Overlay) -> None:
        """Keep an overlay in place of the one before. Raises FolderUnusable."""
        path = self._path(overlay.backend)
        facts = {"version": VERSION} | overlay.model_dump(mode="json", exclude_defaults=True)
        document = json.dumps(facts, indent=1) + "\n"
        with writing():
            write_document(path, document)

    def _path(self, backend: str) -> Path:
        if backend in {"live", "sandbox"}:
            return self._folder / f"{backend}.json"
        # An address, with characters that no file name has; the number keeps two apart.
        number = hashlib.sha256(backend.encode()).hexdigest()[:8]
        return self._folder / f"{slug(backend)}-{number}.json"


class _Unusable(Exception):
    """A file that is sound, and still not for this program to read."""


def _read(path: Path, backend: str) -> Overlay:
    with path.open("rb") as file:
        text = file.read(LARGEST)
    version = TypeAdapter(dict[str, Any]).validate_json(text).get("version")
    if isinstance(version, int) and version > VERSION:
        raise _Unusable(f"version {version} is newer than this program")
    overlay = Overlay.model_validate_json(text)
    if overlay.backend != backend:
        raise _Unusable("it is about another backend")
    return overlay
