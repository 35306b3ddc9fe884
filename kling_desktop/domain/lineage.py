"""What a picture was taken from, where that is a clip: a job, and a moment of its clip."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from kling_desktop.domain.carrying import END, START
from kling_desktop.domain.given_json import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FIRST, LAST, AT = "first", "last", "at"
WHICH: Final = (FIRST, LAST, AT)
KEY: Final = "kling-desktop-made-from"
"""The note in a frame's PNG file, which never leaves this computer."""
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame of a clip: the first, the last, or the one that is shown at a time."""

    which: str
    seconds: float = 0.0
    """For :data:`AT` alone."""


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """Where a picture is from."""

    job: str
    frame: str
    """``first``, ``last`` or ``at``."""
    seconds: float
    """When the frame is shown, in seconds of the clip."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def text(self) -> str:
        """As the end of a sentence."""
        if self.frame == AT:
            return f"the frame at {self.seconds:.2f} s of job {self.job}"
        return f"the {self.frame} frame of job {self.job}"

    @classmethod
    def of(cls, told: object) -> Self | None:
        """What was written down, by whoever; None where it makes no sense."""
        match told:
            case {"job": str(job), "frame": str(frame), "seconds": float() | int() as seconds}:
                fine = job.isalnum() and len(job) <= _LONGEST and frame in WHICH
                return cls(job, frame, float(seconds)) if fine and 0 <= seconds < 1e6 else None
            case _:
                return None

    @classmethod
    def of_note(cls, text: object) -> Self | None:
        """The same of the note in a file."""
        try:
            return cls.of(parsed(text)) if isinstance(text, str) else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as a file."""

    data: bytes
    """PNG, with the note of where it is from."""
    name: str
    made_from: MadeFrom


@dataclass(frozen=True, slots=True)
class Still:
    """A frame of any video, as a file."""

    data: bytes
    """PNG."""
    name: str
    made_from: MadeFrom | None = None
    """None where no job of ours made the video."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Clips that became one."""

    path: Path
    frames: int
    seconds: float
    reason: str = ""
    """Why it had to be encoded anew; empty where every frame is the very one of its clip."""
    note: str = ""
    """What else people may not expect."""

    @property
    def is_lossless(self) -> bool:
        return not self.reason

    @property
    def text(self) -> str:
        """How it was made, in sentences."""
        if self.is_lossless:
            how = "Nothing was encoded anew: every frame is the one of its clip."
        else:
            how = f"It had to be encoded anew: {self.reason}."
        return f"{how} {self.note}".strip()


def told(made_from: Mapping[str, Any] | None) -> Iterator[str]:
    """A sentence for each picture of a job that was taken from a clip."""
    for name, each in (made_from or {}).items():
        found = MadeFrom.of(each)
        if found is not None:
            yield f"Its {_called(name)} is {found.text}."


def _called(name: str) -> str:
    if name in START:
        return "start picture"
    return "end picture" if name in END else name.replace("_url", "").replace("_", " ")


def after_change(
    made_from: Mapping[str, Any] | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What still holds of a job's lineage where its input was changed."""
    kept = {
        name: each
        for name, each in (made_from or {}).items()
        if before.get(name) == after.get(name)
    }
    return kept or None
