"""Whether earlier programs ended in good order, and what they could still write if not.

A program keeps a file while it runs and removes it at the end. Python writes into it where the
program breaks down; where it is killed, the file alone tells that it was there.
"""

from __future__ import annotations

import faulthandler
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from kling_desktop import __version__
from kling_desktop.domain.bug_report import Crash
from kling_desktop.domain.given_json import parsed
from kling_desktop.log import redact
from kling_desktop.storage.disk import private_folder, writing
from kling_desktop.storage.owners import Owner

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 64 * 1024
"""Characters of a trace that are read."""
MOST = 5
"""Crashes that are told of at once; the newest count."""


class Run:
    """This running program, until :meth:`end`."""

    def __init__(self, folder: Path) -> None:
        """Begin, and have breakdowns written down.

        Raises:
            FolderUnusable: nothing can be written there.
        """
        self._folder = folder
        self._owner = Owner(folder)
        self._path = folder / f"{self._owner.id}.run"
        with writing():
            private_folder(folder)
            self._file = _opened(self._path)
        told = {"began": datetime.now(UTC).isoformat(), "version": __version__}
        self._file.write(json.dumps(told) + "\n")
        self._file.flush()
        self._had_handler = faulthandler.is_enabled()
        faulthandler.enable(self._file)

    def crashed(self) -> list[Crash]:
        """Programs that have died since somebody asked last, newest first; then forgotten."""
        found: list[tuple[float, Crash]] = []
        with suppress(OSError):
            for path in self._folder.glob("*.run"):
                if path != self._path and not self._owner.is_alive(path.stem):
                    with suppress(OSError):
                        found.append((path.stat().st_mtime, _read(path)))
                        path.unlink()
        found.sort(key=lambda each: each[0], reverse=True)
        return [crash for _, crash in found[:MOST]]

    def end(self) -> None:
        """The program ends in good order."""
        faulthandler.disable()
        if self._had_handler:
            with suppress(ValueError, RuntimeError, OSError):  # There may be no standard error.
                faulthandler.enable()
        self._file.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._owner.release()


def _opened(path: Path) -> IO[str]:
    file = path.open("w", encoding="utf-8")
    path.chmod(0o600)
    return file


def _read(path: Path) -> Crash:
    with path.open(encoding="utf-8", errors="replace") as file:
        head, trace = file.readline(LONGEST), file.read(LONGEST)
    began = None
    with suppress(ValueError, TypeError, KeyError):
        began = datetime.fromisoformat(parsed(head)["began"])
    return Crash(began, redact(trace.strip()))
