"""What a browser hands over: bytes, a page's piece with an image in it, or an address.

A page's piece may be megabytes long: on the window's thread it is only copied, and read on another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from kling_desktop.domain.foreign import host_of, name_in, suffix_of

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "image/tiff",
                "image/bmp")  # fmt: skip
_HTML_LIMIT: Final = 2_000_000
"""Characters that are looked at: a dragged picture stands at the beginning."""
_HOPE: Final = 20_000
"""Characters that are looked at while something hovers, to tell a picture from words."""
_OCTETS: Final = "application/octet-stream"
_IMAGE: Final = re.compile(r"<img\s", re.I)


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a drop may name a picture of the web."""

    html: str = ""
    urls: tuple[str, ...] = ()
    text: str = ""

    @classmethod
    def of(cls, mime: QMimeData) -> Piece:
        """A copy that any thread can read."""
        text = mime.text().strip() if mime.hasText() else ""
        return cls(
            mime.html()[:_HTML_LIMIT] if mime.hasHtml() else "",
            tuple(each.toString() for each in mime.urls() if not each.isLocalFile()),
            "" if any(each.isspace() for each in text[:_HOPE]) else text,
        )

    @property
    def has_hope(self) -> bool:
        """Whether there may be a picture; told at a glance, so that a hovering drag stays light."""
        if _IMAGE.search(self.html, 0, _HOPE):
            return True
        return any(_is_address(each) for each in (*self.urls, self.text))

    def address(self) -> str:
        """The address of a picture: that in the page, which may stand inside a link, first.

        Blocks where the page is long.
        """
        parser = _Images()
        parser.feed(self.html)
        return next(filter(_is_address, (*parser.found, *self.urls, self.text)), "")

    def name_for(self, data: bytes) -> str:
        """What to call the picture that came along; blocks as :meth:`address`."""
        name = name_in(self.address())
        return f"{name.rpartition('.')[0] or name}{suffix_of(data)}"


def picture_bytes(mime: QMimeData) -> bytes | None:
    """The very file of a picture, where it came along.

    Chromium gives the file that it shows as bytes of no kind, and its name with the address.
    """
    for each in mime.formats():
        if _is_picture(each):
            data = bytes(mime.data(each).data())
            if suffix_of(data):
                return data
    return None


def offers_bytes(mime: QMimeData) -> bool:
    """Whether a picture's file may have come along; nothing of it is fetched for that."""
    return any(map(_is_picture, mime.formats()))


def _is_picture(kind: str) -> bool:
    kind = kind.partition(";")[0]
    return kind in TYPES or kind == _OCTETS


def _is_address(text: str) -> bool:
    return text.startswith("data:image/") or bool(host_of(text))


class _Images(HTMLParser):
    """Collects where the images of a page are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get("src") if tag == "img" else None
        if source:
            self.found.append(source.strip())
