"""Everything outside that the engine works with, in one value."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import Closing
from kling_desktop.engine.bus import Bus
from kling_desktop.engine.crowd import Crowd
from kling_desktop.engine.line import Line, LooseWheel
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.places import Places
from kling_desktop.engine.uploads import Uploads
from kling_desktop.engine.whose import Whose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.jobs import JobId
    from kling_desktop.domain.line import Steering
    from kling_desktop.engine.catalogs import Catalogs
    from kling_desktop.engine.disk_ports import BudgetBook, Files, SeenPictures, Wheel
    from kling_desktop.engine.ports import Clock, Ledger, Provider
    from kling_desktop.engine.work_ports import Bench, BrushEye, FetchPicture
    from kling_desktop.engine.workshop import OpenDisk


class ForgottenPictures:
    """A memory of watched folders that lasts as long as the engine."""

    def __init__(self) -> None:
        self._seen: dict[Path, set[str]] = {}

    async def load(self, watched: Path) -> set[str] | None:
        return self._seen.get(watched)

    async def keep(self, watched: Path, seen: Collection[str]) -> None:
        self._seen[watched] = set(seen)


class Doors:
    """Whether anything new may begin; shut for good as soon as the engine is about to close."""

    def __init__(self) -> None:
        self.are_shut = False

    def check(self) -> None:
        """Raises Closing."""
        if self.are_shut:
            raise Closing


STREAMS = 4
"""Status streams at once: each holds a connection for as long as its request lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports, and the few facts that belong to this run of the program."""

    backend: str
    """Name of the backend; the engine touches only jobs that belong to it."""
    provider: Provider
    ledger: Ledger
    files: Files
    clock: Clock
    catalogs: Catalogs
    clips: Path
    """Where finished clips go unless a job says otherwise."""
    new_id: Callable[[], JobId]
    clips_now: Callable[[], Path] | None = None
    """The same as it is set now; without it that never changes."""
    budgets: BudgetBook | None = None
    """What may be spent; without it everything may."""
    bus: Bus = field(default_factory=Bus)
    pace: Pace = field(default_factory=Pace)
    brush_disk: OpenDisk | None = None
    """Opens what the motion brush needs of the disk; only a window wants it, and not at once."""
    brush_eye: BrushEye | None = None
    """Looks at clips of the motion brush; without it nobody does."""
    bench: Bench | None = None
    """Cuts frames out of clips and joins them."""
    fetch_picture: FetchPicture | None = None
    """Asks the web for a picture that somebody wants."""
    whose: Whose = field(default_factory=Whose)
    """Which account's key the provider has; without a word of it there is one account alone."""
    doors: Doors = field(default_factory=Doors)
    uploads: Uploads = field(default_factory=Uploads)
    line: Line = field(default_factory=Line)
    seen_pictures: SeenPictures = field(default_factory=ForgottenPictures)
    wheel: Wheel = field(default_factory=LooseWheel)
    places: Places = field(default_factory=Places)
    crowd: Crowd = field(default_factory=Crowd)
    ears: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STREAMS))
    """Room for the jobs that listen to their status streams."""

    @property
    def clips_folder(self) -> Path:
        """Where clips of new jobs go."""
        return self.clips if self.clips_now is None else self.clips_now()

    @property
    def steering(self) -> Steering:
        """What the user wants of the line now, whichever program was told."""
        return self.wheel.load(self.backend)

    @property
    def catalog(self) -> Catalog:
        """The catalog that counts now; it changes when the backend was asked."""
        return self.catalogs.current
