"""The left side: what to make, with the price in the button that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.carrying import START, start_in, start_of
from kling_desktop.domain.catalog import Catalog, Endpoint, FieldKind
from kling_desktop.domain.differences import RETIRED
from kling_desktop.domain.money import dollars, estimate, rate
from kling_desktop.ui.compose.choice import ModelChoice
from kling_desktop.ui.compose.draft import DraftOffer
from kling_desktop.ui.compose.finder import ModelFinder
from kling_desktop.ui.compose.words import left_behind
from kling_desktop.ui.forms.form import Form
from kling_desktop.ui.many import hint
from kling_desktop.ui.parts import Button, CarefulButton, label
from kling_desktop.ui.scenes.desk import SceneDesk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from kling_desktop.domain.errors import Problem
    from kling_desktop.ui.forms.shelf import Shelf
    from kling_desktop.ui.forms.widgets import TextEditor

GONE = f"{RETIRED}. It may refuse the clip; choose another quality or task."


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
    text_made = Signal(object)
    """A place for words has come, a ``TextEditor``."""
    many_asked = Signal()
    """Somebody wants a clip of each alternative that the prompt names."""
    step_asked = Signal(int)
    """An older (-1) or newer (1) prompt is wanted."""
    start_wanted = Signal(str)
    """A picture of the form becomes the one that the stage shows."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._catalog = catalog
        self._free = False
        self._ready = False
        self._editing = False
        self.model = ModelChoice(catalog)
        self._left = label(look="muted", wrap=True)
        self._left.hide()
        self._form = Form()
        self.scenes = SceneDesk(self)
        self._start = ""
        self._shown = self.model.endpoint
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
        """The endpoint that is chosen."""
        return self.model.endpoint

    @property
    def version(self) -> str:
        """The chosen model, whether or not the task knows it."""
        return self.model.version

    @property
    def shelf(self) -> Shelf:
        """What the fields for files need from outside."""
        return self._form.shelf

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
        return any(each.id == endpoint_id for each in self._catalog.endpoints)

    def load(self, endpoint_id: str, values: Mapping[str, Any], *, with_files: bool = True) -> None:
        """Set the panel to an earlier request, but for its start picture; the rest is as usual."""
        self.choose_endpoint(endpoint_id)
        self._form.load(values, with_files=with_files)
        self._left.hide()

    def show_catalog(self, catalog: Catalog) -> None:
        """Use these facts from now on; what was chosen stays, as far as it still can be."""
        before = self.endpoint
        self._catalog = catalog
        self.model.show_catalog(catalog)
        if self.endpoint.fields != before.fields:
            self._form.show_endpoint(self.endpoint)
        self._shown = self.endpoint
        self._show_price()

    def show_start(self, address: str) -> None:
        """The picture on the stage, which goes along to an endpoint that takes several."""
        self._start = address

    def values(self) -> dict[str, Any]:
        """Everything but the picture of the stage."""
        return self._form.values()

    def settings(self) -> dict[str, Any]:
        """Everything but files: what makes sense on another computer too."""
        files = {each.name for each in self.endpoint.fields if each.takes_files}
        return {name: each for name, each in self.values().items() if name not in files}

    def add_pictures(self, addresses: list[str]) -> bool:
        """Put pictures where several are taken; False if none are."""
        return self._form.add_pictures(addresses)

    def take_file(self, kind: FieldKind, address: str) -> bool:
        """Put a file where one of its kind is taken; False if none is."""
        return self._form.take_file(kind, address)

    def chosen(self) -> dict[str, Any]:
        """What somebody has chosen; all the rest follows the endpoint's defaults."""
        return self._form.chosen()

    def set_values(self, values: Mapping[str, Any]) -> None:
        self._form.set_values(values)

    def choose(self, task: str, tier: str, version: str | None = None) -> None:
        """Choose the endpoint by what it does; the model stays unless one is named."""
        self.model.choose(task, tier, version)

    def choose_endpoint(self, endpoint_id: str) -> bool:
        """Choose an endpoint by its id; False if it is not offered here."""
        return self.model.choose_id(endpoint_id)

    def restyle(self) -> None:
        """Take the colours now in use."""
        self.model.restyle()
        self._form.restyle()

    def find_model(self) -> None:
        """Show all models to choose from."""
        finder = ModelFinder(self, self._catalog, self.model)
        finder.chosen.connect(self.choose_endpoint)
        finder.finished.connect(finder.deleteLater)
        finder.open()

    def show_editing(self, *, editing: bool) -> None:
        """Whether the big button saves to a held job instead of making a new clip."""
        self._editing = editing
        self._instead.setVisible(editing)
        self._show_price()

    def show_backend(self, *, ready: bool, free: bool) -> None:
        """Whether clips can be made now, and whether they cost anything."""
        self._ready, self._free = ready, free
        self._generate.setProperty("backend", "sandbox" if free else "live")
        self._generate.style().unpolish(self._generate)
        self._generate.style().polish(self._generate)
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

    def text_editors(self) -> list[TextEditor]:
        """Where words are written that may be checked for their spelling."""
        return self._form.text_editors()

    def text(self, name: str) -> str:
        """What is written in a field; empty if the endpoint has none."""
        editor = self._form.text_editor(name)
        return "" if editor is None else editor.value()

    def marked(self, name: str) -> str:
        """The words that are marked in a field."""
        editor = self._form.text_editor(name)
        return "" if editor is None else editor.marked

    def write(self, name: str, text: str, *, whole: bool) -> bool:
        """Write at the cursor, or in place of everything; False if there is no such text."""
        editor = self._form.text_editor(name)
        if editor is not None:
            editor.write(text, whole=whole)
        return editor is not None

    def focus_prompt(self) -> None:
        self._form.focus("prompt")

    def _lay_out(self) -> None:
        inner = QWidget()
        fields = QVBoxLayout(inner)
        fields.setContentsMargins(14, 14, 14, 8)
        fields.setSpacing(12)
        for widget in (self.model, self._left, self._form):
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
        self.model.changed.connect(self._endpoint_chosen)
        self.model.find_asked.connect(self.find_model)
        self.shelf.looked.connect(self._show_price)
        self._form.changed.connect(self._show_price)
        self._form.changed.connect(self.values_changed)
        self._form.mime_given.connect(self.mime_given)
        self._form.step_asked.connect(self.step_asked)
        self._form.many_asked.connect(self.many_asked)
        self._form.text_made.connect(self.text_made)
        self._form.scenes_asked.connect(self.scenes.open)
        self._instead.clicked.connect(self.edit_ended)
        self._generate.clicked.connect(self.generate_asked)
        self.draft.asked.connect(self.draft_asked)
        self._inspect.clicked.connect(self.inspect_asked)
        self._advice.clicked.connect(self.advice_asked)
        self._money.clicked.connect(self.money_asked)

    def _endpoint_chosen(self) -> None:
        before, self._shown = self._shown, self.endpoint
        start = [each for each in START if before.has(each)] or list(START)
        carried = self._form.show_endpoint(
            self.endpoint, {start[0]: self._start} if self._start else None
        )
        wanted = start_in(carried.values)
        if wanted and not self._start and start_of(self.endpoint):
            self.start_wanted.emit(wanted)
        words = left_behind(self.endpoint, carried.lost)
        self._left.setText(words)
        self._left.setVisible(bool(words))
        self._show_price()
        self.endpoint_changed.emit(self.endpoint)

    def _given_seconds(self) -> float | None:
        """The length of the video, or else of the sound, that is chosen, if it is known."""
        values = self.values()
        given = {each.kind: values.get(each.name, "") for each in self.endpoint.fields}
        address = given.get(FieldKind.VIDEO) or given.get(FieldKind.SOUND) or ""
        look = self.shelf.known(address)
        return look.seconds if look is not None else None

    def _show_price(self) -> None:
        endpoint = self.endpoint
        before, self._price = (
            self._price,
            estimate(endpoint, self.values(), given_seconds=self._given_seconds()),
        )
        self._generate.setText(f"{self._does}  \N{MIDDLE DOT}  {dollars(self._price)}")
        self._generate.setEnabled(self._ready)
        self._inspect.setEnabled(self._ready)
        self._generate.setToolTip("Ctrl+Enter")
        self._price_note.setText(self._note(endpoint))
        if (editor := self._form.text_editor("prompt")) is not None:
            editor.show_hint(hint(editor.value(), self._price), "Ctrl+Shift+M")
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
