"""What a browser hands over: bytes, a page's piece with an image in it, or an address."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from kling_desktop.domain.foreign import host_of, name_in, suffix_of

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

TYPES = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "image/tiff",
         "image/bmp")  # fmt: skip
_HTML_LIMIT = 2_000_000
"""Characters that are looked at: a dragged picture stands at the beginning."""
_OCTETS = "application/octet-stream"


def picture_bytes(mime: QMimeData) -> tuple[str, bytes] | None:
    """The very file of a picture, where it came along, and what it is called.

    Chromium gives the file that it shows as bytes of no kind, and its name with the address.
    """
    for each in mime.formats():
        kind = each.partition(";")[0]
        if kind in TYPES or kind == _OCTETS:
            data = bytes(mime.data(each).data())
            if suffix := suffix_of(data):
                name = name_in(web_address(mime))
                return f"{name.rpartition('.')[0] or name}{suffix}", data
    return None


def web_address(mime: QMimeData) -> str:
    """The address of a picture: that in the page's piece, which may stand inside a link, first."""
    for each in _addresses(mime):
        if each.startswith("data:image/") or host_of(each):
            return each
    return ""


def _addresses(mime: QMimeData) -> list[str]:
    found = []
    if mime.hasHtml():
        parser = _Images()
        parser.feed(mime.html()[:_HTML_LIMIT])
        found += parser.found
    found += [each.toString() for each in mime.urls() if not each.isLocalFile()]
    text = mime.text().strip() if mime.hasText() else ""
    if text and not any(each.isspace() for each in text):
        found.append(text)
    return found


class _Images(HTMLParser):
    """Collects where the images of a page are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get("src") if tag == "img" else None
        if source:
            self.found.append(source.strip())
