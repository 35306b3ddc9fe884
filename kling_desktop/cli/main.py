"""Runs one command, and turns every error into a sentence and an exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop import log
from kling_desktop.cli.exits import Exit, exit_of
from kling_desktop.cli.output import error_json, say, show_json
from kling_desktop.cli.parser import build_parser
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain
from kling_desktop.paths import places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Run the command in ``argv`` and return its exit code."""
    args = build_parser().parse_args(argv)
    args.wish = getattr(args, "wish", "auto")
    if args.command not in {"sandbox", "media-probe"}:
        log.start(places().logs)
        log.hide(os.environ.get("FAL_KEY", ""))
    try:
        return _dispatch(args)
    except KlingDesktopError as error:
        return _fail(error, as_json=getattr(args, "json", False))
    except KeyboardInterrupt:
        return Exit.STOPPED
    except Exception:
        logging.getLogger(__name__).exception("command failed command=%s", args.command)
        say(f"Something unexpected happened; the log has the details: {places().logs}")
        return Exit.UNEXPECTED


def _fail(error: KlingDesktopError, *, as_json: bool) -> Exit:
    if as_json:
        show_json(error_json(error))
    say(str(explain(error)))
    return exit_of(error)


def _dispatch(args: argparse.Namespace) -> int:
    match args.command:
        case "models":
            from kling_desktop.cli import models

            return models.run(args)
        case "generate":
            from kling_desktop.cli import generate

            return asyncio.run(generate.run(args))
        case "jobs":
            from kling_desktop.cli import jobs

            return asyncio.run(jobs.run(args))
        case "key":
            from kling_desktop.cli import key

            return key.run(args)
        case "doctor":
            from kling_desktop.cli import doctor

            return doctor.run(args)
        case "sandbox":
            return _serve(args)
        case _:
            from kling_desktop.media import probe

            return probe.main([str(args.path)])


def _serve(args: argparse.Namespace) -> int:
    """A sandbox without a folder of its own forgets everything when it ends."""
    from kling_desktop.sandbox import serve

    with tempfile.TemporaryDirectory(prefix="kling-sandbox-", ignore_cleanup_errors=True) as folder:
        return serve.run_from(args, folder=Path(folder))
