"""Pictures of the web: what is asked for, what comes back, and which addresses nobody may ask."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_to_bytes, urljoin, urlsplit

from kling_desktop.domain.errors import BadPicture

LARGEST: Final = 64 * 1024**2
"""Bytes of a picture that is fetched or written into an address."""
LONGEST: Final = 8192
"""Characters of an address that is asked."""
_SCHEMES: Final = ("http", "https")
_KINDS: Final = (
    (b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"GIF8", ".gif"), (b"BM", ".bmp"),
    (b"II*\0", ".tif"), (b"MM\0*", ".tif"),
)  # fmt: skip
_BOXED: Final = {b"avif": ".avif", b"avis": ".avif", b"heic": ".heic", b"heix": ".heic",
                 b"mif1": ".heic", b"msf1": ".heic"}  # fmt: skip
_TEXT: Final = re.compile(rb"\s*<(!doctype|html|head|body|script|\?xml|svg)", re.I)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture that came."""

    name: str
    data: bytes
    url: str
    """Where it came from in the end."""


@dataclass(frozen=True, slots=True)
class MovedTo:
    """Another host has it; whoever asked has to agree to that one as well."""

    url: str


def host_of(url: str) -> str:
    """The host of an address that may be asked, as people read it; empty where it may not be."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    fine = parts.scheme in _SCHEMES and host and len(url) <= LONGEST and url.isprintable()
    if not fine or parts.username is not None or "\\" in url or " " in url:
        return ""
    return f"{host}:{port}" if port else str(host)


def goes_on_to(url: str, location: str) -> str:
    """The address that a redirect names. Raises BadPicture where it must not be followed."""
    try:
        there = urljoin(url, location)
    except ValueError:  # brackets that are no address
        there = ""
    if not host_of(there):
        raise BadPicture(name_in(url), "is elsewhere now, at an address that cannot be asked")
    if urlsplit(url).scheme == "https" and urlsplit(there).scheme != "https":
        raise BadPicture(name_in(url), "is elsewhere now, on a connection that is not protected")
    return there


def name_in(url: str) -> str:
    """What to call the picture at an address."""
    if url.startswith("data:"):
        return "Picture"
    last = unquote(urlsplit(url).path.rpartition("/")[2])
    plain = "".join(
        each if each.isprintable() and each not in '/\\:*?"<>|' else "_" for each in last
    )
    return plain[-80:].strip(". ") or "Picture"


def suffix_of(data: bytes) -> str:
    """The kind of picture that bytes are, whatever anybody says of them; empty for none."""
    for start, suffix in _KINDS:
        if data.startswith(start):
            return suffix
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    return _BOXED.get(data[8:12], "") if data[4:8] == b"ftyp" else ""


def checked(url: str, data: bytes) -> Fetched:
    """The bytes as a picture. Raises BadPicture where they are none."""
    name, suffix = name_in(url), suffix_of(data)
    if not data:
        raise BadPicture(name, "is empty")
    if not suffix:
        what = "is a page, not a picture" if _TEXT.match(data[:512]) else "is no picture"
        raise BadPicture(name, f"{what}; save the picture itself and bring the file")
    stem = name.rpartition(".")[0] or name
    return Fetched(stem + suffix, data, url)


def inline(url: str) -> Fetched:
    """The picture that is written into a ``data:`` address. Raises BadPicture."""
    head, comma, text = url.partition(",")
    if not head.startswith("data:") or not comma:
        raise BadPicture("Picture", "is not written into its address in a way that can be read")
    if len(text) > LARGEST * 4 // 3 + 4:
        raise BadPicture("Picture", f"is larger than {LARGEST // 1024**2} MB")
    try:
        if head.endswith(";base64"):
            data = base64.b64decode(
                unquote_to_bytes(text).translate(None, b" \t\r\n"), validate=True
            )
        else:
            data = unquote_to_bytes(text)
    except (binascii.Error, ValueError):
        raise BadPicture("Picture", "is damaged in its address") from None
    return checked("data:", data)
