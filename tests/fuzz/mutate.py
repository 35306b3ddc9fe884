"""Changes to inputs: of bytes, of what is in JSON, of what is in containers."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

LARGEST = 100_000
"""Bytes of an input; what is found is found with less."""
COMMON = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"{}",
    b'"',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"9" * 5000,
    b"\n" * 1000,
)
"""Whatever is read may be this."""
NUMBERS: Sequence[Any] = (
    0,
    -1,
    1,
    2**31,
    2**53 + 1,
    2**63,
    -(2**63) - 1,
    2**64,
    10**30,
    10**400,
    -0.0,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    float("-inf"),
    0.1,
    True,
    False,
    None,
)
TEXTS: Sequence[str] = (
    "",
    " ",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "é",
    "\u202e",
    "a" * 5000,
    "1" * 5000,
    "9" * 20,
    "-1",
    "1e999",
    "nan",
    "inf",
    "٣",
    "²",
    "0x10",
    "http://[",
    "http://[::1",
    "http://x:99999999/",
    "http://x:٣/",
    "file:///etc/passwd",
    "//",
    "../../x",
    "C:\\x",
    "data:,",
    "{",
    "[",
    "\n",
    "\r\n",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01T00:00:00+14:00",
    "2026-01-01",
    "12:00",
    "True",
    "\x85",
    "\ufeff",
    "%",
    "%00",
    "%ff",
    "%s{0}",
    "<b>",
    "\u017f",
    "İ",
)
TOKENS: Sequence[bytes] = (
    b"",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf",
    b"[" * 12_500,
    b'{"a":' * 12_500,
    b"(" * 3000,
    b"{a|" * 1500,
    b"9" * 5000,
    b"1e999",
    b"-",
    b"NaN",
    b"Infinity",
    b"\\ud800",
    b'"',
    b"\\",
    b"\n",
    b"\r\n\r\n",
    b"\r",
    b"=",
    b",",
    b":",
    b";",
    b"%ff",
    b"%00",
    b"http://[",
    b"://",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\0\0\0\0",
    b"\0" * 64,
    b"\xff" * 64,
    "٣".encode(),
    "²".encode(),
    "\u2028".encode(),
    b"\x1f\x8b",
)


class Mutator:
    """Makes inputs of inputs, the same ones for the same seed."""

    def __init__(self, random: Random, words: Sequence[bytes]) -> None:
        self._random = random
        self._words = words

    def __call__(self, data: bytes, other: bytes) -> bytes:
        """Some changes to an input; ``other`` is one to take parts of."""
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 5))):
            data = self._once(data, other)
        return data[:LARGEST]

    def _once(self, data: bytes, other: bytes) -> bytes:
        if self._random.random() < 0.6 and (changed := self._json(data)) is not None:
            return changed
        return self._random.choice(self._WAYS)(self, data, other)

    def _json(self, data: bytes) -> bytes | None:
        """A change within the JSON in it: all of it, what is behind a head, or one of its lines."""
        at = data.rfind(b"\r\n\r\n") + 4 if b"\r\n\r\n" in data else 0
        try:
            document = json.loads(data[at:])
        except (ValueError, RecursionError):
            return None
        if not isinstance(document, list | dict):
            document = [document] if self._random.random() < 0.2 else self._value()
        try:
            text = json.dumps(self._changed(document), ensure_ascii=self._random.random() < 0.7)
        except (ValueError, RecursionError):
            return None
        return data[:at] + text.encode("utf-8", "surrogatepass")

    def _changed(self, document: Any) -> Any:
        spots = list(_spots(document))
        if not spots:
            return self._value()
        holder, key = self._random.choice(spots)
        match self._random.randrange(7):
            case 0:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[self._random.choice((str(self._text()), *map(str, holder)))] = holder.pop(
                    key
                )
            case 2:
                far, name = self._random.choice(spots)
                holder[key] = json.loads(json.dumps(far[name])) if _has(far, name) else None
            case 3:
                holder[key] = [holder[key]] * self._random.choice((0, 1, 2, 300))
            case 4 if isinstance(holder[key], str):
                text = holder[key].encode("utf-8", "surrogatepass")
                text = self._random.choice(self._WAYS)(self, text, text)
                holder[key] = text.decode("utf-8", "replace")
            case 5 if isinstance(holder[key], dict):
                holder[key][self._text()] = self._value()
            case _:
                holder[key] = self._value()
        return document

    def _text(self) -> str:
        if self._words and self._random.random() < 0.5:
            return self._random.choice(self._words).decode("utf-8", "replace")
        return self._random.choice(TEXTS)

    def _value(self) -> Any:
        kind = self._random.randrange(6)
        if kind < 2:
            return self._random.choice(NUMBERS)
        if kind < 4:
            return self._text()
        inner: Any = self._random.choice((*NUMBERS, *TEXTS))
        deep = self._random.choice((1, 1, 1, 2, 900, 9000)) if kind == 4 else 1
        for _ in range(deep):
            inner = [inner] if self._random.random() < 0.5 else {self._text(): inner}
        return inner

    def _flip(self, data: bytes, _: bytes) -> bytes:
        changed = bytearray(data)
        for _times in range(self._random.choice((1, 1, 2, 8))):
            if changed:
                at = self._random.randrange(len(changed))
                changed[at] ^= 1 << self._random.randrange(8)
        return bytes(changed)

    def _byte(self, data: bytes, _: bytes) -> bytes:
        at = self._at(data)
        return data[:at] + bytes([self._random.randrange(256)]) + data[at + 1 :]

    def _cut(self, data: bytes, _: bytes) -> bytes:
        return data[: self._at(data)]

    def _drop(self, data: bytes, _: bytes) -> bytes:
        start, stop = sorted((self._at(data), self._at(data)))
        return data[:start] + data[min(stop, start + 64) :]

    def _repeat(self, data: bytes, _: bytes) -> bytes:
        start = self._at(data)
        piece = data[start : start + self._random.choice((1, 4, 16, 64))]
        return data[:start] + piece * self._random.choice((2, 3, 50, 2000)) + data[start:]

    def _splice(self, data: bytes, other: bytes) -> bytes:
        start = self._at(other)
        return data[: self._at(data)] + other[start : start + self._random.choice((8, 64, 9999))]

    def _token(self, data: bytes, _: bytes) -> bytes:
        at = self._at(data)
        known = self._words if self._words and self._random.random() < 0.5 else TOKENS
        token = self._random.choice(known)
        return data[:at] + token + data[at + self._random.choice((0, 0, len(token))) :]

    def _number(self, data: bytes, _: bytes) -> bytes:
        at, how = self._at(data), self._random.choice(("<I", ">I", "<H", ">H", "<Q", "B"))
        size = struct.calcsize(how)
        most = 256**size - 1
        value = self._random.choice((0, 1, most, most // 2, most // 2 + 1, len(data) & most))
        return data[:at] + struct.pack(how, value) + data[at + size :]

    def _at(self, data: bytes) -> int:
        return self._random.randrange(len(data) + 1)

    _WAYS = (_flip, _byte, _cut, _drop, _repeat, _splice, _token, _token, _number)


def _spots(document: Any, depth: int = 0) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    keys: Any = ()
    if isinstance(document, dict):
        keys = list(document)
    elif isinstance(document, list):
        keys = range(min(len(document), 20))
    for key in keys:
        found.append((document, key))
        if depth < 12:
            found += _spots(document[key], depth + 1)
    return found


def _has(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else key < len(holder)


Change = "Callable[[bytes], bytes]"


def in_zip(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """One entry of a zip file changed, and the file whole."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as old:
            parts = [(each, old.read(each)) for each in old.infolist()]
    except Exception:  # noqa: BLE001 - then it is no zip file, and bytes are changed
        return change(data)
    chosen = zlib.crc32(change(data)) % max(1, len(parts))
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for index, (entry, content) in enumerate(parts):
            is_png = content.startswith(b"\x89PNG")
            how = partial(in_png, change=change) if is_png else change
            archive.writestr(
                entry.filename[:60],
                how(content) if index == chosen else content,
                entry.compress_type,
            )
    return out.getvalue()


def in_png(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Chunks of a PNG file changed, unpacked where they are packed, with right checksums."""
    at, chunks = 8, []
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if not chunks:
        return change(data)
    chosen = zlib.crc32(change(data)) % len(chunks)
    made = [data[:8]]
    for index, (kind, content) in enumerate(chunks):
        if index == chosen:
            content = in_zlib(content, change) if kind == b"IDAT" else change(content)  # noqa: PLW2901
        made.append(struct.pack(">I", len(content)) + kind + content)
        made.append(zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big"))
    return b"".join(made)


def in_zlib(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """What is packed, changed and packed again."""
    try:
        plain = zlib.decompressobj().decompress(data, 4_000_000)
    except zlib.error:
        return change(data)
    return zlib.compress(change(plain), 1)


def in_records(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A record of a journal (``storage/journal.py``) changed, with a right checksum."""
    head, at, made = struct.Struct("<cII"), 4, [data[:4]]
    chosen = zlib.crc32(change(data)) % 6
    while at + head.size <= len(data):
        kind, size, _ = head.unpack_from(data, at)
        content = data[at + head.size : at + head.size + size]
        at += head.size + size
        if len(made) - 1 == chosen:
            content = _in_record(kind, content, change)
        made.append(head.pack(kind, len(content), zlib.crc32(content, zlib.crc32(kind))) + content)
    return b"".join(made)


def _in_record(kind: bytes, content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if kind == b"B":
        return in_zlib(content, change)
    if kind != b"S":
        return change(content)
    size = 4 + int.from_bytes(content[:4], "little")
    if zlib.crc32(change(content)) % 2:
        return content[:size] + in_zlib(content[size:], change)
    words = change(content[4:size])
    return len(words).to_bytes(4, "little") + words + content[size:]
