"""The last net: errors that nobody handled are logged, and told to whoever listens.

Python has five places where an error ends up that nobody caught: the program itself (and the slots
of Qt), threads, objects that cannot even be destroyed, event loops, and coroutines nobody awaited.
None of them may end in a traceback on somebody's terminal, where no redaction reaches.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kling_desktop import log
from kling_desktop.domain.bug_report import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

logger = logging.getLogger(__name__)

MOST = 20
"""Failures that are kept for a report; where one is raised again and again, the first ones tell."""
_NO_ERROR = (KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError)


class Alarm:
    """Hears every unhandled error of this process, on any thread."""

    def __init__(self, say: Callable[[Failure], None]) -> None:
        """``say`` hears of failures until somebody else listens."""
        self._listener = say
        self._seen: list[Failure] = []
        self._busy = threading.local()

    @property
    def seen(self) -> tuple[Failure, ...]:
        """The first failures of this process."""
        return tuple(self._seen)

    def install(self) -> Callable[[], None]:
        """Hear everything from now on; what it gives back puts all as it was before."""
        before = sys.excepthook, threading.excepthook, sys.unraisablehook
        sys.excepthook = self._of_program
        threading.excepthook = self._of_thread
        sys.unraisablehook = self._of_object

        def undo() -> None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = before

        return undo

    def listen(self, listener: Callable[[Failure], None]) -> None:
        """From now on that one hears of failures, on whatever thread they happen."""
        self._listener = listener

    def of_loop(self, _: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """The handler of exceptions of an event loop."""
        error = context.get("exception")
        message = str(context.get("message") or "error in an event loop")
        if error is None or _is_of_connection(error, context):
            # A connection that broke off is told where somebody waits for it.
            logger.warning("event loop: %s", message, exc_info=error)
        else:
            self.raised(error, message)

    def raised(self, error: BaseException, where: str, *, is_logged: bool = False) -> None:
        """Log an error and tell of it; never raises, and never hears of itself."""
        if isinstance(error, _NO_ERROR) or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            if not is_logged:
                # Without a log this comes to the terminal, which is no place for a traceback.
                told = error if log.is_kept() else None
                logger.critical("unhandled error: %s", where, exc_info=told)
            self._tell(f"{type(error).__name__}: {where}", "".join(_lines(error)))
        finally:
            self._busy.now = False

    def complain(self, summary: str) -> None:
        """The same for what is no exception, such as a critical message of Qt."""
        if not getattr(self._busy, "now", False):
            self._busy.now = True
            try:
                logger.critical("%s", summary)
                self._tell(summary, summary)
            finally:
                self._busy.now = False

    def _tell(self, summary: str, details: str) -> None:
        failure = Failure(log.redact(summary), log.redact(details), datetime.now(UTC))
        if len(self._seen) < MOST:
            self._seen.append(failure)
        with suppress(Exception):  # There is nobody left to tell it to.
            self._listener(failure)

    def _of_program(self, _: type[BaseException], error: BaseException, __: Any) -> None:
        self.raised(error, "in the program")

    def _of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            name = "" if args.thread is None else args.thread.name
            self.raised(args.exc_value, f"in the thread {name}")

    def _of_object(self, args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is not None:
            self.raised(args.exc_value, args.err_msg or "while something was put away")


def _is_of_connection(error: BaseException, context: Mapping[str, Any]) -> bool:
    return isinstance(error, OSError) and ("transport" in context or "protocol" in context)


def _lines(error: BaseException) -> list[str]:
    try:
        return traceback.format_exception(error)
    except Exception:  # noqa: BLE001 - an error whose own text cannot be made is still an error
        return [type(error).__name__]
