"""A person at a screen paints two regions, looks closer, and takes the last stroke back."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.helpers.desktop import desktop

pytestmark = [pytest.mark.e2e, pytest.mark.desktop]

ROOT = Path(__file__).parents[2]
WINDOW = (100, 40, 1000, 760)
FIRST, SECOND, AWAY = (560, 200), (820, 330), (150, 780)


def test_two_regions_are_painted_with_a_real_mouse() -> None:
    with desktop() as screen:
        program = str(ROOT / "tests" / "helpers" / "canvas_window.py")
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        screen.start(sys.executable, program, PYTHONPATH=paths, QT_QPA_PLATFORM="xcb")
        screen.place(screen.window("--name", "^Canvas$"), *WINDOW)

        def colour(spot: tuple[int, int]) -> object:
            return screen.look().getpixel(spot)

        ground = (226, 228, 233)  # of the light scheme, beside the picture
        screen.wait_for(lambda: colour(AWAY) == ground and colour(FIRST) != ground, "the picture")
        before = {spot: colour(spot) for spot in (FIRST, SECOND)}
        screen.drag((FIRST[0] - 60, FIRST[1]), (FIRST[0] + 60, FIRST[1]))
        screen.press("2")
        screen.drag((SECOND[0], SECOND[1] - 60), (SECOND[0], SECOND[1] + 60))
        screen.click(AWAY)  # outside the picture: paints nothing, and takes the outline away
        for spot, shown in before.items():
            screen.wait_for(lambda at=spot, was=shown: colour(at) != was, "a region")  # type: ignore[misc]
        screen.press("ctrl+z")
        screen.wait_for(lambda: colour(SECOND) == before[SECOND], "the picture again")
        assert colour(FIRST) != before[FIRST]
