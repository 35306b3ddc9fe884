"""A project file comes back bit for bit, and no file that anybody made can do harm."""

from __future__ import annotations

import io
import json
import os
import struct
import tracemalloc
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from kling_desktop.domain.errors import BadPicture, BadProject, FolderUnusable
from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, STATIC
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.png import encode_mask
from kling_desktop.domain.motion.project import NEWER, OpenedProject, Project
from kling_desktop.storage.projects import packed, read_project, write_project
from tests.domain.motion.documents import a_document, projects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SIZE = Size(400, 300)
IN_ANY_FOLDER = [HealthCheck.function_scoped_fixture]


def picture(size: Size = SIZE) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return buffer.getvalue()


def measure(name: str, data: bytes) -> Size:
    try:
        with Image.open(io.BytesIO(data)) as found:
            return Size(*found.size)
    except OSError:
        raise BadPicture(name, "is not a picture that can be read") from None


def a_project(**changes: Any) -> Project:
    return Project(document=a_document(SIZE), endpoint="fal-ai/x", **changes)


def entries(project: Project | None = None) -> dict[str, bytes]:
    """What is in a good file, by name."""
    with zipfile.ZipFile(io.BytesIO(packed(project or a_project(), picture()))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(**changes: Any) -> bytes:
    return json.dumps(json.loads(entries()["project.json"]) | changes).encode()


def zipped(path: Path, parts: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    """A file with those entries."""
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def opened(path: Path) -> OpenedProject:
    return read_project(path, measure)


def refusal(path: Path) -> str:
    with pytest.raises(BadProject) as caught:
        opened(path)
    return caught.value.detail


@settings(max_examples=40, deadline=None, suppress_health_check=IN_ANY_FOLDER)
@given(projects())
def test_a_project_comes_back_and_is_written_again_bit_for_bit(
    tmp_path: Path, project: Project
) -> None:
    path, image = tmp_path / "a.klproj", picture(project.document.size)
    write_project(path, project, image)
    first = path.read_bytes()
    read = opened(path)
    assert read.picture == image
    assert read.notes == ()
    named = replace(read.project.document.picture, digest="")
    assert replace(read.project, document=replace(read.project.document, picture=named)) == project
    write_project(path, read.project, read.picture)
    again = opened(path)
    assert again == read
    write_project(path, again.project, again.picture)
    assert path.read_bytes() == packed(read.project, image)
    assert len(first) <= path.stat().st_size  # the second one knows the picture's hash


def test_a_file_that_is_opened_and_saved_has_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.klproj"
    write_project(path, opened(zipped(path, entries())).project, picture())
    before = path.read_bytes()
    read = opened(path)
    write_project(path, read.project, read.picture)
    assert path.read_bytes() == before


def test_it_holds_what_the_contract_says() -> None:
    parts = entries()
    assert list(parts) == [
        "project.json", "image.png", "masks/0.png", "masks/1.png", "masks/2.png",
    ]  # fmt: skip
    assert parts["image.png"] == picture()
    document = a_project().document
    for number in (0, 1, 2):
        with Image.open(io.BytesIO(parts[f"masks/{number}.png"])) as mask:
            assert (mask.size, mask.mode) == (SIZE, "L")
            assert {value for _, value in mask.getcolors() or ()} == {0, 255}
            region = document.regions[number - 1]
            assert sum(mask.histogram()[128:]) == region.mask.area


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.klproj"
    write_project(path, a_project(), picture())
    before = path.read_bytes()
    with pytest.raises(BadProject):
        write_project(path, a_project(parameters={"x": float("nan")}), picture())
    assert path.read_bytes() == before
    with pytest.raises(FolderUnusable):
        write_project(tmp_path / "missing" / "a.klproj", a_project(), picture())
    assert [each.name for each in tmp_path.iterdir()] == ["a.klproj"]


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "a.klproj", tmp_path / "b.klproj"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_project(link, a_project(), picture())
    assert link.is_symlink()
    assert opened(target).project.endpoint == "fal-ai/x"


def test_a_newer_file_is_only_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.klproj", entries() | {"project.json": told(version=9)})
    before = path.read_bytes()
    read = opened(path)
    assert read.is_read_only
    assert read.notes[0] == NEWER
    with pytest.raises(BadProject, match="not overwritten"):
        write_project(path, read.project, read.picture)
    assert path.read_bytes() == before
    write_project(tmp_path / "b.klproj", read.project, read.picture)
    assert not opened(tmp_path / "b.klproj").is_read_only


def test_masks_that_overlap_are_made_disjoint_and_that_is_said(tmp_path: Path) -> None:
    full = encode_mask(Mask.full(SIZE))
    parts = entries() | {"masks/0.png": full, "masks/2.png": full}
    read = opened(zipped(tmp_path / "a.klproj", parts))
    areas = {each.id: each.mask.area for each in read.project.document.regions}
    assert areas == {STATIC: 0, DYNAMIC[0]: 0, DYNAMIC[1]: 400 * 300}
    assert read.notes == (
        "Region 1 overlapped others in 1200 pixels, which it lost.",
        "Static overlapped others in 120000 pixels, which it lost.",
    )


def test_a_mask_without_a_region_is_left_out_and_that_is_said(tmp_path: Path) -> None:
    parts = entries() | {"masks/5.png": encode_mask(Mask.full(SIZE))}
    assert opened(zipped(tmp_path / "a.klproj", parts)).notes == (
        "masks/5.png belongs to no region and was left out.",
    )


def test_another_picture_of_the_same_size_is_said(tmp_path: Path) -> None:
    read = opened(zipped(tmp_path / "a.klproj", entries()))
    parts = entries(read.project) | {"image.png": encode_mask(Mask.empty(SIZE))}
    (note,) = opened(zipped(tmp_path / "b.klproj", parts)).notes
    assert "not the one" in note


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"project.json": b"{"}, "project.json cannot be read"),
        ({"project.json": None}, "has no project.json"),
        ({"image.png": None}, "image.png is missing"),
        ({"image.png": b"GIF nonsense"}, "its picture is not a picture"),
        ({"image.png": picture(Size(300, 400))}, "is 300 x 400 pixels, but it was painted on"),
        ({"masks/1.png": b""}, "masks/1.png is not a PNG"),
        ({"masks/1.png": picture()}, "masks/1.png must be 8-bit grey"),
        ({"masks/1.png": encode_mask(Mask.full(Size(9, 9)))}, "masks/1.png is 9 x 9 pixels"),
        ({"../evil.sh": b"x"}, "leads out of it"),
        ({"/etc/passwd": b"x"}, "leads out of it"),
        ({"masks\\..\\..\\x": b"x"}, "leads out of it"),
        ({"C:/x": b"x"}, "leads out of it"),
        ({f"junk/{index}": b"" for index in range(70)}, "more in it than a project has"),
        ({"x" * 60_000: b"", "y" * 60_000: b""}, "more in it than a project has"),
    ],
)
def test_a_hostile_or_broken_file_is_refused_in_a_sentence(
    tmp_path: Path, changes: dict[str, bytes | None], says: str
) -> None:
    parts = {name: data for name, data in (entries() | changes).items() if data is not None}
    assert says in refusal(zipped(tmp_path / "a.klproj", parts))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.klproj", entries())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("image.png", picture())
    assert refusal(path) == "has 'image.png' twice"


def test_other_compressions_and_encryption_are_refused(tmp_path: Path) -> None:
    assert "compressed in a way" in refusal(
        zipped(tmp_path / "a.klproj", entries(), zipfile.ZIP_LZMA)
    )
    data = bytearray(packed(a_project(), picture()))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "b.klproj").write_bytes(data)
    assert refusal(tmp_path / "b.klproj") == "is encrypted"


def test_what_is_no_project_file_at_all_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.klproj") == "does not exist"
    assert refusal(tmp_path) == "is a folder, not a project file"
    for data in (b"", b"PK", picture(), b"\0" * 100):
        (tmp_path / "b.klproj").write_bytes(data)
        assert "not a project file" in refusal(tmp_path / "b.klproj")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no pipes with names")
def test_a_device_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.klproj")
    assert refusal(tmp_path / "a.klproj") == "is not a file"


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.klproj").open("wb") as file:
        file.truncate(2_000_000_000)
    assert "more than a project can have" in refusal(tmp_path / "a.klproj")


def test_a_list_of_many_entries_is_never_made(tmp_path: Path) -> None:
    """The end of the file says that there are three entries, and how long their list is."""
    path = zipped(tmp_path / "a.klproj", {str(index): b"" for index in range(1000)})
    data = bytearray(path.read_bytes())
    data[-14:-6] = struct.pack("<HHL", 3, 3, 150)
    path.write_bytes(data)
    assert "damaged" in refusal(path)


@pytest.mark.parametrize("name", ["project.json", "image.png", "masks/1.png"])
def test_a_bomb_costs_little_memory(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.klproj", entries() | {name: bytes(250_000_000)})
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    assert f"has a {name} of 250 MB" in refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_an_entry_that_lies_about_its_size_is_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.klproj", entries() | {"masks/1.png": bytes(300_000_000)})
    data = path.read_bytes().replace(struct.pack("<L", 300_000_000), struct.pack("<L", 1000))
    path.write_bytes(data)
    tracemalloc.start()
    assert "damaged" in refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_file_that_ends_anywhere_is_refused(tmp_path: Path) -> None:
    data, path = packed(a_project(), picture()), tmp_path / "a.klproj"
    for stop in range(0, len(data), 7):
        path.write_bytes(data[:stop])
        refusal(path)


@settings(max_examples=150, deadline=None, suppress_health_check=IN_ANY_FOLDER)
@given(st.data())
def test_bytes_that_change_are_noticed_or_change_nothing(
    tmp_path: Path, data: st.DataObject
) -> None:
    whole, path = bytearray(packed(a_project(), picture())), tmp_path / "a.klproj"
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(whole)
    try:
        read = opened(path)
    except BadProject:
        return
    assert read.picture == picture()


def test_what_is_open_stays_as_it_was_when_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.klproj"
    write_project(path, a_project(), picture())
    document = opened(path).project.document
    edited = edits.remove(document, DYNAMIC[0])
    path.write_bytes(b"broken")
    refusal(path)
    assert edited.static is document.static
