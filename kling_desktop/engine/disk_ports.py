"""What the engine needs of the disk besides the ledger: pictures, clips, and small notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
    )
    from pathlib import Path

    from kling_desktop.domain.budgets import Budgets
    from kling_desktop.domain.calibration import Answer
    from kling_desktop.domain.catalog import FieldKind
    from kling_desktop.domain.content import Content
    from kling_desktop.domain.jobs import Clip, Job
    from kling_desktop.domain.line import Steering
    from kling_desktop.domain.renewal import Overlay


T = TypeVar("T")


class Shelf(Protocol):
    """Keeps what each backend told about its models."""

    def load(self, backend: str) -> Overlay | None:
        """What a backend told last, or None where there is nothing usable."""
        ...

    def save(self, overlay: Overlay) -> None:
        """Keep it. Raises FolderUnusable."""
        ...


class Origins(Protocol):
    """Keeps where clips have shown that endpoints count from, for all programs."""

    def load(self, backend: str) -> tuple[Answer, ...]:
        """What is known of a backend's endpoints; cheap."""
        ...

    def keep(self, backend: str, answer: Answer) -> None:
        """Keep an answer in place of the one before. Raises FolderUnusable."""
        ...

    def forget(self, backend: str, endpoint: str) -> None:
        """Believe again what the catalog says. Raises FolderUnusable."""
        ...


class SeenPictures(Protocol):
    """Remembers which pictures of watched folders were seen, by content."""

    async def load(self, watched: Path) -> set[str] | None:
        """None if the folder was never watched."""
        ...

    async def keep(self, watched: Path, seen: Collection[str]) -> None:
        """Raises FolderUnusable."""
        ...


class Wheel(Protocol):
    """Keeps how the user steers the line of each backend, for all programs."""

    def load(self, backend: str) -> Steering: ...

    def change(self, backend: str, **changes: Any) -> Steering:
        """Change some of it; no change of another program is lost. Raises FolderUnusable."""
        ...


class UploadCache(Protocol):
    """Remembers for a while what was uploaded to this backend; it fails by forgetting."""

    async def find(self, content: Content) -> str | None:
        """The address of an upload with that content."""
        ...

    async def keep(self, content: Content, url: str) -> None: ...

    async def drop(self, url: str) -> None:
        """Forget an upload that turned out not to be readable."""
        ...


class BudgetBook(Protocol):
    """What the user allows to be spent."""

    def load(self, backend: str) -> Budgets:
        """The limits of a backend, as they are now.

        Raises:
            KlingDesktopError: there are limits, but nobody can tell which.
        """
        ...

    def change(self, backend: str, changed: Callable[[Budgets], Budgets]) -> Budgets:
        """Put other limits in place; no change of another program is lost.

        Raises:
            FolderUnusable: they cannot be read or written.
        """
        ...


class Files(Protocol):
    """Pictures in, clips out."""

    async def keep_picture(self, path: Path) -> Path:
        """Check a picture, make it upright and acceptable, and keep our own copy by content.

        Raises:
            BadPicture: it cannot be used; says why.
        """
        ...

    async def keep_mask(self, path: Path) -> Path:
        """The same for a mask, which becomes 8-bit grey. Raises BadPicture."""
        ...

    async def keep_media(self, path: Path, kind: FieldKind) -> Path:
        """Check a video or a sound, and keep our own copy by content.

        Raises:
            BadMedia: it cannot be used; says why.
            FolderUnusable: our copy cannot be written.
        """
        ...

    async def media_seconds(self, path: Path) -> float:
        """The length of a video or a sound. Raises BadMedia."""
        ...

    async def keep_bytes(self, name: str, data: bytes) -> Path:
        """Keep something that was made here, by content. Raises FolderUnusable."""
        ...

    async def picture_size(self, path: Path) -> tuple[int, int]:
        """Width and height of the upright picture in a file. Raises BadPicture."""
        ...

    async def content(self, path: Path) -> Content:
        """What is in our copy of a picture.

        Raises:
            BadPicture: it cannot be read.
        """
        ...

    def part(self, job: Job) -> Path:
        """Where the clip of a job is collected while it is incomplete."""
        ...

    async def finished(self, job: Job) -> Clip | None:
        """The clip that an earlier program brought home whole but died before it could say so.

        Raises:
            FolderUnusable: the folder cannot be read or written.
        """
        ...

    async def retell(self, job: Job) -> None:
        """Write down anew, beside a job's clips, what is known of it. Raises FolderUnusable."""
        ...

    async def settle(self, job: Job, part: Path) -> Clip:
        """Verify the whole file as a video, sync it, rename it into place, write its sidecar.

        Raises:
            ClipDamaged: it is not a whole video; the part is removed.
            FolderUnusable: it cannot be written.
        """
        ...
