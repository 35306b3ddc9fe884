"""What is painted, as it goes out with a clip; or why nothing is ordered yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kling_desktop.domain.sentences import NOTHING_SENT
from kling_desktop.ui.brush.offer import DOCUMENTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.advice import Advice
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.stage import Stage

CHOOSE = f"Choose first which model gets what you have painted: it says so above. {NOTHING_SENT}"
TOPIC = "advice"
"""Of the notice that says why nothing is ordered."""
WITHOUT = "Generate without the painting"
FIXED = "Done. Press Generate when you are ready; nothing was sent yet."
_LEAVE_OUT = "without"


@dataclass(frozen=True, slots=True)
class Way:
    """A button of the notice: a fix by its number, or to do without the painting."""

    wish: str
    text: str
    tip: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Painted:
    """What goes out with the next clip."""

    document: MotionDocument | None = None
    as_documented: bool = False
    """To a model for which fal does not list the brush; the user was told and insists."""
    is_left_out: bool = False
    """The user wants the clip without what is painted."""


class BrushOrder:
    """Stands between the painting and the money: nobody pays for a clip without their masks."""

    def __init__(self, stage: Stage, again: Callable[[], object] = lambda: True) -> None:
        self._stage, self._again = stage, again
        self._leaves_out = False
        self._stopped: tuple[Advice, ...] = ()
        stage.notice.wished.connect(self._grant)
        stage.advice_counted.connect(self._follow)

    async def take(self, endpoint: Endpoint) -> Painted | None:
        """What is sent to a model; None if the user has to choose first, as the screen says."""
        leaves_out, self._leaves_out = self._leaves_out, False
        if self._stage.painted is None:
            return Painted(is_left_out=leaves_out)
        if leaves_out:
            return Painted(is_left_out=True)
        if self._stage.brush is None:
            self._stage.show_brush(wanted=True)  # painted in a project, and not looked at yet
        brush = self._stage.brush
        assert brush is not None, "what is painted has a picture"
        if endpoint.id == DOCUMENTED and not brush.offer.is_sent:
            self._stage.show_brush(wanted=True)
            self._stage.notice.tell(CHOOSE)
            return None
        looked = await brush.advice.look_now()
        hard = tuple(each for each in looked.advice if each.is_hard)
        if hard:
            self._stage.show_brush(wanted=True)
            self._stop(hard)
            brush.advice.point(hard[0])
            return None
        wanted = looked.wanted
        if wanted is None or wanted.document.is_blank:
            return Painted()  # it was taken back while we looked
        return Painted(wanted.document, as_documented=endpoint.id == DOCUMENTED)

    def _stop(self, hard: Sequence[Advice]) -> None:
        """Say what is first in the way, and offer to put it right."""
        self._stopped = tuple(hard)
        first, more = hard[0], len(hard) - 1
        rest = f" {more} more to put right." if more else ""
        text = f"{first.sentence} {NOTHING_SENT}{rest}"
        offers = [Way(str(n), fix.text) for n, fix in enumerate(first.fixes)]
        if any(fix.endpoint for fix in first.fixes):
            offers.append(Way(_LEAVE_OUT, WITHOUT, "This clip alone; it is asked each time"))
        self._stage.notice.tell(text, topic=TOPIC, offers=offers)

    def _grant(self, wish: str, topic: str) -> None:
        if topic != TOPIC or self._stage.brush is None or not self._stopped:
            return
        if wish == _LEAVE_OUT:
            self._leaves_out = True
            self._leaves_out = self._again() is not False  # for that one clip, if it is asked for
            return
        first = self._stopped[0]
        self._stage.brush.advice.fix(first, first.fixes[int(wish)].text)

    def _follow(self) -> None:
        """The notice says what is still in the way, however the rest was put right."""
        brush = self._stage.brush
        if self._stage.notice.topic != TOPIC or brush is None or brush.advice.watch.is_waiting:
            return
        hard = tuple(each for each in brush.advice.advice if each.is_hard)
        if hard:
            self._stop(hard)
        elif self._stage.painted is None:
            self._stage.notice.hide()
        else:
            self._stage.notice.tell(FIXED, is_good=True)
