"""The file of settings: never half, never written over, never without its reason."""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import FolderUnusable, InvalidParams
from kling_desktop.domain.settings.table import ITEMS, Home, item
from kling_desktop.domain.settings.values import Settings
from kling_desktop.storage import locking
from kling_desktop.storage import settings as module
from kling_desktop.storage.settings import LARGEST, VERSION, SettingsFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from tests.helpers.guards import LogGuard

FIXTURES = Path(__file__).parent / "fixtures" / "settings"
THEME, SCALE = item("appearance.theme"), item("appearance.scale")


def in_folder(folder: Path) -> SettingsFile:
    return SettingsFile(folder / "settings.json", folder / "window.json")


def written(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "settings.json").read_text("utf-8")))


def put(folder: Path, text: str | bytes) -> SettingsFile:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "settings.json").write_bytes(data)
    return in_folder(folder)


def test_without_a_file_the_usual_counts_and_none_is_made(tmp_path: Path) -> None:
    assert in_folder(tmp_path).current == Settings()
    assert list(tmp_path.iterdir()) == []


def test_what_is_set_is_there_for_the_next_program_and_what_is_usual_is_not_written(
    tmp_path: Path,
) -> None:
    book = in_folder(tmp_path)
    assert book.change(THEME, "dark") == book.current == Settings(theme="dark")
    assert in_folder(tmp_path).current.theme == "dark"
    assert written(tmp_path) == {"version": VERSION, "values": {"appearance.theme": "dark"}}
    book.change(THEME, "system")
    assert written(tmp_path)["values"] == {}


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    in_folder(tmp_path).change(THEME, "dark")
    if os.name != "nt":
        assert (tmp_path / "settings.json").stat().st_mode & 0o777 == 0o600


def test_what_another_program_has_set_meanwhile_is_not_lost(tmp_path: Path) -> None:
    one, other = in_folder(tmp_path), in_folder(tmp_path)
    assert one.current == other.current
    one.change(THEME, "dark")
    assert other.change(SCALE, 120) == Settings(theme="dark", scale=120)
    assert one.load().settings == Settings(theme="dark", scale=120)


def test_many_threads_change_it_at_once(tmp_path: Path) -> None:
    book, values = in_folder(tmp_path), [("files.clips", "/a"), ("files.name", "{id}")]
    work = [threading.Thread(target=book.change, args=(item(k), v)) for k, v in values]
    for each in work:
        each.start()
    for each in work:
        each.join()
    assert in_folder(tmp_path).current == Settings(clips_folder="/a", clip_name="{id}")


class TestOlderVersions:
    def test_the_colours_of_the_windows_notes_are_taken_over_once(self, tmp_path: Path) -> None:
        shutil.copy(FIXTURES / "window_v0.json", tmp_path / "window.json")
        assert in_folder(tmp_path).current == Settings(theme="dark")
        (tmp_path / "window.json").write_text("{}")  # as a window of today leaves it
        assert in_folder(tmp_path).current == Settings(theme="dark")
        in_folder(tmp_path).change(THEME, "system")
        shutil.copy(FIXTURES / "window_v0.json", tmp_path / "window.json")
        assert in_folder(tmp_path).current == Settings()

    def test_the_model_that_the_window_had_chosen_is_no_version_of_its_notes(
        self, tmp_path: Path
    ) -> None:
        notes = {"version": "1.6", "scheme": "dark"}
        (tmp_path / "window.json").write_text(json.dumps(notes))
        assert in_folder(tmp_path).current == Settings(theme="dark")

    @pytest.mark.parametrize("notes", ['{"scheme": "purple"}', '{"scheme": ["dark"]}', "[", "[]"])
    def test_odd_notes_are_passed_over(self, notes: str, tmp_path: Path) -> None:
        (tmp_path / "window.json").write_text(notes)
        assert in_folder(tmp_path).current == Settings()

    def test_a_file_of_version_1_is_understood_and_what_is_not_ours_stays(
        self, tmp_path: Path
    ) -> None:
        shutil.copy(FIXTURES / "settings_v1.json", tmp_path / "settings.json")
        book = in_folder(tmp_path)
        assert book.current == Settings(
            theme="light", scale=130, clip_name="{prompt} {id}", strips_metadata=False,
            keeps_uploads="week", proxy="direct",
        )  # fmt: skip
        book.change(THEME, "dark")
        assert written(tmp_path)["values"]["of.the.future"] == {"kept": [1, 2]}

    def test_every_version_has_a_fixture(self) -> None:
        found = {each.stem.rpartition("_v")[2] for each in FIXTURES.iterdir()}
        assert found == {str(number) for number in range(VERSION + 1)}


class TestANewerVersion:
    TEXT = json.dumps({"version": VERSION + 1, "values": {"appearance.theme": ["dark", "sepia"]}})

    def test_the_usual_counts_and_the_file_is_left_as_it_is(self, tmp_path: Path) -> None:
        book = put(tmp_path, self.TEXT)
        known = book.load()
        assert known.settings == Settings()
        assert "newer version" in known.news[0]
        with pytest.raises(InvalidParams) as caught:
            book.change(THEME, "dark")
        assert "newer version" in str(caught.value)
        assert (tmp_path / "settings.json").read_text() == self.TEXT
        assert book.current == Settings()


class TestADamagedFile:
    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", "null", '{"values": {}}', '{"version": true, "values": {}}',
         '{"version": 0, "scheme": "dark"}', '{"version": 1, "values": []}',
         b"\xff\xfe", b'{"version": 1, "values": {"a": "' + b"x" * LARGEST + b'"}}',
         "[" * 100_000, '{"version": ' + "9" * 5000 + "}"],
    )  # fmt: skip
    def test_it_is_set_aside_and_said(
        self, text: str | bytes, tmp_path: Path, expected_log: LogGuard
    ) -> None:
        expected_log("settings are damaged")
        book = put(tmp_path, text)
        before = (tmp_path / "settings.json").read_bytes()
        assert book.current == Settings()
        aside = tmp_path / "settings.damaged.json"
        moved = f"They were moved to {aside}, and the usual ones count."
        assert book.news == (f"The settings could not be read. {moved}",)
        assert aside.read_bytes() == before
        book.change(THEME, "dark")
        assert in_folder(tmp_path).current.theme == "dark"

    def test_one_that_was_set_aside_earlier_is_not_written_over(
        self, tmp_path: Path, expected_log: LogGuard
    ) -> None:
        expected_log("settings are damaged")
        for text in ("first", "second", "third"):
            put(tmp_path, text).load()
        names = ("settings.damaged.json", "settings.damaged-2.json", "settings.damaged-3.json")
        assert [(tmp_path / each).read_text() for each in names] == ["first", "second", "third"]

    def test_one_wrong_value_costs_no_other(self, tmp_path: Path) -> None:
        raw = {"appearance.theme": "purple", "appearance.scale": 120}
        book = put(tmp_path, json.dumps({"version": 1, "values": raw}))
        known = book.load()
        assert known.settings == Settings(scale=120)
        assert known.news == (
            "The setting appearance.theme must be system, light or dark; the usual one counts.",
        )
        book.change(item("appearance.language"), "english")
        assert written(tmp_path)["values"]["appearance.theme"] == "purple"
        book.change(THEME, "system")
        assert "appearance.theme" not in written(tmp_path)["values"]


class TestAnotherProgramThatWritesIt:
    """It has the lock, and writes what must be neither overwritten nor moved away."""

    @pytest.fixture
    def stuck(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(locking, "PATIENCE", 0.05)
        with FileLock(tmp_path / "settings.lock"):
            yield

    @pytest.fixture
    def meanwhile(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is done just before we have the lock."""

        def alone_with(path: Path) -> AbstractContextManager[None]:
            put(tmp_path, a_document({"appearance.theme": "light"}))
            return locking.alone_with(path)

        monkeypatch.setattr(module, "alone_with", alone_with)

    @pytest.mark.usefixtures("stuck")
    def test_the_notes_of_the_window_count_and_are_not_written(self, tmp_path: Path) -> None:
        shutil.copy(FIXTURES / "window_v0.json", tmp_path / "window.json")
        assert in_folder(tmp_path).current == Settings(theme="dark")
        assert not (tmp_path / "settings.json").exists()

    @pytest.mark.usefixtures("stuck")
    def test_a_damaged_file_is_left_and_that_is_said(self, tmp_path: Path) -> None:
        known = put(tmp_path, "{").load()
        assert known.settings == Settings()
        assert "cannot be moved aside" in known.locked
        assert (tmp_path / "settings.json").read_text() == "{"

    @pytest.mark.usefixtures("meanwhile")
    def test_what_it_has_begun_counts_before_the_notes(self, tmp_path: Path) -> None:
        shutil.copy(FIXTURES / "window_v0.json", tmp_path / "window.json")
        assert in_folder(tmp_path).current == Settings(theme="light")
        assert written(tmp_path)["values"] == {"appearance.theme": "light"}

    @pytest.mark.usefixtures("meanwhile")
    def test_what_it_has_mended_is_not_set_aside(self, tmp_path: Path) -> None:
        assert put(tmp_path, "{").current == Settings(theme="light")
        assert not (tmp_path / "settings.damaged.json").exists()


def test_in_a_folder_that_refuses_the_notes_of_the_window_count(tmp_path: Path) -> None:
    notes = tmp_path / "window.json"
    shutil.copy(FIXTURES / "window_v0.json", notes)
    (tmp_path / "settings.lock").mkdir()
    assert SettingsFile(tmp_path / "settings.json", notes).current == Settings(theme="dark")


@pytest.mark.usefixtures("modes_count")
def test_a_file_that_cannot_be_read_is_not_written_over(
    tmp_path: Path, expected_log: LogGuard
) -> None:
    expected_log("settings cannot be read")
    book = put(tmp_path, '{"version": 1, "values": {"appearance.theme": "dark"}}')
    (tmp_path / "settings.json").chmod(0)
    assert book.current == Settings()
    with pytest.raises(InvalidParams):
        book.change(SCALE, 120)


def test_a_folder_in_its_place_is_said_and_left(tmp_path: Path, expected_log: LogGuard) -> None:
    expected_log("settings cannot be read")
    (tmp_path / "settings.json").mkdir()
    book = in_folder(tmp_path)
    assert "cannot be read" in book.load().news[0]
    with pytest.raises(InvalidParams):
        book.change(SCALE, 120)


def test_a_disk_that_refuses_leaves_what_was(tmp_path: Path, expected_log: LogGuard) -> None:
    expected_log("settings cannot be read")
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    book = in_folder(blocked / "state")
    assert book.current == Settings()
    with pytest.raises(FolderUnusable):
        book.change(THEME, "dark")
    assert book.current == Settings()


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ours = st.dictionaries(st.sampled_from([each.key for each in ITEMS]) | st.text(), jsons)


def a_document(values: object) -> bytes:
    return json.dumps({"version": 1, "values": values}).encode()


@settings(max_examples=100)
@given(
    st.one_of(
        st.binary(max_size=200),
        jsons.map(lambda each: json.dumps(each).encode()),
        ours.map(a_document),
    )
)
def test_whatever_is_in_the_file_it_is_read_and_can_be_set_or_is_left(data: bytes) -> None:
    logging.disable(logging.CRITICAL)  # it complains of most of them, and rightly
    try:
        with TemporaryDirectory() as folder:
            _read_and_set(Path(folder), data)
    finally:
        logging.disable(logging.NOTSET)


def _read_and_set(folder: Path, data: bytes) -> None:
    before = put(folder, data).load()
    assert [each.read_bytes() for each in folder.glob("settings*.json")] == [data]
    for each in ITEMS:
        if each.home is Home.FILE:
            each.kind.check(getattr(before.settings, each.field))
    if not before.locked:
        assert in_folder(folder).change(SCALE, 130).scale == 130
        assert _rest(in_folder(folder).load().raw) == _rest(before.raw)


def _rest(raw: Mapping[str, Any]) -> str:
    """What is not to be touched."""
    return json.dumps({k: v for k, v in raw.items() if k != SCALE.key}, sort_keys=True)
