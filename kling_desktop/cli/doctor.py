"""``doctor``: what works here, and the line that mends what does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from kling_desktop import wiring
from kling_desktop.cli.doctor_key import BY_HAND, look_at_key
from kling_desktop.cli.doctor_window import missing_for_x11, missing_in, remedy
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import say_salvage, show, show_json
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.paths import Places, places
from kling_desktop.reporting import Told, compose, lines
from kling_desktop.storage.disk import write_whole, writing
from kling_desktop.storage.profiles import ProfileFile
from kling_desktop.tuning import clips_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

ROOM = 500_000_000
"""Bytes that should be free: some twenty clips of Kling's pro mode."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    needed: bool
    """Whether clips cannot be made without it."""
    what: str
    todo: str = ""


def run(args: argparse.Namespace) -> Exit:
    """Look at everything and say what was found; fails if something needed does not work."""
    findings = list(_look(places(), args.profile))
    if args.report is not None:
        return _report(args.report, findings, with_prompts=args.with_prompts, as_json=args.json)
    broken = [each for each in findings if each.needed and not each.ok]
    if args.json:
        show_json({"ok": not broken, "findings": [asdict(each) for each in findings]})
    else:
        show("\n".join(line for each in findings for line in lines(asdict(each))))
    return Exit.UNEXPECTED if broken else Exit.DONE


def _report(path: Path, findings: Sequence[Finding], *, with_prompts: bool, as_json: bool) -> Exit:
    """Everything of it in one file, whatever works here and whatever does not."""
    found = [line for each in findings for line in lines(asdict(each))]
    text = compose(places(), Told(found), with_prompts=with_prompts)
    path = path.absolute()
    with writing():
        write_whole(path, text.encode(), part=path.with_name(f".{path.name}.part"))
    if as_json:
        show_json({"report": str(path)})
    else:
        show(f"The report is in {path}. It was sent to nobody; read it before you give it away.")
    return Exit.DONE


def _look(where: Places, profile: str | None) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", (3, 11) <= sys.version_info < (3, 14), True, f"Python {version}")  # noqa: FBT003 - a table
    yield _qt()
    yield _display()
    yield _attempt("codecs", _codecs, needed=True, todo="Reinstall the package `av`.")
    yield _heic()
    yield _attempt("ledger", lambda: _ledger(where), needed=True, todo="See the log.")
    yield _disk(where)
    keys = list(_keys(where, profile))
    yield from keys
    yield _backend(keys, profile)


def _attempt(name: str, look: Callable[[], str], *, needed: bool, todo: str) -> Finding:
    try:
        return Finding(name, ok=True, needed=needed, what=look())
    except KlingDesktopError as error:
        return Finding(name, ok=False, needed=needed, what=str(explain(error)), todo=todo)
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what was asked for
        what = str(error) or type(error).__name__
        return Finding(name, ok=False, needed=needed, what=what, todo=todo)


def _qt() -> Finding:
    """In a child process: where libraries are missing Qt cannot even be imported."""
    probe = (
        "import kling_desktop, PySide6.QtMultimedia, PySide6.QtSvg;"
        "from PySide6.QtWidgets import QApplication; QApplication([]); print(PySide6.__version__)"
    )
    kept = {name: each for name, each in os.environ.items() if not name.startswith("FAL_")}
    environment = kept | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return Finding("qt", ok=True, needed=True, what=f"PySide6 {done.stdout.strip()}")
    reason = (done.stderr.strip().splitlines() or ["Qt does not start"])[-1]
    todo = remedy(missing_in(done.stderr)) or "python3 packaging/run.py"
    return Finding("qt", ok=False, needed=True, what=reason, todo=todo)


def _display() -> Finding:
    on_linux = sys.platform.startswith("linux")
    shown = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    if on_linux and shown and not os.environ.get("WAYLAND_DISPLAY") and (lost := missing_for_x11()):
        what = f"{shown}, but the window needs {', '.join(lost)}"
        return Finding("display", ok=False, needed=False, what=what, todo=remedy(lost))
    return Finding(
        "display", ok=not on_linux or bool(shown), needed=False,
        what=shown or ("none: the commands work, the window does not" if on_linux else "native"),
        todo="Start it from a desktop session.",
    )  # fmt: skip


def _codecs() -> str:
    import av

    av.Codec("libx264", "w")
    av.Codec("h264", "r")
    return f"H.264 reads and writes (PyAV {av.__version__})"


def _heic() -> Finding:
    from kling_desktop.media import heic

    works = bool(heic.formats())
    return Finding(
        "heic", ok=works, needed=False, todo=heic.EXTRA,
        what="HEIC pictures can be read" if works else "HEIC pictures of iPhones cannot be read",
    )  # fmt: skip


def _ledger(where: Places) -> str:
    ledger = wiring.open_ledger(where, say_salvage)
    try:
        return f"{ledger.number_of_jobs()} jobs in {where.ledger}"
    finally:
        ledger.close()


def _disk(where: Places) -> Finding:
    clips = folder = clips_folder(where)
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    what = f"{free / 1e9:.1f} GB free for {clips}"
    return Finding(
        "disk", ok=writable and free > ROOM, needed=True,
        what=what if writable else f"{folder} cannot be written to",
        todo="Make room, or choose another folder with --out.",
    )  # fmt: skip


def _keys(where: Places, profile: str | None) -> Iterator[Finding]:
    """A profile that is named counts before the environment, as it does for every command."""
    environ = {n: v for n, v in os.environ.items() if profile is None or n != "FAL_KEY"}
    try:
        found = look_at_key(environ, profile or ProfileFile(where.profiles).load().active)
    except Exception as error:  # noqa: BLE001 - whatever is broken here is what was asked for
        what = str(error) or type(error).__name__
        yield Finding("keyring", ok=False, needed=False, what=what, todo=BY_HAND)
        return
    for name, each in zip(("key", "keyring"), found, strict=True):
        yield Finding(name, ok=each.ok, needed=False, what=each.what, todo=each.todo)


def _backend(keys: Sequence[Finding], profile: str | None) -> Finding:
    """Who would make the clips; the keyring was asked already."""
    has_key = any(each.name == "key" and each.ok for each in keys)
    # The key of a profile belongs to fal, and goes to no other server.
    origin = "" if profile else os.environ.get(wiring.BACKEND_VARIABLE, "")
    if origin and not os.environ.get("FAL_KEY"):
        what = f"{wiring.BACKEND_VARIABLE} names {origin}, but there is no FAL_KEY for it"
        return Finding("backend", ok=False, needed=False, what=what, todo=BY_HAND)
    what = origin or ("live" if has_key else "sandbox (no key is known)")
    return Finding("backend", ok=True, needed=False, what=what)
