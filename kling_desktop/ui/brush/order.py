"""What is painted, as it goes out with a clip; or why nothing is ordered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.ui.brush.offer import DOCUMENTED, MASKS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.stage import Stage

    BrushValues: TypeAlias = Callable[[MotionDocument, Endpoint], Awaitable[Mapping[str, Any]]]
    """Makes fields of a request out of a document; away from the window's thread."""

CHOOSE = f"Choose first which model gets what you have painted: it says so above. {NOTHING_SENT}"
NOBODY = f"What you have painted cannot be sent from here. {NOTHING_SENT}"


class BrushOrder:
    """Stands between the painting and the money: nobody pays for a clip without their masks."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.make_values: BrushValues | None = None

    async def add(self, values: dict[str, Any], endpoint: Endpoint) -> bool:
        """Add what is painted to a request.

        Returns:
            Whether the clip may be ordered; if not, the reason is on the screen.
        """
        document, brush = self._stage.painted, self._stage.brush
        if document is None or brush is None:
            return True
        if endpoint.id == DOCUMENTED and not brush.offer.is_sent:
            self._stage.show_brush(wanted=True)
            self._stage.notice.tell(CHOOSE)
            return False
        if not endpoint.has(MASKS) and endpoint.id != DOCUMENTED:
            return True  # The strip over the canvas says that it is not sent.
        if self.make_values is None:
            self._stage.notice.tell(NOBODY)
            return False
        values.update(await self.make_values(document, endpoint))
        return True
