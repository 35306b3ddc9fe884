"""One clip of every kind that Kling's models make, from the command line to a verified file."""

from __future__ import annotations

import json
import math
import wave
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.catalog import Task, load_catalog
from kling_desktop.media.probe import measure
from tests.e2e.conftest import PICTURE
from tests.helpers.clips import write_clip

if TYPE_CHECKING:
    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
KLING = "fal-ai/kling-video"
LENGTH = 2.0
"""Seconds of the video and the sound that are given."""
SHOTS = [{"duration": "1", "prompt": "She smiles"}, {"duration": "2", "prompt": "She waves"}]
RUNS: dict[Task, tuple[str, dict[str, object], float]] = {
    Task.IMAGE_TO_VIDEO: ("v3/standard/image-to-video",
                          {"start_image_url": "{picture}", "multi_prompt": SHOTS}, 3),
    Task.TEXT_TO_VIDEO: ("v3/standard/text-to-video", {"prompt": "The sea", "duration": "3"}, 3),
    Task.ELEMENTS: ("v1.6/standard/elements",
                    {"prompt": "She flies", "input_image_urls": ["{picture}", "{boat}"]}, 5),
    Task.EFFECTS: ("v1.6/standard/effects",
                   {"effect_scene": "squish", "input_image_urls": ["{picture}"]}, 5),
    Task.REFERENCE_TO_VIDEO: (
        "o1/standard/reference-to-video",
        {"prompt": "@Element1 waves", "duration": "3", "image_urls": ["{boat}"],
         "elements": [{"frontal_image_url": "{picture}"}]}, 3),
    Task.VIDEO_EDIT: ("o1/standard/video-to-video/edit",
                      {"prompt": "Make it night", "video_url": "{video}"}, LENGTH),
    Task.VIDEO_REFERENCE: ("o1/standard/video-to-video/reference",
                           {"prompt": "The next shot", "video_url": "{video}", "duration": "3"}, 3),
    Task.MOTION_CONTROL: ("v2.6/standard/motion-control",
                          {"image_url": "{picture}", "video_url": "{video}",
                           "character_orientation": "video"}, LENGTH),
    Task.AVATAR: ("ai-avatar/v2/standard",
                  {"image_url": "{picture}", "audio_url": "{sound}"}, LENGTH),
    Task.LIPSYNC: ("lipsync/audio-to-video",
                   {"video_url": "{video}", "audio_url": "{sound}"}, LENGTH),
    Task.VIDEO_TO_AUDIO: ("video-to-audio", {"video_url": "{video}"}, LENGTH),
}  # fmt: skip


def given(folder: Path) -> dict[str, str]:
    """Files of every kind, as a stranger has them."""
    video = write_clip(folder / "talk.mp4", frames=round(LENGTH * 10), size=(320, 240))
    with wave.open(str(folder / "voice.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(round(LENGTH * 8000) * 2))
    return {
        "picture": str(PICTURE),
        "boat": str(PICTURE.with_name("boat.jpg")),
        "video": str(video),
        "sound": str(folder / "voice.wav"),
    }


def test_there_is_a_run_for_every_task() -> None:
    assert set(RUNS) == set(Task)
    for task, (endpoint, _, _) in RUNS.items():
        assert load_catalog().endpoint(f"{KLING}/{endpoint}").task is task


@pytest.mark.parametrize("task", RUNS)
def test_a_clip_of_every_kind(kling: Kling, tmp_path: Path, task: Task) -> None:
    endpoint, values, seconds = RUNS[task]
    text = json.dumps(values)
    for name, path in given(tmp_path).items():
        text = text.replace(f"{{{name}}}", path)
    document = tmp_path / "input.json"
    document.write_text(text, "utf-8")
    done = kling.run(
        "generate", f"{KLING}/{endpoint}", "--input", str(document), "--sandbox", "--json"
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    facts = measure(Path(result["files"][0]))
    assert result["status"] == "done"
    assert math.ceil(seconds) == pytest.approx(facts.frames / facts.fps, abs=0.1)
