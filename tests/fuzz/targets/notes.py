"""Small files of its own that this program reads, which others may have written or cut short."""

from __future__ import annotations

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.calibration import Answer as Shown
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.renewal import overlaid
from kling_desktop.fal.bookmarks import Bookmarks
from kling_desktop.fal.part import PartFile
from kling_desktop.storage import remembered, runs, sidecar
from kling_desktop.storage.budgets import BudgetFile
from kling_desktop.storage.origins import OriginFile
from kling_desktop.storage.overlays import OverlayFiles
from kling_desktop.storage.profiles import ProfileFile
from kling_desktop.storage.seen import SeenFiles
from kling_desktop.storage.steering import SteeringFile
from kling_desktop.storage.work import StoredProjects
from tests.fal.fakes import BACKEND, ORIGIN
from tests.fuzz.target import Target
from tests.fuzz.targets.documents import measure
from tests.fuzz.targets.words import ENDPOINT, catalog

if TYPE_CHECKING:
    from collections.abc import Callable


def at(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    """A parser of a file at a place."""

    def parse(data: bytes, place: Path) -> object:
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return read(path)

    return parse


def written(name: str, write: Callable[[Path], object]) -> Callable[[], list[bytes]]:
    """What the program itself writes there."""

    def make() -> list[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            write(path)
            return [path.read_bytes()]

    return make


def _steering(path: Path) -> object:
    file = SteeringFile(path)
    file.load("sandbox")
    return file.change("sandbox", limit=3)


def _origins(path: Path) -> object:
    file = OriginFile(path)
    found = file.load("sandbox")
    file.keep("sandbox", Shown(ENDPOINT, Origin.TOP_LEFT, "2026-01-01", "a"))
    return found


def _budgets(path: Path) -> object:
    file = BudgetFile(path)
    found = file.load("sandbox")
    file.change("sandbox", lambda _: found)
    return found


def _profiles(path: Path) -> object:
    file = ProfileFile(path)
    found = file.load()
    return found, file.change(lambda before: before.with_active("work"))


OVERLAY = {
    "version": 1,
    "backend": "sandbox",
    "checked": "2030-10-10",
    "catalog": "2030-10-10",
    "models": [
        {
            "endpoint_id": ENDPOINT,
            "standing": "active",
            "price": {"amount": "0.07", "unit": "seconds", "currency": "USD"},
            "fields": [
                {"name": "duration", "shape": "text", "choices": ["5", "10"], "default": "5"},
                {"name": "cfg_scale", "shape": "number", "minimum": 0, "maximum": 1},
            ],
        }
    ],
}


def _overlay(path: Path) -> object:
    found = OverlayFiles(path.parent).load("sandbox")
    if found is not None:
        found.is_outdated_by(catalog())
    return overlaid(catalog(), found)


def _seen(data: bytes, place: Path) -> object:
    files, watched = SeenFiles(place), Path("/watched")
    files._file(watched).write_bytes(data)
    return files._load(watched)


def _recent(data: bytes, place: Path) -> object:
    (place / "recent.json").write_bytes(data)
    stored = StoredProjects(place / "autosave", place / "recent.json", measure)
    stored._note(place / "a.klproj")
    return stored.recent()


def _sidecar(data: bytes, place: Path) -> object:
    clip = place / "a.mp4"
    sidecar.sidecar_of(clip).write_bytes(data)
    found = sidecar.owner_of(clip)
    assert found is None or isinstance(found, str), "a name is text"
    return found


def _bookmark(data: bytes, place: Path) -> object:
    marks = Bookmarks(place, BACKEND, now=lambda: 1000.0)
    path = marks._path("a")
    assert path is not None
    path.write_bytes(data)
    return marks._find("a")


def _part(data: bytes, place: Path) -> object:
    file = PartFile(place / "a.part")
    (place / "a.part").write_bytes(b"0123456789")
    file._mark_path.write_bytes(data)
    return file._read_bookmark(f"{ORIGIN}/a.mp4")


def texts(*given: object) -> Callable[[], list[bytes]]:
    return lambda: [json.dumps(each).encode() for each in given]


TARGETS = (
    Target(
        "remembered",
        at("window.json", remembered.load),
        texts({"a": 1}, []),
        ("storage.remembered",),
    ),
    Target(
        "steering",
        at("a/line.json", _steering),
        written("line.json", lambda path: SteeringFile(path).change("sandbox", limit=2)),
        ("storage.steering",),
        complaint="steering cannot be read",
        words=(b"limit", b"paused", b"learned", b"sandbox"),
    ),
    Target(
        "origins",
        at("a/origins.json", _origins),
        written("origins.json", _origins),
        ("storage.origins",),
        complaint="what clips have shown cannot be read",
        words=(b"origin", b"date", b"job"),
    ),
    Target(
        "budgets",
        at("a/budgets.json", _budgets),
        written(
            "budgets.json",
            lambda path: BudgetFile(path).change(
                "sandbox",
                lambda _: Budgets(
                    job=Decimal(1), day=Decimal(5), month=Decimal(50), projects={"x": Decimal(3)}
                ),
            ),
        ),
        ("storage.budgets",),
        words=(b"job", b"day", b"month", b"projects", b"1e400", b"NaN"),
    ),
    Target(
        "profiles",
        at("a/profiles.json", _profiles),
        written("profiles.json", _profiles),
        ("storage.profiles", "domain.keys"),
        complaint="profiles cannot be read",
        words=(b"names", b"active", b"default"),
    ),
    Target(
        "overlay",
        at("sandbox.json", _overlay),
        texts(OVERLAY),
        ("storage.overlays", "domain.renewal"),
        complaint="what fal told of its models",
        words=(
            b"models",
            b"fields",
            b"choices",
            b"price",
            b"amount",
            b"standing",
            b"minimum",
            b"max_items",
            b"number",
            b"default",
        ),
    ),
    Target(
        "seen-pictures",
        _seen,
        texts({"folder": "/watched", "seen": ["0" * 64]}),
        ("storage.seen",),
        complaint="seen pictures cannot be read",
        words=(b"seen",),
    ),
    Target("recent-projects", _recent, texts(["/a/b.klproj", "/c"]), ("storage.work",)),
    Target(
        "sidecar",
        _sidecar,
        texts({"version": 1, "job_id": "a1"}),
        ("storage.sidecar",),
        words=(b"job_id",),
    ),
    Target(
        "crash-note",
        at("a.run", runs._read),
        lambda: [b'{"began": "2026-10-10T10:00:00+00:00"}\nFatal Python error: x\n  File "a"\n'],
        ("storage.runs",),
        words=(b"began",),
    ),
    Target(
        "upload-bookmark",
        _bookmark,
        texts(
            {
                "upload_url": f"{ORIGIN}/cdn/u",
                "file_url": f"{ORIGIN}/cdn/f",
                "began": 999.0,
                "etags": {"1": "a"},
            }
        ),
        ("fal.bookmarks", "fal.promise"),
        words=(b"etags", b"began", b"upload_url", b"http://"),
    ),
    Target(
        "part-bookmark",
        _part,
        texts({"address": f"{ORIGIN}/a.mp4", "size": 20, "etag": '"x"'}),
        ("fal.part",),
        words=(b"size", b"etag", b"address"),
    ),
)
