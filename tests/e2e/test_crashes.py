"""kill -9 at every named point and at any instant: nothing is lost, nothing is paid for twice.

Each trial is a life of the real engine over a real port (``tests/helpers/crashes``): it is killed,
started again, and what remains is held against what is right. The sums are printed.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.jobs import JobState
from tests.helpers.clips import write_clip
from tests.helpers.crashes.disks import may_mount
from tests.helpers.crashes.nursery import Nursery, nursery
from tests.helpers.crashes.plans import After, At, Full, Outcome, Trial
from tests.helpers.crashes.sums import TITLE, Sums

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Hold = Callable[[str, Iterable[Trial]], list[Outcome]]

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.thorough,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("crashes"),  # with workers of their own
]

INSTANTS = 150
"""In calm weather, and again in bad."""
RACES = 10
"""In calm weather, and again in bad."""
KINDS = (
    Trial(seed="named"),
    Trial(seed="named", listens=False),
    Trial(seed="named", cancels=True),
)
RESUMED = (
    *("save uploading:after", "submit/sent", "save queued:after"),
    *("download/half written part", "settle/replace part:after"),
)
"""Deaths after which the recovery is killed as well, at each of its points."""
SENT = ("queued", "running", "fetching", "downloading", "done")
EXPECTED = {
    *(
        f"save {state}{point}"
        for state in ("uploading", "sending", *SENT, "cancelled")
        for point in (":before", "/UPDATE", "/COMMIT", ":after")
    ),
    *(
        f"{call}{point}"
        for call in ("upload", "submit", "status", "result", "download", "cancel")
        for point in (":before", "/sent", "/answered", ":after")
    ),
    *("add intent/COMMIT", "add intent:after", "ask_cancel/COMMIT", "ask_cancel:after"),
    *("keep_picture/replace picture.part:before", "keep_picture/replace picture.part:after"),
    *("follow:told", "download/half written part", "download/unlink part.etag:before"),
    *("finished:after", "settle/replace part:before", "settle/replace part:after"),
    *("settle/replace kling.json.part:before", "settle/replace kling.json.part:after"),
    *("start/COMMIT", "close:before", "close:after"),
}
"""Points that there must be; the lives themselves tell of more."""


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    clip = write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", index_first=True)
    with nursery(clip) as made:
        yield made


@pytest.fixture
def hold(lives: Nursery, record_property: Callable[[str, object], None]) -> Hold:
    """Hold trials, keep what they come to for the end of the run, and want no complaint."""

    def held(name: str, trials: Iterable[Trial]) -> list[Outcome]:
        sums = Sums()
        outcomes = lives.run(trials)
        sums.add(outcomes, lives.bill())
        record_property(TITLE, {name: sums.numbers()})
        assert not sums.complaints(), "\n".join(sums.complaints()[:20])
        return outcomes

    return held


def points_of(kind: Trial, outcome: Outcome) -> list[Trial]:
    """A death at each point that a life came by: at its first time, and at its last."""
    times = Counter(outcome.points)
    ats = [At(name, nth) for name in times for nth in sorted({1, times[name]})]
    return [replace(kind, strikes=(*kind.strikes, at)) for at in ats]


def new_points(lives: Nursery, kinds: Iterable[Trial]) -> list[Trial]:
    """The same for several kinds of life; a point that they share is tried in one of them."""
    kinds = list(kinds)
    found: dict[At | After, Trial] = {}
    for kind, lived in zip(kinds, lives.run(kinds), strict=True):
        for trial in points_of(kind, lived):
            found.setdefault(trial.strikes[-1], trial)
    return list(found.values())


def names(outcomes: Iterable[Outcome]) -> set[str]:
    """Points where a program really died."""
    strikes = [each.trial.strikes[-1] for each in outcomes if each.kills]
    return {each.name for each in strikes if isinstance(each, At)}


def test_killed_at_any_point_a_job_comes_to_its_right_end(lives: Nursery, hold: Hold) -> None:
    outcomes = hold("every named point", new_points(lives, KINDS))
    assert names(outcomes) >= EXPECTED
    missed = [each.trial for each in outcomes if not each.kills]
    assert all(each.strikes[-1].nth > 1 for each in missed), missed  # type: ignore[union-attr]


def test_killed_once_more_at_any_point_of_the_recovery_it_still_does(
    lives: Nursery, hold: Hold
) -> None:
    kinds = [
        replace(KINDS[0], strikes=(At(each),), lingers=each == "save queued:after")
        for each in RESUMED
    ]
    trials = [
        trial
        for trial in new_points(lives, kinds)
        if isinstance(at := trial.strikes[-1], At) and not at.name.startswith("start")
    ]
    outcomes = hold("every point of a recovery", trials)
    assert names(outcomes) >= {"claim:before", "claim:after", "finished:after"} | {
        f"save {state}/COMMIT" for state in ("uncertain", "running", "fetching", "done")
    }


def test_killed_at_any_point_in_bad_weather_it_does_too(lives: Nursery, hold: Hold) -> None:
    ends = (":before", ":after", "/COMMIT", "/sent", "/answered", "part")
    trials = [
        replace(trial, is_bad=True)
        for trial in new_points(lives, KINDS)
        if isinstance(at := trial.strikes[-1], At) and at.nth == 1 and at.name.endswith(ends)
        if "/" not in at.name.removesuffix("/COMMIT")
    ]
    hold("named points in bad weather", trials)


@pytest.mark.parametrize("is_bad", [False, True], ids=["calm", "bad"])
def test_killed_at_any_instant_it_does_too(hold: Hold, is_bad: bool) -> None:
    draw = random.Random(f"instants {is_bad}")
    trials = [
        Trial(
            seed=f"instant {number}",
            is_bad=is_bad,
            strikes=(After(draw.random()),),
            listens=draw.random() < 0.7,
            cancels=draw.random() < 0.1,
        )
        for number in range(INSTANTS)
    ]
    outcomes = hold(f"random instants, {'bad' if is_bad else 'calm'} weather", trials)
    assert sum(each.kills for each in outcomes) == INSTANTS


@pytest.mark.parametrize("is_bad", [False, True], ids=["calm", "bad"])
def test_two_programs_that_race_and_are_killed_share_the_jobs(hold: Hold, is_bad: bool) -> None:
    trials = [Trial(seed=f"race {n}", is_bad=is_bad, races=True) for n in range(RACES)]
    outcomes = hold(f"two programs, {'bad' if is_bad else 'calm'} weather", trials)
    ends = sum((each.states for each in outcomes), Counter[JobState]())
    assert sum(each.kills for each in outcomes) > RACES
    assert ends[JobState.DONE] > RACES
    assert ends[JobState.CANCELLED] > RACES // 2


CLIPS_POINTS = (
    *("download:before", "download/open part:before", "download/half written part"),
    *("download/fsync part:before", "finished:before", "settle/replace part:before"),
    *("settle/replace part:after", "settle/open kling.json.part:before"),
    *("settle/fsync kling.json.part:before", "settle:after", "save done:before"),
)
SAVED = ("sending", "queued", "fetching", "downloading", "done")
MUST_SAY = 3
"""Of these, the first need room for sure."""
STATE_POINTS = (
    *(
        "start/mkdir folder:before",
        "start/CREATE TABLE jobs",
        "keep_picture/open picture.part:before",
    ),
    *("add intent:before", "add intent/COMMIT", "upload:before", "upload:after"),
    *(f"save {state}{point}" for state in SAVED for point in (":before", "/COMMIT")),
    *("submit:before", "submit/sent", "submit:after", "result:after", "settle:before"),
)


def _disks() -> list[tuple[str, bool]]:
    """A real full disk where we may make one; an imagined one everywhere."""
    first = "real" if may_mount() else "imagined"
    return [(first, False), (first, True), *([("imagined", False)] if first == "real" else [])]


@pytest.mark.parametrize(("disk", "dies"), _disks())
def test_on_a_full_disk_a_job_waits_says_so_and_goes_on_when_there_is_room(
    hold: Hold, disk: str, dies: bool
) -> None:
    places = [(Full.CLIPS, at) for at in CLIPS_POINTS] + [(Full.STATE, at) for at in STATE_POINTS]
    trials = [
        Trial(seed="full", strikes=(At(name),), full=full, imagined=disk != "real", dies=dies)
        for full, name in places
    ]
    outcomes = hold(f"{disk} disk full{', killed' * dies}", trials)
    assert all(each.fills == 1 for each in outcomes)
    # What is written later than these points needs no more room.
    told = {each.trial.strikes[0] for each in outcomes if each.told}
    assert told >= {At(name) for name in CLIPS_POINTS[:MUST_SAY]}
