"""How each backend's line is steered, on disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
    file.change("live", paused=True, limit=2, learned=3)
    file.change("sandbox", limit=1)
    again = SteeringFile(tmp_path / "state" / "steering.json")
    assert again.load("live") == Steering(paused=True, limit=2, learned=3)
    assert again.load("sandbox") == Steering(limit=1)


def test_what_one_program_changes_leaves_what_another_has_changed(tmp_path: Path) -> None:
    one, other = (SteeringFile(tmp_path / "steering.json") for _ in range(2))
    assert one.load("live") == other.load("live")
    one.change("live", paused=True)
    assert other.change("live", learned=4) == Steering(paused=True, learned=4)


def test_changes_at_one_moment_are_all_kept(tmp_path: Path) -> None:
    def change(number: int) -> None:
        SteeringFile(tmp_path / "steering.json").change(f"backend {number}", limit=number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(1, 33)))
    file = SteeringFile(tmp_path / "steering.json")
    assert [file.load(f"backend {number}").limit for number in range(1, 33)] == [*range(1, 33)]


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
