"""A person drags pictures into the window: several files at once, and out of a browser."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from kling_desktop.paths import own_command
from tests.helpers.desktop import SIZE, Desktop, desktop, spots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.desktop, pytest.mark.thorough]

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
BROWSER = next(filter(None, map(shutil.which, BROWSERS)), "")
"""Chromium, or what is made of it; the bootstrap installs it where it can."""
MAGENTA, LIME = (230, 20, 200), (60, 250, 20)
"""Colours that no theme uses, so that the screen shows where a picture is."""
LEFT = (0, 0, 620, 640)
WINDOW = (640, 20, 1280, 800)
RIGHT = (WINDOW[0], 0, *SIZE)
STAGE = (1300, 420)
"""Somewhere on the stage, in the middle of the window."""
PAGES = {
    "image.html": '<a href="other.html"><img src="magenta.png" width=300></a>',
    "link.html": '<a href="magenta.png" style="background:#e614c8;color:#e614c8">to a picture</a>',
}
"""An image inside a link, as most are; and a link in words that leads to a picture."""


@pytest.fixture
def screen(kling: Kling) -> Iterator[Desktop]:
    """A desktop with the window on its right."""
    with desktop() as made:
        kling.been_here()
        made.start(
            *own_command(), KLING_DESKTOP_HOME=str(kling.home), QT_QPA_PLATFORM="xcb",
            KLING_DESKTOP_LOOPBACK_PICTURES="1",
        )  # fmt: skip
        made.place(made.window("--name", "Kling Desktop.*Sandbox"), *WINDOW)
        yield made


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.new("RGB", (640, 480), MAGENTA).save(folder / "magenta.png")
    return folder


@pytest.fixture
def site(pictures: Path) -> Iterator[str]:
    """A web site on this computer with the picture in it."""
    for name, text in PAGES.items():
        (pictures / name).write_text(
            f"<!doctype html><title>Boats</title><body style='margin: 60px'>{text}"
        )
    handler = functools.partial(_Quiet, directory=str(pictures))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def test_of_two_pictures_from_the_file_manager_the_second_is_asked_about(
    screen: Desktop, pictures: Path
) -> None:
    Image.new("RGB", (640, 480), LIME).save(pictures / "second.png")
    screen.start("dbus-run-session", "pcmanfm", "--no-desktop", str(pictures))
    screen.place(screen.window("--class", "pcmanfm"), *LEFT)
    for colour in (MAGENTA, LIME):
        screen.wait_for(functools.partial(_shows, screen, colour), "the thumbnails")
    thumbnail = spots(screen.look(), MAGENTA, LEFT)
    place = thumbnail[len(thumbnail) // 2]
    screen.click(place)
    screen.press("ctrl+a")
    screen.drag(place, STAGE)
    screen.window("--name", "Further pictures")
    screen.wait_for(lambda: len(spots(screen.look(), MAGENTA, RIGHT)) > 1000, "the picture")


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium here")
def test_a_picture_dragged_out_of_chromium_is_on_the_stage(screen: Desktop, site: str) -> None:
    _drag_out_of(screen, f"{site}/image.html")
    screen.wait_for(lambda: _on_stage(screen), "the picture")
    assert not screen.sees("--name", "Fetch the picture"), "its bytes came along"


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium here")
def test_an_address_dragged_out_of_chromium_is_fetched_after_a_yes(
    screen: Desktop, site: str
) -> None:
    _drag_out_of(screen, f"{site}/link.html")
    screen.window("--name", "Fetch the picture")
    assert not _on_stage(screen)
    screen.press("alt+f")
    screen.wait_for(lambda: _on_stage(screen), "the picture")


def _shows(screen: Desktop, colour: tuple[int, int, int]) -> bool:
    return bool(spots(screen.look(), colour, LEFT))


def _drag_out_of(screen: Desktop, address: str) -> None:
    _browse(screen, address)
    screen.wait_for(lambda: len(spots(screen.look(), MAGENTA, LEFT)) > 20, "the page")
    shown = spots(screen.look(), MAGENTA, LEFT)
    screen.drag(shown[len(shown) // 2], STAGE)


def _browse(screen: Desktop, address: str) -> None:
    screen.start(
        BROWSER, "--no-sandbox", "--no-first-run", "--disable-gpu", "--password-store=basic",
        f"--user-data-dir={screen.scratch / 'chromium'}", f"--app={address}",
    )  # fmt: skip
    screen.place(screen.window("--name", "Boats"), *LEFT)


def _on_stage(screen: Desktop) -> bool:
    return len(spots(screen.look(), MAGENTA, RIGHT)) > 1000
