"""The middle: the picture that goes in, or the clip that came out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from kling_desktop.domain.carrying import start_of
from kling_desktop.domain.catalog import Task
from kling_desktop.domain.motion.history import History
from kling_desktop.ui.canvas.picture_view import PictureView
from kling_desktop.ui.head import CLIP, PICTURE, Head
from kling_desktop.ui.keys_table import KeyTable
from kling_desktop.ui.notice import Notice
from kling_desktop.ui.player.clip_page import ClipPage
from kling_desktop.ui.player.controls import Controls

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kling_desktop.domain.catalog import Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.ui.advice.desk import FormOf
    from kling_desktop.ui.brush.opening import Opening
    from kling_desktop.ui.brush.page import BrushPage
    from kling_desktop.ui.incoming import Source
    from kling_desktop.ui.player.player import Player
    from kling_desktop.ui.preview.playing import ExportMotion, MakeMotion


NO_PICTURE = "The motion brush paints on a picture: open one first."


class Stage(QFrame):
    """Pages in one rectangle, so that turning them moves nothing; a notice above them."""

    folder_asked = Signal(str)
    remove_asked = Signal()
    crop_asked = Signal()
    promote_asked = Signal()
    frame_asked = Signal()
    """The frame in sight is wanted as the start picture."""
    frame_dragged = Signal()
    """It is dragged out of the clip."""
    switch_asked = Signal(str)
    """Another endpoint is wanted, one with the motion brush."""
    source_changed = Signal()
    """There is another picture, or none."""
    brush_made = Signal()
    """The brush page is there, with its session."""
    brush_shown = Signal(bool)
    """Whether the brush is in sight."""
    values_asked = Signal(dict)
    """Fields of the form are to change, so that the brush can be sent."""
    advice_counted = Signal(str, bool)
    """What is to be put right before money is spent, in words; whether some of it is a must."""
    advice_muted = Signal()
    """What the project does not want to be told has changed."""

    form: FormOf | None = None
    """What would be sent with what is painted."""
    _muted_here: tuple[str, ...] = ()

    make_motion: MakeMotion | None = None
    """Makes the renderer of the preview; without one there is none."""
    export_motion: ExportMotion | None = None
    """Writes the preview to a file; without one that is not offered."""

    def __init__(self, keys: KeyTable | None = None) -> None:
        super().__init__()
        self.keys = keys or KeyTable(parent=self)
        self.setProperty("stage", True)
        # A click on a clip leaves the field or button that had the keys, and Space is the clip's.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.picture = PictureView()
        self.notice = Notice()
        self.source: Source | None = None
        """Where the picture is from that the next clip would start with."""
        self._opening: Opening | None = None
        """What the session works on, or will as soon as there is one; it owns the pixels."""
        self._takes_picture = True
        self._brush: BrushPage | None = None
        self._wants_brush = False
        self._brush_in_sight = False
        self._brush_notes: Mapping[str, Any] = {}
        self._endpoints: tuple[Endpoint, tuple[Endpoint, ...]] | None = None
        self._head = Head()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.picture)
        self._controls = Controls()
        self._clips = ClipPage(self._controls, self)
        self._lay_out()
        self._connect()
        self.keys.changed.connect(self._explain)
        self._explain()
        self._show_page()

    def _connect(self) -> None:
        self._head.page_chosen.connect(self._show_page)
        self._head.replace_asked.connect(self.picture.open_asked)
        self._head.remove_asked.connect(self.remove_asked)
        self._head.crop_asked.connect(self.crop_asked)
        self._controls.frame_asked.connect(self.frame_asked)
        self._controls.promote_asked.connect(self.promote_asked)
        self._controls.marks_asked.connect(lambda on: self.draw_marks(wanted=on))
        self._clips.made.connect(self._take_player)
        self._head.brush_asked.connect(lambda on: self.show_brush(wanted=on))

    @property
    def player(self) -> Player | None:
        """The player, once there was a clip to play."""
        return self._clips.player

    @property
    def clip_seconds(self) -> float:
        """When the frame of the clip is shown that is in sight."""
        return self._clips.seconds

    @property
    def clip_path(self) -> str:
        """The file of the clip that is in sight; empty where none is."""
        return self._clips.path if self._shows_clip() else ""

    @property
    def clip_image(self) -> QImage | None:
        """That frame, as it is painted; None where no clip is in sight."""
        return self._clips.image if self._shows_clip() else None

    @property
    def draws_marks(self) -> bool:
        """Whether what the brush did is drawn over clips."""
        return self._clips.draws_marks

    @property
    def brush(self) -> BrushPage | None:
        """The page of the motion brush, once somebody wanted it."""
        return self._brush

    @property
    def painted(self) -> MotionDocument | None:
        """What is painted on the picture, if anything is."""
        document = self.document
        return None if document is None or document.is_blank else document

    @property
    def document(self) -> MotionDocument | None:
        """What is painted, be it nothing; None where nobody can know of it yet."""
        if self._brush is not None:
            return self._brush.session.document
        return None if self._opening is None else self._opening.history.document

    def show_endpoint(self, endpoint: Endpoint, endpoints: Iterable[Endpoint]) -> None:
        """Follow the choice of a model: it may have the motion brush, or need no picture."""
        self._endpoints = endpoint, tuple(endpoints)
        if self._brush is not None:
            self._brush.offer.show_endpoint(*self._endpoints)
        self.look_again()
        files = endpoint.task is not Task.TEXT_TO_VIDEO
        self.show_task(takes_picture=bool(start_of(endpoint)), takes_files=files)

    def look_again(self) -> None:
        """What would be sent with what is painted has changed."""
        if self._brush is not None:
            self._brush.advice.watch.look_soon()

    @property
    def muted_here(self) -> tuple[str, ...]:
        """The rules of the advice that the project in the window does not want to be told."""
        return self._muted_here if self._brush is None else self._brush.advice.here

    def mute_here(self, rules: tuple[str, ...]) -> None:
        """Follow the project that is open."""
        self._muted_here = rules
        if self._brush is not None:
            self._brush.advice.mute_here(rules)

    def show_advice(self) -> None:
        """Bring what is to be put right to the front, and its first sentence to the keys."""
        self.show_brush(wanted=True)
        if self._brush is not None:
            self._brush.step_advice(1)

    def show_brush(self, *, wanted: bool) -> None:
        """Turn to the motion brush or back to the plain picture."""
        if wanted and self.picture.is_empty:
            self.notice.tell(NO_PICTURE)
            wanted = False
        self._wants_brush = wanted
        if wanted:
            self._head.choose(PICTURE)
            self._ready_brush()
        self._show_page()
        if wanted and self._brush is not None:
            self._brush.take_keys()

    def toggle_brush(self) -> None:
        """By key or menu: show the brush, or put it away if it is in sight."""
        self.show_brush(wanted=not self._brush_in_sight)

    def remember_brush(self) -> dict[str, Any]:
        """What the next window should start with."""
        return dict(self._brush_notes) if self._brush is None else self._brush.notes()

    def restore_brush(self, notes: object) -> None:
        """Start with what an earlier window remembered."""
        self._brush_notes = notes if isinstance(notes, dict) else {}
        if self._brush is not None:
            self._brush.restore(self._brush_notes)

    def show_task(self, *, takes_picture: bool, takes_files: bool) -> None:
        """Whether the next clip starts from the picture, from files in the form, or from words."""
        self._takes_picture = takes_picture
        self.picture.show_task(takes_picture=takes_picture, takes_files=takes_files)
        self._show_page()

    def show_picture(self, image: QImage, source: Source, opening: Opening | None = None) -> None:
        """Show a picture and bring it to the front, with what is painted on it already."""
        self.source = source
        if self.notice.text == NO_PICTURE:
            self.notice.hide()
        self.picture.show_image(image)
        self.picture.show_note(source.held_back)
        self._opening = opening
        self._open_in_brush()
        self._head.choose(PICTURE)
        self._show_page()
        self.source_changed.emit()

    def clear_picture(self) -> None:
        """Do without a picture."""
        self.source = None
        self.picture.show_image(QImage())
        self._opening = None
        self._wants_brush = False
        self._open_in_brush()
        self._show_page()
        self.source_changed.emit()

    def show_clip(self, path: str, brush: Mapping[str, Any] | None = None) -> None:
        """Play a clip and bring it to the front, with what the check of its brush found."""
        self._clips.show(path, brush)
        self._head.choose(CLIP)
        self._show_page()

    def show_verdict(self, path: str, brush: Mapping[str, Any] | None) -> None:
        """The check of a clip is over; if it is this one, draw what was found."""
        self._clips.show_verdict(path, brush)

    def toggle_marks(self) -> None:
        """Draw what the brush did over the clip, or show the clip alone."""
        self.draw_marks(wanted=not self.draws_marks)

    def draw_marks(self, *, wanted: bool) -> None:
        """Whether what the brush did is drawn over clips."""
        self._clips.draw_marks(wanted=wanted)

    def show_no_clip(self) -> None:
        """The chosen job has no clip: one that is in sight must not pass for its own."""
        if self._clips.disown():
            self._show_page()

    def offer_promotion(self, text: str) -> None:
        """Offer to promote the draft in sight."""
        self._controls.offer_promotion(text)

    def toggle(self) -> None:
        """Play or pause the clip, if it is in sight."""
        if self.player is not None and self._shows_clip():
            self.player.toggle()

    def warm_up(self) -> None:
        """Load Qt's multimedia part while nothing is going on, so that no clip has to wait."""
        self._clips.ready()

    def restyle(self) -> None:
        """Take the colours now in use."""
        for each in (self.picture, self.notice, self._head, self._controls):
            each.restyle()
        if self._brush is not None:
            self._brush.restyle()

    def _explain(self) -> None:
        self._head.explain_brush(self.keys.shown("brush"))

    @property
    def is_brush_in_sight(self) -> bool:
        return self._brush_in_sight

    def _ready_brush(self) -> None:
        """Masks need numpy, which is not loaded before somebody paints: start-up is a goal."""
        if self._brush is not None:
            return
        from kling_desktop.ui.brush.making import make_page

        self._brush = page = make_page(self, self._brush_notes, self._muted_here, self._endpoints)
        self._pages.addWidget(page)
        self._open_in_brush()
        self.brush_made.emit()

    def _open_in_brush(self) -> None:
        if self._brush is not None and self._opening is not None:
            self._opening.start(self._brush.session)
            # Its history is the session's now, which forgets what is too much.
            self._opening = replace(self._opening, history=History(self._opening.history.start))
        elif self._brush is not None:
            from kling_desktop.ui.brush.opening import open_image

            name = self.source.name if self.source is not None else ""
            open_image(self._brush.session, self.picture.image, name)

    def _take_player(self, player: Player) -> None:
        player.folder_asked.connect(self.folder_asked)
        player.failed.connect(self.notice.tell)
        player.view.dragged.connect(self.frame_dragged)
        self._pages.addWidget(player.view)

    def _lay_out(self) -> None:
        around = QVBoxLayout()
        around.setContentsMargins(10, 6, 10, 0)
        around.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._head)
        column.addLayout(around)
        column.addWidget(self._pages, 1)
        column.addWidget(self._controls)

    def _shows_clip(self) -> bool:
        return self._head.page == CLIP and self.player is not None

    def _show_page(self) -> None:
        clip, empty = self._shows_clip(), self.picture.is_empty
        brush = self._wants_brush and not clip and self._brush is not None
        self._pages.setCurrentWidget(self._page(clip=clip, brush=brush))
        policy = self._controls.sizePolicy()
        policy.setRetainSizeWhenHidden(
            not empty and not brush
        )  # A picture fills the rectangle of its clip.
        self._controls.setSizePolicy(policy)
        self._controls.setVisible(clip)
        caption = self._clips.caption if clip else self._picture_caption()
        self._head.describe(caption, changeable=not clip and not empty)
        self._head.brush.setChecked(brush)
        if self.player is not None and not clip:
            self.player.rest()
        if brush is not self._brush_in_sight:
            self._brush_in_sight = brush
            self.brush_shown.emit(brush)

    def _page(self, *, clip: bool, brush: bool) -> QWidget:
        if clip and self.player is not None:
            return self.player.view
        return self._brush if brush and self._brush is not None else self.picture

    def _picture_caption(self) -> str:
        if self.source is None:
            return ""
        size = self.picture.image_size
        caption = f"{self.source.name}   {size.width()} \N{MULTIPLICATION SIGN} {size.height()}"
        return caption if self._takes_picture else f"Not used by this model: {caption}"
