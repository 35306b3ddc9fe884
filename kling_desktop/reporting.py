"""Gathers the bug report: everything that helps, nothing that is secret, and one text of it."""

from __future__ import annotations

import asyncio
import json
import locale
import platform
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop import __version__, log, wiring
from kling_desktop.domain import bug_report
from kling_desktop.domain.bug_report import Crash, Failure, Section
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.paths import own_command
from kling_desktop.storage.names import slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from kling_desktop.domain.jobs import Job
    from kling_desktop.paths import Places

PATIENCE = 60.0
"""Seconds that ``doctor`` may take; a keyring may ask somebody for a password."""
LAST_LINES = 300
"""Of the log."""
LAST_JOBS = 50
PROMPTS = 1000
"""Jobs whose prompts are looked for in what is told."""
PARTS = ("PySide6", "qasync", "av", "opencv-python-headless", "numpy", "Pillow", "httpx", "keyring")
FIRST = (
    "This is everything that the report holds. Keys, tokens and signed addresses are blotted out,",
    "and so is the name of your folder.",
    "It was sent to nobody: give it to whom you like.",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What only the program that asks for a report can know."""

    findings: Sequence[str]
    """What ``doctor`` found, a line each."""
    failures: Sequence[Failure] = ()
    crashes: Sequence[Crash] = ()
    more: Sequence[Section] = ()


def lines(finding: Mapping[str, Any]) -> list[str]:
    """What ``doctor`` says of one thing that it looked at."""
    mark = "ok" if finding["ok"] else "!!" if finding["needed"] else "--"
    told = [f"{mark}  {finding['name']:<9} {finding['what']}"]
    if finding["todo"] and not finding["ok"]:
        told.append(f"    {'':<9} {finding['todo']}")
    return told


async def findings(environ: Mapping[str, str]) -> list[str]:
    """What ``doctor`` finds, asked of a child that may hang or die; never fails."""
    # A child has no need of the key, and other programs can read its environment.
    kept = {name: each for name, each in environ.items() if not name.startswith("FAL_")}
    try:
        async with asyncio.timeout(PATIENCE):
            child = await asyncio.create_subprocess_exec(
                *own_command("doctor", "--json"), env=kept, stdout=PIPE, stderr=DEVNULL
            )
            try:
                said, _ = await child.communicate()
            finally:
                if child.returncode is None:
                    child.kill()
        return [line for each in json.loads(said)["findings"] for line in lines(each)]
    except (OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
        return [f"doctor could not be asked: {type(error).__name__}"]


def compose(where: Places, told: Told, *, with_prompts: bool) -> str:
    """The report; blocks, and never fails for a part that cannot be had."""
    jobs, about_jobs = _jobs(where, with_prompts=with_prompts)
    sections = (
        Section("Kling Desktop: a problem report", FIRST),
        _system(),
        *told.more,
        bug_report.failures(told.failures),
        bug_report.crashes(told.crashes),
        Section("What doctor found", tuple(told.findings)),
        about_jobs,
        Section("The end of the log", tuple(log.last_lines(where.logs, LAST_LINES))),
    )
    whole = bug_report.text(each for each in sections if each.lines)
    if not with_prompts:
        whole = bug_report.without_prompts(whole, _prompts(jobs), _slugs(jobs))
    return log.redact(bug_report.without_home(whole, Path.home()))


def _system() -> Section:
    python = ".".join(map(str, sys.version_info[:3]))
    kind = "frozen" if getattr(sys, "frozen", False) else "installed"
    return Section(
        "Program and system",
        (
            f"Kling Desktop {__version__} ({kind}), Python {python}",
            f"{platform.system()} {platform.release()} ({platform.machine()})",
            f"Language {locale.getlocale()[0]}, encoding {locale.getpreferredencoding(do_setlocale=False)}",  # noqa: E501
            ", ".join(f"{each} {_version(each)}" for each in PARTS[:4]),
            ", ".join(f"{each} {_version(each)}" for each in PARTS[4:]),
        ),
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def _jobs(where: Places, *, with_prompts: bool) -> tuple[list[Job], Section]:
    title = f"The last {LAST_JOBS} jobs"
    if not where.ledger.exists():
        return [], Section(title, ("There is no record of jobs yet.",))
    try:
        ledger = wiring.open_ledger(where)
        try:
            jobs = ledger.newest(PROMPTS)
        finally:
            ledger.close()
    except (KlingDesktopError, OSError) as error:
        return [], Section(title, (f"They cannot be read: {error}",))
    lines = (bug_report.job_line(each, with_prompt=with_prompts) for each in jobs[:LAST_JOBS])
    return jobs, Section(title, tuple(lines) or ("There are none.",))


def _prompts(jobs: Iterable[Job]) -> set[str]:
    return {text for job in jobs for text in _texts(job) if text.strip()}


def _texts(job: Job) -> list[str]:
    return [str(job.params[each]) for each in ("prompt", "negative_prompt") if each in job.params]


def _slugs(jobs: Iterable[Job]) -> set[str]:
    """What clips are named by."""
    return {slug(job.prompt) for job in jobs if job.prompt.strip()}
