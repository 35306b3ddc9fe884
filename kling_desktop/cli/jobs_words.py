"""The words of ``jobs``, which are as many as those of all other commands together."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.cli.sifting import SORTS, STANDINGS
from kling_desktop.cli.word_types import JSON, a_date, a_limit, a_moment, one_or_more, seconds

if TYPE_CHECKING:
    from collections.abc import Callable


def add_jobs(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    jobs = add("jobs", "the record of all jobs")
    jobs.add_argument("--json", action="store_true", help=JSON)
    jobs.add_argument("--limit", type=one_or_more, metavar="N", help="only the first N")
    jobs.add_argument(
        "--brush", choices=STANDINGS, help="only clips of the motion brush with this verdict"
    )
    jobs.add_argument("--sort", choices=SORTS, default="newest", help="what comes first")
    actions = jobs.add_subparsers(dest="action", metavar="ACTION")
    show = actions.add_parser("show", help="what happened to one job")
    resume = actions.add_parser("resume", help="finish every job that is under way")
    cancel = actions.add_parser("cancel", help="stop a job, if it still can be")
    rescue = actions.add_parser(
        "rescue", help="bring home the clip of a request by its id or address"
    )
    scan = actions.add_parser("scan", help="list the account's requests that are in no job")
    look = actions.add_parser("look", help="look for an uncertain job in the account's list")
    again = actions.add_parser("again", help="make a job anew; an uncertain one may be paid twice")
    again.add_argument("--yes", action="store_true", help="send it, whatever was said against it")
    promote = actions.add_parser("promote", help="make what a draft is for, at its endpoint")
    promote.add_argument("--endpoint", metavar="E", default="", help="another one than it is for")
    promote.add_argument("--yes", action="store_true", help="even if it was promoted before")
    for action in (show, cancel, look, again, promote):
        action.add_argument("job_id", metavar="ID", help="job id, or its first letters")
    _chains(actions)
    _line(actions)
    rescue.add_argument("what", metavar="WHAT", help="request id, or an address that has it")
    rescue.add_argument("--endpoint", metavar="E", help="where it was sent; else it is looked for")
    scan.add_argument(
        "--since", type=a_moment, metavar="WHEN", help="7d, 12h or a date; 7d unless given"
    )
    scan.add_argument(
        "--endpoint", action="append", default=[], dest="endpoints", metavar="E",
        help="only this endpoint; may be repeated",
    )  # fmt: skip
    scan.add_argument("--rescue", action="store_true", help="bring home the clips of all finished")
    bill = actions.add_parser("bill", help="ask what was billed for jobs that are over")
    _accounts(actions)
    for action in (show, resume, cancel, rescue, scan, look, again, promote, bill):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=JSON)


def _chains(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What can be made of clips that are there."""
    frame = actions.add_parser("frame", help="a frame of a clip as a PNG file")
    frame.add_argument("job_id", metavar="ID", help="job id, or its first letters")
    which = frame.add_mutually_exclusive_group()
    which.add_argument("--first", action="store_true")
    which.add_argument("--last", action="store_true", help="the last one; so it is without a word")
    which.add_argument("--at", type=seconds, metavar="SECONDS", help="the one shown at that time")
    join = actions.add_parser("join", help="clips one after the other as one MP4")
    join.add_argument("job_ids", metavar="ID", nargs="+", help="two or more jobs, in their order")
    join.add_argument("-o", "--out", type=Path, metavar="OUT.mp4", help="else in the clips' folder")
    frame.add_argument("-o", "--out", type=Path, metavar="OUT.png", required=True)
    for action in (frame, join):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=JSON)


def _line(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What can be done with jobs that wait here."""
    hold = actions.add_parser("hold", help="keep a job from being sent")
    release = actions.add_parser("release", help="let a held job go, and wait for its clip")
    move = actions.add_parser("move", help="change the order of the jobs that wait")
    edit = actions.add_parser("edit", help="change what a held job asks for")
    for action in (hold, release, move, edit):
        action.add_argument("job_id", metavar="ID", help="job id, or its first letters")
    release.add_argument(
        "--over-budget", action="store_true", help="even if a budget does not allow it"
    )
    where = move.add_mutually_exclusive_group(required=True)
    where.add_argument("--first", action="store_true")
    where.add_argument("--last", action="store_true")
    where.add_argument("--before", metavar="ID", help="in front of this one")
    edit.add_argument(
        "--set", metavar="NAME=VALUE", action="append", required=True, dest="settings",
        help="one field; may be repeated",
    )  # fmt: skip
    edit.set_defaults(input=None, images=[])
    pause = actions.add_parser("pause", help="send nothing new; what was sent goes on")
    go_on = actions.add_parser("go-on", help="end the pause")
    limit = actions.add_parser("limit", help="how many jobs run at once, or change it")
    limit.add_argument("number", type=a_limit, nargs="?", metavar="N|none")
    for action in (hold, release, move, edit, pause, go_on, limit):
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=JSON)


def _accounts(actions: Any) -> None:
    report = actions.add_parser("report", help="what was spent, added up")
    report.add_argument(
        "--by", choices=("day", "month", "project", "endpoint", "state"), default="day"
    )
    report.add_argument("--since", metavar="DATE", type=a_date, help="first day, as 2026-11-25")
    report.add_argument("--until", metavar="DATE", type=a_date, help="last day")
    doubtful = actions.add_parser(
        "doubtful", help="jobs without a clip that may have been charged, for fal's support"
    )
    for action in (report, doubtful):
        form = action.add_mutually_exclusive_group()
        form.add_argument("--csv", action="store_true", help="as a sheet")
        form.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=JSON)
