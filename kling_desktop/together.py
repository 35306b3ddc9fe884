"""Work that is done side by side or apart; of the standard library and of this program alone."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.errors import Transient

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

T = TypeVar("T")


async def together(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it side by side.

    What fails for the moment leaves the others to their end, and is raised then; an error that
    waiting does not cure ends the rest at once. A ``TaskGroup`` would end the rest in both cases,
    and what has been sent so far would be sent again.
    """
    tasks = [asyncio.ensure_future(each) for each in work]
    pending = set(tasks)
    try:
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for error in filter(None, (task.exception() for task in done)):
                if not isinstance(error, Transient):
                    raise error
        for task in tasks:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def apart(work: Callable[[], T], name: str = "apart") -> T:
    """Do what may block for ever on a thread that nobody waits for once this is cancelled.

    ``asyncio.to_thread`` would keep its loop, and with it the program, from ending: its threads
    are joined.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def do() -> None:
        result: T | None = None
        failed: BaseException | None = None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits
            failed = error
        with contextlib.suppress(RuntimeError):  # The loop may have ended meanwhile.
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=do, name=name, daemon=True).start()
    return await answer
