"""A person at a desktop: drag a picture from the file manager, type, press, watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kling_desktop.paths import own_command
from tests.helpers.desktop import SIZE, Desktop, desktop, spots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.desktop]

MAGENTA = (230, 20, 200)
"""A colour that no theme uses, so that the screen shows where the picture is."""
FILES = (0, 0, 620, 420)
WINDOW = (640, 20, 1280, 800)
RIGHT = (WINDOW[0], 0, *SIZE)
STAGE = (1300, 420)
"""Somewhere on the stage, in the middle of the window."""


@pytest.fixture
def screen(kling: Kling, tmp_path: Path) -> Iterator[Desktop]:
    """A desktop with a file manager that shows one picture, and the window beside it."""
    kling.been_here()
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (640, 480), MAGENTA).save(folder / "magenta.png")
    with desktop() as made:
        made.start("dbus-run-session", "pcmanfm", "--no-desktop", str(folder))
        made.start(*own_command(), KLING_DESKTOP_HOME=str(kling.home), QT_QPA_PLATFORM="xcb")
        made.place(made.window("--class", "pcmanfm"), *FILES)
        made.place(made.window("--name", "Kling Desktop.*Sandbox"), *WINDOW)
        made.wait_for(lambda: bool(spots(made.look(), MAGENTA, FILES)), "the file's thumbnail")
        yield made


def test_a_picture_dragged_from_the_file_manager_becomes_a_clip(
    screen: Desktop, kling: Kling
) -> None:
    thumbnail = spots(screen.look(), MAGENTA, FILES)
    screen.drag(thumbnail[len(thumbnail) // 2], STAGE)
    screen.wait_for(lambda: len(spots(screen.look(), MAGENTA, RIGHT)) > 2000, "the picture")
    screen.type("A magenta wall, and nothing else.")
    screen.press("ctrl+Return")
    screen.wait_for(lambda: _states(kling) == ["done"], "the job done")
    (job,) = kling.jobs()
    assert job["prompt"] == "A magenta wall, and nothing else."
    screen.wait_for(lambda: _watermark(screen.look()), "the clip with its watermark")


def _states(kling: Kling) -> list[str]:
    return [job["status"] for job in kling.jobs()]


def _watermark(image: Image.Image) -> bool:
    """The clip is on the stage: the picture's colour, with the sandbox's mark in its corner."""
    painted = spots(image, MAGENTA, RIGHT)
    if len(painted) < 2000:
        return False
    right, bottom = max(x for x, _ in painted), max(y for _, y in painted)
    corner = (right - 280, bottom - 130, right, bottom)
    bright = spots(image, (225, 225, 225), corner)
    return len(bright) > 10
