"""The engine's own thread: a plain asyncio loop that the window awaits from its own loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")


class EngineThread:
    """One daemon thread with one loop, which owns the network, the ledger and every long task."""

    def __init__(self, name: str = "kling-engine") -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)
        self._thread.start()
        self._ready.wait()

    async def call(self, work: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
        """Await ``work(*args)`` from another loop; result, error and cancel all cross over."""
        if self._loop is None or self._loop.is_closed():
            raise RuntimeError("the engine has stopped")
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work(*args), self._loop))

    def close(self, timeout: float = 20.0) -> bool:
        """Cancel what is left and join; True if the thread has ended. Blocks: not for the UI."""
        if self._loop is not None and self._stop is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # It may just be closing by itself.
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _main(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            runner.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
