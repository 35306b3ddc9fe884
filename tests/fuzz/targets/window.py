"""What the window is given: drops, the clipboard, and what earlier windows remembered."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.catalog import FieldKind, Origin
from kling_desktop.domain.foreign import host_of, inline
from kling_desktop.domain.motion.asked import asked_of
from kling_desktop.engine import intake
from kling_desktop.storage import sidecar
from kling_desktop.ui import incoming, incoming_web
from kling_desktop.ui.forms import brought, shelf
from kling_desktop.ui.player.marks import marks_of
from kling_desktop.ui.project.last import Last
from kling_desktop.ui.queue.parcel import unpack
from kling_desktop.ui.theme import named
from tests.fuzz.target import Target
from tests.fuzz.targets.pictures import picture
from tests.fuzz.targets.words import as_json, catalog

if TYPE_CHECKING:
    from kling_desktop.ui.main_window import MainWindow

BETWEEN = b"\n~~~~\n"
KINDS = (
    "text/html",
    "text/uri-list",
    "text/plain",
    incoming.FRAME,
    incoming.OURS,
    "application/octet-stream",
    "image/png",
    "application/x-qt-image",
)


@cache
def _app() -> Any:
    return QApplication.instance() or QApplication([])


@cache
def _window() -> MainWindow:
    from kling_desktop.ui.main_window import MainWindow

    _app()
    return MainWindow(catalog())


def end() -> None:
    """No window may outlive those who look at it."""
    if _window.cache_info().currsize:
        _window().close()
        _window().deleteLater()
        _window.cache_clear()


def mime(data: bytes) -> QMimeData:
    """What was dragged: each kind's bytes behind its name."""
    made = QMimeData()
    for part in data.split(BETWEEN)[:6]:
        name, _, content = part.partition(b"\n")
        kind = name.decode("utf-8", "replace")
        if kind in KINDS:
            made.setData(kind, content)
    return made


def _dropped(data: bytes, _: Path) -> object:
    _app()
    given = mime(data)
    found: list[object] = [
        incoming.offers_picture(given),
        incoming.local_files(given),
        incoming.frame_in(given),
        incoming.pixels(given),
        unpack(given, "a"),
    ]
    found += [brought.offers_file(given, each) for each in FieldKind]
    for each in brought.local_files(given):
        shelf.name_of(each)
    came = brought.Brought.of(given)
    found += [brought.refusal(came, each) for each in brought.SUFFIXES]
    piece = incoming_web.Piece.of(given)
    address = piece.address()
    if file := incoming_web.picture_bytes(given):
        assert "/" not in piece.name_for(file), "a name leads to another folder"
    shelf.name_of(address)
    if address.startswith("data:"):
        return inline(address)
    return host_of(address)


def _restored(data: bytes, _: Path) -> object:
    told = as_json(data)
    notes = told if isinstance(told, dict) else {}
    window = _window()
    window.restore(notes)
    Last.of(notes.get("project"))
    named(notes.get("scheme"))
    return json.dumps(window.remember())


def _marked(data: bytes, _: Path) -> object:
    told = as_json(data)
    found = marks_of(told if isinstance(told, dict) else None)
    return found and found.text


def _named(data: bytes, _: Path) -> object:
    text = data.decode("utf-8", "surrogatepass" if data.isascii() else "replace")
    asked = asked_of({"static_mask_url": text}, Origin.TOP_LEFT)
    found = sidecar._own_picture(text, Path("/inputs"))
    return shelf.name_of(text), shelf.path_of(text), intake.path_of(text), asked, found


def drag(**parts: bytes) -> bytes:
    kinds = {each.rpartition("/")[2].replace("-", "_"): each for each in KINDS}
    return BETWEEN.join(kinds[name].encode() + b"\n" + each for name, each in parts.items())


NOTES = {
    "geometry": "01d9d0cb",
    "split": "000000ff",
    "task": "image-to-video",
    "tier": "pro",
    "version": "1.6",
    "values": {"prompt": "x", "duration": "10", "cfg_scale": 0.3, "image_url": "/a.png", "seed": 1},
    "picture": {
        "path": "/a.png",
        "name": "a",
        "made_from": {"job": "a", "frame": "last", "seconds": 1.0},
    },
    "model": {"endpoint": "fal-ai/kling-video/v1.6/pro/image-to-video", "lines": {}},
    "scenes": {"favourites": ["hug"], "recent": ["kiss"]},
    "keys": {"generate": ["Ctrl+G"]},
    "brush": {
        "split": "00",
        "regions": True,
        "insists": True,
        "numbers": {"grow": 3, "feather": 2},
        "preview": {"loops": True, "speed": 1},
        "muted": ["x"],
    },
    "marks": True,
    "inspector": "01d9",
    "project": {"path": "/a", "name": "a", "kept": True},
    "scheme": "dark",
    "backend": "sandbox",
}
VERDICT = {
    "words": ["It took.", "Region 1 moved.", "rest"],
    "headline": "It took.",
    "regions": [
        {
            "number": 1,
            "start": [0.1, 0.2],
            "steps": [[0, 0], [0.1, 0.1]],
            "asked": [[0, 0]],
            "verdict": "moved",
            "outline": [[[0, 0], [1, 1]]],
        }
    ],
    "static_outline": [[[0, 0], [0.5, 1], [1, 1]]],
}

TARGETS = (
    Target(
        "drop",
        _dropped,
        lambda: [
            drag(
                html=b'<a href="x"><img src="https://example.org/a.png" alt=x></a>',
                uri_list=b"https://example.org/a.png\r\nfile:///a/b.png",
                plain=b"https://x.org/y",
            ),
            drag(x_kling_desktop_frame=b'{"job": "a", "at": 1.5}'),
            drag(x_kling_desktop_jobs=b'{"sender": "a", "ids": ["b"]}'),
            drag(octet_stream=b"\x89PNG\r\n\x1a\nx", uri_list=b"https://example.org/..%2Fa"),
            drag(html=b'<img src="data:image/png;base64,iVBORw0KGgo=">'),
            drag(png=picture("PNG", (40, 30)), uri_list=b"file://host/a\r\n#x\r\n"),
        ],
        ("ui.incoming", "ui.incoming_web", "ui.queue.parcel", "ui.forms.shelf", "domain.foreign"),
        words=(
            b"<img src=",
            b"<!--",
            b"<![CDATA[",
            b"<!",
            b"<script>",
            b"&#x",
            b"data:image/",
            BETWEEN,
            b"file:",
            b"http://[",
            b"text/html\n",
            b"text/uri-list\n",
            b"text/plain\n",
        ),
    ),
    Target(
        "window-notes",
        _restored,
        lambda: [json.dumps(NOTES).encode()],
        (
            "ui.keys_table",
            "ui.compose.choice",
            "ui.scenes.notes",
            "ui.brush.questions",
            "ui.incoming",
            "ui.preview.options",
            "ui.project.last",
        ),
        words=tuple(each.encode() for each in (*NOTES, "duration", "Ctrl+X", "Space")),
    ),
    Target(
        "verdict-marks",
        _marked,
        lambda: [json.dumps(VERDICT).encode()],
        ("ui.player.marks",),
        words=(b"regions", b"words", b"steps", b"start", b"static_outline", b"number"),
    ),
    Target(
        "file-address",
        _named,
        lambda: [b"file:///a/b%20c.png", b"https://x.org/a", b"data:,x", b"/a/b"],
        ("ui.forms.shelf",),
        words=(b"file:", b"http://", b"%", b"//["),
    ),
)
