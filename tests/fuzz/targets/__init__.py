"""The table of everything that reads what others wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.targets import (
    answers,
    documents,
    ledgers,
    notes,
    pictures,
    sandbox,
    window,
    wire,
    words,
)

if TYPE_CHECKING:
    from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    each.name: each
    for each in (
        *words.TARGETS,
        *documents.TARGETS,
        *notes.TARGETS,
        *ledgers.TARGETS,
        *answers.TARGETS,
        *wire.TARGETS,
        *pictures.TARGETS,
        *sandbox.TARGETS,
        *window.TARGETS,
    )
}
