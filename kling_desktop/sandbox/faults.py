"""The names of what can go wrong, and where each can; ``WEATHER.md`` says what each does."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Stage(StrEnum):
    """A point where the weather is asked."""

    SUBMIT = "submit"
    """A submit has come and is not accepted yet."""
    ACCEPTED = "accepted"
    """A submit has been accepted; its answer is on the way."""
    STATUS = "status"
    STREAM = "stream"
    RESULT = "result"
    CANCEL = "cancel"
    RUN = "run"
    """The synchronous call of fal.run."""
    INITIATE = "initiate"
    """An upload begins: a signed address, a token, a multipart upload."""
    UPLOAD = "upload"
    """Bytes of an upload arrive, or it is completed."""
    DOWNLOAD = "download"
    PLATFORM = "platform"
    QUEUE = "queue"
    """A request joins the queue."""
    MODEL = "model"
    """A request starts to run."""


EXCHANGES = frozenset(Stage) - {Stage.QUEUE, Stage.MODEL}
"""Stages where an answer goes out over HTTP."""
_BODIES = EXCHANGES - {Stage.SUBMIT}
"""Stages whose true answer exists, so that it can be spoilt."""
_JSON = _BODIES - {Stage.STREAM, Stage.DOWNLOAD}
_REFUSED = EXCHANGES - {Stage.ACCEPTED}
"""Stages of a plain refusal: one that comes after the acceptance would be a lie that no gateway of
fal's can tell, and a client that believes a 429 would order twice."""


class Fault(StrEnum):
    """What can go wrong."""

    # An answer in the place of the true one.
    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    LOCKED = "locked"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    BAD_GATEWAY = "bad_gateway"
    UNAVAILABLE = "unavailable"
    GATEWAY_TIMEOUT = "gateway_timeout"
    START_TIMEOUT = "start_timeout"
    PAGE = "page"
    NOT_JSON = "not_json"
    EMPTY = "empty"
    ENDLESS = "endless"
    REDIRECT = "redirect"
    # The true answer, spoilt on its way.
    DROP = "drop"
    CUT = "cut"
    SHORT = "short"
    DRIP = "drip"
    LATE = "late"
    TWICE = "twice"
    # A true answer that says something strange.
    FOREIGN_URL = "foreign_url"
    BARE_FILE = "bare_file"
    WRONG_SIZE = "wrong_size"
    FALSE_ERROR = "false_error"
    POSITION_CHANGES = "position_changes"
    RETIRED = "retired"
    NEW_PRICE = "new_price"
    NEW_SCHEMA = "new_schema"
    # The life of a request.
    SLOW_QUEUE = "slow_queue"
    STUCK_QUEUE = "stuck_queue"
    REQUEUED = "requeued"
    SLOW_MODEL = "slow_model"
    REFUSE = "refuse"
    MODEL_ERROR = "model_error"
    MODEL_TIMEOUT = "model_timeout"
    RUNNER_LOST = "runner_lost"
    DAMAGED_CLIP = "damaged_clip"
    IGNORE_BRUSH = "ignore_brush"
    OTHER_ORIGIN = "other_origin"


_AT: Mapping[Fault, frozenset[Stage]] = {
    Fault.BAD_REQUEST: _REFUSED,
    Fault.UNAUTHORIZED: _REFUSED,
    Fault.FORBIDDEN: _REFUSED,
    Fault.LOCKED: _REFUSED,
    Fault.NOT_FOUND: _REFUSED,
    Fault.INVALID: _REFUSED,
    Fault.RATE_LIMITED: _REFUSED,
    Fault.LATE: _BODIES,
    Fault.SHORT: _BODIES - {Stage.STREAM},
    Fault.CUT: _BODIES,
    Fault.DRIP: _BODIES,
    Fault.TWICE: _JSON,
    Fault.FOREIGN_URL: frozenset({Stage.ACCEPTED, Stage.STATUS, Stage.RESULT, Stage.INITIATE}),
    Fault.BARE_FILE: frozenset({Stage.RESULT, Stage.RUN}),
    Fault.WRONG_SIZE: frozenset({Stage.RESULT, Stage.RUN}),
    Fault.FALSE_ERROR: frozenset({Stage.STATUS, Stage.STREAM}),
    Fault.POSITION_CHANGES: frozenset({Stage.STATUS, Stage.STREAM}),
    Fault.RETIRED: frozenset({Stage.PLATFORM}),
    Fault.NEW_PRICE: frozenset({Stage.PLATFORM}),
    Fault.NEW_SCHEMA: frozenset({Stage.PLATFORM}),
    Fault.SLOW_QUEUE: frozenset({Stage.QUEUE}),
    Fault.STUCK_QUEUE: frozenset({Stage.QUEUE}),
    Fault.REQUEUED: frozenset({Stage.MODEL}),
    Fault.SLOW_MODEL: frozenset({Stage.MODEL}),
    Fault.REFUSE: frozenset({Stage.MODEL}),
    Fault.MODEL_ERROR: frozenset({Stage.MODEL}),
    Fault.MODEL_TIMEOUT: frozenset({Stage.MODEL}),
    Fault.RUNNER_LOST: frozenset({Stage.MODEL}),
    Fault.DAMAGED_CLIP: frozenset({Stage.MODEL}),
    Fault.IGNORE_BRUSH: frozenset({Stage.MODEL}),
    Fault.OTHER_ORIGIN: frozenset({Stage.MODEL}),
}

PLACES: Mapping[Fault, frozenset[Stage]] = {fault: _AT.get(fault, EXCHANGES) for fault in Fault}
"""Where each fault can strike."""


def comes_first(fault: Fault) -> bool:
    """Whether it is a refusal, which comes before a request is accepted or not at all."""
    return Stage.ACCEPTED not in PLACES[fault] and Stage.SUBMIT in PLACES[fault]
