"""What the engine needs for the motion brush: pictures, project files, a journal of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kling_desktop.domain.foreign import Fetched, MovedTo
    from kling_desktop.domain.jobs import Job
    from kling_desktop.domain.lineage import Frame, Joined, Moment, Still
    from kling_desktop.domain.motion.asked import Asked
    from kling_desktop.domain.motion.fitting import Fit
    from kling_desktop.domain.motion.history import Abandoned, Running
    from kling_desktop.domain.motion.picture import DecodedPicture
    from kling_desktop.domain.motion.project import OpenedProject, Project, RecentProject


class Journal(Protocol):
    """The work of one window, kept step by step; every call blocks."""

    def keep(self, running: Running) -> None:
        """Bring the disk up to what is at work now. Raises FolderUnusable."""
        ...

    def end(self) -> None:
        """The document is closed: nothing of it is kept any longer."""
        ...

    def release(self) -> None:
        """Leave what was kept to whoever wants it."""
        ...

    def abandoned(self) -> Sequence[Abandoned]:
        """What programs left behind that have died, newest first."""
        ...

    def take(self, abandoned_id: str) -> Running:
        """Take over abandoned work. Raises BadProject, FolderUnusable."""
        ...

    def discard(self, abandoned_id: str) -> None:
        """Delete abandoned work that nobody has."""
        ...


class BrushEye(Protocol):
    """Sees what a clip shows of the motion brush."""

    async def __call__(self, clip: Path, asked: Asked, /) -> Mapping[str, Any]:
        """The verdict, as ``domain.motion.verdict_json`` tells it.

        Raises:
            KlingDesktopError, OSError: nothing can be said of this clip.
        """
        ...


class Bench(Protocol):
    """Frames of clips, and clips that are joined; every call blocks."""

    def frame(self, job: Job, moment: Moment) -> Frame:
        """A frame of a job's clip, exactly as it is decoded. Raises BadMedia."""
        ...

    def still(self, video: Path, moment: Moment, within: int = 0) -> Still:
        """A frame of any video, ``within`` so many pixels where that is not 0. Raises BadMedia."""
        ...

    def join(
        self, jobs: Sequence[Job], out: Path | None, report: Callable[[int, int], None]
    ) -> Joined:
        """The clips of jobs one after the other, whole or not there.

        ``report`` hears how many frames of how many are done; what it raises ends the work.

        Raises:
            BadMedia: they do not go together, or one of them cannot be read.
            FolderUnusable: the result cannot be written.
        """
        ...


class FetchPicture(Protocol):
    """Asks the web for a picture, without key or cookies."""

    async def __call__(self, url: str, /) -> Fetched | MovedTo:
        """The picture, or the other host that has it. Raises BadPicture."""
        ...


class Projects(Protocol):
    """Project files on the disk; every call blocks."""

    def open(self, path: Path) -> OpenedProject:
        """Read a project file. Raises BadProject."""
        ...

    def save(self, path: Path, project: Project, picture: bytes) -> None:
        """Write it, whole or not at all. Raises BadProject, FolderUnusable."""
        ...

    def recent(self) -> list[RecentProject]:
        """The project files that were opened or saved last, newest first."""
        ...

    def journal(self) -> Journal:
        """A new journal, locked by this program. Raises FolderUnusable."""
        ...


class Pictures(Protocol):
    """Pictures for the canvas; every call blocks."""

    def decode(self, name: str, data: bytes) -> DecodedPicture:
        """The pixels of a picture's file. Raises BadPicture."""
        ...

    def read(self, path: Path) -> bytes:
        """A file that may hold a picture. Raises BadPicture."""
        ...

    def fitted(self, name: str, data: bytes, fit: Fit) -> tuple[bytes, str]:
        """The file of a picture that was cut and scaled, and its suffix. Raises BadPicture."""
        ...
