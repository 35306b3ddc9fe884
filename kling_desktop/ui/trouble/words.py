"""What is said when something breaks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.domain.bug_report import Crash

HEADING = "Something unexpected happened"
WHAT = (
    "This is a fault of Kling Desktop, not of yours. You can go on; what you just did may not have "
    "been done."
)
KEEPING = "Keeping your work\N{HORIZONTAL ELLIPSIS}"
KEPT = "Your work is kept: if the program should end, the next start brings it back with its steps."
NOTHING_TO_KEEP = "There was no unsaved work to lose."
NOT_KEPT = "Your work could not be kept ({}). Save the project now, under File."
TOO_SLOW = "nothing answered in time"
JOBS = "Jobs are safe: all of them are on record, and none is sent twice."
REPORT_IS = (
    "This is exactly what the file will hold, and nothing is sent anywhere. Keys, tokens and "
    "signed addresses are blotted out; read it all the same before you give it away."
)
GATHERING = "Looking at this computer\N{HORIZONTAL ELLIPSIS}"
CRASH_LATER = "Close this message"


def further(count: int) -> str:
    """How many more there were."""
    return (
        "" if not count else "One more since then." if count == 1 else f"{count} more since then."
    )


def crashed(crashes: Sequence[Crash], now: datetime | None = None) -> str:
    """What is said at the start after programs have died."""
    last = crashes[0].began
    today = (now or datetime.now(UTC)).astimezone().date()
    when = ""
    if last is not None:
        at = last.astimezone()
        when = f" (started {at:%H:%M})" if at.date() == today else f" (started {at:%Y-%m-%d %H:%M})"
    often = "" if len(crashes) == 1 else f" It was not the only time: {len(crashes)} in all."
    return f"Kling Desktop did not end in good order last time{when}.{often} {JOBS}"
