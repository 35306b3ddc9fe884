"""Large files: in parts, patiently, and never from the beginning without need."""

from __future__ import annotations

import asyncio
import itertools
import json
import stat
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx
import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.facts import Charge
from kling_desktop.domain.refusals import FileTooLarge
from kling_desktop.fal.backend import Backend
from kling_desktop.fal.blocks import Line
from kling_desktop.fal.bookmarks import LIFE, Bookmarks
from kling_desktop.fal.key import ApiKey
from kling_desktop.fal.multipart import AT_ONCE, TRIES, Multipart
from kling_desktop.fal.parts import LargeFile
from kling_desktop.fal.provider import FalProvider
from kling_desktop.fal.storage import LARGEST_WHOLE, Storage
from kling_desktop.fal.wire import Wire
from tests.fal.fakes import BACKEND, ORIGIN, Progress, answer, content
from tests.fal.shelf import Shelf, large_file, never, until

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

PART = 300_000
SIZE = 2 * PART + 1000
"""Three parts."""
BUSY = answer(503)


@dataclass
class Desk:
    """Sends one file to a shelf, as often as wanted; each time as a program anew."""

    shelf: Shelf
    file: LargeFile
    folder: Path
    key: SecretStr
    backend: Backend = BACKEND
    time: float = 1_000_000.0
    progress: Progress = field(default_factory=Progress)
    sleeps: list[float] = field(default_factory=list)

    async def send(self) -> str:
        wire = Wire(self.backend, ApiKey(self.key), transport=self.shelf)
        marks = Bookmarks(self.folder, self.backend, now=lambda: self.time)
        there = Storage(wire).is_there
        parts = Multipart(wire, Line(), marks, there, self._sleep)
        try:
            return await parts.upload(self.file, self.progress)
        finally:
            await wire.aclose()

    async def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        await asyncio.sleep(0)

    @property
    def bookmarks(self) -> list[Path]:
        return sorted(self.folder.glob("*")) if self.folder.exists() else []


@pytest.fixture
def desk(tmp_path: Path, key: SecretStr) -> Desk:
    path = large_file(tmp_path / "Film \u706b.mp4", SIZE)
    return Desk(
        Shelf(), LargeFile(path, SIZE, "video/mp4", "5e" * 32, PART), tmp_path / "marks", key
    )


def puts(journal: list[str]) -> list[str]:
    return sorted(each for each in journal if each.rpartition("/")[2].isdecimal())


async def test_the_parts_become_the_file(desk: Desk) -> None:
    assert await desk.send() == f"{ORIGIN}/cdn/files/1"
    assert desk.shelf.files[1] == content(desk.file.path)
    assert desk.shelf.journal[0] == "initiate"
    assert puts(desk.shelf.journal) == ["1/1", "1/2", "1/3"]
    assert desk.shelf.journal[-1] == "1/complete"


async def test_the_address_of_a_part_is_below_that_of_the_upload_and_keeps_its_query(
    desk: Desk,
) -> None:
    await desk.send()
    initiate, *others = desk.shelf.requests
    begins = f"{ORIGIN}/rest/storage/upload/initiate-multipart?storage_type=fal-cdn-v3"
    assert str(initiate.url) == begins
    assert json.loads(initiate.content)["file_name"] == desk.file.path.name
    last = str(others[-1].url)
    assert last == f"{ORIGIN}/cdn/parts/x/complete?signature=1"
    second = next(each for each in others if each.url.path.endswith("/2"))
    assert str(second.url) == f"{ORIGIN}/cdn/parts/x/2?signature=1"
    assert second.headers["content-length"] == str(PART)


async def test_only_the_beginning_carries_the_key(desk: Desk) -> None:
    await desk.send()
    carried = ["authorization" in each.headers for each in desk.shelf.requests]
    assert carried == [True] + [False] * 4


async def test_a_part_may_be_named_in_the_header_alone(desk: Desk) -> None:
    desk.shelf = Shelf(etag_in_body=False)
    assert await desk.send() == f"{ORIGIN}/cdn/files/1"


async def test_four_parts_go_side_by_side(desk: Desk, tmp_path: Path) -> None:
    size = 6 * PART
    desk.file = LargeFile(large_file(tmp_path / "x.bin", size), size, "video/mp4", "", PART)
    full = asyncio.Event()

    async def wait() -> None:
        if desk.shelf.busiest >= AT_ONCE:
            full.set()
        await full.wait()

    for number in desk.file.numbers:
        desk.shelf.fail(f"1/{number}", wait)
    await desk.send()
    assert desk.shelf.busiest == AT_ONCE == 4


async def test_a_part_that_fails_for_the_moment_is_sent_again_by_itself(desk: Desk) -> None:
    no_name = answer(200, "<html>sign in</html>", {"etag": '"x"'})
    desk.shelf.fail("1/2", BUSY, httpx.WriteError("reset"), no_name)
    await desk.send()
    assert puts(desk.shelf.journal) == ["1/1", "1/2", "1/2", "1/2", "1/2", "1/3"]
    assert desk.shelf.files[1] == content(desk.file.path)
    first, second, third = desk.sleeps
    assert 0.3 < first < second < third < 3


async def test_progress_counts_up_to_the_whole_file_and_never_back(desk: Desk) -> None:
    desk.shelf.fail("1/1", BUSY, BUSY)
    desk.shelf.fail("1/3", answer(404))
    await desk.send()
    told = [done for done, _ in desk.progress.seen]
    assert all(before < after for before, after in itertools.pairwise(told))
    assert {total for _, total in desk.progress.seen} == {SIZE}
    assert told[-1] == SIZE


async def test_a_part_is_not_sent_for_ever(desk: Desk) -> None:
    desk.shelf.fail("1/2", *[BUSY] * 9)
    with pytest.raises(e.ServiceDown):
        await desk.send()
    assert desk.shelf.journal.count("1/2") == TRIES


async def test_a_server_that_asks_for_long_patience_gets_it_from_the_caller(desk: Desk) -> None:
    desk.shelf.fail("1/2", answer(429, headers={"retry-after": "40"}))
    with pytest.raises(e.RateLimited) as raised:
        await desk.send()
    assert raised.value.retry_after == 40
    assert desk.sleeps == []


async def test_a_later_try_sends_only_what_is_missing(desk: Desk) -> None:
    desk.shelf.fail("1/2", *[BUSY] * TRIES)
    with pytest.raises(e.ServiceDown):
        await desk.send()
    desk.shelf.journal.clear()
    assert await desk.send() == f"{ORIGIN}/cdn/files/1"
    assert desk.shelf.journal == ["1/2", "1/complete"]
    assert desk.shelf.files[1] == content(desk.file.path)


async def test_what_was_sent_before_a_cancellation_is_not_sent_again(desk: Desk) -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await never()

    desk.shelf.fail("1/2", hang)
    task = asyncio.create_task(desk.send())
    await begun.wait()
    await until(lambda: len(desk.bookmarks) == 1 and _has(desk, 2))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    desk.shelf.journal.clear()
    desk.progress.seen.clear()
    await desk.send()
    assert desk.shelf.journal == ["1/2", "1/complete"]
    assert desk.progress.seen[0] == (SIZE - PART, SIZE)
    assert desk.progress.seen[-1] == (SIZE, SIZE)


def _has(desk: Desk, parts: int) -> bool:
    return len(json.loads(content(desk.bookmarks[0]))["etags"]) == parts


async def test_when_all_parts_are_there_only_the_end_is_missing(desk: Desk) -> None:
    desk.shelf.fail("1/complete", *[BUSY] * TRIES)
    with pytest.raises(e.ServiceDown):
        await desk.send()
    desk.shelf.journal.clear()
    await desk.send()
    assert desk.shelf.journal == ["1/complete"]


async def test_a_bookmark_is_for_its_user_alone_and_holds_no_key(desk: Desk) -> None:
    desk.shelf.fail("1/2", *[BUSY] * TRIES)
    with pytest.raises(e.ServiceDown):
        await desk.send()
    (mark,) = desk.bookmarks
    secret = desk.key.get_secret_value()
    assert not any(half in content(mark).decode() for half in secret.split(":"))
    if sys.platform != "win32":
        assert stat.S_IMODE(mark.stat().st_mode) == 0o600
    await desk.send()
    assert desk.bookmarks == []


async def test_a_file_without_a_name_for_its_content_leaves_no_bookmark(desk: Desk) -> None:
    desk.file = LargeFile(desk.file.path, SIZE, "video/mp4", "", PART)
    desk.shelf.fail("1/2", *[BUSY] * TRIES)
    with pytest.raises(e.ServiceDown):
        await desk.send()
    assert desk.bookmarks == []


async def _interrupted(desk: Desk) -> None:
    desk.shelf.fail("1/2", *[BUSY] * TRIES)
    with pytest.raises(e.ServiceDown):
        await desk.send()
    desk.shelf.journal.clear()


@pytest.mark.parametrize("later", [LIFE, LIFE + 1, -1.0])
async def test_a_bookmark_is_good_for_a_day(desk: Desk, later: float) -> None:
    await _interrupted(desk)
    desk.time += later
    desk.shelf.journal.append("initiate")  # the one before
    assert await desk.send() == f"{ORIGIN}/cdn/files/2"
    assert puts(desk.shelf.journal) == ["2/1", "2/2", "2/3"]


async def test_a_bookmark_of_a_minute_before_the_end_of_its_day_is_good(desk: Desk) -> None:
    await _interrupted(desk)
    desk.time += LIFE - 60
    assert await desk.send() == f"{ORIGIN}/cdn/files/1"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "{",
        lambda _: "[]",
        lambda _: json.dumps({"upload_url": 1}),
        lambda told: json.dumps(told | {"etags": {"1": 1}}),
        lambda told: json.dumps(told | {"etags": None}),
        lambda told: json.dumps(told | {"upload_url": "https://evil.example/x?signature=1"}),
        lambda told: json.dumps(told | {"file_url": "https://evil.example/x"}),
    ],
)
async def test_a_bookmark_that_cannot_be_trusted_is_not_used(desk: Desk, spoil: object) -> None:
    await _interrupted(desk)
    (mark,) = desk.bookmarks
    assert callable(spoil)
    mark.write_text(spoil(json.loads(content(mark))))
    desk.shelf.journal.append("initiate")
    assert await desk.send() == f"{ORIGIN}/cdn/files/2"
    assert desk.bookmarks == []


async def test_the_bookmark_of_one_backend_is_nothing_to_another(desk: Desk) -> None:
    await _interrupted(desk)
    desk.backend = Backend.at(ORIGIN, "another")
    desk.shelf.journal.append("initiate")
    assert await desk.send() == f"{ORIGIN}/cdn/files/2"


async def test_a_folder_that_cannot_be_written_costs_only_the_bookmark(desk: Desk) -> None:
    desk.folder.write_text("a file is in the way")
    assert await desk.send() == f"{ORIGIN}/cdn/files/1"


@pytest.mark.parametrize("status", [401, 403, 404, 410])
@pytest.mark.parametrize("what", ["1/2", "1/complete"])
async def test_an_upload_that_fal_forgot_begins_anew(desk: Desk, what: str, status: int) -> None:
    desk.shelf.fail(what, answer(status))
    assert await desk.send() == f"{ORIGIN}/cdn/files/2"
    assert desk.shelf.files[2] == content(desk.file.path)
    assert desk.bookmarks == []


async def test_parts_that_fal_lost_are_sent_anew(desk: Desk) -> None:
    desk.shelf.fail("1/complete", answer(400, {"detail": "parts could not be found"}))
    assert await desk.send() == f"{ORIGIN}/cdn/files/2"


@pytest.mark.parametrize(("status", "error"), [(403, e.ServiceDown), (404, e.ProtocolBroken)])
async def test_it_begins_anew_only_once(desk: Desk, status: int, error: type[Exception]) -> None:
    desk.shelf.fail("1/2", answer(status))
    desk.shelf.fail("2/2", answer(status))
    with pytest.raises(error) as raised:
        await desk.send()
    assert desk.shelf.journal.count("initiate") == 2
    assert getattr(raised.value, "charge", None) is Charge.NO
    assert desk.bookmarks == []


async def test_a_completion_whose_answer_was_lost_is_one(desk: Desk) -> None:
    async def complete_and_hang_up() -> None:
        desk.shelf.files[1] = b"".join(map(desk.shelf.uploads[1].__getitem__, (1, 2, 3)))
        raise httpx.ReadError("reset")

    desk.shelf.fail("1/complete", complete_and_hang_up, answer(404))
    assert await desk.send() == f"{ORIGIN}/cdn/files/1"
    assert desk.shelf.journal.count("initiate") == 1


async def test_a_file_that_is_refused_leaves_no_bookmark(desk: Desk) -> None:
    desk.shelf.fail("1/3", answer(413))
    with pytest.raises(FileTooLarge):
        await desk.send()
    assert desk.bookmarks == []


async def test_a_file_that_shrinks_while_it_is_sent_is_bad(desk: Desk) -> None:
    desk.file = LargeFile(desk.file.path, SIZE + PART, "video/mp4", "", PART)
    with pytest.raises(e.BadPicture, match="shorter"):
        await desk.send()


async def test_old_bookmarks_of_others_are_swept_away(desk: Desk) -> None:
    await _interrupted(desk)
    desk.file = LargeFile(desk.file.path, SIZE, "image/png", "other", PART)
    desk.time = desk.bookmarks[0].stat().st_mtime + LIFE + 60
    desk.shelf.journal.append("initiate")
    await desk.send()
    assert desk.bookmarks == []


@pytest.mark.parametrize(("size", "word"), [(0, "initiate"), (1, "initiate-multipart")])
async def test_files_above_90_mebibytes_go_in_parts(
    tmp_path: Path, key: SecretStr, size: int, word: str
) -> None:
    path = large_file(tmp_path / "x.png", LARGEST_WHOLE + size)
    shelf = Shelf()
    shelf.fail("1/x", answer(200))
    provider = FalProvider(BACKEND, key, transport=shelf)
    assert await provider.upload(path, Progress()) == f"{ORIGIN}/cdn/files/1"
    assert shelf.requests[0].url.path.rpartition("/")[2] == word
    assert LARGEST_WHOLE == 104_857_600
