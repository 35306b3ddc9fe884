"""Runs one command, and turns every error into a sentence and an exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop import log
from kling_desktop.cli import output, session
from kling_desktop.cli.exits import Exit, exit_of
from kling_desktop.cli.parser import BadUsage, parse
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

_SENDING = {"generate", "batch", "jobs", "calibrate"}
"""Commands for which a sentence about money makes sense."""


def main(argv: Sequence[str]) -> int:
    """Run the command in ``argv`` and return its exit code."""
    output.prepare()
    try:
        return _run(parse(argv))
    except BadUsage as usage:
        if "--json" in argv:
            output.show_json({"error": {"code": "usage", "message": usage.message}})
        return Exit.BAD_INPUT
    finally:
        output.finish()


def _run(args: argparse.Namespace) -> int:
    args.profile = getattr(args, "profile", None)
    args.wish = getattr(args, "wish", "live" if args.profile else "auto")
    as_json = getattr(args, "json", False)
    # A full disk must not bring records to the terminal that were never redacted.
    logging.raiseExceptions = False
    if args.command not in {"sandbox", "media-probe", "brush-check"}:
        log.start(places().logs)
        log.hide(os.environ.get("FAL_KEY", ""))
    elif args.command == "sandbox" and sys.stderr is not None and not sys.stderr.isatty():
        log.to_errors()
    try:
        return _dispatch(args)
    except KlingDesktopError as error:
        message = explain(error)
        if args.command not in _SENDING:
            message = replace(message, money="")
        output.fail(error.code, str(message), as_json=as_json)
        return exit_of(error)
    except (KeyboardInterrupt, asyncio.CancelledError):
        session.ignore_signals()
        output.fail("stopped", "Stopped.", as_json=as_json)
        return Exit.STOPPED
    except Exception:
        told = log.is_kept()  # A terminal is no place for a traceback.
        logging.getLogger(__name__).log(
            logging.ERROR, "command failed command=%s", args.command, exc_info=told
        )
        output.fail("unexpected", log.where_to_look(), as_json=as_json)
        return Exit.UNEXPECTED


def _dispatch(args: argparse.Namespace) -> int:
    match args.command:
        case "models":
            from kling_desktop.cli import models

            return session.run(models.run(args))
        case "generate" | "batch":
            from kling_desktop.cli import batch, generate

            make = generate.run if args.command == "generate" else batch.run
            return session.run(make(args))
        case "jobs":
            from kling_desktop.cli import jobs

            return session.run(jobs.run(args))
        case "budget" | "calibrate" | "settings":
            from kling_desktop.cli import budget, calibrate, settings

            about = {"budget": budget, "calibrate": calibrate, "settings": settings}
            return session.run(about[args.command].run(args))
        case "preview" | "check":
            from kling_desktop.cli import preview

            work = preview.preview if args.command == "preview" else preview.check
            return session.run(work(args))
        case "key" | "doctor":
            return _about_here(args)
        case "sandbox":
            return _serve(args)
        case _:
            return _look_at_clip(args)


def _about_here(args: argparse.Namespace) -> int:
    """What concerns this computer alone."""
    from kling_desktop.cli import doctor, key

    return key.run(args) if args.command == "key" else doctor.run(args)


def _look_at_clip(args: argparse.Namespace) -> int:
    """The commands that this program gives itself."""
    from kling_desktop.media import brush_check, probe

    look = probe.main if args.command == probe.COMMAND else brush_check.main
    return look([str(args.path)])


def _serve(args: argparse.Namespace) -> int:
    """A sandbox without a folder of its own forgets everything when it ends."""
    from kling_desktop.sandbox import serve

    with tempfile.TemporaryDirectory(prefix="kling-sandbox-", ignore_cleanup_errors=True) as folder:
        return serve.run_from(args, folder=Path(folder))
