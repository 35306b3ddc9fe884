"""A job among fuzzed answers: it comes to rest, it is not lost, and it is not paid for twice."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import SecretStr

from kling_desktop.domain.jobs import TERMINAL, Job, JobState
from kling_desktop.fal.provider import FalProvider
from tests.helpers.nonsense import any_answer, harmless
from tests.helpers.services import BACKEND, STAGES, Service
from tests.helpers.worlds import I2V, Scene, a_draft

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from kling_desktop.engine.engine import Engine
    from kling_desktop.fal.answers import Answer

pytestmark = pytest.mark.thorough

S = JobState
KEY = SecretStr("nonsense-key-id:nonsense-key-secret")
BEFORE = ("initiate", "upload")
AFTER = ("stream", "status", "result", "download")


def spoilt(
    answers: st.SearchStrategy[Answer], stages: tuple[str, ...]
) -> st.SearchStrategy[dict[str, list[Answer]]]:
    return st.dictionaries(
        st.sampled_from(stages), st.lists(answers, min_size=1, max_size=3), max_size=3
    )


@asynccontextmanager
async def engine(folder: Path, service: Service, streams: int) -> AsyncIterator[Engine]:
    scene = Scene(folder, streams=streams)
    provider = FalProvider(BACKEND, KEY, transport=service)
    async with scene.engine(world=replace(scene.world(), provider=provider)) as running:
        yield running


def lived(service: Service, *, streams: int = 4, cancels: bool = False) -> Job:
    async def live(folder: Path) -> Job:
        picture = folder / "boat.png"
        Image.new("RGB", (300, 300)).save(picture)
        async with asyncio.timeout(60), engine(folder, service, streams) as running:
            job = await running.generate(a_draft(I2V, image_url=str(picture)))
            if cancels:
                await running.cancel(job.id)
            return await running.wait(job.id)

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(live(Path(folder)))


@given(spoilt(any_answer, STAGES), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_is_answered_a_job_comes_to_rest_with_at_most_one_accepted_request(
    answers: dict[str, list[Answer]], cancels: bool, accepts: bool
) -> None:
    service = Service(answers, accepts_spoilt=False)
    job = lived(service, cancels=cancels, streams=4 * accepts)
    assert job.state in TERMINAL | {S.UNCERTAIN}
    assert service.accepted <= 1
    assert (job.state is S.DONE) == bool(job.clips)


@given(spoilt(harmless, AFTER), st.sampled_from([0, 4]))
@settings(max_examples=60, deadline=None)
def test_nonsense_after_the_acceptance_never_loses_a_clip(
    answers: dict[str, list[Answer]], streams: int
) -> None:
    service = Service(answers)
    assert lived(service, streams=streams).state is S.DONE
    assert service.accepted == 1


@given(spoilt(harmless, BEFORE))
@settings(max_examples=40, deadline=None)
def test_nonsense_before_the_submit_is_waited_out(answers: dict[str, list[Answer]]) -> None:
    service = Service(answers)
    assert lived(service).state is S.DONE
    assert service.accepted == 1


@given(harmless)
@settings(max_examples=40, deadline=None)
def test_nonsense_in_answer_to_the_submit_is_uncertain_and_never_sent_again(
    answer: Answer,
) -> None:
    service = Service({"submit": [answer]})
    assert lived(service).state is S.UNCERTAIN
    assert service.accepted == 1
