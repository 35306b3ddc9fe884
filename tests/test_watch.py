"""A start beside a window that is just closing opens the next one, with what it was given."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from kling_desktop.alarm import Alarm
from kling_desktop.paths import Places
from kling_desktop.storage.first import First
from kling_desktop.ui.doorbell import Doorbell
from kling_desktop.watch import Watch

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_start_beside_a_window_that_closes_opens_the_next_one(tmp_path: Path) -> None:
    where = Places(tmp_path / "home", tmp_path / "clips")
    closing = First(where.state)
    assert closing.claim()
    bell = Doorbell(closing.address())
    bell.close()  # As ``Watch.leave`` does: it answers nobody any more.
    threading.Timer(0.7, closing.release).start()
    watch = Watch(Alarm(lambda _: None), where)
    try:
        assert watch.begin(tmp_path / "boat.png", "auto")
        assert not First(where.state).claim()  # It is the first one itself now.
    finally:
        watch.end()


def test_a_window_that_leaves_can_be_reached_no_more(tmp_path: Path) -> None:
    where = Places(tmp_path / "home", tmp_path / "clips")
    watch = Watch(Alarm(lambda _: None), where)
    assert watch.begin(None, "auto")
    bell = watch._bell
    assert bell is not None
    before = bell.is_listening
    watch.leave()
    assert (before, bell.is_listening) == (True, False)
    watch.end()
