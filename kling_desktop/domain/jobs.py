"""A job's life: its states, the steps between them, and what the ledger keeps of it.

    draft -> held -> intent -> uploading -> sending -> uncertain | queued -> running
          -> fetching -> downloading -> done | refused | failed | cancelled

The order of *sending* is what keeps people's money safe: the row with the exact request body is on
disk before the POST leaves, so after a crash a job in *sending* becomes *uncertain*, never a second
POST.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NewType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

JobId = NewType("JobId", str)


class JobState(StrEnum):
    """Where a job is; the values are what the ledger stores."""

    DRAFT = "draft"
    HELD = "held"
    INTENT = "intent"
    UPLOADING = "uploading"
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    QUEUED = "queued"
    RUNNING = "running"
    FETCHING = "fetching"
    DOWNLOADING = "downloading"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


S = JobState
_ENDS = (S.REFUSED, S.FAILED, S.CANCELLED)
_UNDER_WAY = (S.QUEUED, S.RUNNING, S.FETCHING)

TRANSITIONS: Mapping[JobState, frozenset[JobState]] = {
    S.DRAFT: frozenset((S.HELD, S.INTENT, S.CANCELLED)),
    S.HELD: frozenset((S.INTENT, S.CANCELLED)),
    S.INTENT: frozenset((S.HELD, S.UPLOADING, S.FAILED, S.CANCELLED)),
    # Until it is sent, a job can be held back (also where a budget would be overrun), and wait once
    # more: everything is paused, or the program that had the turn has died, and whoever takes the
    # job over needs a turn of its own.
    S.UPLOADING: frozenset((S.HELD, S.INTENT, S.SENDING, S.FAILED, S.CANCELLED)),
    # Back to uploading only when it is certain that no byte of the POST left this computer.
    S.SENDING: frozenset((S.UPLOADING, S.UNCERTAIN, S.QUEUED, *_ENDS)),
    S.UNCERTAIN: frozenset((S.QUEUED, S.RUNNING, S.FETCHING, *_ENDS)),
    # The queue may move a request to another runner, so running may fall back to queued.
    S.QUEUED: frozenset((S.RUNNING, S.FETCHING, *_ENDS)),
    S.RUNNING: frozenset((S.QUEUED, S.FETCHING, *_ENDS)),
    S.FETCHING: frozenset((S.DOWNLOADING, *_UNDER_WAY[:2], *_ENDS)),
    # A stale file address is cured by fetching the result once more.
    S.DOWNLOADING: frozenset((S.DONE, S.FETCHING, S.FAILED)),
    S.DONE: frozenset(),
    S.REFUSED: frozenset(),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}
"""The allowed steps; anything else is a defect in this program."""

BROUGHT_BACK: Mapping[JobState, frozenset[JobState]] = {
    each: frozenset((S.QUEUED, S.DOWNLOADING)) for each in (S.UNCERTAIN, *_ENDS)
}
"""Steps back to life, taken for one reason alone: somebody asks for a clip that this program had
given up, and the service knows the request (then it is *queued* as far as anybody here can tell) or
the file of one that has expired (*downloading*). The same request must not become a second job: it
is paid for once, so it is counted once. Only :meth:`Job.bring_back` takes them."""

TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)
RESTING = frozenset((S.DRAFT, S.HELD, S.UNCERTAIN))
"""States in which nobody works on a job: it waits for the user."""
RESUMABLE = frozenset(S) - TERMINAL - RESTING
"""States that a program takes up again by itself when it starts."""
NOT_YET_SENT = frozenset((S.DRAFT, S.HELD, S.INTENT, S.UPLOADING))
"""States in which a cancel is final and free, because the provider knows nothing yet."""
WAITING = frozenset((S.HELD, S.INTENT))
"""States in which a job waits here for its turn, in the order of ``Job.place``."""

TAKES_ROOM = frozenset((S.UPLOADING, S.SENDING, S.QUEUED, S.RUNNING))
"""States that count for the limit of jobs at once.

An uncertain job does not: nobody may ever learn its fate, and the others would wait for ever.
"""


class IllegalTransition(Exception):
    """A step that the table does not have: a defect, never the user's doing."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a job ended badly, or what it is waiting out."""

    code: str
    """One of the ``code`` values of :mod:`kling_desktop.domain.errors`."""
    detail: str = ""
    charge: str = "no"
    """A value of :class:`kling_desktop.domain.facts.Charge`."""
    retry: str = ""
    """A value of :class:`kling_desktop.domain.facts.Retry`, where it is not that of the code."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished file, as measured after the download."""

    path: str
    sha256: str
    size: int
    """Bytes."""
    width: int
    height: int
    """Pixels."""
    frames: int
    fps: float
    codec: str = "h264"

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.frames / self.fps if self.fps else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One request for one clip; immutable, changed by :meth:`step` and :meth:`but`."""

    id: JobId
    backend: str
    """Which backend it belongs to: ``sandbox``, ``live`` or an origin. Jobs never cross."""
    endpoint: str
    params: Mapping[str, Any]
    """The checked input; local pictures are ``file:`` addresses in our own input store."""
    created_at: datetime
    updated_at: datetime
    state: JobState = JobState.INTENT
    out_dir: str = ""
    project: str = ""
    """What it was made for, as the user names it; sums of money are told by it."""
    account: str = ""
    """A mark of the account whose key it is made with (:mod:`kling_desktop.domain.holders`); empty
    where there is one account only, and in old jobs until their account is seen to have them."""
    profile: str = ""
    """Under which name that key was known then."""
    fingerprint: str = ""
    """The content of the request as a hash: equal ones ask for the same thing."""
    place: float = 0.0
    """Among the jobs that wait here: the smaller comes first."""
    run_at: datetime | None = None
    """It does not begin before."""
    uploads: Mapping[str, str] = field(default_factory=dict)
    """``file:`` address to uploaded address."""
    body: Mapping[str, Any] | None = None
    """The exact request body; set before the POST leaves, then never changed."""
    sent_at: datetime | None = None
    """When the POST was about to leave; its exact moment is lost with the answer."""
    request_id: str | None = None
    status_url: str | None = None
    response_url: str | None = None
    cancel_url: str | None = None
    """Where the service said that the request can be asked for, stopped and fetched."""
    queue_position: int | None = None
    result_url: str | None = None
    result_size: int | None = None
    """Bytes of the clip, as the service states them; it may be wrong."""
    inference_seconds: float | None = None
    """How long the model worked on it, as the service states it."""
    clips: tuple[Clip, ...] = ()
    brush: Mapping[str, Any] | None = None
    """What the clip shows of the motion brush, as ``domain.motion.verdict_json`` tells it."""
    origin: str = ""
    """Where the points of its brush are counted from, a value of ``catalog.Origin``: what an
    endpoint is believed to count from may change after this."""
    regions: Mapping[str, str] | None = None
    """What the user has called regions of its brush: number to name."""
    purpose: str = ""
    """What its clip is for, where that is not to be liked: ``domain.calibration.PURPOSE``."""
    draft_for: Mapping[str, Any] | None = None
    """It is a draft: which endpoint is meant, as ``engine.ladder`` writes it."""
    promoted_from: str = ""
    """The draft that it was made from."""
    batch: str = ""
    """The batch that it belongs to, and the number of its row there."""
    made_from: Mapping[str, Any] | None = None
    """Pictures that are frames of clips: field to ``domain.lineage.MadeFrom``, as JSON."""
    trouble: Trouble | None = None
    cancel_asked: bool = False
    cancel_answer: str | None = None
    """What the service said to it: a value of ``domain.requests.CancelAnswer``."""
    estimate_usd: Decimal | None = None
    cost_usd: Decimal | None = None
    """What the provider billed, once it says so."""
    billed_at: datetime | None = None
    """When the provider's bill was drawn up that ``cost_usd`` is taken from."""
    over_budget: bool = False
    """The user lets it cost more than a budget allows."""
    ended_at: datetime | None = None
    """When it ended, where its bill came after that."""

    @property
    def is_over(self) -> bool:
        return self.state in TERMINAL

    @property
    def goes_on(self) -> bool:
        """Whether the program works on it by itself; an uncertain job waits for the user."""
        return self.state in RESUMABLE

    @property
    def prompt(self) -> str:
        """What people know the job by."""
        return str(self.params.get("prompt") or self.params.get("effect_scene") or "")

    @property
    def seconds(self) -> float:
        """Seconds from the intent to the last change that was more than a bill.

        Never less than none: somebody may have set the clock between.
        """
        last = self.ended_at or self.updated_at
        return max(0.0, (last - self.created_at).total_seconds())

    def step(self, to: JobState, at: datetime, **changes: Any) -> Job:
        """Go to another state.

        Raises:
            IllegalTransition: the table has no such step.
        """
        if to not in TRANSITIONS[self.state]:
            raise IllegalTransition(f"{self.state} -> {to}")
        return replace(self, state=to, updated_at=at, **{"ended_at": None} | changes)

    def bring_back(self, to: JobState, at: datetime, **changes: Any) -> Job:
        """Go on with a request whose clip may be there after all: what was given up counts no more.

        Raises:
            IllegalTransition: the job is none that was given up, or no request is known.
        """
        request_id = changes.get("request_id", self.request_id)
        if to not in BROUGHT_BACK.get(self.state, ()) or request_id is None:
            raise IllegalTransition(f"{self.state} -> {to}, request {request_id}")
        given_up: dict[str, Any] = {
            "trouble": None,
            "cancel_asked": False,
            "cancel_answer": None,
            "result_size": None,
            "ended_at": None,
        }
        return replace(self, state=to, updated_at=at, **given_up | changes)

    def but(self, at: datetime, **changes: Any) -> Job:
        """Change facts without changing the state."""
        return replace(self, updated_at=at, **changes)
