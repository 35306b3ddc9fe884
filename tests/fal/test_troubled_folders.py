"""A folder that refuses a clip is named, and what arrived before is kept or fetched anew."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.fal.part import Bookmark, PartFile

MARK = Bookmark("https://cdn.test/clip.mp4", 8, None)


async def _arrive(part: Path, data: bytes, *, at: int = 0) -> None:
    file = PartFile(part)
    await file.open(MARK, at=at)
    await file.add(data)
    await file.close()


async def test_a_folder_that_vanished_is_made_again_and_the_file_begins_anew(
    tmp_path: Path,
) -> None:
    part = tmp_path / "clips" / ".job.part"
    await _arrive(part, b"abcd")
    assert await PartFile(part).bookmark(MARK.address) == (MARK, 4)
    shutil.rmtree(part.parent)
    assert await PartFile(part).bookmark(MARK.address) is None
    await _arrive(part, b"abcdefgh")
    assert part.read_bytes() == b"abcdefgh"


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder was refuses even the superuser."""
    (tmp_path / "clips").write_bytes(b"")
    part = tmp_path / "clips" / ".job.part"
    with pytest.raises(FolderUnusable, match="clips"):
        await PartFile(part).open(MARK)
    (tmp_path / "clips").unlink()
    await _arrive(part, b"abcd")
    assert part.read_bytes() == b"abcd"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
async def test_a_full_disk_is_said_and_the_file_goes_on_from_what_is_on_it(tmp_path: Path) -> None:
    part = tmp_path / ".job.part"
    await _arrive(part, b"abcd")
    kept = part.with_name("kept")
    part.rename(kept)
    part.symlink_to("/dev/full")
    with pytest.raises(FolderUnusable, match=os.strerror(errno.ENOSPC)):
        await _arrive(part, b"efgh", at=4)
    part.unlink()
    kept.rename(part)
    found = await PartFile(part).bookmark(MARK.address)
    assert found == (MARK, 4)
    await _arrive(part, b"efgh", at=4)
    assert part.read_bytes() == b"abcdefgh"
