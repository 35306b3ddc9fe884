"""The words of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop import __version__
from kling_desktop.sandbox.arguments import add_arguments as add_sandbox_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = ("models", "generate", "jobs", "sandbox", "key", "doctor", "media-probe")
"""Words that make it a command; without one of them the window opens."""


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar, with help for every word."""
    backend = _backend_options()
    parser = argparse.ArgumentParser(
        prog="kling-desktop",
        parents=[backend],
        description="Turn pictures into video with fal.ai's Kling models.",
        epilog="Without a command the window opens. Exit codes: 0 done, 2 bad input, 3 key, "
        "4 refused or failed, 5 network, 6 stopped, 7 uncertain, 1 unexpected.",
    )
    parser.add_argument("--version", action="version", version=f"kling-desktop {__version__}")
    parser.add_argument(
        "--self-test", action="store_true", help="open the window, make one sandbox clip, exit 0"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, about: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=about, description=about, parents=[backend])

    _models(add)
    _generate(add)
    _jobs(add)
    add_sandbox_arguments(add("sandbox", "serve the local fal until interrupted"))
    _key(add)
    _doctor(add)
    probe = commands.add_parser("media-probe")  # Internal: measures a clip in its own process.
    probe.add_argument("path", type=Path)
    return parser


def _backend_options() -> argparse.ArgumentParser:
    parent = argparse.ArgumentParser(add_help=False)
    which = parent.add_mutually_exclusive_group()
    which.add_argument(
        "--sandbox", dest="wish", action="store_const", const="sandbox", default=argparse.SUPPRESS,
        help="make clips on this computer, free of charge",
    )  # fmt: skip
    which.add_argument(
        "--live", dest="wish", action="store_const", const="live", default=argparse.SUPPRESS,
        help="use fal.ai; clips cost money",
    )  # fmt: skip
    return parent


def _models(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    models = add("models", "list the endpoints, their fields and prices")
    models.add_argument("--json", action="store_true")


def _generate(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    generate = add("generate", "make one clip: check, upload, submit, wait, download, verify")
    generate.add_argument("endpoint", help="endpoint id, as `models` lists it")
    generate.add_argument("--input", metavar="FILE", help="JSON object of fields; - reads stdin")
    generate.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], dest="settings",
        help="one field; may be repeated",
    )  # fmt: skip
    generate.add_argument(
        "--image", metavar="PATH", action="append", default=[], dest="images",
        help="a picture for the endpoint's picture field; may be repeated",
    )  # fmt: skip
    generate.add_argument("--out", metavar="DIR", type=Path, help="folder for the clip")
    generate.add_argument("--dry-run", action="store_true", help="show request and price, no more")
    generate.add_argument("--json", action="store_true")


def _jobs(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    jobs = add("jobs", "the record of all jobs")
    jobs.add_argument("--json", action="store_true")
    jobs.add_argument("--limit", type=int, default=None, metavar="N", help="only the newest N")
    actions = jobs.add_subparsers(dest="action", metavar="ACTION")
    show = actions.add_parser("show", help="what happened to one job")
    resume = actions.add_parser("resume", help="finish every job that is under way")
    cancel = actions.add_parser("cancel", help="stop a job, if it still can be")
    rescue = actions.add_parser("rescue", help="bring home the clip of a request by its id")
    for action in (show, cancel):
        action.add_argument("job_id", metavar="ID", help="job id, or its first letters")
    rescue.add_argument("request_id", metavar="REQUEST_ID")
    rescue.add_argument("--endpoint", required=True, metavar="E")
    for action in (show, resume, cancel, rescue):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def _key(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    key = add("key", "the API key in the system's keyring")
    key.add_argument("action", choices=("set", "forget", "status"))
    key.add_argument("--json", action="store_true")


def _doctor(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    doctor = add("doctor", "what works here, and what to do about what does not")
    doctor.add_argument("--json", action="store_true")
