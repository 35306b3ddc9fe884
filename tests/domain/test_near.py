from __future__ import annotations

from kling_desktop.domain.near import LONGEST, nearest

WORDS = ("models", "jobs", "job")


def test_the_nearest_comes_first() -> None:
    assert nearest("jbos", WORDS) == ("jobs",)
    assert nearest("jobss", WORDS) == ("jobs", "job")
    assert nearest("job", WORDS, most=1) == ("job",)


def test_what_resembles_nothing_has_none() -> None:
    assert nearest("xyz", WORDS) == ()


def test_no_word_that_is_far_too_long_is_compared() -> None:
    """Half a million characters took more than ten seconds."""
    long = "j" * (LONGEST + 1)
    assert nearest(long, [long]) == ()
