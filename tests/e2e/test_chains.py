"""From clip to clip in the terminal: a frame, the clip that goes on from it, and both as one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kling_desktop.media.probe import measure
from tests.e2e.conftest import IMAGE, PICTURE

if TYPE_CHECKING:
    from tests.e2e.conftest import Kling

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


@pytest.mark.sandbox("--pixels 147456")
def test_a_clip_goes_on_from_the_last_frame_of_another_and_both_become_one(
    kling: Kling, tmp_path: Path
) -> None:
    first = _made(kling, PICTURE)
    frame, out = tmp_path / "last.png", tmp_path / "both.mp4"
    taken = kling.run("jobs", "frame", first["job_id"], "--last", "-o", str(frame))
    assert taken.returncode == 0, taken.stderr
    with Image.open(frame) as image:
        assert image.size == (first["clips"][0]["width"], first["clips"][0]["height"])
    second = _made(kling, frame)
    assert second["made_from"]["image_url"]["job"] == first["job_id"]
    told = kling.run("jobs", "show", second["job_id"]).stdout
    assert f"Its start picture is the last frame of job {first['job_id']}." in told
    sidecar = json.loads(Path(second["files"][0] + ".kling.json").read_text("utf-8"))
    assert sidecar["made_from"] == second["made_from"]
    ids = [first["job_id"], second["job_id"]]
    over = kling.run("jobs", "frame", first["job_id"], "--first", "-o", str(frame))
    assert (over.returncode, "is there already" in over.stderr) == (2, True)
    joined = kling.run("jobs", "join", *ids, "-o", str(out), "--json")
    assert joined.returncode == 0, joined.stderr
    facts = json.loads(joined.stdout)
    assert facts["lossless"] is True
    assert measure(out).frames == facts["frames"] == 300
    again = kling.run("jobs", "join", *ids, "-o", str(out))
    assert again.returncode == 2
    assert "is there already" in again.stderr


def _made(kling: Kling, picture: Path) -> dict[str, Any]:
    done = kling.run(
        "generate", IMAGE, "--image", str(picture), "--set", "prompt=She smiles", "--json"
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made
