"""Which endpoint: the task first, then the model, then the quality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.catalog import Endpoint, Task
from kling_desktop.domain.errors import UnknownEndpoint
from kling_desktop.ui import icons
from kling_desktop.ui.compose.words import (
    RETIRED,
    TASKS,
    TIERS,
    marks,
    price_words,
    range_words,
    version_words,
)
from kling_desktop.ui.forms.menu import Menu
from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.parts import tool_button

if TYPE_CHECKING:
    from kling_desktop.domain.catalog import Catalog

DEFAULT: Final = "fal-ai/kling-video/v1.6/pro/image-to-video"
GAP: Final = "  "
"""Between the parts of a line; it all has to fit into the smallest window."""
RECENT: Final = 5
"""Endpoints that are remembered as used lately."""


class ModelChoice(QWidget):
    """Chooses an endpoint in three steps; the finder beside them goes there at once."""

    changed = Signal()
    find_asked = Signal()

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self._endpoint = catalog.endpoint(DEFAULT)
        self._wanted_tier = self._endpoint.tier
        self._wanted_version = self._endpoint.version
        self.favourites: list[str] = []
        self.recent: list[str] = []
        """Ids, the newest first."""
        self._task, self._model = Menu(), Menu()
        self._quality: SegmentEditor | None = None
        self._find = tool_button("Find a model (Ctrl+K)")
        self._is_showing = False
        self._lay_out()
        for task in TASKS:
            self._task.addItem(TASKS[task], task)
        self._task.setMaxVisibleItems(len(TASKS))
        self._task.activated.connect(self._task_chosen)
        self._model.activated.connect(self._model_chosen)
        self._find.clicked.connect(self.find_asked)
        self._show()

    @property
    def endpoint(self) -> Endpoint:
        return self._endpoint

    @property
    def version(self) -> str:
        """The model that is wanted, whether or not the task knows it."""
        return self._wanted_version

    def show_catalog(self, catalog: Catalog) -> None:
        """Use these facts from now on; the choice stays."""
        self._catalog = catalog
        try:
            self._endpoint = catalog.endpoint(self._endpoint.id)
        except UnknownEndpoint:
            self._endpoint = catalog.endpoint(DEFAULT)
        self._show()

    def choose_id(self, endpoint_id: str) -> bool:
        """Choose an endpoint by its id; False if there is none."""
        found = [each for each in self._catalog.endpoints if each.id == endpoint_id]
        if found:
            self._wanted_version, self._wanted_tier = found[0].version, found[0].tier
            self._set(found[0])
        return bool(found)

    def choose(self, task: str, tier: str, version: str | None = None) -> None:
        """Choose by what it does; the model stays unless one is named. Odd names change nothing."""
        if tier in TIERS:
            self._wanted_tier = tier
        if version in {each.version for each in self._catalog.endpoints}:
            self._wanted_version = str(version)
        if task in set(TASKS):
            self._set(self._nearest(Task(task)))

    def notes(self) -> dict[str, Any]:
        """What the next window has to know."""
        return {
            "endpoint": self._endpoint.id,
            "favourites": self.favourites,
            "recent": self.recent,
        }

    def restore(self, notes: object) -> bool:
        """Take what an earlier window knew; False if it says no endpoint."""
        told = notes if isinstance(notes, dict) else {}
        known = {each.id for each in self._catalog.endpoints}
        self.favourites = _ids(told.get("favourites"), known)
        self.recent = _ids(told.get("recent"), known)[:RECENT]
        return self.choose_id(str(told.get("endpoint")))

    def note_use(self) -> None:
        """The endpoint was just used."""
        rest = [each for each in self.recent if each != self._endpoint.id]
        self.recent = [self._endpoint.id, *rest][:RECENT]

    def star(self, endpoint_id: str) -> None:
        """Make an endpoint a favourite, or one no more."""
        if endpoint_id in self.favourites:
            self.favourites.remove(endpoint_id)
        else:
            self.favourites.append(endpoint_id)

    def restyle(self) -> None:
        self._find.setIcon(icons.icon("find"))

    def _nearest(self, task: Task) -> Endpoint:
        """What comes nearest to the wanted model and quality."""
        found = [each for each in self._catalog.endpoints if each.task is task]
        version, tier = self._wanted_version, self._wanted_tier
        return min(found, key=lambda e: (e.version != version, e.tier != tier, e.retired, age(e)))

    def _set(self, endpoint: Endpoint) -> None:
        before, self._endpoint = self._endpoint, endpoint
        self._show()
        if before is not endpoint:
            self.changed.emit()

    def _task_chosen(self) -> None:
        self._set(self._nearest(Task(self._task.currentData())))

    def _model_chosen(self) -> None:
        found = self._alike(str(self._model.currentData()))
        tier = self._wanted_tier
        chosen = next((each for each in found if each.tier == tier), found[0])
        self._wanted_version = chosen.version
        self._set(chosen)

    def _quality_chosen(self) -> None:
        if not self._is_showing and self._quality is not None:
            self._wanted_tier = self._quality.value()
            found = self._alike(version_words(self._endpoint))
            self._set(next(each for each in found if each.tier == self._wanted_tier))

    def _alike(self, words: str) -> list[Endpoint]:
        """The qualities of one model."""
        task = self._endpoint.task
        return [
            each
            for each in self._catalog.endpoints
            if each.task is task and version_words(each) == words
        ]

    def _show(self) -> None:
        self._is_showing = True
        task = self._endpoint.task
        self._task.setCurrentIndex(list(TASKS).index(task))
        self._model.clear()
        endpoints = [each for each in self._catalog.endpoints if each.task is task]
        for words in dict.fromkeys(version_words(each) for each in sorted(endpoints, key=age)):
            self._model.addItem(self._line(words), words)
        self._model.setCurrentIndex(self._model.findData(version_words(self._endpoint)))
        self._show_quality()
        self._is_showing = False

    def _line(self, words: str) -> str:
        alike = self._alike(words)
        prices = range_words(*dict.fromkeys(map(price_words, _ends(alike))))
        told = {marks(each) for each in alike if not each.retired} - {""}
        mark = [RETIRED] if all(each.retired for each in alike) else sorted(told)
        return GAP.join([words, prices, *mark])

    def _show_quality(self) -> None:
        alike = sorted(self._alike(version_words(self._endpoint)), key=_order)
        tiers = tuple(each.tier for each in alike)
        old = self._quality
        if old is None or old.choices != tiers:
            self._quality = SegmentEditor(
                "Quality", tiers, tuple(TIERS.get(each, each) for each in tiers)
            )
            self._quality.changed.connect(self._quality_chosen)
            self._column.addWidget(self._quality)
            if old is not None:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
        assert self._quality is not None
        self._quality.set_value(self._endpoint.tier)
        self._quality.setVisible(len(tiers) > 1)

    def _lay_out(self) -> None:
        self._task.setAccessibleName("Task")
        self._model.setAccessibleName("Model")
        first = QHBoxLayout()
        first.setSpacing(6)
        first.addWidget(self._task, 1)
        first.addWidget(self._find)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(first)
        self._column.addWidget(self._model)
        self.restyle()


def age(endpoint: Endpoint) -> tuple[bool, int]:
    """The newest first; those with a letter come after the numbers of their time."""
    return endpoint.retired, -_YEARS.get(endpoint.version, 0)


_YEARS: Final = {
    version: place
    for place, version in enumerate(
        ("1.0", "1.5", "1.6", "2.0", "2.1", "2.5 turbo", "O1", "2.6", "O3", "3.0", "3.0 turbo",
         "4.0")
    )
}  # fmt: skip


def _order(endpoint: Endpoint) -> int:
    tiers = list(TIERS)
    return tiers.index(endpoint.tier) if endpoint.tier in tiers else len(tiers)


def _ends(endpoints: list[Endpoint]) -> list[Endpoint]:
    """The cheapest and the dearest."""
    priced = sorted((e for e in endpoints if e.price), key=_price)
    return [priced[0], priced[-1]] if priced else endpoints[:1]


def _price(endpoint: Endpoint) -> Any:
    assert endpoint.price is not None
    return endpoint.price.usd_per_unit


def _ids(notes: object, known: set[str]) -> list[str]:
    given = notes if isinstance(notes, list) else []
    return [each for each in dict.fromkeys(map(str, given)) if each in known]
