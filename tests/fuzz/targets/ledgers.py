"""The databases of this program, sound and damaged, and their rows."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kling_desktop.domain.content import Content
from kling_desktop.domain.jobs import Clip, JobState, Trouble
from kling_desktop.domain.wording import Preset, Snippet
from kling_desktop.storage import rows
from kling_desktop.storage.carving import carve
from kling_desktop.storage.damage import Damaged
from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from kling_desktop.storage.uploads import UploadMemory
from kling_desktop.storage.wording import WordingFile
from tests.fuzz.target import Target
from tests.fuzz.targets.notes import at, texts, written
from tests.fuzz.targets.words import ENDPOINT
from tests.storage.some_jobs import NOON, a_job


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
    row = a_row() | {
        name: each if isinstance(each, str | int | float | None) else json.dumps(each)
        for name, each in told.items()
    }
    return rows.to_row(rows.job_of(row))


def _event(data: bytes, _: Path) -> object:
    row = {
        "job_id": "a",
        "at": NOON.isoformat(),
        "state": "queued",
        "cause": "x",
        "facts": data.decode("utf-8", "replace"),
    }
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


SQL = (b"SQLite format 3\0", b"CREATE TABLE", b"jobs", b"events", b"document", b"queued")

TARGETS = (
    Target(
        "ledger-row",
        _row,
        lambda: [json.dumps(a_row()).encode(), a_row()["document"].encode()],
        ("storage.rows",),
        refuses=(Damaged,),
        words=(b"document", b"clips", b"trouble", b"state", b"news", b"created_at"),
    ),
    Target(
        "ledger-event", _event, texts({"queue_position": 3}), ("storage.rows",), refuses=(Damaged,)
    ),
    Target(
        "ledger-file",
        _damaged_ledger,
        ledgers,
        ("storage.database", "storage.salvage", "storage.carving", "storage.ledger"),
        complaint="ledger|salvage|damaged|set aside|record of job",
        words=SQL,
    ),
    Target("ledger-carving", _carved, ledgers, ("storage.carving",), words=SQL),
    Target(
        "prompt-record",
        at("words.sqlite3", _wording),
        written("words.sqlite3", _wordings),
        ("storage.wording",),
        complaint="the record of prompts is damaged",
        words=SQL,
    ),
    Target(
        "upload-memory",
        at("uploads.sqlite3", _uploads),
        written("uploads.sqlite3", _upload_memory),
        ("storage.uploads",),
        complaint="upload",
        words=SQL,
    ),
)
