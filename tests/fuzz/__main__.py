"""Fuzz for so many minutes: ``python -m tests.fuzz --minutes 20 [--target NAME]``.

Each target has its turns of a few seconds. What reaches a line for the first time is changed
further; what breaks the contract is made small and kept under ``corpus/``. The process that works
may crash in C: then what it had in hand is kept, and another one goes on. 0 is the exit code where
nothing was found.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tests.fuzz.keep import keep, kept, smaller
from tests.fuzz.mutate import COMMON, LARGEST, Mutator
from tests.fuzz.reach import Reach, lines_of
from tests.fuzz.target import SECONDS, Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.target import Offence, Target

    Row = dict[str, Any]

TURN = 4.0
"""Seconds."""
SHARED = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where thousands of small files come and go."""
MOST = 400
"""Inputs that are changed further, of one target."""


@dataclass
class State:
    """What is known of a target."""

    target: Target
    random: Random
    pool: list[bytes] = field(default_factory=list)
    runs: int = 0
    seconds: float = 0.0
    found: dict[str, str] = field(default_factory=dict)


class Fuzzer:
    """Works until its time is up."""

    def __init__(self, targets: Sequence[Target], seed: int, folder: Path) -> None:
        self._states = [State(each, Random(f"{seed}{each.name}")) for each in targets]
        self._reach = Reach()
        self._folder = folder

    def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        with Watch(self._folder / "scratch", self._folder / "said").watching() as watch:
            watch.seconds = SECONDS
            turn = min(TURN, max(0.5, seconds / len(self._states)))
            while time.monotonic() < until:
                for each in self._states:
                    if time.monotonic() < until:
                        self._turn(each, watch, turn)
                self.report()

    def report(self) -> None:
        (self._folder / "report.json").write_text(
            json.dumps([self._row(each) for each in self._states])
        )

    def _row(self, state: State) -> Row:
        wanted = [lines_of(each) for each in state.target.reads]
        lines = set().union(*wanted)
        reached = self._reach.of(state.target.name) & lines
        left = sorted(f"{Path(name).stem}:{line}" for name, line in lines - reached)
        return {
            "name": state.target.name,
            "runs": state.runs,
            "seconds": round(state.seconds, 1),
            "lines": len(reached),
            "of": len(lines),
            "pool": len(state.pool),
            "left": left,
            "found": state.found,
        }

    def _turn(self, state: State, watch: Watch, seconds: float) -> None:
        began, fresh = time.monotonic(), list[bytes]()
        if not state.pool:
            self._reach.begin("")  # what makes the seeds is not what reads them
            old = (each.read_bytes() for each in kept(state.target.name))
            fresh = [*state.target.seeds(), *COMMON, *old]
        self._reach.begin(state.target.name)
        for data in fresh:
            state.pool.append(data)
            self._feed(state, watch, data)
        change = Mutator(state.random, state.target.words)
        while time.monotonic() - began < seconds:
            self._feed(state, watch, self._made(state, change))
        gc.collect()
        state.seconds += time.monotonic() - began

    def _made(self, state: State, change: Mutator) -> bytes:
        random, pool = state.random, state.pool
        # The newest have reached the furthest, and small ones are quick.
        data = random.choice(pool[-20:] if random.random() < 0.5 else pool)
        how = partial(change, other=random.choice(pool))
        if state.target.inside is not None and random.random() < 0.7:
            return state.target.inside(data, how)[: 4 * LARGEST]
        return how(data)

    def _feed(self, state: State, watch: Watch, data: bytes) -> None:
        (self._folder / "hand").write_bytes(state.target.name.encode() + b"\n" + data)
        faulthandler.dump_traceback_later(60, exit=True)
        offence = watch.offence(state.target, data)
        faulthandler.cancel_dump_traceback_later()
        state.runs += 1
        if self._reach.is_new() and len(state.pool) < MOST:
            state.pool.append(data)
        if offence is not None and offence.what not in state.found:
            self._keep(state, watch, data, offence)

    def _keep(self, state: State, watch: Watch, data: bytes, offence: Offence) -> None:
        def still(other: bytes) -> bool:
            again = watch.offence(state.target, other)
            return again is not None and again.what == offence.what

        if still(data):
            data = smaller(data, still)
        path = keep(state.target.name, data)
        state.found[offence.what] = path.name
        print(f"{state.target.name}: {offence.what} ({path.name})\n{offence.trace}", flush=True)


def work(args: argparse.Namespace, folder: Path) -> int:
    """What the child does."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    gc.disable()  # As in the program: a thread of a server that collects would end Qt's objects.
    for name in [each for each in os.environ if each.startswith(("FAL_KEY", "KLING_DESKTOP_"))]:
        del os.environ[name]
    os.environ["KLING_DESKTOP_HOME"] = str(folder / "home")
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "scratch")
    from tests.fuzz.targets import TARGETS

    chosen = [each for name, each in TARGETS.items() if not args.target or name in args.target]
    Fuzzer(chosen, args.seed, folder).run(args.minutes * 60)
    return 0


def lead(args: argparse.Namespace) -> int:
    """What the parent does: it goes on where a child has crashed."""
    until, crashes, reports = time.monotonic() + args.minutes * 60, 0, list[Any]()
    while (left := until - time.monotonic()) > 1:
        with tempfile.TemporaryDirectory(prefix="fuzz-", dir=SHARED) as place:
            (folder := Path(place)).joinpath("scratch").mkdir()
            words = [
                "--minutes",
                str(left / 60),
                "--seed",
                str(args.seed + crashes),
                "--child",
                place,
            ]
            words += [word for each in args.target for word in ("--target", each)]
            ended = subprocess.run([sys.executable, "-m", "tests.fuzz", *words], check=False)
            if (folder / "report.json").exists():
                reports.append(json.loads((folder / "report.json").read_text()))
            if ended.returncode == 0:
                break
            name, _, data = (
                (folder / "hand").read_bytes().partition(b"\n")
                if (folder / "hand").exists()
                else (b"", b"", b"")
            )
            if not name:
                return ended.returncode
            crashes += 1
            path = keep(name.decode(), data)
            print(f"{name.decode()}: CRASH {ended.returncode} ({path.name})", flush=True)
            if crashes > 20:
                break
    print(table(reports, missing=args.missing))
    found = any(row["found"] for rows in reports for row in rows)
    return int(bool(found or crashes))


def table(reports: Sequence[Sequence[Row]], *, missing: bool) -> str:
    """How often each target was fed, and how much of it was reached."""
    sums: dict[str, Row] = {}
    for row in (each for rows in reports for each in rows):
        name = row["name"]
        before = sums.get(name, {"runs": 0, "seconds": 0.0, "lines": 0, "found": 0})
        added = {each: before[each] + row[each] for each in ("runs", "seconds")}
        lines, found = max(before["lines"], row["lines"]), before["found"] + len(row["found"])
        sums[name] = {**row, **added, "lines": lines, "found": found}
    told = [f"{'target':20} {'runs':>9} {'seconds':>8} {'lines':>6} {'of':>6} {'found':>5}"]
    for name, row in sums.items():
        reached = f"{row['lines']:6} {row['of']:6} {row['found']:5}"
        told.append(f"{name:20} {row['runs']:9} {row['seconds']:8.0f} {reached}")
        told += [f"    {' '.join(row['left'])}"] if missing else []
    runs, seconds = (sum(each[name] for each in sums.values()) for name in ("runs", "seconds"))
    return "\n".join([*told, f"{runs} inputs in {seconds / 60:.1f} minutes"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--target", action="append", default=[], help="only this one; repeatable")
    parser.add_argument("--seed", type=int, default=zlib.crc32(os.urandom(4)))
    parser.add_argument("--missing", action="store_true", help="list the lines not reached")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    return work(args, args.child) if args.child else lead(args)


if __name__ == "__main__":
    sys.exit(main())
