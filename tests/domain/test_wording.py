"""Whoever goes through earlier texts comes back to what was being written."""

from __future__ import annotations

from kling_desktop.domain.wording import Steps


def _steps(*texts: str) -> Steps:
    made = Steps()
    made.show(texts)
    return made


def test_older_texts_come_one_by_one_and_the_draft_is_kept() -> None:
    steps = _steps("b", "a")
    assert [steps.older("draft"), steps.older("b"), steps.older("a")] == ["b", "a", None]
    assert [steps.newer("a"), steps.newer("b"), steps.newer("draft")] == ["b", "draft", None]


def test_a_text_that_was_changed_on_the_way_is_the_draft_from_then_on() -> None:
    steps = _steps("b", "a")
    steps.older("draft")
    assert steps.older("b, changed") == "a"
    assert steps.newer("a") == "b"
    assert steps.newer("b") == "b, changed"


def test_a_text_that_is_in_sight_already_is_passed_over() -> None:
    assert _steps("b", "a").older("b") == "a"
    assert _steps("b").older("b") is None


def test_without_texts_nothing_happens() -> None:
    assert _steps().older("draft") is None
    assert _steps().newer("draft") is None


def test_a_new_text_leaves_everybody_where_they_are() -> None:
    steps = _steps("b", "a")
    steps.older("draft")
    steps.show(("c", "b", "a"))
    assert steps.older("b") == "a"
    steps.show(("c",))
    assert steps.older("what is written") == "c"
