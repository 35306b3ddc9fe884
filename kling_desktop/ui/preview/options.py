"""How the preview is watched; remembered from window to window."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

SPEEDS = (0.25, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Options:
    """Choices that stay when the preview is closed."""

    loops: bool = True
    speed: float = 1.0
    arrows: bool = False
    """Where everything goes, drawn over the frames."""
    onion: bool = False
    """Start, middle and end of the motion as ghosts in every frame."""

    @property
    def speed_text(self) -> str:
        return f"{self.speed:g}\N{MULTIPLICATION SIGN}"

    def stepped(self, by: int) -> Options:
        """The next faster speed, or the next slower one."""
        at = SPEEDS.index(self.speed) + by
        return replace(self, speed=SPEEDS[min(max(at, 0), len(SPEEDS) - 1)])

    def notes(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def of(notes: object) -> Options:
        """What an earlier window remembered; odd notes are passed over."""
        found, known = Options(), notes if isinstance(notes, dict) else {}
        flags = {
            name: known[name]
            for name in ("loops", "arrows", "onion")
            if isinstance(known.get(name), bool)
        }
        speed = known.get("speed")
        return replace(found, **flags, speed=speed if speed in SPEEDS else found.speed)
