"""Everything outside that the engine works with, in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kling_desktop.engine.bus import Bus
from kling_desktop.engine.pace import Pace
from kling_desktop.engine.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kling_desktop.domain.catalog import Catalog
    from kling_desktop.domain.jobs import JobId
    from kling_desktop.engine.ports import Clock, Files, Ledger, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The ports, and the few facts that belong to this run of the program."""

    backend: str
    """Name of the backend; the engine touches only jobs that belong to it."""
    provider: Provider
    ledger: Ledger
    files: Files
    clock: Clock
    catalog: Catalog
    clips: Path
    """Where finished clips go unless a job says otherwise."""
    new_id: Callable[[], JobId]
    bus: Bus = field(default_factory=Bus)
    pace: Pace = field(default_factory=Pace)
    uploads: Uploads = field(default_factory=Uploads)
