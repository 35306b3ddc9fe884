"""What is to be put right before money is spent, as ``generate --project`` says it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from kling_desktop.cli.main import main
from kling_desktop.domain.motion import edits
from kling_desktop.domain.motion.document import DYNAMIC, MotionDocument
from kling_desktop.domain.motion.project import Project
from kling_desktop.domain.motion.trajectory import Trajectory
from kling_desktop.storage.projects import write_project
from tests.domain.motion.test_advice import GOOD, IN_BOX, PRO, PRO_16, SIZE, painted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STANDARD_16 = "fal-ai/kling-video/v1.6/standard/image-to-video"
Told = tuple[int, Any, str]


@pytest.fixture
def dry(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """What a dry run says: its exit code, its document, and its words."""

    def run(document: MotionDocument, *words: str, endpoint: str = PRO, **more: Any) -> Told:
        picture = io.BytesIO()
        Image.effect_noise(SIZE, 90).convert("RGB").resize((400, 300)).save(picture, "PNG")
        work = Project(
            document=document, endpoint=endpoint, parameters={"prompt": "Clouds drift"}, **more
        )
        path = tmp_path / "clouds.klproj"
        write_project(path, work, picture.getvalue())
        line = ("generate", endpoint, "--project", str(path), "--dry-run", "--json", *words)
        code = main(line)
        told = capsys.readouterr()
        return code, json.loads(told.out), told.err

    return run


def test_without_advice_nothing_is_said(dry: Callable[..., Told]) -> None:
    code, document, words = dry(GOOD)
    assert code == 0
    assert "advice" not in document
    assert "Note" not in words


def test_what_is_to_be_weighed_is_said_and_stops_nothing(dry: Callable[..., Told]) -> None:
    weak = painted(IN_BOX, (150, 130), static=None)
    code, document, words = dry(weak, "--set", "prompt=a calm sea")
    assert code == 0
    assert [each["rule"] for each in document["advice"]] == ["no static", "weak", "calming words"]
    (weak_path,) = [each for each in document["advice"] if each["rule"] == "weak"]
    assert weak_path["region"] == 1
    assert weak_path["fixes"] == ["Make the path longer"]
    assert "6.5 %" in weak_path["source"]
    assert words.count("Note: ") == 3
    assert weak_path["sentence"] in words


def test_what_a_project_has_muted_is_not_said(dry: Callable[..., Told]) -> None:
    weak = painted(IN_BOX, (150, 130), static=None)
    _, document, _ = dry(weak, muted=("weak", "of another version", "no path"))
    assert [each["rule"] for each in document["advice"]] == ["no static"]


@pytest.mark.parametrize(
    ("document", "words", "endpoint", "told"),
    [
        (GOOD, ("--set", "duration=10"), PRO, "--set duration=5"),
        (GOOD, (), PRO_16, "--brush-endpoint"),
        (GOOD, (), STANDARD_16, PRO),
        (edits.give_trajectory(GOOD, DYNAMIC[0], Trajectory()), (), PRO, "Region 1 has no path"),
        (replace(GOOD, static=GOOD.static), ("--set", "tail_image_url=https://a.b/c.png"),
         PRO, "End picture"),
    ],
    ids=["10 s", "1.6 Pro", "1.6 Standard", "no path", "end picture"],
)  # fmt: skip
def test_what_would_fail_stops_with_its_sentence(
    dry: Callable[..., Told], document: MotionDocument, words: tuple[str, ...], endpoint: str,
    told: str,
) -> None:  # fmt: skip
    code, answer, said = dry(document, *words, endpoint=endpoint, muted=("duration", "no path"))
    assert code == 2
    assert answer["error"]["code"] == "invalid_params"
    assert told.lower() in answer["error"]["message"].lower()
    assert "Nothing was sent" in said
