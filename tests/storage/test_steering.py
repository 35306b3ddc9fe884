"""How each backend's line is steered, on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.line import Steering
from kling_desktop.storage.steering import SteeringFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.guards import LogGuard


def test_each_backend_has_its_own(tmp_path: Path) -> None:
    file = SteeringFile(tmp_path / "state" / "steering.json")
    assert file.load("live") == Steering()
    file.save("live", Steering(paused=True, limit=2, learned=3))
    file.save("sandbox", Steering(limit=1))
    again = SteeringFile(tmp_path / "state" / "steering.json")
    assert again.load("live") == Steering(paused=True, limit=2, learned=3)
    assert again.load("sandbox") == Steering(limit=1)


@pytest.mark.parametrize("text", ["[]", '{"live": 3}', '{"live": {"limit": -1, "paused": "x"}}'])
def test_nonsense_counts_as_the_usual(tmp_path: Path, text: str) -> None:
    (tmp_path / "steering.json").write_text(text)
    assert SteeringFile(tmp_path / "steering.json").load("live") == Steering()


def test_a_file_that_cannot_be_read_is_complained_of(
    tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log("steering cannot be read")
    (tmp_path / "steering.json").write_text("{")
    assert SteeringFile(tmp_path / "steering.json").load("live") == Steering()
