"""``jobs rescue`` and ``jobs scan``: clips that the ledger never knew, brought home."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kling_desktop.cli.exits import Exit, exit_of
from kling_desktop.cli.follow import follow
from kling_desktop.cli.output import fail, job_json, say, show, show_json
from kling_desktop.cli.report import as_it_is, report, tell
from kling_desktop.cli.session import choice_for, engine_on
from kling_desktop.cli.table import aligned, short
from kling_desktop.domain.errors import KlingDesktopError
from kling_desktop.domain.messages import explain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from kling_desktop.cli.follow import Ending
    from kling_desktop.domain.requests import PastRequest
    from kling_desktop.engine.engine import Engine

_HEADER = ("REQUEST", "SENT", "STATE", "ENDPOINT", "PROMPT")


async def bring_back(args: argparse.Namespace) -> Exit:
    """Bring home the clip of one request. Raises as ``Engine.rescue``."""
    choice = await choice_for(args)
    async with engine_on(choice) as engine:
        ending = await follow(engine, await engine.rescue(args.endpoint or "", args.what))
    return report(as_it_is(ending), as_json=args.json)


async def scan(args: argparse.Namespace) -> Exit:
    """List the account's requests that are in no job, and take them in if that is asked for.

    Raises as ``Engine.scan``.
    """
    choice = await choice_for(args)
    async with engine_on(choice) as engine:
        since = args.since or datetime.now(UTC) - timedelta(days=7)
        found = await engine.scan(since, args.endpoints)
        if not args.rescue:
            return _list(found, as_json=args.json)
        good = [each for each in found if each.status_code == 200]
        say(f"{_number(found)} in no job; {len(good)} of them made a clip.")
        endings, failures = await _bring_all(engine, good)
    return _report([as_it_is(each) for each in endings], failures, as_json=args.json)


async def _bring_all(
    engine: Engine, found: Sequence[PastRequest]
) -> tuple[list[Ending], list[tuple[PastRequest, KlingDesktopError]]]:
    """Take in all at once, then watch one after the other; one that is gone stops no other."""
    jobs, endings, failures = [], [], []
    for each in found:
        try:
            jobs.append(await engine.take_in(each))
        except KlingDesktopError as error:
            failures.append((each, error))
    for job in jobs:
        endings.append(await follow(engine, job))
        if endings[-1].code is Exit.STOPPED:
            break
    return endings, failures


def _report(
    endings: Sequence[Ending],
    failures: Sequence[tuple[PastRequest, KlingDesktopError]],
    *,
    as_json: bool,
) -> Exit:
    if as_json:
        lost = [_past_json(each) | {"error": _error_json(error)} for each, error in failures]
        show_json([*(job_json(each.job) for each in endings), *lost])
    for ending in endings:
        tell(ending, with_files=not as_json)
    for _, error in failures:
        fail(error.code, str(explain(error)), as_json=False)
    codes = [*(each.code for each in endings), *(exit_of(error) for _, error in failures)]
    return max(codes, default=Exit.DONE)


def _list(found: Sequence[PastRequest], *, as_json: bool) -> Exit:
    if as_json:
        show_json([_past_json(each) for each in found])
    elif found:
        show("\n".join(aligned([_HEADER, *map(_row, found)])))
        say("`kling-desktop jobs scan --rescue` brings the finished ones home; this is free.")
    else:
        say("Every request of that time is in a job.")
    return Exit.DONE


def _row(each: PastRequest) -> tuple[str, ...]:
    sent = f"{each.sent_at.astimezone():%Y-%m-%d %H:%M}"
    return (each.request_id, sent, _state(each), each.endpoint, short(each.prompt, 50))


def _state(each: PastRequest) -> str:
    if not each.has_ended:
        return "under way"
    return "done" if each.status_code == 200 else "failed"


def _past_json(each: PastRequest) -> dict[str, Any]:
    return {
        "request_id": each.request_id,
        "endpoint": each.endpoint,
        "sent_at": each.sent_at.isoformat(),
        "state": _state(each),
        "prompt": each.prompt,
    }


def _error_json(error: KlingDesktopError) -> dict[str, str]:
    return {"code": error.code, "message": str(explain(error))}


def _number(found: Sequence[PastRequest]) -> str:
    return f"{len(found)} request is" if len(found) == 1 else f"{len(found)} requests are"
