"""Workers that hold trials, each with a sandbox of its own: a pool of processes without threads."""

from __future__ import annotations

import functools
import gc
import multiprocessing
import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from PIL import Image

from tests.helpers.crashes.ground import Ground, read_bill
from tests.helpers.crashes.trials import Trier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.helpers.crashes.plans import Outcome, Trial

WORKERS = 2
_MEMORY = Path("/dev/shm")
"""What a kill leaves is the same here, and it is faster: syncs are free."""
_trier: Trier | None = None


class Nursery:
    """Where trials are held, many at a time."""

    def __init__(self, folder: Path, pool: ProcessPoolExecutor) -> None:
        self._folder = folder
        self._pool = pool

    def run(self, trials: Iterable[Trial]) -> list[Outcome]:
        """Hold them all."""
        return list(self._pool.map(_run, trials))

    def bill(self) -> dict[str, list[tuple[str, int]]]:
        """By prompt, every request that any sandbox accepted."""
        found: dict[str, list[tuple[str, int]]] = {}
        for each in self._folder.glob("*/sandbox"):
            found |= read_bill(each)
        return found


@contextmanager
def nursery(clip: Path) -> Iterator[Nursery]:
    """Workers that are ready; ``clip`` is what their sandboxes make."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place, prefix="crashes-") as name:
        folder = Path(name)
        shutil.copyfile(clip, folder / "clip.mp4")
        Image.new("RGB", (300, 300), "teal").save(folder / "boat.png")
        spawned = multiprocessing.get_context("spawn")  # a fork would take the test's threads
        with ProcessPoolExecutor(WORKERS, spawned, _settle_in, (folder,)) as pool:
            yield Nursery(folder, pool)


def _settle_in(folder: Path) -> None:
    global _trier  # noqa: PLW0603 - what a worker has, it has for life
    mine = folder / f"worker-{os.getpid()}"
    mine.mkdir()
    # Certificates take longer to load than a job takes to be done.
    httpx.create_ssl_context = functools.cache(httpx.create_ssl_context)
    ground = Ground(mine / "sandbox", folder / "clip.mp4")
    Finalize(None, ground.close, exitpriority=1)
    _trier = Trier(mine, ground, folder / "boat.png")
    _trier.warm_up()
    gc.freeze()


def _run(trial: Trial) -> Outcome:
    assert _trier is not None
    return _trier.run(trial)
