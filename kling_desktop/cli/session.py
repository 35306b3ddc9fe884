"""One loop and one engine for one command, and an orderly end whenever somebody wants it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from kling_desktop import wiring
from kling_desktop.choice import holder_of
from kling_desktop.cli.output import say, say_salvage
from kling_desktop.domain.errors import MissingKey, OtherAccount, UnknownJob
from kling_desktop.domain.holders import named, way_back
from kling_desktop.paths import places
from kling_desktop.storage.holders import HolderFile

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Coroutine
    from types import TracebackType

    from kling_desktop.cli.exits import Exit
    from kling_desktop.domain.jobs import Job
    from kling_desktop.engine.engine import Engine

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(command: Coroutine[Any, Any, Exit]) -> Exit:
    """Run a command to its end; Ctrl+C and SIGTERM cancel it.

    Raises:
        asyncio.CancelledError: it was stopped while it was not watching any job.
    """
    with _Stopper() as stopper, asyncio.Runner() as runner:
        return runner.run(stopper.watch(command))


def ignore_signals() -> None:
    """From here to the end of the program nothing is left to stop."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@asynccontextmanager
async def engine_on(choice: wiring.Choice, *, takes_unsent: bool = False) -> AsyncIterator[Engine]:
    """An engine for this command; a wish to stop does not hurry its orderly end.

    Raises as :func:`kling_desktop.wiring.open_engine`.
    """
    stack = AsyncExitStack()
    opened = wiring.open_engine(choice, places(), takes_unsent=takes_unsent, on_salvage=say_salvage)
    engine = await stack.enter_async_context(opened)
    try:
        yield engine
    finally:
        closing = asyncio.ensure_future(stack.aclose())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing  # Only the first signal cancels.


async def choice_for(args: argparse.Namespace) -> wiring.Choice:
    """The backend and the key that the command names. Raises as ``wiring.choose``."""
    profile = getattr(args, "profile", None) or ""
    return await wiring.choose(wiring.Wish(args.wish), os.environ, profile=profile)


async def choice_of(job: Job) -> wiring.Choice:
    """The backend that a job belongs to, with the key of its account: jobs never cross.

    Raises:
        UnknownJob: it is not the one that the environment names.
        OtherAccount: no key that is at hand is of its account.
    """
    choice = await _backend_of(job)
    if not job.account or await _has(choice, job):
        return choice
    book = HolderFile(places().holders)
    for profile in book.names_of(job.account):
        with contextlib.suppress(MissingKey):
            own = await wiring.choose(wiring.Wish.LIVE, os.environ, profile=profile)
            if own.name == job.backend and await _has(own, job):
                say(f"It belongs to {named(profile)}, so that one's key is used.")
                return own
    name = book.name_of(job.account) or job.profile
    raise OtherAccount(f"{job.id} belongs to {named(name)}: {way_back(name)}")


async def _has(choice: wiring.Choice, job: Job) -> bool:
    """Whether a job is of the account of a key; nothing is noted of the key."""
    return (await asyncio.to_thread(holder_of, choice, places())).has(job)


async def _backend_of(job: Job) -> wiring.Choice:
    wish = wiring.Wish(job.backend) if job.backend in {"sandbox", "live"} else wiring.Wish.AUTO
    choice = await wiring.choose(wish, os.environ)
    if choice.name != job.backend:
        raise UnknownJob(f"it belongs to {job.backend}; set {wiring.BACKEND_VARIABLE}")
    return choice


class _Stopper:
    """Turns signals into one cancel, however often somebody presses Ctrl+C.

    Plain handlers, not the loop's: they work on Windows, and they stay until the loop is closed.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._asked = False
        self._task: asyncio.Task[Any] | None = None

    def __enter__(self) -> _Stopper:
        self._before = {number: signal.signal(number, self._hear) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._asked:
            # The next one, a moment later, must not kill a program that is just leaving.
            return ignore_signals()
        for number, handler in self._before.items():
            signal.signal(number, handler or signal.SIG_DFL)
        return None

    async def watch(self, command: Coroutine[Any, Any, Exit]) -> Exit:
        """Be the task that is cancelled."""
        self._task = asyncio.current_task()
        if self._asked and self._task is not None:
            self._task.cancel()
        return await command

    def _hear(self, *_: object) -> None:
        first, self._asked = not self._asked, True
        if first and self._task is not None:
            with contextlib.suppress(RuntimeError):  # The loop may just have been closed.
                self._task.get_loop().call_soon_threadsafe(self._task.cancel)
