"""What is done in each state of a job; states without a step let the errand rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.jobs import JobState
from kling_desktop.engine.delivery import download, fetch
from kling_desktop.engine.matching import match
from kling_desktop.engine.sending import begin, send, upload
from kling_desktop.engine.watching import watch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kling_desktop.engine.errand import Errand

STEPS: Mapping[JobState, Callable[[Errand], Awaitable[None]]] = {
    JobState.INTENT: begin,
    JobState.UPLOADING: upload,
    JobState.SENDING: send,
    JobState.UNCERTAIN: match,
    JobState.QUEUED: watch,
    JobState.RUNNING: watch,
    JobState.FETCHING: fetch,
    JobState.DOWNLOADING: download,
}
"""Held jobs wait for the user, and uncertain ones do so after their step; the ends have none."""
