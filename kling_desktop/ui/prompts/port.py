"""What the window needs of whoever keeps words; every call reads the disk, so none is made here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kling_desktop.domain.wording import Preset, Snippet

SNIPPET: Final = "snippet"
PRESET: Final = "preset"


class PromptBook(Protocol):
    """Sent prompts, snippets and presets; any thread may ask. All of it raises FolderUnusable."""

    def note(self, sent: Iterable[tuple[str, datetime]], /) -> None: ...

    def search(self, words: str = "", /) -> list[str]: ...

    def snippets(self) -> list[Snippet]: ...

    def presets(self) -> list[Preset]: ...

    def keep_snippet(self, snippet: Snippet, /) -> None: ...

    def keep_preset(self, preset: Preset, /) -> None: ...

    def rename(self, kind: str, name: str, to: str, /) -> bool:
        """False if the other name is taken."""
        ...

    def drop(self, kind: str, name: str, /) -> None: ...
