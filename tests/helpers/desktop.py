"""A desktop to try the window on: Xvfb, a window manager, a file manager, a mouse and keys."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SIZE = (2000, 900)
STEPS = 14
"""Small moves that a drag is made of; a jump is not taken for a drag."""


@dataclass(frozen=True)
class Desktop:
    """What a person has: eyes, a mouse and a keyboard."""

    environment: Mapping[str, str]
    stack: ExitStack
    scratch: Path

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a program that ends with the desktop."""
        program = subprocess.Popen(
            command,
            env={**self.environment, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.stack.callback(_end, program)
        return program

    def manage(self) -> None:
        """Have windows managed: without that they get no keys.

        Openbox ends at once, with code 1 and no word, in about one of sixty starts on a new
        display.
        """
        manager = self.start("openbox")

        def is_there() -> bool:
            nonlocal manager
            if manager.poll() is not None:
                manager = self.start("openbox")
            return self._ask("xdotool", "get_num_desktops").strip() not in {"", "0"}

        self.wait_for(is_there, "a window manager")

    def window(self, *search: str) -> str:
        """The id of a visible window, as soon as there is one."""
        found: list[str] = []

        def look() -> bool:
            found[:] = self._ask("xdotool", "search", "--onlyvisible", *search).split()
            return bool(found)

        self.wait_for(look, f"a window {search}")
        return found[-1]

    def sees(self, *search: str) -> bool:
        """Whether there is such a visible window now."""
        return bool(self._ask("xdotool", "search", "--onlyvisible", *search).split())

    def place(self, window: str, x: int, y: int, width: int, height: int) -> None:
        """Put a window somewhere and wait until it is there."""
        wanted = f"WIDTH={width}\nHEIGHT={height}"
        self._ask("xdotool", "windowmove", window, str(x), str(y))
        self._ask("xdotool", "windowsize", window, str(width), str(height))
        self.wait_for(
            lambda: wanted in self._ask("xdotool", "getwindowgeometry", "--shell", window), wanted
        )

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press at one place, move as a hand does, let go at another."""
        words = ["mousemove", *_text(start), "sleep", "0.3", "mousedown", "1", "sleep", "0.2"]
        for step in range(1, STEPS + 1):
            spot = tuple(a + (b - a) * step // STEPS for a, b in zip(start, end, strict=True))
            words += ["mousemove", *_text(spot), "sleep", "0.05"]
        self._ask("xdotool", *words, "sleep", "0.4", "mouseup", "1")

    def click(self, spot: tuple[int, int]) -> None:
        self._ask("xdotool", "mousemove", *_text(spot), "click", "1")

    def type(self, text: str) -> None:
        self._ask("xdotool", "type", "--delay", "15", text)

    def press(self, keys: str) -> None:
        self._ask("xdotool", "key", keys)

    def wait_for_keys(self, title: str) -> None:
        """Wait until what is typed goes to the window of that title: before, it goes nowhere."""
        self.wait_for(
            lambda: title in self._ask("xdotool", "getwindowfocus", "getwindowname"),
            f"the keys at {title}",
        )

    def look(self) -> Image.Image:
        """A picture of the whole screen."""
        shot = self.scratch / "screen.png"
        self._ask("import", "-window", "root", str(shot))
        with Image.open(shot) as image:
            return image.convert("RGB")

    def wait_for(self, holds: Callable[[], bool], what: str, *, seconds: float = 30) -> None:
        """Look until something is so, as a person does."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"never seen: {what}")
            time.sleep(0.1)

    def _ask(self, *command: str) -> str:
        done = subprocess.run(
            command, env=dict(self.environment), capture_output=True, text=True, check=False
        )
        return done.stdout


@contextmanager
def desktop() -> Iterator[Desktop]:
    """An empty desktop on a display number of its own."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        reader, writer = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24",
             "-nolisten", "tcp"],
            pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(_end, server)
        os.close(writer)
        with os.fdopen(reader) as answer:
            display = f":{answer.readline().strip()}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("FAL_", "KLING_", "QT_"))}
        kept.pop("DBUS_SESSION_BUS_ADDRESS", None)
        environment = kept | {"DISPLAY": display, "HOME": str(scratch), "LC_ALL": "C.UTF-8"}
        made = Desktop(environment, stack, scratch)
        made.manage()
        yield made


def spots(
    image: Image.Image, colour: tuple[int, int, int], box: Sequence[int]
) -> list[tuple[int, int]]:
    """Where, inside a box, the screen shows about this colour."""
    left, top, right, bottom = box
    pixels = image.load()
    assert pixels is not None
    return [
        (x, y)
        for y in range(top, bottom, 4)
        for x in range(left, right, 4)
        if _near(pixels[x, y], colour)
    ]


def _near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def _text(spot: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(part) for part in spot)


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    try:
        program.wait(5)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
