"""What a backend told is kept whole or not at all, and a file that is no good is passed over."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.published import ModelFacts, PublishedField, Shape, Standing, UnitPrice
from kling_desktop.domain.renewal import Overlay
from kling_desktop.storage import overlays
from kling_desktop.storage.overlays import OverlayFiles
from tests.helpers.worlds import T2V

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.disk_ports import Shelf
    from tests.helpers.guards import LogGuard

FACTS = ModelFacts(
    endpoint_id=T2V,
    standing=Standing.DEPRECATED,
    fields=(
        PublishedField(name="duration", shape=Shape.TEXT, choices=("5", "10"), default="5"),
        PublishedField(name="cfg_scale", shape=Shape.NUMBER, minimum=0, maximum=1, default=0.5),
        PublishedField(name="prompt", required=True, max_length=2500, default="日本 \N{CAT}"),
    ),
    price=UnitPrice(amount=Decimal("0.1425"), unit="秒", currency="USD", date="2026-12-01"),
)


def an_overlay(backend: str = "live") -> Overlay:
    return Overlay(backend=backend, checked="2026-12-01", catalog="2026-11-23", models=(FACTS,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "catalogs"


@pytest.fixture
def files(folder: Path) -> OverlayFiles:
    return OverlayFiles(folder)


def keep(folder: Path, text: bytes) -> None:
    folder.mkdir(parents=True)
    (folder / "live.json").write_bytes(text)


BACKENDS = [
    "live", "sandbox", "http://127.0.0.1:8000", "http://127.0.0.1:80000", "https://fal.test/a",
    "https://fal.test/b", "LIVE", "../live", "con", "x" * 5000,
]  # fmt: skip


def test_the_files_are_what_the_engine_asks_for(files: OverlayFiles) -> None:
    shelf: Shelf = files
    assert shelf.load("live") is None


def test_what_was_kept_comes_back_the_same(files: OverlayFiles) -> None:
    files.save(an_overlay())
    assert files.load("live") == an_overlay()


def test_every_backend_has_a_file_of_its_own(files: OverlayFiles, folder: Path) -> None:
    for each in BACKENDS:
        files.save(an_overlay(each))
    for each in BACKENDS:
        assert files.load(each) == an_overlay(each)
    assert len(list(folder.iterdir())) == len(BACKENDS)
    assert {each.suffix for each in folder.iterdir()} == {".json"}


def test_a_folder_that_nobody_wrote_to_is_empty_and_not_made(
    files: OverlayFiles, folder: Path
) -> None:
    assert files.is_empty
    assert not folder.exists()
    files.save(an_overlay())
    assert not files.is_empty


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"version": 1}',
        b'{"version": 0, "backend": "live", "checked": "x", "catalog": "x", "models": []}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_passed_over(
    files: OverlayFiles, folder: Path, text: bytes, expected_log: LogGuard
) -> None:
    expected_log("passed over file=live.json: it is damaged")
    keep(folder, text)
    assert files.load("live") is None


def test_a_file_that_was_cut_off_is_passed_over(
    files: OverlayFiles, folder: Path, expected_log: LogGuard
) -> None:
    expected_log("it is damaged")
    files.save(an_overlay())
    path = folder / "live.json"
    path.write_bytes(path.read_bytes()[:-40])
    assert files.load("live") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", "-1"),
        ("amount", "1e400000"),
        ("amount", "NaN"),
        ("amount", "0"),
        ("amount", None),
    ],
)
def test_a_file_with_a_price_that_is_none_is_passed_over(
    files: OverlayFiles, folder: Path, name: str, value: Any, expected_log: LogGuard
) -> None:
    expected_log("it is damaged")
    files.save(an_overlay())
    document = json.loads((folder / "live.json").read_bytes())
    document["models"][0]["price"][name] = value
    (folder / "live.json").write_text(json.dumps(document), "utf-8")
    assert files.load("live") is None


def test_a_file_of_a_newer_program_is_passed_over_and_left_alone(
    files: OverlayFiles, folder: Path, expected_log: LogGuard
) -> None:
    expected_log("version 2 is newer than this program")
    keep(folder, b'{"version": 2, "shape": "unheard of"}')
    assert files.load("live") is None
    assert (folder / "live.json").exists()


def test_a_file_about_another_backend_is_passed_over(
    files: OverlayFiles, folder: Path, expected_log: LogGuard
) -> None:
    expected_log("another backend")
    files.save(an_overlay("sandbox"))
    (folder / "sandbox.json").rename(folder / "live.json")
    assert files.load("live") is None


def test_a_file_that_cannot_be_read_is_passed_over(
    files: OverlayFiles, folder: Path, expected_log: LogGuard
) -> None:
    expected_log("passed over")
    (folder / "live.json").mkdir(parents=True)
    assert files.load("live") is None


def test_a_file_that_has_grown_beyond_all_measure_is_not_read_whole(
    files: OverlayFiles, folder: Path, expected_log: LogGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_log("it is damaged")
    files.save(an_overlay())
    monkeypatch.setattr(overlays, "LARGEST", 100)
    assert files.load("live") is None


def test_a_folder_that_cannot_be_written_is_said_plainly(files: OverlayFiles, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("I am no folder")
    with pytest.raises(FolderUnusable):
        files.save(an_overlay())
    assert files.is_empty


def test_what_could_not_be_written_leaves_what_was_there(
    files: OverlayFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.save(an_overlay())

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FolderUnusable):
        files.save(an_overlay().model_copy(update={"checked": "2027-01-01"}))
    monkeypatch.undo()
    assert files.load("live") == an_overlay()
    assert [each.name for each in folder.iterdir()] == ["live.json"]
