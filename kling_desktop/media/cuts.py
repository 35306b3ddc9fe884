"""Frames of videos and clips that are joined; FFmpeg is loaded when the first is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kling_desktop.domain.lineage import Frame, Joined, Moment, Still


def take_frame(clip: Path, moment: Moment, job_id: str) -> Frame:
    """As ``frames.take_frame``."""
    from kling_desktop.media import frames

    return frames.take_frame(clip, moment, job_id)


def take_still(video: Path, moment: Moment, within: int) -> Still:
    """As ``frames.take_still``."""
    from kling_desktop.media import frames

    return frames.take_still(video, moment, within)


def join_clips(clips: Sequence[Path], out: Path, report: Callable[[int, int], None]) -> Joined:
    """As ``join.join_clips``."""
    from kling_desktop.media import join

    return join.join_clips(clips, out, report)
