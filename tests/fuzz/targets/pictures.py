"""Pictures, clips and sounds; what reads them is partly C, so a crash ends the process."""

from __future__ import annotations

import io
import json
import tempfile
import wave
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from kling_desktop.domain.foreign import checked, suffix_of
from kling_desktop.domain.lineage import AT, FIRST, LAST, Moment
from kling_desktop.media import pictures, sources
from kling_desktop.media.child import Ended
from kling_desktop.media.frames import take_frame
from kling_desktop.media.masks import prepare_mask
from kling_desktop.media.probe import _judge, measure
from kling_desktop.media.stripping import Unclear, stripped
from tests.fuzz.mutate import in_png
from tests.fuzz.target import Target
from tests.helpers.clips import write_clip, write_sound

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def picture(kind: str, size: tuple[int, int] = (310, 305), mode: str = "RGB") -> bytes:
    """A picture of that format, with a note of everything."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "maker"
    exif.get_ifd(0x8825)[1] = "N"
    made = Image.linear_gradient("L").resize(size).convert(mode)
    buffer = io.BytesIO()
    more = {} if kind in {"GIF", "BMP"} else {"exif": exif}
    frames = (
        {"append_images": [made.rotate(90)], "save_all": True} if kind in {"GIF", "MPO"} else {}
    )
    made.save(buffer, kind, **more, **frames)
    return buffer.getvalue()


@cache
def kinds() -> tuple[bytes, ...]:
    found = [picture(each) for each in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "MPO")]
    found += [picture("PNG", mode=each) for each in ("RGBA", "P", "I;16", "1", "LA")]
    found += [picture("JPEG", mode="CMYK"), picture("TIFF", (40, 30), "F")]
    return tuple(each for each in found if len(each) < 100_000 or each.startswith(b"BM"))


@cache
def clips() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mp4"
        made = [write_clip(path, frames=5).read_bytes()]
        made.append(write_clip(path, frames=5, index_first=True).read_bytes())
        made.append(write_sound(path).read_bytes())
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(bytes(8000))
        return (*made, path.read_bytes())


def _file(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    def parse(data: bytes, place: Path) -> object:
        path = place / name
        path.write_bytes(data)
        return read(path)

    return parse


def _looked(path: Path) -> object:
    data = pictures.read_bytes(path)
    size = pictures.upright_size(path.name, data)
    with pictures.named(path.name), pictures.open_picture(path.name, data) as found:
        private = pictures.private_data(found)
    return size, private, pictures.lineage_in({"image_url": str(path)})


def _framed(path: Path) -> object:
    try:
        return take_frame(path, Moment(FIRST), "a"), take_frame(path, Moment(AT, 0.3), "a")
    finally:
        take_frame(path, Moment(LAST), "a")


def _named(data: bytes, _: Path) -> object:
    suffix_of(data)
    return checked("https://example.org/a.png", data)


def _told(data: bytes, _: Path) -> object:
    code, _mark, output = data.partition(b"\n")
    number = int(code) if code.isdigit() and len(code) < 9 else 0
    return _judge(Ended(number, output, b"x"))


PNG = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"iCCP", b"eXIf", b"acTL", b"zTXt", b"iTXt", b"IEND")
JPEG = (b"\xff\xd8", b"\xff\xd9", b"\xff\xe1", b"Exif\0\0", b"\xff\xda", b"\xff\xc0", b"\xff\xc2")
MP4 = (
    b"ftyp",
    b"moov",
    b"mdat",
    b"stsz",
    b"stts",
    b"stsc",
    b"stco",
    b"mvhd",
    b"trak",
    b"elst",
    b"free",
)
FACTS = {"width": 1, "height": 1, "frames": 5, "fps": 10.0, "codec": "h264", "duration": 0.5}

TARGETS = (
    Target(
        "picture",
        _file("a.png", pictures.prepare),
        lambda: list(kinds()),
        ("media.pictures",),
        inside=in_png,
        words=(*PNG, *JPEG),
    ),
    Target(
        "picture-head",
        _file("a.png", _looked),
        lambda: list(kinds()),
        ("media.pictures", "domain.lineage"),
        inside=in_png,
        words=(*PNG, *JPEG),
    ),
    Target(
        "mask-file",
        _file("a.png", prepare_mask),
        lambda: [picture("PNG", mode="L"), picture("PNG"), picture("JPEG", mode="L")],
        ("media.masks",),
        inside=in_png,
        words=PNG,
    ),
    Target(
        "stripping",
        lambda data, _: stripped(data),
        lambda: list(kinds()[:2]),
        ("media.stripping",),
        refuses=(Unclear,),
        inside=in_png,
        words=(*PNG, *JPEG),
    ),
    Target("kind-of-bytes", _named, lambda: [each[:600] for each in kinds()], ("domain.foreign",)),
    Target(
        "media-length",
        _file("a.mp4", sources.seconds_of),
        lambda: list(clips()),
        ("media.sources",),
        words=MP4,
    ),
    Target(
        "clip",
        _file("a.mp4", measure),
        lambda: list(clips()),
        ("media.probe",),
        refuses=(OSError,),
        words=MP4,
    ),
    Target(
        "clip-frame", _file("a.mp4", _framed), lambda: list(clips()), ("media.frames",), words=MP4
    ),
    Target(
        "child-words",
        _told,
        lambda: [b"0\n" + json.dumps(FACTS).encode(), b'4\n{"error": "x"}', b"-11\n"],
        ("media.probe",),
        words=(b"error", b"width"),
    ),
)
