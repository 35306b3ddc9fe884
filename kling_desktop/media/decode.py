"""Pictures for the canvas: any file that people have, upright, in sRGB, its alpha beside it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from kling_desktop.domain.motion.picture import DecodedPicture
from kling_desktop.media.pictures import (
    differences,
    encoded,
    is_turned,
    made_from,
    named,
    open_picture,
    plain,
    private_data,
    read_bytes,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL import Image

    from kling_desktop.domain.motion.fitting import Fit

_SUFFIXES = {
    "JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "AVIF": ".avif",
    "GIF": ".gif", "BMP": ".bmp", "DIB": ".bmp", "TIFF": ".tif", "HEIF": ".heic",
}  # fmt: skip


class PictureFiles:
    """Satisfies ``engine.work_ports.Pictures``; every call blocks."""

    def read(self, path: Path) -> bytes:
        """A file that may hold a picture. Raises BadPicture."""
        return read_bytes(path)

    def decode(self, name: str, data: bytes) -> DecodedPicture:
        """The pixels of a picture's file, of any shape and size that can be shown.

        Raises:
            BadPicture: it cannot be read; says why.
        """
        with named(name), open_picture(name, data) as picture:
            kind, frames = picture.format or "", _frames(picture)
            turned = is_turned(picture)
            picture.load()
            lineage = made_from(picture)
            changed, private = differences(picture, data), private_data(picture)
            alpha = _alpha(picture)
            rows = _rows(plain(picture))
        return DecodedPicture(
            rows=rows,
            alpha=alpha,
            name=name,
            data=data,
            digest=hashlib.sha256(data).hexdigest(),
            kind=kind,
            suffix=_SUFFIXES[kind],
            turned=turned,
            profiled="profile" in changed,
            frames=frames,
            private=private,
            made_from=lineage,
        )

    def fitted(self, name: str, data: bytes, fit: Fit) -> tuple[bytes, str]:
        """The file of a picture that was cut and scaled, and its suffix. Raises BadPicture."""
        from PIL import Image

        with named(name), open_picture(name, data) as picture:
            picture.load()
            cut = plain(picture).crop(fit.crop)
            if cut.size != fit.size:
                cut = cut.resize(fit.size, Image.Resampling.LANCZOS)
            prepared = encoded(name, cut, ())
        return prepared.data, prepared.suffix


def _frames(picture: Image.Image) -> int:
    # The further pictures of an MPO are a camera's previews.
    return 1 if picture.format == "MPO" else int(getattr(picture, "n_frames", 1))


def _alpha(picture: Image.Image) -> NDArray[np.uint8] | None:
    from PIL import ImageOps

    if not picture.has_transparency_data:
        return None
    upright = ImageOps.exif_transpose(picture)
    alpha = np.array(upright.convert("RGBA").getchannel("A"))
    return None if alpha.min() == 255 else alpha


def _rows(picture: Image.Image) -> NDArray[np.uint8]:
    rows = np.empty((picture.height, picture.width, 4), np.uint8)
    rows[..., :3] = np.asarray(picture)[..., ::-1]
    rows[..., 3] = 255
    return rows
