"""Videos and sounds that are given to a model: can they be read, and how long are they?

Only the head of a file is read, and only by the readers of plain files: a playlist that names other
files or addresses is no video here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import av

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import BadMedia

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer

LARGEST: Final = 200 * 1024 * 1024
"""Bytes: the most that any Kling endpoint takes (``kling_endpoints.json``, media limits)."""
READERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,ogg,flac,aac"
OPTIONS = {"format_whitelist": READERS, "protocol_whitelist": "file"}


def seconds_of(path: Path, kind: FieldKind | None = None) -> float:
    """Seconds of a video or a sound; of whichever it is where no kind is named.

    Raises:
        BadMedia: it cannot be read, is too large, or has nothing of that kind in it.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            told = f"it has {size / 1e6:.0f} MB; Kling takes up to {LARGEST / 1e6:.0f} MB"
            raise BadMedia(path.name, told)
        with av.open(str(path.absolute()), options=OPTIONS) as container:
            has = {
                FieldKind.VIDEO: bool(container.streams.video),
                FieldKind.SOUND: bool(container.streams.audio),
            }
            if kind is not None and not has[kind]:
                raise BadMedia(path.name, f"it has no {kind} in it")
            return _seconds(container, path)
    except (av.FFmpegError, OSError) as error:
        reason = error.strerror or type(error).__name__
        raise BadMedia(path.name, f"it cannot be read: {reason}") from None


def _seconds(container: InputContainer, path: Path) -> float:
    if not container.duration or container.duration < 0:
        raise BadMedia(path.name, "it does not say how long it is")
    return container.duration / 1_000_000
