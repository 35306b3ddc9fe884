"""The first frame of a video is decoded by a child, and what is none says why."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from kling_desktop.domain.errors import BadMedia, Broken
from kling_desktop.media import video_still
from kling_desktop.media.child import DAMAGED
from kling_desktop.media.video_still import main, still_of
from tests.helpers.clips import write_clip, write_sound

if TYPE_CHECKING:
    from pathlib import Path

CHILD = (
    sys.executable,
    "-c",
    "import sys; from kling_desktop.media.video_still import main; sys.exit(main(sys.argv[1:]))",
)


async def test_it_is_the_very_first_frame(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "Bild ü.mp4")
    with av.open(str(clip)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgb24")
    with Image.open(io.BytesIO(await still_of(clip, command=CHILD))) as shown:
        assert np.array_equal(np.asarray(shown), first)


@pytest.mark.parametrize("made", ["sound", "text", "nothing"])
async def test_what_is_no_video_says_so(tmp_path: Path, made: str) -> None:
    path = tmp_path / "a.mp4"
    if made == "sound":
        write_sound(path)
    elif made == "text":
        path.write_text("#EXTM3U\nhttp://127.0.0.1/elsewhere.ts\n")
    with pytest.raises(BadMedia, match=r"no video|cannot be decoded"):
        await still_of(path, command=CHILD)


def test_frames_larger_than_any_model_takes_are_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(video_still, "MOST_PIXELS", 64 * 48 - 1)
    assert main([str(write_clip(tmp_path / "a.mp4"))]) == DAMAGED
    assert "larger than Kling takes" in json.loads(capsys.readouterr().out)["error"]


async def test_a_child_that_fails_is_not_blamed_on_the_video(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="exit code 3"):
        await still_of(tmp_path / "a.mp4", command=(sys.executable, "-c", "raise SystemExit(3)"))
