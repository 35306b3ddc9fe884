"""What clips have shown is kept in one small file that any program may change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.calibration import Answer
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.storage.origins import OriginFile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers.guards import LogGuard

ONE = Answer("fal-ai/one", Origin.TOP_LEFT, "2026-11-25", "job-1")
OTHER = Answer("fal-ai/other", Origin.BOTTOM_LEFT, "2026-11-26", "job-2")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "origins.json"


def test_answers_are_kept_for_each_backend_and_endpoint(path: Path) -> None:
    file = OriginFile(path)
    assert file.is_empty
    file.keep("live", ONE)
    file.keep("live", OTHER)
    file.keep("sandbox", ONE)
    assert set(OriginFile(path).load("live")) == {ONE, OTHER}
    assert OriginFile(path).load("sandbox") == (ONE,)
    assert OriginFile(path).load("elsewhere") == ()
    assert not file.is_empty


def test_what_another_program_keeps_counts_at_once(path: Path) -> None:
    mine, other = OriginFile(path), OriginFile(path)
    assert mine.load("live") == ()
    other.keep("live", ONE)
    assert mine.load("live") == (ONE,)
    mine.keep("live", OTHER)
    assert set(other.load("live")) == {ONE, OTHER}
    other.forget("live", ONE.endpoint)
    assert mine.load("live") == (OTHER,)


def test_forgetting_what_is_not_known_does_no_harm(path: Path) -> None:
    file = OriginFile(path)
    file.forget("live", "fal-ai/one")
    file.keep("sandbox", ONE)
    file.forget("live", ONE.endpoint)
    assert file.load("sandbox") == (ONE,)


def test_a_file_that_cannot_be_read_means_that_nothing_is_known(
    path: Path, expected_log: LogGuard
) -> None:
    path.parent.mkdir()
    path.write_text("{", "utf-8")
    file = OriginFile(path)
    expected_log("what clips have shown cannot be read")
    assert file.load("live") == ()
    file.keep("live", ONE)
    assert file.load("live") == (ONE,)


@pytest.mark.parametrize(
    "entry",
    [None, [], "top-left", {}, {"origin": "middle", "date": "2026-11-25", "job": "x"}],
)
def test_an_entry_that_makes_no_sense_is_passed_over(path: Path, entry: object) -> None:
    path.parent.mkdir()
    whole = {"origin": "top-left", "date": "2026-11-25", "job": "job-1"}
    path.write_text(json.dumps({"live": {"a": entry, ONE.endpoint: whole}}), "utf-8")
    assert OriginFile(path).load("live") == (ONE,)


@pytest.mark.parametrize("document", [[], {"live": []}, {"live": None}])
def test_a_document_of_another_shape_is_no_answer(path: Path, document: object) -> None:
    path.parent.mkdir()
    path.write_text(json.dumps(document), "utf-8")
    file = OriginFile(path)
    assert file.load("live") == ()
    file.keep("live", ONE)
    assert file.load("live") == (ONE,)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", "utf-8")
    with pytest.raises(FolderUnusable):
        OriginFile(tmp_path / "state" / "origins.json").keep("live", ONE)
