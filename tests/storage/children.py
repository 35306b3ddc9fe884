"""Programs that tests start and kill: ``python -m tests.storage.children WHAT FOLDER``.

Each says ``ready`` on stdout and then waits on stdin, which ends when the test does.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@contextmanager
def child(what: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A child that has said it is ready; killed, if it still runs, at the end."""
    words = [sys.executable, "-m", "tests.storage.children", what, str(folder)]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def _own_a_job(folder: Path) -> None:
    from kling_desktop.storage.ledger import SqliteLedger
    from kling_desktop.storage.owners import Owner
    from tests.storage.some_jobs import NOON, a_job

    ledger = SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: NOON)
    ledger.add(a_job(), "new")
    print("ready", flush=True)
    sys.stdin.readline()
    ledger.close()


def _only_open(folder: Path) -> None:
    from kling_desktop.storage.ledger import SqliteLedger
    from kling_desktop.storage.owners import Owner
    from tests.storage.some_jobs import NOON

    print("ready", flush=True)
    sys.stdin.readline()
    SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: NOON).close()
    print("opened", flush=True)


def _count(folder: Path) -> None:
    from kling_desktop.storage.ledger import SqliteLedger
    from kling_desktop.storage.owners import Owner
    from tests.storage.some_jobs import NOON

    print("ready", flush=True)
    sys.stdin.readline()
    ledger = SqliteLedger(folder / "ledger.sqlite3", Owner(folder / "owners"), lambda: NOON)
    print(f"{len(ledger.newest())} jobs, salvage {ledger.salvage is not None}", flush=True)
    ledger.close()


def _settle(folder: Path) -> None:
    import asyncio

    from kling_desktop.storage.files import StoredFiles
    from tests.storage.some_jobs import a_job

    async def measure(_: Path) -> NoReturn:
        print("ready", flush=True)
        await asyncio.Event().wait()
        raise AssertionError

    def prepare(_: Path) -> NoReturn:
        raise AssertionError

    def size_of(*_: object) -> NoReturn:
        raise AssertionError

    job = a_job(out_dir=str(folder))
    files = StoredFiles(
        folder,
        prepare=prepare,
        measure=measure,
        prepare_mask=prepare,
        size_of=size_of,
        seconds_of=size_of,
    )
    files.part(job).write_bytes(b"a clip")
    asyncio.run(files.settle(job, files.part(job)))


if __name__ == "__main__":
    do = {"own": _own_a_job, "open": _only_open, "count": _count, "settle": _settle}
    do[sys.argv[1]](Path(sys.argv[2]))
