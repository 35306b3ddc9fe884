"""The left side: what to make, with the price in the button that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.catalog import Catalog, Endpoint, Task
from kling_desktop.domain.differences import RETIRED
from kling_desktop.domain.money import dollars, estimate, rate
from kling_desktop.ui.compose.draft import DraftOffer
from kling_desktop.ui.forms.form import Form
from kling_desktop.ui.forms.widgets import SegmentEditor
from kling_desktop.ui.parts import Button, CarefulButton, label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from kling_desktop.domain.errors import Problem

VERSIONS = ("1.6", "1.5", "1.0")
MODELS = ("1.6", "1.5 brush", "1.0 brush")
"""The newest first; the older ones have the motion brush, and one quality each."""
TIERS = ("pro", "standard")
GONE = f"{RETIRED}. It may refuse the clip; choose another quality or task."
TASKS = (Task.IMAGE_TO_VIDEO.value, Task.TEXT_TO_VIDEO.value)


class ComposePanel(QFrame):
    """Chooses the endpoint, edits its values, and asks for the clip."""

    generate_asked = Signal()
    draft_asked = Signal()
    inspect_asked = Signal()
    """Somebody wants to see exactly what would be sent."""
    edit_ended = Signal()
    price_changed = Signal()
    """What the clip is expected to cost is another amount than before."""
    money_asked = Signal()
    """Somebody wants to see the budgets."""
    advice_asked = Signal()
    """Somebody wants to see what is to be put right before money is spent."""
    endpoint_changed = Signal(object)
    values_changed = Signal()
    mime_given = Signal(QMimeData)

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._catalog = catalog
        self._free = False
        self._ready = False
        self._editing = False
        self._wanted_tier = "pro"
        self._is_choosing = False
        self._task = SegmentEditor("Task", TASKS, ("From a picture", "From text"))
        self._version = SegmentEditor("Model", VERSIONS, MODELS)
        self._tier = SegmentEditor("Quality", TIERS, ("Pro", "Standard"))
        self._form = Form()
        self._generate = CarefulButton("Generate", look="primary")
        self.draft = DraftOffer()
        self._inspect = Button("See what will be sent\N{HORIZONTAL ELLIPSIS}")
        self._inspect.setProperty("flat", True)
        self._inspect.setToolTip("Ctrl+Shift+E")
        self._instead = Button("Make a new clip instead")
        self._gone = label(GONE, look="problem", centred=True, wrap=True)
        self._advice = Button()
        self._price_note = label(look="muted", centred=True, wrap=True)
        self._foresight = label(look="doubt", centred=True, wrap=True)
        self._money = Button("See the budgets\N{HORIZONTAL ELLIPSIS}")
        for each in (self._instead, self._gone, self._advice, self._foresight, self._money):
            each.hide()
        self._price: Decimal | None = None
        self._lay_out()
        self._connect()
        self._endpoint_chosen()

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint that the task, the model and the quality name, or what comes nearest."""
        tier = self._wanted_tier
        found = self._choices()
        return next((each for each in found if each.tier == tier), found[0])

    @property
    def version(self) -> str:
        """The chosen model, whether or not the task knows it."""
        return str(self._version.value())

    @property
    def price(self) -> Decimal | None:
        """US dollars that the clip is expected to cost; None if nobody knows."""
        return self._price

    @property
    def catalog(self) -> Catalog:
        """The endpoints and prices that count now."""
        return self._catalog

    def offers(self, endpoint_id: str) -> bool:
        """Whether the panel can be set to that endpoint."""
        return any(each.id == endpoint_id for each in self._reachable())

    def load(self, endpoint_id: str, values: Mapping[str, Any]) -> None:
        """Set the panel to an earlier request, but for its pictures; the rest is as usual."""
        (endpoint,) = [each for each in self._reachable() if each.id == endpoint_id]
        self.choose(endpoint.task.value, endpoint.tier, endpoint.version)
        fields = [each for each in endpoint.fields if not each.takes_files]
        usual = {each.name: "" if each.default is None else each.default for each in fields}
        self.set_values({name: values.get(name, usual[name]) for name in usual})

    def show_catalog(self, catalog: Catalog) -> None:
        """Use these facts from now on; what was chosen stays, as far as it still can be."""
        before = self.endpoint
        self._catalog = catalog
        if self.endpoint.fields != before.fields:
            self._form.show_endpoint(self.endpoint)
        self._show_price()

    def values(self) -> dict[str, Any]:
        """Everything but the picture."""
        return self._form.values()

    def chosen(self) -> dict[str, Any]:
        """What somebody has chosen; all the rest follows the endpoint's defaults."""
        return self._form.chosen()

    def set_values(self, values: Mapping[str, Any]) -> None:
        self._form.set_values(values)

    def choose(self, task: str, tier: str, version: str | None = None) -> None:
        """Choose the endpoint by what it does; the model stays unless one is named."""
        if tier in TIERS:
            self._wanted_tier = tier
        self._version.set_value(version)
        self._task.set_value(task)
        if self._tier.value() != self.endpoint.tier:
            self._endpoint_chosen()

    def choose_endpoint(self, endpoint_id: str) -> bool:
        """Choose an endpoint by its id; False if it is not offered here."""
        for each in self._catalog.endpoints:
            offered = each.version in VERSIONS and each.task.value in TASKS
            if offered and each.id == endpoint_id:
                self.choose(each.task.value, each.tier, each.version)
                return True
        return False

    def show_editing(self, *, editing: bool) -> None:
        """Whether the big button saves to a held job instead of making a new clip."""
        self._editing = editing
        self._instead.setVisible(editing)
        self._show_price()

    def show_backend(self, *, ready: bool, free: bool) -> None:
        """Whether clips can be made now, and whether they cost anything."""
        self._ready, self._free = ready, free
        self._show_price()

    def show_foresight(self, text: str) -> None:
        """Say that a budget would be passed, before it is tried; nothing if none would be."""
        if text != self._foresight.text():
            self._foresight.setText(text)
            self._generate.setAccessibleDescription(text)
            for each in (self._foresight, self._money):
                each.setVisible(bool(text))

    def show_draft(self, text: str, tip: str = "", note: str = "") -> None:
        """Offer a draft first, and say what it would be made without; nothing if none is meant."""
        self.draft.tell(text, tip, note)
        self._allow_draft()

    def _allow_draft(self) -> None:
        self.draft.allow(ready=self._ready, editing=self._editing)

    def show_advice(self, text: str, is_hard: bool) -> None:  # noqa: FBT001 - a signal's arguments
        """Say how much is wrong or doubtful in what is painted; nothing if there is nothing."""
        self._advice.setText(f"Motion brush: {text}")
        self._advice.setToolTip("See what it is (F8 at the motion brush)" if text else "")
        self._advice.setAccessibleName(f"Motion brush: {text}. See what it is.")
        self._advice.setVisible(bool(text))
        look = "bad" if is_hard else "warn"
        if self._advice.property("advice") != look:
            self._advice.setProperty("advice", look)
            self._advice.style().unpolish(self._advice)
            self._advice.style().polish(self._advice)

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Show problems at their fields; returns those that belong elsewhere."""
        return self._form.show_problems(problems)

    def focus_prompt(self) -> None:
        self._form.focus("prompt")

    def _reachable(self) -> list[Endpoint]:
        return [e for e in self._catalog.endpoints if e.version in VERSIONS and e.task in TASKS]

    def _lay_out(self) -> None:
        inner = QWidget()
        fields = QVBoxLayout(inner)
        fields.setContentsMargins(14, 14, 14, 8)
        fields.setSpacing(12)
        for widget in (self._task, self._version, self._tier, self._form):
            fields.addWidget(widget)
        fields.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(14, 8, 14, 12)
        foot.setSpacing(8)
        foot.addWidget(self._gone)
        foot.addWidget(self._advice)
        foot.addWidget(self._generate)
        foot.addWidget(self.draft)
        foot.addWidget(self._inspect)
        foot.addWidget(self._instead)
        foot.addWidget(self._price_note)
        foot.addWidget(self._foresight)
        foot.addWidget(self._money)
        column.addLayout(foot)
        self.setMinimumWidth(270)
        self.setMaximumWidth(560)

    def _connect(self) -> None:
        self._task.changed.connect(self._endpoint_chosen)
        self._version.changed.connect(self._endpoint_chosen)
        self._tier.changed.connect(self._tier_chosen)
        self._form.changed.connect(self._show_price)
        self._form.changed.connect(self.values_changed)
        self._form.mime_given.connect(self.mime_given)
        self._instead.clicked.connect(self.edit_ended)
        self._generate.clicked.connect(self.generate_asked)
        self.draft.asked.connect(self.draft_asked)
        self._inspect.clicked.connect(self.inspect_asked)
        self._advice.clicked.connect(self.advice_asked)
        self._money.clicked.connect(self.money_asked)

    def _choices(self) -> list[Endpoint]:
        """The endpoints of the chosen task and model, one for each quality."""
        task, version = self._task.value(), self._version.value()
        if task != Task.IMAGE_TO_VIDEO:
            version = VERSIONS[0]
        endpoints = self._catalog.endpoints
        return [each for each in endpoints if (each.task, each.version) == (task, version)]

    def _tier_chosen(self) -> None:
        if not self._is_choosing:
            self._wanted_tier = self._tier.value()
            self._endpoint_chosen()

    def _show_choices(self) -> None:
        """Show what there is to choose; what was wanted comes back with a model that has it."""
        self._is_choosing = True
        self._version.setVisible(self._task.value() == Task.IMAGE_TO_VIDEO)
        self._tier.set_value(self.endpoint.tier)
        self._tier.setEnabled(len(self._choices()) > 1)
        self._is_choosing = False

    def _endpoint_chosen(self) -> None:
        self._show_choices()
        endpoint = self.endpoint
        self._form.show_endpoint(endpoint)
        self._show_price()
        self.endpoint_changed.emit(endpoint)

    def _show_price(self) -> None:
        endpoint = self.endpoint
        before, self._price = self._price, estimate(endpoint, self.values())
        self._generate.setText(f"{self._does}  \N{MIDDLE DOT}  {dollars(self._price)}")
        self._generate.setEnabled(self._ready)
        self._inspect.setEnabled(self._ready)
        self._generate.setToolTip("Ctrl+Enter")
        self._price_note.setText(self._note(endpoint))
        self._allow_draft()
        self._gone.setVisible(endpoint.retired)
        if self._price != before:
            self.price_changed.emit()

    @property
    def _does(self) -> str:
        return "Save to the held job" if self._editing else "Generate"

    def _note(self, endpoint: Endpoint) -> str:
        if self._free:
            return "Sandbox: nothing is charged. This is what fal would ask."
        if endpoint.price is None:
            return "The price is not known."
        return f"About {rate(endpoint.price)}, as of {endpoint.price.date}."
