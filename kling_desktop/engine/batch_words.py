"""Sentences about the rows of a batch, the same in the terminal and in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.jobs import JobState
from kling_desktop.domain.messages import explain
from kling_desktop.engine.batch import Fate

if TYPE_CHECKING:
    from kling_desktop.engine.batch import Row


def named(row: Row) -> str:
    """The row as its file counts, and as the batch does where that is another number."""
    return f"Row {row.entry.number} (line {row.entry.row})"


def trouble_of(row: Row) -> str:
    """What is wrong with a bad row: the field, and a sentence."""
    told = explain(InvalidParams(tuple(_tidy(each) for each in row.problems))).what.strip()
    return told[:1].upper() + told[1:] if row.problems and not row.problems[0].field else told


def why(row: Row) -> str:
    """Why a row is not made now; empty for one that is."""
    match row.fate:
        case Fate.BAD:
            return trouble_of(row)
        case Fate.DUPLICATE if row.same_as:
            return f"Skipped: the same as row {row.same_as}."
        case Fate.DUPLICATE:
            return _made_before(row)
        case Fate.LATER:
            return "Left for the next time."
        case Fate.BEGUN if row.job:
            return f"Job {row.job.id} of this batch, {row.job.state}."
        case _:
            return ""


def _made_before(row: Row) -> str:
    assert row.job is not None
    if row.job.state is JobState.DONE:
        return f"Skipped: the same was made before: {row.job.clips[0].path}"
    return f"Skipped: job {row.job.id} asks for the same and is {row.job.state}."


def _tidy(problem: Problem) -> Problem:
    return Problem(problem.field, problem.message.rstrip("."), problem.value, problem.allowed)
