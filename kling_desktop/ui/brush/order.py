"""What is painted, as it goes out with a clip; or why nothing is ordered yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.ui.brush.offer import DOCUMENTED, MASKS

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.stage import Stage

CHOOSE = f"Choose first which model gets what you have painted: it says so above. {NOTHING_SENT}"


@dataclass(frozen=True, slots=True)
class Painted:
    """What goes out with the next clip."""

    document: MotionDocument | None = None
    as_documented: bool = False
    """To a model for which fal does not list the brush; the user was told and insists."""


class BrushOrder:
    """Stands between the painting and the money: nobody pays for a clip without their masks."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def take(self, endpoint: Endpoint) -> Painted | None:
        """What is sent to a model; None if the user has to choose first, as the screen says."""
        document, brush = self._stage.painted, self._stage.brush
        if document is None or brush is None:
            return Painted()
        if endpoint.has(MASKS):
            return Painted(document)
        if endpoint.id != DOCUMENTED:
            return Painted()  # The strip over the canvas says that it is not sent.
        if brush.offer.is_sent:
            return Painted(document, as_documented=True)
        self._stage.show_brush(wanted=True)
        self._stage.notice.tell(CHOOSE)
        return None
