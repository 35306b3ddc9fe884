"""What once broke a parser of outside data, what everything may be given, and a little at random.

Long runs, which fill the corpus, are those of ``python -m tests.fuzz``.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import warnings
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kling_desktop.domain.errors import BadPicture
from tests.fuzz.keep import CORPUS, kept, smaller
from tests.fuzz.mutate import COMMON, Mutator
from tests.fuzz.target import Offence, Target, Watch
from tests.fuzz.targets import TARGETS, window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

EXAMPLES = 60


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where parsers may write, and where temporary files are made meanwhile."""
    folder, before = tmp_path_factory.mktemp("fuzz"), tempfile.tempdir
    tempfile.tempdir = str(folder)
    yield folder
    tempfile.tempdir = before


@pytest.fixture(scope="module", autouse=True)
def _windows_end(qapp: QApplication) -> Iterator[None]:
    yield
    window.end()
    qapp.sendPostedEvents(None, 52)  # QEvent.DeferredDelete


@pytest.fixture
def watch(scratch: Path, tmp_path: Path) -> Watch:
    """Not watching yet: pytest puts its own standard error in place before each test begins."""
    made = Watch(scratch, tmp_path / "said")
    made.seconds = 20.0  # a machine that does other things too is no defect of a parser
    return made


def offences(watch: Watch, target: Target, inputs: list[bytes]) -> list[tuple[bytes, Offence]]:
    found = [(each[:80], watch.offence(target, each)) for each in inputs]
    return [(each, offence) for each, offence in found if offence is not None]


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_was_found_breaks_a_parser_again(watch: Watch, name: str) -> None:
    target = TARGETS[name]
    old = [each.read_bytes() for each in kept(name)]
    with watch.watching():
        found = offences(watch, target, [*target.seeds(), *COMMON, *old])
    assert not found


def test_changed_inputs_are_values_or_errors_of_ours(watch: Watch) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None)
    @given(st.sampled_from([*TARGETS.values()]), st.integers(0, 2**32))
    def feed(target: Target, number: int) -> None:
        random, seeds = Random(number), target.seeds()
        change = Mutator(random, target.words)
        data, other = random.choice(seeds), random.choice(seeds)
        if target.inside is not None and number % 2:
            data = target.inside(data, lambda each: change(each, other))
        assert not offences(watch, target, [change(data, other)])

    with watch.watching():
        feed()


def test_every_file_of_the_corpus_belongs_to_a_target_and_all_of_it_is_small() -> None:
    files = [each for each in CORPUS.rglob("*") if each.is_file()]
    assert {each.parent.name for each in files} <= set(TARGETS)
    assert 0 < sum(each.stat().st_size for each in files) < 300_000


def _loop(_: Path) -> None:
    while True:
        pass


def _raise(_: Path) -> None:
    raise KeyError("a")


def _refuse(_: Path) -> None:
    raise BadPicture("a", "is bad")


DEFECTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "raises": (_raise, "KeyError at test_corpus.py:_raise"),
    "warns": (lambda _: warnings.warn("odd", stacklevel=1), "UserWarning"),
    "logs": (lambda _: logging.getLogger("x").warning("odd"), "log noise"),
    "writes elsewhere": (lambda place: (place.parents[1] / "a").write_bytes(b""), "touched open"),
    "starts a program": (
        lambda _: subprocess.run([sys.executable, "-c", ""], check=True),
        "touched",
    ),
    "says something": (lambda _: os.write(2, b"odd"), "said something"),
    "goes on for ever": (_loop, "took too long"),
    "refuses": (_refuse, ""),
    "answers": (lambda _: 1, ""),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_whatever_breaks_the_contract_is_noticed(watch: Watch, name: str) -> None:
    watch.seconds = 0.2
    act, what = DEFECTS[name]
    target = Target("a", lambda _, place: act(place), list, ())
    with watch.watching():
        found = offences(watch, target, [b""])
    assert [offence.what[: len(what)] for _, offence in found] == [what] * bool(what)


def test_what_is_found_is_made_small() -> None:
    assert smaller(b"x" * 500 + b"ab" + b"y" * 500, lambda each: b"ab" in each) == b"ab"
