"""Joins what is painted, what the form holds and the list of advice; fixes become steps."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from kling_desktop.domain.motion.advice import Rule, Wanted
from kling_desktop.ui.advice.mutes import Mutes, known, names
from kling_desktop.ui.advice.panel import AdvicePanel, counted
from kling_desktop.ui.advice.watch import AdviceWatch, Looked, look

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.advice import Advice
    from kling_desktop.domain.motion.advice_fixes import Fix
    from kling_desktop.ui.brush.offer import BrushOffer
    from kling_desktop.ui.canvas.session import Session

    FormOf = Callable[[], tuple[Endpoint, Mapping[str, Any]]]

NOTHING = "Nothing to put right."
NOT_LOOKED = "That could not be looked at, so nothing is changed."
CHANGED = "That has changed meanwhile; the list says what is left."


class AdviceDesk(QObject):
    """What the page has of the advice."""

    region_pointed = Signal(int)
    values_asked = Signal(dict)
    """Fields of the form that are to change."""
    switch_asked = Signal(str)
    """Another endpoint is wanted."""
    counted = Signal(str, bool)
    """What is left in words, and whether some of it stops the clip."""
    muted_here = Signal()
    """What is muted in this project has changed."""
    told = Signal(str)

    def __init__(self, session: Session, offer: BrushOffer, parent: QObject) -> None:
        super().__init__(parent)
        self.panel = AdvicePanel()
        self.form: FormOf | None = None
        """What the form holds now."""
        self._session, self._offer = session, offer
        self._mutes = Mutes()
        self._looked = Looked(None)
        self._pending: tuple[Rule, int | None, str] | None = None
        self.watch = AdviceWatch(self._wanted, self)
        self._connect()

    @property
    def mutes(self) -> Mutes:
        return self._mutes

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What was found last and is not muted."""
        return tuple(each for each in self._looked.advice if each.rule not in self._mutes)

    def mute_always(self, rules: object) -> None:
        """As the settings have it."""
        self._take_mutes(Mutes(known(rules), self._mutes.here))

    def mute_here(self, rules: object) -> None:
        """As the project has it that is open."""
        self._take_mutes(Mutes(self._mutes.always, known(rules)))

    @property
    def always(self) -> tuple[str, ...]:
        return names(self._mutes.always)

    @property
    def here(self) -> tuple[str, ...]:
        return names(self._mutes.here)

    async def look_now(self) -> Looked:
        """What can be said at this moment, before money is spent."""
        wanted = self._wanted()
        if wanted is None or wanted.document.is_blank:
            return Looked(wanted)
        looked = await asyncio.to_thread(look, wanted)
        if self._is_fresh(looked):
            self.watch.take(looked)
        return looked

    def fix(self, advice: Advice, text: str) -> None:
        """Do what a button says; what was painted since it was offered is never lost."""
        self._pending = advice.rule, advice.region, text
        if self._is_fresh(self._looked) and not self.watch.is_waiting:
            self._fix_pending()
        else:
            self.watch.look_soon()

    def step(self, by: int) -> None:
        """Go to the next finding, or to the one before."""
        if self.panel.rows:
            self.panel.step(by)
        else:
            self.told.emit(NOTHING)

    def point(self, advice: Advice | None) -> None:
        """Choose the region that a finding is about, and show where it is."""
        region = None if advice is None else advice.region
        if region is not None and self._session.document.region(region) is not None:
            self._session.choose_region(region)
            self.region_pointed.emit(region)

    def _connect(self) -> None:
        session, panel = self._session, self.panel
        session.opened.connect(self._forget)
        session.document_changed.connect(self.watch.look_soon)
        self._offer.insisted.connect(self.watch.look_soon)
        self.watch.found.connect(self._take)
        self.watch.failed.connect(lambda: self._drop_pending(NOT_LOOKED))
        panel.chosen.connect(self.point)
        panel.fix_asked.connect(self.fix)
        panel.mute_asked.connect(self._mute)
        panel.unmute_asked.connect(lambda rule: self._change_mutes(self._mutes.without(rule)))

    def _wanted(self) -> Wanted | None:
        document = self._session.document
        if self.form is None or document.size.width == 0:
            return None
        endpoint, values = self.form()
        return Wanted(document, endpoint, dict(values), as_documented=self._offer.insists)

    def _forget(self) -> None:
        """Of the picture before."""
        self._pending = None
        self._take(Looked(None))
        self.watch.look_soon()

    def _take(self, looked: Looked) -> None:
        self._looked = looked
        self._show()
        if self._pending is not None and self._is_fresh(looked):
            self._fix_pending()
        elif not self.watch.is_waiting:
            self._drop_pending(CHANGED)

    def _drop_pending(self, why: str) -> None:
        """A fix that cannot be done now must not come some time later, out of the blue."""
        if self._pending is not None:
            self._pending = None
            self.told.emit(why)

    def _is_fresh(self, looked: Looked) -> bool:
        now = self._wanted()
        seen = looked.wanted
        if now is None or seen is None:
            return False
        same = (now.endpoint, now.values, now.as_documented)
        return seen.document is now.document and same == (
            seen.endpoint, seen.values, seen.as_documented
        )  # fmt: skip

    def _fix_pending(self) -> None:
        wish, self._pending = self._pending, None
        for each in self._looked.advice:
            for fix in each.fixes:
                if (each.rule, each.region, fix.text) == wish:
                    self._apply(fix)
                    return
        self.told.emit(CHANGED)

    def _apply(self, fix: Fix) -> None:
        if fix.edit is not None:
            self._session.apply(fix.edit)
        if fix.values:
            self.values_asked.emit({k: "" if v is None else v for k, v in fix.values.items()})
        if fix.endpoint:
            self.switch_asked.emit(fix.endpoint)

    def _mute(self, rule: Rule, for_good: bool) -> None:  # noqa: FBT001 - a signal's arguments
        self._change_mutes(self._mutes.with_rule(rule, for_good=for_good))

    def _change_mutes(self, mutes: Mutes) -> None:
        before = self._mutes
        self._take_mutes(mutes)
        if mutes.here != before.here:
            self.muted_here.emit()

    def _take_mutes(self, mutes: Mutes) -> None:
        self._mutes = mutes
        self._show()

    def _show(self) -> None:
        self.panel.tell(self._session.document, self._looked.advice, self._mutes)
        advice = self.advice
        self.counted.emit(counted(advice), any(each.is_hard for each in advice))
