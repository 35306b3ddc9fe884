"""Files that this program reads: its own, which others may have written or a crash cut short."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.calibration import Answer as Shown
from kling_desktop.domain.catalog import Origin
from kling_desktop.domain.content import Content
from kling_desktop.domain.jobs import Clip, JobState, Trouble
from kling_desktop.domain.motion.delta import changed, changes
from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.domain.motion.history import History, Running, Step
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.project_json import from_text, to_text
from kling_desktop.domain.motion.unpng import BadMask, decode_mask
from kling_desktop.domain.renewal import overlaid
from kling_desktop.domain.wording import Preset, Snippet
from kling_desktop.fal.bookmarks import Bookmarks
from kling_desktop.fal.part import PartFile
from kling_desktop.media.pictures import upright_size
from kling_desktop.storage import remembered, rows, runs, sidecar
from kling_desktop.storage.autosave import Autosave
from kling_desktop.storage.budgets import BudgetFile
from kling_desktop.storage.carving import carve
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.origins import OriginFile
from kling_desktop.storage.overlays import OverlayFiles
from kling_desktop.storage.owners import Owner
from kling_desktop.storage.profiles import ProfileFile
from kling_desktop.storage.projects import packed, read_project
from kling_desktop.storage.rows import Damaged
from kling_desktop.storage.seen import SeenFiles
from kling_desktop.storage.steering import SteeringFile
from kling_desktop.storage.uploads import UploadMemory
from kling_desktop.storage.wording import WordingFile
from kling_desktop.storage.work import StoredProjects
from tests.domain.motion.documents import a_document
from tests.fal.fakes import BACKEND, ORIGIN
from tests.fuzz.mutate import in_png, in_records, in_zip, in_zlib
from tests.fuzz.target import Target
from tests.fuzz.targets.pictures import picture
from tests.fuzz.targets.words import ENDPOINT, catalog
from tests.storage.some_jobs import NOON, a_job

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = Size(300, 40)
LARGE = Size(3000, 2000)


def measure(name: str, data: bytes) -> Size:
    return Size(*upright_size(name, data))


@cache
def project(size: Size = SIZE) -> Project:
    document = a_document(size)
    return Project(document=document, endpoint=ENDPOINT, parameters={"prompt": "x"}, jobs=("a",))


def _journal() -> bytes:
    document = project().document
    blank = MotionDocument.blank(document.picture)
    steps = (Step("Paint", document, "x"), Step("Clear", blank))
    running = Running(project(), History(blank, steps, 1), b"picture", "/a/b.klproj")
    with tempfile.TemporaryDirectory() as folder:
        window = Autosave(Path(folder))
        window.keep(running)
        window.release()
        return (Path(folder) / window.id / "journal").read_bytes()


def _autosave(data: bytes, place: Path) -> object:
    left = place / "left"
    left.mkdir()
    (left / "journal").write_bytes(data)
    window = Autosave(place)
    try:
        found = window.abandoned()
        taken = window.take("left")
        window.keep(taken)
    finally:
        window.release()
    return found


def _project(data: bytes, place: Path) -> object:
    path = place / "a.klproj"
    path.write_bytes(data)
    found = read_project(path, measure)
    return packed(found.project, found.picture)


def _mask(data: bytes, _: Path) -> object:
    return decode_mask(data, SIZE)


def _delta(data: bytes, _: Path) -> object:
    return changed(MotionDocument.blank(PictureRef(SIZE)), data)


def _deltas() -> list[bytes]:
    document = project().document
    blank = MotionDocument.blank(document.picture)
    return [changes(document, blank), changes(blank, document)]


def _at(name: str, read: Callable[[Path], object]) -> Callable[[bytes, Path], object]:
    """A parser of a file at a place."""

    def parse(data: bytes, place: Path) -> object:
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return read(path)

    return parse


def _written(name: str, write: Callable[[Path], object]) -> Callable[[], list[bytes]]:
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
    "version": 1, "backend": "sandbox", "checked": "2030-10-10", "catalog": "2030-10-10", "models": [{
        "endpoint_id": ENDPOINT, "standing": "active",
        "price": {"amount": "0.07", "unit": "seconds", "currency": "USD"},
        "fields": [{"name": "duration", "shape": "text", "choices": ["5", "10"], "default": "5"},
                   {"name": "cfg_scale", "shape": "number", "minimum": 0, "maximum": 1}]}],
}  # fmt: skip


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


@cache
def a_row() -> dict[str, Any]:
    clip = Clip(path="/a.mp4", sha256="0", size=1, width=1, height=1, frames=1, fps=1.0, codec="x")
    trouble = Trouble(code="refused", detail="x")
    job = a_job(clips=(clip,), trouble=trouble, estimate_usd=Decimal("0.5"), sent_at=NOON)
    return rows.to_row(job) | {"news": None}


def _row(data: bytes, _: Path) -> object:
    """A row whose columns and document may be anything that SQLite can hold."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        return rows.from_row(a_row() | {"document": data.decode("utf-8", "replace")})
    row = a_row() | {name: each if isinstance(each, str | int | float | None) else json.dumps(each)
                     for name, each in told.items()}  # fmt: skip
    return rows.to_row(rows.job_of(row))


def _event(data: bytes, _: Path) -> object:
    row = {"job_id": "a", "at": NOON.isoformat(), "state": "queued", "cause": "x",
           "facts": data.decode("utf-8", "replace")}  # fmt: skip
    rows.event_from_row(row)
    return rows.with_place(a_job(), NOON.isoformat(), row["facts"])


@cache
def ledgers() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as folder, closing(_ledger(Path(folder))) as ledger:
        for number in range(6):
            job = a_job(number, params={"prompt": "~" * (9000 if number == 2 else 50)})
            ledger.add(job, "new")
            ledger.save(job := job.step(JobState.UPLOADING, NOON), "begun")
            ledger.save(job.step(JobState.SENDING, NOON, body=dict(job.params)), "sent")
        ledger.close()
        return ((Path(folder) / "ledger.sqlite3").read_bytes(),)


def _ledger(folder: Path) -> SqliteLedger:
    return SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: NOON)


def _damaged_ledger(data: bytes, place: Path) -> object:
    (place / "ledger.sqlite3").write_bytes(data)
    with closing(_ledger(place)) as ledger:
        found = ledger.newest()
        ledger.add(a_job(77), "new")
        return found


def _carved(data: bytes, place: Path) -> object:
    """The first half is the database, the rest its log."""
    path = place / "ledger.sqlite3"
    path.write_bytes(data[: len(data) // 2 or 1])
    path.with_name("ledger.sqlite3-wal").write_bytes(data[len(data) // 2 :])
    whole = place / "whole.sqlite3"
    whole.write_bytes(data)
    return [*carve(path), *carve(whole)]


def _wordings(path: Path) -> None:
    file = WordingFile(path)
    file.note([("a boat", NOON), ("a ship", NOON)])
    file.keep_snippet(Snippet("light", "soft light"))
    file.keep_preset(Preset("mine", ENDPOINT, {"duration": "5"}))


def _wording(path: Path) -> object:
    file = WordingFile(path)
    file.note([("a bird", NOON)])
    return file.search("bo"), file.search(), file.snippets(), file.presets()


CONTENT = Content("0" * 64, ".png", 1)


def _uploads(path: Path) -> object:
    memory = UploadMemory(path, "sandbox", now=lambda: NOON)
    found = memory._try(lambda db: memory._find(db, CONTENT))
    memory._try(lambda db: memory._keep(db, CONTENT, "http://x/a"))
    return found


def _upload_memory(path: Path) -> None:
    memory = UploadMemory(path, "sandbox", now=lambda: NOON)
    memory._try(lambda db: memory._keep(db, CONTENT, "http://x/b"))


def _json(*given: object) -> Callable[[], list[bytes]]:
    return lambda: [json.dumps(each).encode() for each in given]


SQL = (b"SQLite format 3\0", b"CREATE TABLE", b"jobs", b"events", b"document", b"queued")
TARGETS = (
    Target("project-json", lambda data, _: to_text(from_text(data, "a")),
           lambda: [to_text(project()).encode(), to_text(Project(document=MotionDocument.blank(
               PictureRef(SIZE)))).encode()],
           ("domain.motion.project_json",),
           words=(b"version", b"regions", b"nodes", b"join", b"ease", b"muted", b"suffix", b".png")),
    Target("project-file", _project, lambda: [packed(project(), picture("PNG", SIZE))],
           ("storage.projects", "domain.motion.project_json", "domain.motion.unpng"),
           words=(b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"PK\x06\x07", b"masks/1.png"),
           inside=in_zip),
    Target("mask-png", _mask,
           lambda: [picture("PNG", SIZE, "L"), picture("PNG", SIZE), picture("PNG", SIZE, "1")],
           ("domain.motion.unpng",), refuses=(BadMask,), inside=in_png,
           words=(b"IHDR", b"IDAT", b"IEND", b"\x89PNG\r\n\x1a\n")),
    Target("journal-step", _delta, _deltas, ("domain.motion.delta",), inside=in_zlib),
    Target("autosave", _autosave, lambda: [_journal()],
           ("storage.autosave", "storage.journal", "domain.motion.delta"),
           complaint="journal has a record that makes no sense", inside=in_records,
           words=(b"KLJ1", b"project", b"path", b"is_saved")),
    Target("remembered", _at("window.json", remembered.load), _json({"a": 1}, []),
           ("storage.remembered",)),
    Target("steering", _at("a/line.json", _steering),
           _written("line.json", lambda path: SteeringFile(path).change("sandbox", limit=2)),
           ("storage.steering",), complaint="steering cannot be read",
           words=(b"limit", b"paused", b"learned", b"sandbox")),
    Target("origins", _at("a/origins.json", _origins),
           _written("origins.json", _origins), ("storage.origins",),
           complaint="what clips have shown cannot be read", words=(b"origin", b"date", b"job")),
    Target("budgets", _at("a/budgets.json", _budgets),
           _written("budgets.json", lambda path: BudgetFile(path).change("sandbox", lambda _: Budgets(
               job=Decimal(1), day=Decimal(5), month=Decimal(50), projects={"x": Decimal(3)}))),
           ("storage.budgets",), words=(b"job", b"day", b"month", b"projects", b"1e400", b"NaN")),
    Target("profiles", _at("a/profiles.json", _profiles),
           _written("profiles.json", _profiles), ("storage.profiles", "domain.keys"),
           complaint="profiles cannot be read", words=(b"names", b"active", b"default")),
    Target("overlay", _at("sandbox.json", _overlay), _json(OVERLAY),
           ("storage.overlays", "domain.renewal"), complaint="what fal told of its models",
           words=(b"models", b"fields", b"choices", b"price", b"amount", b"standing", b"minimum",
                  b"max_items", b"number", b"default")),
    Target("seen-pictures", _seen, _json({"folder": "/watched", "seen": ["0" * 64]}),
           ("storage.seen",), complaint="seen pictures cannot be read", words=(b"seen",)),
    Target("recent-projects", _recent, _json(["/a/b.klproj", "/c"]), ("storage.work",)),
    Target("sidecar", _sidecar, _json({"version": 1, "job_id": "a1"}), ("storage.sidecar",),
           words=(b"job_id",)),
    Target("crash-note", _at("a.run", runs._read),
           lambda: [b'{"began": "2026-10-10T10:00:00+00:00"}\nFatal Python error: x\n  File "a"\n'],
           ("storage.runs",), words=(b"began",)),
    Target("upload-bookmark", _bookmark,
           _json({"upload_url": f"{ORIGIN}/cdn/u", "file_url": f"{ORIGIN}/cdn/f", "began": 999.0,
                  "etags": {"1": "a"}}),
           ("fal.bookmarks", "fal.promise"), words=(b"etags", b"began", b"upload_url", b"http://")),
    Target("part-bookmark", _part,
           _json({"address": f"{ORIGIN}/a.mp4", "size": 20, "etag": '"x"'}), ("fal.part",),
           words=(b"size", b"etag", b"address")),
    Target("ledger-row", _row, lambda: [json.dumps(a_row()).encode(), a_row()["document"].encode()],
           ("storage.rows",), refuses=(Damaged,),
           words=(b"document", b"clips", b"trouble", b"state", b"news", b"created_at")),
    Target("ledger-event", _event, _json({"queue_position": 3}), ("storage.rows",), refuses=(Damaged,)),
    Target("ledger-file", _damaged_ledger, ledgers,
           ("storage.database", "storage.salvage", "storage.carving", "storage.ledger"),
           complaint="ledger|salvage|damaged|set aside|record of job", words=SQL),
    Target("ledger-carving", _carved, ledgers, ("storage.carving",), words=SQL),
    Target("prompt-record", _at("words.sqlite3", _wording), _written("words.sqlite3", _wordings),
           ("storage.wording",), complaint="the record of prompts is damaged", words=SQL),
    Target("upload-memory", _at("uploads.sqlite3", _uploads),
           _written("uploads.sqlite3", _upload_memory), ("storage.uploads",),
           complaint="upload", words=SQL),
)  # fmt: skip
