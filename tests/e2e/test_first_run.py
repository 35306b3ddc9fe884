"""Somebody who has never been here: from the start of the program to a clip, with one press."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from kling_desktop.paths import own_command
from tests.helpers.desktop import desktop, spots

if TYPE_CHECKING:
    from PIL import Image

    from tests.e2e.conftest import Kling
    from tests.helpers.desktop import Desktop

pytestmark = [pytest.mark.e2e, pytest.mark.desktop]

WINDOW = (100, 20, 1280, 800)
INSIDE = (100, 20, 1380, 820)
LONGEST = 15.0
"""Seconds from the start to the clip on the screen, with the sandbox as everybody has it."""
FIRST = (221, 121, 0)
"""The colour of region 1 in its list, which is there as soon as the boat is painted."""


def _start(screen: Desktop, kling: Kling) -> None:
    screen.start(
        *own_command(), KLING_DESKTOP_HOME=str(kling.home), KLING_DESKTOP_SANDBOX="",
        QT_QPA_PLATFORM="xcb",
    )  # fmt: skip


def _is_painted(image: Image.Image) -> bool:
    return len(spots(image, FIRST, INSIDE)) > 10


def test_one_press_makes_a_clip_of_the_sample_within_fifteen_seconds(kling: Kling) -> None:
    with desktop() as screen:
        began = time.monotonic()
        _start(screen, kling)
        screen.place(screen.window("--name", "Kling Desktop.*Sandbox"), *WINDOW)
        screen.wait_for(lambda: _is_painted(screen.look()), "the boat with its brush")
        ready = time.monotonic() - began
        screen.wait_for_keys("Kling Desktop")
        screen.press("ctrl+Return")
        screen.wait_for(lambda: not _is_painted(screen.look()), "the clip in place of the brush")
        took = time.monotonic() - began
        print(f"\npainted after {ready:.1f} s; with one press, the clip after {took:.1f} s")
        screen.wait_for(lambda: kling.jobs()[0]["brush"] is not None, "the look at its motion")
        (job,) = kling.jobs()
    assert (job["status"], job["prompt"][:14]) == ("done", "A sailing boat")
    assert job["brush"]["took"] == "yes"
    assert took < LONGEST
