"""How often the brush check is right where nothing was tuned.

``python -m tests.benchmarks.held_out NUMBER PICTURE ...`` draws cases by a number and prints a
table. Whoever changes the tracker must take a number and pictures that were not looked at before.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kling_desktop.domain.motion.verdict import Took
from tests.media.motion.clips import written
from tests.media.motion.unseen import Case, cases
from tests.media.motion.verdicts import is_right, verdict_on


def judged(seed: int, pictures: tuple[str, ...]) -> list[tuple[Case, Took]]:
    """What the check says about each of the cases, after they were encoded."""
    numbers = np.random.default_rng(seed + 1)
    found = []
    with TemporaryDirectory() as folder:
        for case in cases(pictures, seed):
            path = written(case.frames(numbers), case.asked, Path(folder))
            found.append((case, verdict_on(path, case.asked).took))
    return found


def main() -> None:
    seed, *pictures = sys.argv[1:]
    found = judged(int(seed), tuple(pictures))
    print(f"{'':14}" + "".join(f"{each.value:>14}" for each in Took))
    for kind in dict.fromkeys(case.kind for case, _ in found):
        counts = Counter(took for case, took in found if case.kind == kind)
        print(f"{kind:14}" + "".join(f"{counts[each] or '':>14}" for each in Took))
    for case, took in found:
        if not is_right(case, took):
            print(f"wrong: {case.asked.name}, {case.asked.key}, {case.kind}: {took.value}")
    right = sum(is_right(case, took) for case, took in found)
    print(f"{right} of {len(found)} right, {100 * right / len(found):.1f} %")


if __name__ == "__main__":
    main()
