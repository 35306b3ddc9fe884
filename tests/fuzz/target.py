"""What is fuzzed, and the contract that every parser of outside data has to keep.

It returns a value or raises one of our errors, in time, with little memory; it warns of nothing,
says nothing on standard error and in the log no more than was announced; it writes nowhere but in
its folder, starts no program and connects to nobody.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import KlingDesktopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType
    from typing import IO

SECONDS = 5.0
"""For one input of at most some ten thousand bytes, on a machine that does other things too."""
MEMORY = 400_000_000
"""Bytes that one input may add to the most that the process ever had."""
PACKAGE = "kling_desktop"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {
    "os.mkdir": 0,
    "os.rename": 1,
    "os.remove": 0,
    "os.rmdir": 0,
    "os.chmod": 0,
    "os.link": 1,
    "os.symlink": 1,
    "os.truncate": 0,
    "shutil.rmtree": 0,
}
_NEVER = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "socket.connect",
    "socket.sendto",
    "pickle.find_class",
)


@dataclass(frozen=True, slots=True)
class Target:
    """A parser, and what it is fed."""

    name: str
    parse: Callable[[bytes, Path], object]
    """Given an input and an empty folder."""
    seeds: Callable[[], Sequence[bytes]]
    """Good inputs, and bad ones that are worth a beginning."""
    reads: tuple[str, ...]
    """The modules that it should reach, without the package's name."""
    refuses: tuple[type[BaseException], ...] = ()
    """What it may raise besides our errors, because its one caller is known to expect it."""
    complaint: str = "(?!)"
    """The pattern of what it may log."""
    words: tuple[bytes, ...] = ()
    """What the format knows."""
    inside: Callable[[bytes, Callable[[bytes], bytes]], bytes] | None = None
    """Changes what is in a container, so that its checksums hold."""


@dataclass(frozen=True, slots=True)
class Offence:
    """How a parser broke the contract."""

    what: str
    """The same for the same defect."""
    trace: str = ""


class TooLong(BaseException):
    """Time is up; no parser may catch it."""


class Watch:
    """Holds parsers to the contract; there is one at a time."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._folder = folder
        self._log = log
        self._said: IO[bytes]
        self._records: list[logging.LogRecord] = []
        self._handler = _Collector(self._records)
        self.seconds = SECONDS
        self.touched: list[str] = []
        self.is_on = False

    def offence(self, target: Target, data: bytes) -> Offence | None:
        """Feed one input to a parser; None where it keeps the contract."""
        place = Path(tempfile.mkdtemp(dir=self._folder))
        self._records.clear()
        self.touched.clear()
        before, said, began = _peak(), os.fstat(self._said.fileno()).st_size, time.monotonic()
        found = self._fed(target, data, place)
        if found is None:
            found = self._traces(target, said)
        if found is None and time.monotonic() - began > 2 * self.seconds:
            found = Offence("took too long, where nothing could stop it")
        if found is None and _peak() - before > MEMORY:
            found = Offence(f"took {(_peak() - before) // 1_000_000} MB")
        _emptied(place)
        return found

    def _fed(self, target: Target, data: bytes, place: Path) -> Offence | None:
        allowed: tuple[type[BaseException], ...] = (KlingDesktopError, *target.refuses)
        try:
            with _alarm(self.seconds):
                self.is_on = True
                target.parse(data, place)
        except allowed as error:
            return _about(error)
        except TooLong as error:
            return Offence("took too long", _told(error))
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            return Offence(f"{type(error).__name__} at {_place(error)}", _told(error))
        finally:
            self.is_on = False
        return None

    def _traces(self, target: Target, said: int) -> Offence | None:
        noise = [each.getMessage() for each in self._records]
        noise = [each for each in noise if not re.search(target.complaint, each)]
        if noise:
            return Offence(f"log noise: {re.sub('[0-9]+', '0', noise[0])[:60]}")
        if self.touched:
            return Offence(f"touched {re.sub('[0-9a-f_]{6,}', 'x', self.touched[0])[:80]}")
        if os.fstat(self._said.fileno()).st_size > said:
            self._said.seek(said)
            return Offence("said something on standard error", repr(self._said.read(300)))
        return None

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        """An audit event: what changes anything outside the folder is remembered."""
        if event.startswith(_NEVER):
            self.touched.append(event)
        elif event == "open" and isinstance(args[0], str) and _writing(args):
            self._look(event, args[0])
        elif event == "sqlite3.connect" or event in _CHANGES:
            self._look(event, args[_CHANGES.get(event, 0)])

    def _look(self, event: str, path: Any) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a file that is open already
        name = os.path.normpath(Path.cwd() / os.fsdecode(path))
        if "__pycache__" in name:
            return  # a module that is loaded for the first time is compiled
        if not name.startswith((str(self._folder), "/dev/null", "/proc/")):
            self.touched.append(f"{event} {name}")

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Everything that watches, for as long as this lasts."""
        root, kept = logging.getLogger(), os.dup(2)
        self._said = self._log.open("w+b", buffering=0)
        others, root.handlers = root.handlers, [self._handler]
        before, _audit.watch = _audit.watch, self
        os.dup2(self._said.fileno(), 2)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                yield self
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            root.handlers = others
            _audit.watch = before
            self._said.close()


class _Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


class _Audit:
    """An audit hook cannot be taken away, so there is one that may have nobody to tell."""

    watch: Watch | None = None

    def __init__(self) -> None:
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self.watch is not None and self.watch.is_on:
            self.watch.heard(event, args)


_audit = _Audit()


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """End what takes too long; only where the system can do that."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _about(error: BaseException) -> Offence | None:
    """An error of ours must be one that can be shown: in a sentence, and kept in UTF-8 or not."""
    from kling_desktop.domain.messages import explain

    if isinstance(error, KlingDesktopError):
        try:
            explain(error)
        except Exception as other:  # noqa: BLE001 - as above
            return Offence(
                f"no words for {type(error).__name__}: {type(other).__name__}", _told(other)
            )
    return None


def _place(error: BaseException) -> str:
    """The innermost line of the program, which tells defects apart."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if f"/{PACKAGE}/" in each.filename]
    last = [*frames, *ours][-1]
    return f"{Path(last.filename).name}:{last.name}"


def _told(error: BaseException) -> str:
    return "".join(each[:400] for each in traceback.format_exception(error)[-7:])


def _writing(args: tuple[Any, ...]) -> bool:
    _, mode, flags = args
    in_words = isinstance(mode, str) and set(mode) & set("wax+")
    return bool(in_words or (isinstance(flags, int) and flags & _WRITES))


def _peak() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _emptied(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
