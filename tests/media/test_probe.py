"""Whether a file is a whole video is found out by decoding all of it, where it can do no harm."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.errors import Broken, ClipDamaged, Transient
from kling_desktop.media import probe
from kling_desktop.media.child import DAMAGED
from kling_desktop.media.probe import ClipFacts, measure, measure_in_child
from tests.helpers.clips import write_clip, write_sound

if TYPE_CHECKING:
    from pathlib import Path

PROBE = "import sys; from kling_desktop.media.probe import main; sys.exit(main(sys.argv[1:]))"
FACTS = ClipFacts(width=64, height=48, frames=30, fps=10.0, codec="h264", duration=3.0)


def python(code: str = PROBE) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", frames=30, index_first=True)


def test_a_whole_clip_tells_its_facts(clip: Path) -> None:
    assert measure(clip) == FACTS


def test_a_clip_needs_no_name_of_a_video(clip: Path) -> None:
    assert measure(clip.rename(clip.with_name(".job.part"))) == FACTS


def test_a_clip_cut_short_says_how_much_of_it_is_there(clip: Path) -> None:
    clip.write_bytes(clip.read_bytes()[:-1])
    with pytest.raises(ClipDamaged, match="only 29 of its 30 frames"):
        measure(clip)


@pytest.mark.parametrize("percent", range(0, 100, 9))
def test_a_clip_cut_anywhere_is_damaged(clip: Path, percent: int) -> None:
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size * percent // 100])
    with pytest.raises(ClipDamaged):
        measure(clip)


@pytest.mark.parametrize("hole", [100, 300, 1000, 3000])
def test_a_clip_with_a_hole_in_it_is_damaged(clip: Path, hole: int) -> None:
    data = bytearray(clip.read_bytes())
    middle = len(data) // 2
    data[middle : middle + hole] = bytes(hole)
    clip.write_bytes(data)
    with pytest.raises(ClipDamaged):
        measure(clip)


def test_a_clip_whose_index_was_to_come_last_is_damaged_without_it(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    clip.write_bytes(clip.read_bytes()[:-2000])
    with pytest.raises(ClipDamaged):
        measure(clip)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>" * 99, b"#EXTM3U\nhttp://localhost/a"])
def test_what_is_no_video_at_all_is_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(ClipDamaged, match="cannot be decoded"):
        measure(path)


def test_sound_alone_is_not_a_clip(tmp_path: Path) -> None:
    with pytest.raises(ClipDamaged, match="no video"):
        measure(write_sound(tmp_path / "sound.mp4"))


def test_a_file_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        measure(tmp_path / "none.mp4")


def test_the_command_prints_the_facts(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main([str(clip)]) == 0
    assert ClipFacts(**json.loads(capsys.readouterr().out)) == FACTS


def test_the_command_prints_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_sound(tmp_path / "sound.mp4")
    assert probe.main([str(path)]) == DAMAGED
    assert json.loads(capsys.readouterr().out) == {"error": "it has no video in it"}


async def test_a_child_tells_the_same_facts(clip: Path) -> None:
    assert await measure_in_child(clip, command=python()) == FACTS


async def test_a_child_finds_the_same_damage(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "sound.mp4")
    with pytest.raises(ClipDamaged, match="no video"):
        await measure_in_child(path, command=python())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
async def test_a_clip_that_crashes_the_decoder_is_damaged_and_harms_nobody(clip: Path) -> None:
    with pytest.raises(ClipDamaged, match="crash"):
        await measure_in_child(clip, command=python("import os; os.abort()"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise RuntimeError('no such library')", "no such library"),
        ("print('hello')", "exit code 0"),
        ("print('{}')", "exit code 0"),
        ("import sys; print('{}'); sys.exit(4)", "exit code 4"),
    ],
)
async def test_a_child_that_fails_by_itself_does_not_put_it_on_the_clip(
    clip: Path, code: str, said: str
) -> None:
    with pytest.raises(Broken, match=said):
        await measure_in_child(clip, command=python(code))


async def test_a_child_that_cannot_be_started_does_not_put_it_on_the_clip(clip: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await measure_in_child(clip, command=[str(clip.with_name("none"))])


SLEEPER = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"


async def test_a_child_that_does_not_come_to_an_end_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    with pytest.raises(Transient, match="longer than 1 s"):
        await measure_in_child(path, command=python(SLEEPER), patience=1)
    assert not is_running(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
async def test_a_child_dies_with_the_one_who_asked(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pid")
    asked = asyncio.create_task(measure_in_child(tmp_path / "pid", command=python(SLEEPER)))
    pid = int(await asyncio.to_thread((tmp_path / "pid").read_text))
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_child_does_not_get_the_key(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY", "id:secret")
    code = "import os, sys; sys.exit('FAL_KEY known' if 'FAL_KEY' in os.environ else 'clean')"
    with pytest.raises(Broken, match="clean"):
        await measure_in_child(clip, command=python(code))


def is_running(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (FileNotFoundError, ProcessLookupError):  # killed before it said who it was, or after
        return False
    return True
