"""The words of the command line."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kling_desktop import __version__
from kling_desktop.cli.jobs_words import add_jobs
from kling_desktop.cli.settings_words import add_arguments as add_settings_arguments
from kling_desktop.cli.word_types import JSON, a_profile, one_or_more
from kling_desktop.domain.near import nearest
from kling_desktop.sandbox.arguments import add_arguments as add_sandbox_arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PUBLIC = (
    "models", "generate", "batch", "preview", "check", "calibrate", "jobs", "budget", "settings",
    "sandbox", "key", "doctor",
)  # fmt: skip
COMMANDS = (*_PUBLIC, "media-probe", "brush-check")
"""Words that make it a command."""
WINDOW_OPTIONS = ("--sandbox", "--live", "--self-test")
"""Options that make sense without a command: the window opens."""
LANGUAGES = ("curl", "python", "javascript")
"""Those of ``domain.snippets``, which takes too long to load for a parser."""
HELP_OPTIONS = ("-h", "--help", "--version")
PROFILE = "--profile"
"""The one option before a command that has a value."""
_IN_WINDOW = (
    "the window keeps the profile that was chosen in it (Ctrl+Shift+K), or with "
    "`kling-desktop key use --profile NAME`; --profile alone is for commands"
)


class BadUsage(SystemExit):
    """The line makes no sense; people have been told."""

    def __init__(self, message: str) -> None:
        super().__init__(2)
        self.message = message


class Parser(argparse.ArgumentParser):
    """A parser whose options are never abbreviated, and whose complaint can be caught."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        try:
            super().error(message)
        except SystemExit:
            raise BadUsage(message) from None


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Understand a line.

    Raises:
        BadUsage: it cannot be understood.
        SystemExit: it asks for help, and has got it.
    """
    parser = build_parser()
    options, command = _before_command(words)
    for option in options:
        if option not in (*WINDOW_OPTIONS, *HELP_OPTIONS, PROFILE):
            parser.error(f"unrecognized arguments: {option}")
    if command is None and PROFILE in options and not {*HELP_OPTIONS}.intersection(options):
        parser.error(_IN_WINDOW)
    if command is not None and command not in COMMANDS:
        near = nearest(command, _PUBLIC)
        hint = f"did you mean {' or '.join(near)}?" if near else f"choose from {', '.join(_PUBLIC)}"
        parser.error(f"no such command or file: {command!r}; {hint}")
    args = parser.parse_args(words)
    if getattr(args, "language", None) and not args.dry_run:
        parser.error("--as shows a request and sends nothing; add --dry-run")
    if getattr(args, "profile", None) and getattr(args, "wish", "") == "sandbox":
        parser.error("argument --profile: not allowed with --sandbox, which needs no key")
    return args


def _before_command(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The options before the command without their values, and the command, if there is one."""
    options: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            return options, word
        name, equals, _ = word.partition("=")
        options.append(PROFILE if name == PROFILE else word)
        if name == PROFILE and not equals:
            next(rest, None)
    return options, None


def build_parser() -> Parser:
    """The whole grammar, with help for every word."""
    backend = _backend_options()
    parser = Parser(
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
    _batch(add)
    _preview(add)
    _calibrate(add)
    add_jobs(add)
    _budget(add)
    add_settings_arguments(add("settings", "see and change what the window's page of settings has"))
    add_sandbox_arguments(add("sandbox", "serve the local fal until interrupted"))
    _key(add)
    _doctor(add)
    for internal in ("media-probe", "brush-check"):  # They look at a clip in their own process.
        commands.add_parser(internal).add_argument("path", type=Path)
    return parser


def _backend_options() -> Parser:
    parent = Parser(add_help=False)
    which = parent.add_mutually_exclusive_group()
    which.add_argument(
        "--sandbox", dest="wish", action="store_const", const="sandbox", default=argparse.SUPPRESS,
        help="make clips on this computer, free of charge",
    )  # fmt: skip
    which.add_argument(
        "--live", dest="wish", action="store_const", const="live", default=argparse.SUPPRESS,
        help="use fal.ai; clips cost money",
    )  # fmt: skip
    about = "use fal.ai with the key of that profile"
    parent.add_argument(
        PROFILE, metavar="NAME", type=a_profile, default=argparse.SUPPRESS, help=about
    )
    return parent


def _models(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    models = add("models", "list the endpoints, their fields and prices")
    models.add_argument("--json", action="store_true", help=JSON)
    which = models.add_mutually_exclusive_group()
    which.add_argument(
        "--refresh", action="store_true", help="ask fal what has changed, and keep the answer"
    )
    which.add_argument(
        "--shipped", action="store_true", help="as this program came, whatever fal said since"
    )


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
    generate.add_argument(
        "--project", metavar="FILE", type=Path,
        help="a .klproj: its picture, its fields, and what is painted on it",
    )  # fmt: skip
    generate.add_argument(
        "--brush-endpoint", metavar="E",
        help="where a project's motion brush goes, if the endpoint is not sure to take it",
    )  # fmt: skip
    generate.add_argument("--out", metavar="DIR", type=Path, help="folder for the clip")
    generate.add_argument(
        "--reuse", action="store_true",
        help="show the clip of the same request, if there is one, instead of making another",
    )  # fmt: skip
    generate.add_argument(
        "--draft-first", action="store_true",
        help="with the motion brush: make it on the cheapest endpoint, to be promoted later",
    )  # fmt: skip
    later = generate.add_mutually_exclusive_group()
    later.add_argument("--hold", action="store_true", help="keep it here until `jobs release`")
    later.add_argument("--at", metavar="TIME", help="begin at 14:30, or at a time in ISO 8601")
    generate.add_argument("--label", metavar="NAME", default="", help="project that it is for")
    generate.add_argument("--dry-run", action="store_true", help="show request and price, no more")
    generate.add_argument(
        "--as", dest="language", choices=LANGUAGES,
        help="with --dry-run: the request as a program, which reads the key from FAL_KEY",
    )  # fmt: skip
    generate.add_argument("--json", action="store_true", help=JSON)


def _batch(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    batch = add("batch", "make many clips: one for each row of a CSV, or picture of a folder")
    batch.add_argument(
        "source", metavar="FILE.csv|DIR", type=Path,
        help="columns are named as fal's fields, or image; others are {variables}",
    )  # fmt: skip
    batch.add_argument("endpoint", help="endpoint id, as `models` lists it")
    batch.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], dest="settings",
        help="one field for all rows, with {a|b} and {column}; may be repeated",
    )  # fmt: skip
    batch.add_argument(
        "--prompt", metavar="TEXT", action="append", default=[], dest="prompts",
        help="as prompt=TEXT; repeated, each row is made with each of them",
    )  # fmt: skip
    batch.add_argument("--out", metavar="DIR", type=Path, help="folder for the clips")
    batch.add_argument("--label", metavar="NAME", default="", help="project that they are for")
    batch.add_argument(
        "--limit", type=one_or_more, metavar="N", help="begin no more than N clips this time"
    )
    batch.add_argument("--dry-run", action="store_true", help="show rows and prices, no more")
    batch.add_argument("--yes", action="store_true", help="begin without asking")
    batch.add_argument(
        "--watch", action="store_true",
        help="stay, and make a clip of each new picture of the folder; needs a day's budget",
    )  # fmt: skip
    batch.add_argument("--json", action="store_true", help=JSON)


def _preview(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    preview = add("preview", "show a project's motion without the model, which costs nothing")
    preview.add_argument("project", metavar="FILE.klproj", type=Path)
    preview.add_argument(
        "-o", "--out", metavar="OUT", type=Path, required=True,
        help="the file to write: .mp4, .gif or .webp",
    )  # fmt: skip
    preview.add_argument("--seconds", type=int, choices=(5, 10), default=5)
    preview.add_argument("--json", action="store_true", help=JSON)
    check = add("check", "did the brush take: hold a clip against its project")
    check.add_argument("clip", metavar="CLIP.mp4", type=Path)
    check.add_argument(
        "--project", metavar="FILE.klproj", type=Path, required=True, help="what was painted"
    )
    check.add_argument("--json", action="store_true", help=JSON)


def _calibrate(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    calibrate = add("calibrate", "see in one priced clip from which edge an endpoint counts y")
    calibrate.add_argument("--endpoint", metavar="E", default="", help="else the cheapest")
    act = calibrate.add_mutually_exclusive_group()
    act.add_argument("--yes", action="store_true", help="send the probe; else only its price")
    act.add_argument("--forget", action="store_true", help="believe again what Kling has written")
    calibrate.add_argument("--json", action="store_true", help=JSON)


def _budget(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    budget = add("budget", "what may be spent on a job, a day, a month or a project")
    budget.add_argument("action", nargs="?", choices=("show", "set", "clear"), default="show")
    budget.add_argument(
        "words", nargs="*", metavar="NAME=USD",
        help="job, day, month or project:NAME; unknown=yes lets jobs of unknown price go",
    )  # fmt: skip
    budget.add_argument("--json", action="store_true", help=JSON)


def _key(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    key = add("key", "the API key in the system's keyring")
    key.add_argument("action", choices=("set", "forget", "status", "use", "test"))
    key.add_argument("--json", action="store_true", help=JSON)


def _doctor(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    doctor = add("doctor", "what works here, and what to do about what does not")
    doctor.add_argument("--json", action="store_true", help=JSON)
    doctor.add_argument(
        "--report", type=Path, metavar="FILE", help="write a problem report without secrets"
    )
    doctor.add_argument(
        "--with-prompts", action="store_true", help="the report may tell what was asked for"
    )
