"""Rows of a batch become jobs: checked first, each once, whatever happens between."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain import errors as e
from kling_desktop.domain.budgets import Budgets
from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.batch import Fate
from kling_desktop.engine.batch_words import why
from tests.helpers.fakes import FakeBudgets
from tests.helpers.worlds import I2V, T2V, a_draft

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.engine.batch import Batch
    from kling_desktop.engine.engine import Engine
    from tests.helpers.worlds import Scene

PRICE = Decimal("0.49")


def _sheet(folder: Path, *lines: str) -> Path:
    file = folder / "rows.csv"
    file.write_text("\n".join(lines), "utf-8")
    return file


def _fates(batch: Batch) -> str:
    return " ".join(each.fate.value for each in batch.rows)


async def _made(engine: Engine, batch: Batch) -> list[JobState]:
    jobs = await engine.begin_batch(batch, {each.entry.number for each in batch.rows})
    return [(await engine.wait(job.id)).state for job in jobs.values()]


async def test_every_row_is_checked_and_nothing_is_sent(scene: Scene, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "prompt,duration", "a,5", "b,7", "a,5", "{c|d},10")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, T2V)
    assert _fates(batch) == "ready bad duplicate ready ready"
    assert [why(each) for each in batch.rows[1:3]] == [
        "duration has a value that is not allowed (given: 7); allowed: 5, 10.",
        "Skipped: the same as row 1.",
    ]
    assert [each.price for each in batch.of(Fate.READY)] == [PRICE, 2 * PRICE, 2 * PRICE]
    assert scene.provider.submits == []


async def test_rows_become_jobs_and_the_same_batch_finds_them(scene: Scene, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "prompt", "a", "b")
    async with scene.engine() as engine:
        assert await _made(engine, await engine.survey(sheet, T2V)) == [JobState.DONE] * 2
    async with scene.engine() as engine:
        again = await engine.survey(sheet, T2V)
        assert _fates(again) == "begun begun"
        await _made(engine, again)
    assert len(scene.provider.submits) == 2
    assert {job.batch for job in scene.ledger.newest()} == {f"{again.id}:1", f"{again.id}:2"}


async def test_a_batch_that_stopped_half_way_goes_on_with_the_rest(
    scene: Scene, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path, "prompt", "a", "b", "c")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, T2V)
        (job,) = (await engine.begin_batch(batch, {2})).values()
        await engine.wait(job.id)
    async with scene.engine() as engine:
        rest = await engine.survey(sheet, T2V)
        assert _fates(rest) == "ready begun ready"
        await _made(engine, rest)
    assert sorted(body["prompt"] for _, body in scene.provider.submits) == ["a", "b", "c"]


async def test_a_row_that_moved_since_it_was_checked_goes_on_from_where_it_is(
    scene: Scene, tmp_path: Path
) -> None:
    scene.budgets = FakeBudgets(Budgets(day=Decimal("0.1")))
    sheet = _sheet(tmp_path, "prompt", "a")
    async with scene.engine() as engine:
        jobs = await engine.begin_batch(await engine.survey(sheet, T2V), {1})
        held = await engine.wait(jobs[1].id)
        assert held.state is JobState.HELD
        engine.release(held.id, over_budget=True)  # somebody else does, in another program
        await engine.wait(held.id)
        assert engine.go_on(held).state is JobState.DONE
    assert len(scene.provider.submits) == 1


async def test_two_who_hold_the_same_plan_never_send_a_row_twice(
    scene: Scene, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path, "prompt", "a", "b")
    async with scene.engine() as one:
        batch = await one.survey(sheet, T2V)
        async with scene.engine() as two:
            await _made(one, batch)
            assert await _made(two, batch) == [JobState.DONE] * 2
    assert len(scene.provider.submits) == 2


async def test_what_was_made_before_or_is_being_made_is_skipped_by_name(
    scene: Scene, tmp_path: Path
) -> None:
    clip = tmp_path / "old.mp4"
    clip.write_bytes(b"clip")
    async with scene.engine() as engine:
        held = await engine.generate(replace(a_draft(T2V, prompt="b"), held=True))
        done = await engine.wait((await engine.generate(a_draft(T2V, prompt="a"))).id)
        moved = replace(done, clips=(replace(done.clips[0], path=str(clip), size=4),))
        scene.ledger.save(moved, "test")
        batch = await engine.survey(_sheet(tmp_path, "prompt", "a", "b"), T2V)
    assert [why(each) for each in batch.rows] == [
        f"Skipped: the same was made before: {clip}",
        f"Skipped: job {held.id} asks for the same and is held.",
    ]


async def test_what_is_made_after_the_look_at_the_ledger_is_not_made_again(
    scene: Scene, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path, "prompt", "a")
    async with scene.engine() as engine, scene.engine() as another_program:
        # Its clip was thrown away, so the row is ready; that must not stand for a newer one.
        await another_program.wait((await another_program.generate(a_draft(T2V, prompt="a"))).id)
        batch = await engine.survey(sheet, T2V)
        assert _fates(batch) == "ready"
        newer = await another_program.generate(a_draft(T2V, prompt="a"))
        assert (await another_program.wait(newer.id)).state is JobState.DONE
        jobs = await engine.begin_batch(batch, {1})
        assert jobs[1].id == newer.id
        await engine.wait(jobs[1].id)
    assert len(scene.provider.submits) == 2


async def test_a_row_is_made_again_whose_clips_are_known_to_be_gone(
    scene: Scene, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path, "prompt", "a")
    async with scene.engine() as engine:
        await engine.wait((await engine.generate(a_draft(T2V, prompt="a"))).id)
        assert await _made(engine, await engine.survey(sheet, T2V)) == [JobState.DONE]
    assert len(scene.provider.submits) == 2


async def test_a_row_that_a_budget_holds_back_asks_it_again_the_next_time(
    scene: Scene, tmp_path: Path
) -> None:
    scene.budgets = FakeBudgets(Budgets(day=PRICE))
    sheet = _sheet(tmp_path, "prompt", "a", "b")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, T2V)
        prices = [each.price for each in batch.of(Fate.READY)]
        assert "1 clip would wait here" in str(engine.forecast(prices))
        assert sorted(await _made(engine, batch)) == [JobState.DONE, JobState.HELD]
    scene.budgets = FakeBudgets(Budgets(day=2 * PRICE))
    async with scene.engine() as engine:
        assert await _made(engine, await engine.survey(sheet, T2V)) == [JobState.DONE] * 2
    assert len(scene.provider.submits) == 2


async def test_a_row_that_failed_is_not_sent_again_by_itself(scene: Scene, tmp_path: Path) -> None:
    scene.provider.on_submit.then(e.AccountLocked("no credit"))
    sheet = _sheet(tmp_path, "prompt", "a")
    async with scene.engine() as engine:
        assert await _made(engine, await engine.survey(sheet, T2V)) == [JobState.FAILED]
        assert await _made(engine, await engine.survey(sheet, T2V)) == [JobState.FAILED]
    assert len(scene.provider.submits) == 1


async def test_another_value_in_a_cell_is_checked_and_the_batch_stays_the_same(
    scene: Scene, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path, "prompt,duration", "a,5", "b,7")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, T2V)
        good = await engine.recheck(batch, 2, "duration", "10")
        assert (_fates(good), good.id) == ("ready ready", batch.id)
        assert _fates(await engine.recheck(good, 2, "prompt", "a")) == "ready ready"
        worse = await engine.recheck(good, 1, "cfg_scale", "much")
    assert why(worse.rows[0]) == "cfg_scale is not a number (given: much)."


async def test_a_folder_makes_a_row_of_each_picture_and_one_picture_is_prepared_once(
    scene: Scene, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("10.png", "9.png", ".hidden.png", "notes.txt"):
        (folder / name).write_bytes(b"x")
    async with scene.engine() as engine:
        batch = await engine.survey(folder, I2V, ["{name} moves", "{name} rests"])
    prompts = [each.entry.values["prompt"] for each in batch.rows]
    assert prompts == ["9 moves", "9 rests", "10 moves", "10 rests"]
    assert sorted(path.name for (path,) in scene.files.on_keep.calls) == ["10.png", "9.png"]


async def test_a_column_that_nothing_uses_is_named(scene: Scene, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "prompt;promt;durations;mood", "a {mood};b;5;calm")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, T2V)
    assert batch.notes == (
        "The column 'promt' is used nowhere. Was prompt meant?",
        "The column 'durations' is used nowhere. Was duration meant?",
    )


async def test_paths_of_a_sheet_are_counted_from_the_sheet(scene: Scene, tmp_path: Path) -> None:
    sheet = _sheet(tmp_path, "prompt,image", "a,sub/{b|c}.png", "a,https://x.test/{{.png")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, I2V)
    found = [each.entry.values["image_url"] for each in batch.rows]
    assert found[:2] == [str(tmp_path / "sub" / name) for name in ("b.png", "c.png")]
    assert found[2] == "https://x.test/{.png"


@pytest.mark.parametrize("name", ["missing.csv", "empty"])
async def test_a_source_that_gives_nothing_is_told(scene: Scene, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    async with scene.engine() as engine:
        with pytest.raises(e.InvalidParams, match=name):
            await engine.survey(tmp_path / name, I2V)


async def test_a_batch_that_was_priced_for_one_backend_is_not_begun_at_another(
    scene: Scene, tmp_path: Path
) -> None:
    sheet = _sheet(tmp_path, "prompt", "a")
    async with scene.engine() as engine:
        batch = await engine.survey(sheet, T2V)
        left = replace(await engine.generate(a_draft(T2V, prompt="b")), state=JobState.INTENT)
    async with scene.engine(world=replace(scene.world(), backend="live")) as live:
        with pytest.raises(e.InvalidParams, match="changed meanwhile"):
            await live.begin_batch(batch, {1})
        scene.ledger.save(left, "its program died")
        live.go_on(left)
        assert (await live.wait(left.id)).state is JobState.INTENT
    assert scene.provider.submits == []
