"""Makes of any picture one that the model accepts, changing no more of it than it has to.

What it accepts is in ``domain/limits.py``.
"""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import BadPicture
from kling_desktop.domain.limits import MAX_BYTES, MAX_PIXELS, MAX_RATIO, MIN_RATIO, MIN_SIDE
from kling_desktop.domain.lineage import KEY, MadeFrom
from kling_desktop.media import heic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL import Image

MAX_FILE = 200_000_000
"""Bytes that are read at all."""
JPEG_QUALITY = 95

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF")
_ORIENTATION = 0x0112
_GPS, _SHOT = 0x8825, 0x8769
"""Directories of EXIF: where a picture was taken, and how."""
_CAMERA = (0x010F, 0x0110)
_PNG_DEPTH_AND_COLOUR = slice(24, 26)
_PNG_8_BIT_RGB = b"\x08\x02"
_HEIC = (b"ftyphei", b"ftyphev", b"ftypmif")
_MEASUREMENTS = ("F", "I")
# What Pillow's readers raise when the bytes make no sense.
_NONSENSE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it will be uploaded."""

    data: bytes
    suffix: str
    """``.jpg`` or ``.png``."""
    width: int
    height: int
    """Pixels of the upright picture."""
    changed: tuple[str, ...] = ()
    """What had to be changed: any of ``orientation``, ``profile``, ``transparency``, ``colours``,
    ``format``, ``compression`` and ``metadata``; empty where the bytes are those of the file. With
    ``metadata`` alone, every pixel is that of the file."""


def prepare(path: Path, *, strips: bool = True) -> Prepared:
    """Read a picture and make it upright, opaque, sRGB and small enough; blocks.

    Where nothing has to be changed, ``strips`` says whether its metadata is left out.

    Raises:
        BadPicture: it cannot be used; says why, with numbers and with what would be allowed.
    """
    data = read_bytes(path)
    with named(path.name):
        picture = open_picture(path.name, data)
        _check_shape(path.name, *picture.size)
        picture.load()
        changed = differences(picture, data)
        if not changed:
            clean = _without_metadata(picture, data) if strips else data
            if clean is not None and len(clean) <= MAX_BYTES:
                suffix = ".png" if picture.format == "PNG" else ".jpg"
                what = () if clean == data else ("metadata",)
                return Prepared(clean, suffix, *picture.size, what)
        return encoded(path.name, plain(picture), changed)


def _without_metadata(picture: Image.Image, data: bytes) -> bytes | None:
    """The file without what says where and with what it was made, and with every pixel as it was.

    None where it is built so oddly that nobody can tell; it has to be encoded anew then.
    """
    from PIL import Image

    from kling_desktop.media.stripping import Unclear, stripped

    try:
        clean = stripped(data)
    except Unclear:
        return None
    if clean != data:
        with Image.open(io.BytesIO(clean), formats=FORMATS) as again:
            if again.tobytes() != picture.tobytes():
                return None
    return clean


def made_from(picture: Image.Image) -> MadeFrom | None:
    """The clip that a picture says it is a frame of."""
    return MadeFrom.of_note(picture.info.get(KEY))


def lineage_in(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same of the files among an input's values, by field; blocks."""
    found: dict[str, Any] = {}
    for name, each in values.items():
        if not isinstance(each, str) or not each.lower().endswith(".png"):
            continue
        with suppress(BadPicture), named(each), open_picture(each, read_bytes(Path(each))) as made:
            if (lineage := made_from(made)) is not None:
                found[name] = lineage.to_json()
    return found or None


def private_data(picture: Image.Image) -> tuple[str, ...]:
    """What a picture's file tells besides its pixels, in words; none of it is ever sent."""
    found = []
    with suppress(*_NONSENSE):
        exif = picture.getexif()
        if exif.get_ifd(_GPS):
            found.append("location")
        if any(exif.get(tag) for tag in _CAMERA) or exif.get_ifd(_SHOT):
            found.append("camera data")
    return tuple(found)


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of the upright picture in a file, from its first bytes; blocks.

    Raises:
        BadPicture: it is not a picture that can be read.
    """
    return upright_size(path.name, read_bytes(path))


def upright_size(name: str, data: bytes) -> tuple[int, int]:
    """The same of the bytes of a file. Raises BadPicture."""
    with named(name), open_picture(name, data) as picture:
        width, height = picture.size
        # Pillow turns TIFF by itself, and says so from the beginning.
        turned = picture.format != "TIFF" and picture.getexif().get(_ORIENTATION, 1) in range(5, 9)
        return (height, width) if turned else (width, height)


def read_bytes(path: Path) -> bytes:
    """A file that may hold a picture. Raises BadPicture."""
    try:
        if path.is_dir():
            raise BadPicture(path.name, "is a folder, not a picture")
        size = path.stat().st_size
        if size > MAX_FILE:
            raise BadPicture(
                path.name, f"has {_megabytes(size)}; at most {_megabytes(MAX_FILE)} can be read"
            )
        if not path.is_file():
            raise BadPicture(path.name, "is not a file")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadPicture(path.name, "does not exist") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadPicture(path.name, f"cannot be read: {reason}") from error


@contextmanager
def named(name: str) -> Iterator[None]:
    """Whatever Pillow says of a file's bytes is a BadPicture of that name."""
    from PIL import Image

    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except _NONSENSE as error:
        raise BadPicture(name, f"is damaged or cut short: {error}") from error


def open_picture(name: str, data: bytes) -> Image.Image:
    """A picture that is not decoded yet, of a kind and a size that we take. Raises BadPicture."""
    from PIL import Image, UnidentifiedImageError

    _overhear()
    if not data:
        raise BadPicture(name, "is empty")
    try:
        picture = Image.open(io.BytesIO(data), formats=(*FORMATS, *heic.formats()))
    except UnidentifiedImageError:
        known = "JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF"
        if data[4:11] in _HEIC:
            if heic.formats():
                raise BadPicture(name, "is an HEIC picture that is damaged or cut short") from None
            known += ", or the package pillow-heif must be there"
        kind = "an HEIC picture" if data[4:11] in _HEIC else "not a picture that can be read"
        raise BadPicture(name, f"is {kind}; it must be {known}") from None
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels(name)
    if picture.mode in _MEASUREMENTS:
        raise BadPicture(name, "holds measured values, not colours")
    return picture


def _overhear() -> None:
    """What Pillow only warns of, such as torn EXIF data, is of no use to anybody on a terminal."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


def _too_many_pixels(name: str) -> BadPicture:
    return BadPicture(name, f"has more than {MAX_PIXELS // 1_000_000} million pixels")


def _check_shape(name: str, width: int, height: int) -> None:
    size = f"is {width} x {height} pixels"
    if min(width, height) < MIN_SIDE:
        raise BadPicture(name, f"{size}; each side must be at least {MIN_SIDE}")
    ratio = width / height
    if not MIN_RATIO <= ratio <= MAX_RATIO:
        raise BadPicture(
            name,
            f"{size}, which is {ratio:.3g} times as wide as high;"
            f" this must be between {MIN_RATIO} and {MAX_RATIO}",
        )


def is_turned(picture: Image.Image) -> bool:
    """Whether it is stored in another way than it is seen; to be asked before it is decoded."""
    return picture.getexif().get(_ORIENTATION, 1) in range(2, 9)


def differences(picture: Image.Image, data: bytes) -> tuple[str, ...]:
    """What keeps the bytes from being sent as they are."""
    is_odd_png = picture.format == "PNG" and data[_PNG_DEPTH_AND_COLOUR] != _PNG_8_BIT_RGB
    tests = {
        "orientation": is_turned(picture),
        "profile": _foreign_profile(picture) is not None,
        "transparency": picture.has_transparency_data,
        "colours": picture.mode not in {"RGB", "RGBA"} or (is_odd_png and picture.mode == "RGB"),
        "format": picture.format not in {"JPEG", "MPO", "PNG"} or _is_animated(picture),
    }
    return tuple(name for name, differs in tests.items() if differs)


def _is_animated(picture: Image.Image) -> bool:
    # The further pictures of an MPO are a camera's previews; every reader shows the first.
    return picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1


def plain(picture: Image.Image) -> Image.Image:
    """The same picture upright, opaque, in 8-bit sRGB, with no metadata."""
    from PIL import ImageOps

    profile = _foreign_profile(picture)
    made = _to_srgb(_opaque(_shallow(ImageOps.exif_transpose(picture))), profile)
    made.info.clear()
    return made


def _shallow(picture: Image.Image) -> Image.Image:
    """Grey of 16 bits as grey of 8; Pillow reads all other deep pictures as 8 bits by itself."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    return picture


def _opaque(picture: Image.Image) -> Image.Image:
    from PIL import Image

    if not picture.has_transparency_data:
        return picture
    see_through = picture.convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, see_through).convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    from PIL import ImageCms

    if picture.mode not in {"RGB", "L", "CMYK"}:
        picture = picture.convert("RGB")
    if profile is not None:
        srgb = ImageCms.createProfile("sRGB")
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB")
        except ImageCms.PyCMSError:  # a profile for other colours than the picture has
            return picture.convert("RGB")
        assert converted is not None
        return converted
    return picture.convert("RGB")


def _foreign_profile(picture: Image.Image) -> bytes | None:
    """The embedded colour profile, unless it is unreadable or sRGB, which everybody assumes."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile:
        return None
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return None
    return None if "srgb" in name.lower() else profile


def encoded(name: str, picture: Image.Image, changed: tuple[str, ...]) -> Prepared:
    """As PNG, which loses nothing, or where that would be too large as JPEG."""
    data = _saved(picture, "PNG")
    if len(data) <= MAX_BYTES:
        return Prepared(data, ".png", *picture.size, changed)
    data = _saved(picture, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    if len(data) <= MAX_BYTES:
        return Prepared(data, ".jpg", *picture.size, (*changed, "compression"))
    raise BadPicture(
        name,
        f"is {picture.width} x {picture.height} pixels and {_megabytes(len(data))} even as a JPEG;"
        f" at most {_megabytes(MAX_BYTES)} are accepted",
    )


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
