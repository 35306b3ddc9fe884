"""What once broke a parser of outside data, what everything may be given, and a little at random.

Long runs, which fill the corpus, are those of ``python -m tests.fuzz``.
"""

from __future__ import annotations

import tempfile
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
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

EXAMPLES = 120


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
def watch(scratch: Path, tmp_path: Path) -> Iterator[Watch]:
    with Watch(scratch, tmp_path / "said").watching() as made:
        made.seconds = 20.0  # a machine that does other things too is no defect of a parser
        yield made


def offences(watch: Watch, target: Target, inputs: list[bytes]) -> list[tuple[bytes, Offence]]:
    found = ((each[:80], watch.offence(target, each)) for each in inputs)
    return [(each, offence) for each, offence in found if offence is not None]


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_was_found_breaks_a_parser_again(watch: Watch, name: str) -> None:
    target = TARGETS[name]
    old = [each.read_bytes() for each in kept(name)]
    assert not offences(watch, target, [*target.seeds(), *COMMON, *old])


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

    feed()


def test_every_file_of_the_corpus_belongs_to_a_target_and_all_of_it_is_small() -> None:
    files = [each for each in CORPUS.rglob("*") if each.is_file()]
    assert {each.parent.name for each in files} <= set(TARGETS)
    assert 0 < sum(each.stat().st_size for each in files) < 300_000


def _breaking(data: bytes, place: Path) -> object:
    """A parser with one defect for each letter."""
    import logging
    import subprocess
    import sys
    import warnings

    match data:
        case b"raise":
            raise KeyError(data)
        case b"warn":
            warnings.warn("odd", stacklevel=1)
        case b"log":
            logging.getLogger("x").warning("odd")
        case b"write":
            (place.parent.parent / "elsewhere").write_bytes(b"")
        case b"start":
            subprocess.run([sys.executable, "-c", ""], check=True)
        case b"say":
            sys.__stderr__.write("odd") if sys.__stderr__ else None
            __import__("os").write(2, b"odd")
        case b"loop":
            while True:
                pass
        case b"ours":
            raise BadPicture("a", "is bad")
        case _:
            return data
    return None


@pytest.mark.parametrize(
    ("data", "what"),
    {
        b"raise": "KeyError at test_corpus.py:_breaking", b"warn": "UserWarning", b"log": "log noise",
        b"write": "touched open", b"start": "touched subprocess.Popen", b"say": "said something",
        b"loop": "took too long", b"ours": "", b"": "",
    }.items(),
)  # fmt: skip
def test_whatever_breaks_the_contract_is_noticed(watch: Watch, data: bytes, what: str) -> None:
    watch.seconds = 0.2
    offence = watch.offence(Target("a", _breaking, list, ()), data)
    assert (offence.what if offence else "").startswith(what)
    assert bool(offence) is bool(what)


def test_what_is_found_is_made_small() -> None:
    assert smaller(b"x" * 500 + b"ab" + b"y" * 500, lambda each: b"ab" in each) == b"ab"
