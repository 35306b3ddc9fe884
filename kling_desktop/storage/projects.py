"""Project files (``design.md`` §6): a zip with ``project.json``, the picture and the masks.

The same project gives the same bytes. What is read may have been made by anybody: nothing is ever
unpacked onto the disk, every part has a limit before a byte of it is unpacked, and a mask is read
in bands. A file is either understood as a whole or refused in one sentence.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import BadPicture, BadProject
from kling_desktop.domain.motion.png import encode_mask
from kling_desktop.domain.motion.project import NEWER, OpenedProject, Project
from kling_desktop.domain.motion.project_json import MAX_TEXT, from_text, to_text
from kling_desktop.domain.motion.unpng import BadMask, decode_mask
from kling_desktop.storage.disk import write_whole, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kling_desktop.domain.motion.document import MotionDocument, Region
    from kling_desktop.domain.motion.geometry import Size
    from kling_desktop.domain.motion.mask import Mask

    Measure = Callable[[str, bytes], Size]
    """The size of the upright picture in a file of that name. Raises BadPicture."""

SUFFIX = ".klproj"
MAX_ENTRIES = 64
MAX_DIRECTORY = 64 * 1024
"""Bytes of the list of entries; nine of ours need less than one."""
MAX_PICTURE = 200_000_000
MAX_MASK = 64_000_000
MAX_ARCHIVE = MAX_PICTURE + 7 * MAX_MASK
_JSON = "project.json"
_END = struct.Struct("<4s4H2LH")
_LONG_FILE = b"PK\x06\x07"
_LONG_FILE_AT = _END.size + 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
_PIECE = 1 << 16
# What the reader of zip files raises when the bytes make no sense.
_NONSENSE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    LookupError,
    ValueError,
    OSError,
    struct.error,
    zlib.error,
)


def write_project(path: Path, project: Project, picture: bytes) -> None:
    """Save a project: the file is replaced at once, or not at all; blocks.

    Raises:
        BadProject: it cannot be written as JSON, or a newer program's file would be replaced.
        FolderUnusable: the disk refuses it.
    """
    if project.is_newer and path.exists():
        raise BadProject(
            path.name, "a newer version of this program wrote this project; it is not overwritten"
        )
    data = packed(project, picture)
    with writing():
        target = path.resolve()  # a link stays a link
        part = target.with_name(f".{target.stem}.{os.getpid()}.part")
        write_whole(target, data, part=part, mode=0o666)


def packed(project: Project, picture: bytes) -> bytes:
    """The bytes of the file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, _JSON, to_text(project).encode(), zipfile.ZIP_DEFLATED)
        _add(archive, f"image{project.suffix}", picture)
        for region in sorted(project.document.regions, key=lambda each: each.id):
            if not region.mask.is_empty:
                _add(archive, _mask_name(region), encode_mask(region.mask))
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, how: int = zipfile.ZIP_STORED) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system = 3  # also where it is written on Windows
    entry.external_attr = 0o100644 << 16
    entry.compress_type = how
    archive.writestr(entry, data, compresslevel=6)


def _mask_name(region: Region) -> str:
    return f"masks/{region.id}.png"


def read_project(path: Path, measure: Measure) -> OpenedProject:
    """Open a project file; blocks.

    Raises:
        BadProject: it cannot be used; says why.
    """
    with _named(path.name):
        _check_outside(path)
        file = path.open("rb")
    with _named(path.name), file:
        file.seek(-min(_LONG_FILE_AT, file.seek(0, os.SEEK_END)), os.SEEK_END)
        _check_end(path.name, file.read())
        with zipfile.ZipFile(file) as archive:
            return _Reader(path.name, archive, measure).read()


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except BadProject:
        raise
    except FileNotFoundError:
        raise BadProject(name, "does not exist") from None
    except PermissionError as error:
        raise BadProject(name, f"cannot be read: {error.strerror}") from None
    except _NONSENSE as error:
        reason = str(error).splitlines()[:1] or [type(error).__name__]
        raise BadProject(name, f"is damaged or cut short: {reason[0][:120]}") from None


def _check_outside(path: Path) -> None:
    size = path.stat().st_size
    if path.is_dir():
        raise BadProject(path.name, "is a folder, not a project file")
    if not path.is_file():
        raise BadProject(path.name, "is not a file")
    if size > MAX_ARCHIVE:
        raise BadProject(path.name, f"has {size // 1_000_000} MB, more than a project can have")


def _check_end(name: str, tail: bytes) -> None:
    """Hold what the file says of itself against our limits, before a list of entries is made."""
    end = tail[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise BadProject(name, "is not a project file, or it is cut short")
    _, _, _, _, entries, directory, _, _ = _END.unpack(end)
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY or tail.startswith(_LONG_FILE):
        raise BadProject(name, "has more in it than a project has")


class _Reader:
    """One file on its way to a project."""

    def __init__(self, name: str, archive: zipfile.ZipFile, measure: Measure) -> None:
        self._name = name
        self._archive = archive
        self._measure = measure
        self._notes: list[str] = []
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for each in archive.infolist():
            self._check_entry(each)
            self._entries[each.filename] = each

    def read(self) -> OpenedProject:
        """Everything, or BadProject."""
        text = self._content(_JSON, MAX_TEXT)
        if text is None:
            raise self._bad("has no project.json, so it is not a project")
        project = from_text(text, self._name)
        picture = self._content(f"image{project.suffix}", MAX_PICTURE)
        if picture is None:
            raise self._bad(f"has no picture: image{project.suffix} is missing")
        self._check_picture(project, picture)
        document = self._disjoint(self._painted(project.document))
        document = self._with_digest(document, picture)
        if project.is_newer:
            self._notes.insert(0, NEWER)
        return OpenedProject(replace(project, document=document), picture, tuple(self._notes))

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        # As it is in the file: the reader cuts names at a zero byte and turns slashes.
        name = entry.orig_filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if name.startswith(("/", "\\")) or ".." in parts or ":" in name or "\0" in name:
            raise self._bad("has an entry whose name leads out of it")
        if entry.filename in self._entries:
            raise self._bad(f"has {entry.filename[:40]!r} twice")
        if entry.flag_bits & _ENCRYPTED:
            raise self._bad("is encrypted")

    def _content(self, name: str, limit: int) -> bytes | None:
        """What is in an entry, if there is one."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise self._bad(f"has {name} compressed in a way that projects do not use")
        if entry.file_size > limit:
            raise self._bad(f"has a {name} of {entry.file_size // 1_000_000} MB, which is too much")
        with self._archive.open(entry) as file:
            # In pieces: what is asked for at once is unpacked at once, whatever the size should be.
            found = b"".join(iter(partial(file.read, _PIECE), b""))
        if len(found) != entry.file_size:
            raise self._bad(f"has a {name} that is cut short")
        return found

    def _check_picture(self, project: Project, picture: bytes) -> None:
        wanted = project.document.size
        try:
            size = self._measure(f"image{project.suffix}", picture)
        except BadPicture as error:
            raise self._bad(f"its picture {error.detail}") from None
        if size != wanted:
            raise self._bad(
                f"its picture is {size.width} x {size.height} pixels, "
                f"but it was painted on one of {wanted.width} x {wanted.height}"
            )

    def _with_digest(self, document: MotionDocument, picture: bytes) -> MotionDocument:
        digest = hashlib.sha256(picture).hexdigest()
        told = document.picture.digest
        if told == digest:
            return document
        if told:
            self._notes.append("The picture in it is not the one that it was saved with.")
        return replace(document, picture=replace(document.picture, digest=digest))

    def _painted(self, document: MotionDocument) -> MotionDocument:
        for region in document.regions:
            mask = self._mask(region, document.size)
            if mask is not None:
                document = document.with_region(replace(region, mask=mask))
        for name in self._entries:
            known = {_mask_name(each) for each in document.regions}
            if name.startswith("masks/") and name.endswith(".png") and name not in known:
                self._notes.append(f"{name[:40]} belongs to no region and was left out.")
        return document

    def _mask(self, region: Region, size: Size) -> Mask | None:
        name = _mask_name(region)
        data = self._content(name, MAX_MASK)
        if data is None:
            return None
        try:
            return decode_mask(data, size)
        except BadMask as error:
            raise self._bad(f"{name} {error}") from None

    def _disjoint(self, document: MotionDocument) -> MotionDocument:
        """With each pixel in one region: what moves before what stays, the later one first."""
        taken: Mask | None = None
        for region in (*reversed(document.dynamic), document.static):
            mask = region.mask
            if taken is not None and not (common := mask.common(taken)).is_empty:
                mask = mask.without(taken)
                document = document.with_region(replace(region, mask=mask))
                self._notes.append(
                    f"{region.title} overlapped others in {common.area} pixels, which it lost."
                )
            taken = mask if taken is None else taken.united(mask)
        return document

    def _bad(self, detail: str) -> BadProject:
        return BadProject(self._name, detail)
