"""Projects and masks, and the journal of the work on them."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from kling_desktop.domain.motion.delta import changed, changes
from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.history import History, Running, Step
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.project_json import from_text, to_text
from kling_desktop.domain.motion.unpng import BadMask, decode_mask
from kling_desktop.media.pictures import upright_size
from kling_desktop.storage.autosave import Autosave
from kling_desktop.storage.projects import packed, read_project
from tests.domain.motion.documents import a_document
from tests.fuzz.mutate import in_png, in_records, in_zip, in_zlib
from tests.fuzz.target import Target
from tests.fuzz.targets.pictures import picture
from tests.fuzz.targets.words import ENDPOINT

SIZE = Size(300, 40)


LARGE = Size(3000, 2000)


def measure(name: str, data: bytes) -> Size:
    return Size(*upright_size(name, data))


@cache
def project(size: Size = SIZE) -> Project:
    document = a_document(size)
    return Project(document=document, endpoint=ENDPOINT, parameters={"prompt": "x"}, jobs=("a",))


def _journal() -> bytes:
    document = project().document
    blank = MotionDocument.blank(document.picture)
    steps = (Step("Paint", document, "x"), Step("Clear", blank))
    running = Running(project(), History(blank, steps, 1), b"picture", "/a/b.klproj")
    with tempfile.TemporaryDirectory() as folder:
        window = Autosave(Path(folder))
        window.keep(running)
        window.release()
        return (Path(folder) / window.id / "journal").read_bytes()


def _autosave(data: bytes, place: Path) -> object:
    left = place / "left"
    left.mkdir()
    (left / "journal").write_bytes(data)
    window = Autosave(place)
    try:
        found = window.abandoned()
        taken = window.take("left")
        window.keep(taken)
    finally:
        window.release()
    return found


def _project(data: bytes, place: Path) -> object:
    path = place / "a.klproj"
    path.write_bytes(data)
    found = read_project(path, measure)
    return packed(found.project, found.picture)


def _mask(data: bytes, _: Path) -> object:
    return decode_mask(data, SIZE)


def _delta(data: bytes, _: Path) -> object:
    return changed(MotionDocument.blank(PictureRef(SIZE)), data)


def _deltas() -> list[bytes]:
    document = project().document
    blank = MotionDocument.blank(document.picture)
    return [changes(document, blank), changes(blank, document)]


TARGETS = (
    Target(
        "project-json",
        lambda data, _: to_text(from_text(data, "a")),
        lambda: [
            to_text(project()).encode(),
            to_text(Project(document=MotionDocument.blank(PictureRef(SIZE)))).encode(),
        ],
        ("domain.motion.project_json",),
        words=(b"version", b"regions", b"nodes", b"join", b"ease", b"muted", b"suffix", b".png"),
    ),
    Target(
        "project-file",
        _project,
        lambda: [packed(project(), picture("PNG", SIZE))],
        ("storage.projects", "domain.motion.project_json", "domain.motion.unpng"),
        words=(b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x07", b"masks/1.png"),
        inside=in_zip,
    ),
    Target(
        "mask-png",
        _mask,
        lambda: [picture("PNG", SIZE, "L"), picture("PNG", SIZE), picture("PNG", SIZE, "1")],
        ("domain.motion.unpng",),
        refuses=(BadMask,),
        inside=in_png,
        words=(b"IHDR", b"IDAT", b"IEND", b"\x89PNG\r\n\x1a\n"),
    ),
    Target("journal-step", _delta, _deltas, ("domain.motion.delta",), inside=in_zlib),
    Target(
        "autosave",
        _autosave,
        lambda: [_journal()],
        ("storage.autosave", "storage.journal", "domain.motion.delta"),
        complaint="journal has a record that makes no sense",
        inside=in_records,
        words=(b"KLJ1", b"project", b"path", b"is_saved"),
    ),
)
