"""All settings of the file, as one frozen value; it never holds a key or another secret."""

from __future__ import annotations

from dataclasses import dataclass

from kling_desktop.domain.settings.naming import USUAL
from kling_desktop.domain.settings.skies import FAIR

DAY = 24 * 3600
KEPT = {"account": 0, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}
"""Seconds that fal is asked to keep a file; 0 asks for nothing, and the account's rule counts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts now; the usual where nobody has said otherwise."""

    theme: str = "system"
    scale: int = 100
    language: str = "system"
    clips_folder: str = ""
    clip_name: str = USUAL
    strips_metadata: bool = True
    proxy: str = "system"
    keeps_uploads: str = "account"
    keeps_results: str = "account"
    weather: str = FAIR

    @property
    def upload_seconds(self) -> int:
        """How long fal is asked to keep what goes up; 0 where it is not asked."""
        return KEPT[self.keeps_uploads]

    @property
    def result_seconds(self) -> int:
        """The same for what it makes."""
        return KEPT[self.keeps_results]
