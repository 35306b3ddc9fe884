"""The bar above the canvas: the options of the tool in use, and what can be done to the region."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from kling_desktop.domain.motion.tools.brush import (
    LARGEST_DIAMETER,
    SMALLEST_DIAMETER,
    BrushOptions,
)
from kling_desktop.domain.motion.tools.options import (
    Combine,
    Smart,
    Symmetry,
    ToolName,
    ToolOptions,
)
from kling_desktop.ui import icons
from kling_desktop.ui.brush.choices import Choices, Switch
from kling_desktop.ui.brush.dial import Dial, Scale
from kling_desktop.ui.brush.flow import Flow
from kling_desktop.ui.parts import Button

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtWidgets import QWidget

    from kling_desktop.ui.brush.menus import RegionMenu
    from kling_desktop.ui.canvas.session import Session

SIZE, HARDNESS, LAZINESS, PRESSURE = "size", "hardness", "laziness", "pressure"
SYMMETRY, COMBINE, TOLERANCE, CONTIGUOUS = "symmetry", "combine", "tolerance", "contiguous"
SMOOTHING, SNAP, DRAWS = "smoothing", "snap", "draws"
_STROKE = (SIZE, HARDNESS, LAZINESS, PRESSURE, SYMMETRY)
CONCERNS: dict[ToolName, tuple[str, ...]] = {
    ToolName.HAND: (),
    ToolName.BRUSH: _STROKE,
    ToolName.ERASER: _STROKE,
    ToolName.LINE: (SIZE, HARDNESS, SYMMETRY, SNAP),
    ToolName.LASSO: (COMBINE,),
    ToolName.POLYGON: (COMBINE, SNAP),
    ToolName.RECTANGLE: (COMBINE,),
    ToolName.ELLIPSE: (COMBINE,),
    ToolName.BUCKET: (TOLERANCE, COMBINE),
    ToolName.WAND: (TOLERANCE, CONTIGUOUS, COMBINE),
    ToolName.SMART: (DRAWS, COMBINE),
    ToolName.DRAW: (SMOOTHING,),
    ToolName.PEN: (SNAP,),
}
"""The options that each tool uses; the others are not in sight."""
PIN_TIP = "Make every pixel static that no region moves"


class OptionsBar(Flow):
    """Writes what somebody chooses into the session, and shows what is there."""

    pin_asked = Signal()
    left = Signal()
    """A number is typed, and the keys may go elsewhere."""

    def __init__(self, session: Session, mask: RegionMenu, path: RegionMenu) -> None:
        super().__init__()
        self.setAccessibleName("Options of the tool")
        self._session = session
        self._make_stroke()
        self._make_rest()
        self._parts: dict[str, QWidget] = {
            SIZE: self.size_dial, HARDNESS: self.hardness, LAZINESS: self.laziness,
            PRESSURE: self.pressure, SYMMETRY: self.symmetry, COMBINE: self.combine,
            TOLERANCE: self.tolerance, CONTIGUOUS: self.contiguous, SMOOTHING: self.smoothing,
            SNAP: self.snap, DRAWS: self.draws,
        }  # fmt: skip
        self.pin = Button("Pin everything else")
        self.pin.setToolTip(PIN_TIP)
        self._menus = (mask, path)
        self._lay_out()
        self._connect()
        self._show_tool(session.tool)
        self._show(session.options)
        self.restyle()

    def heightForWidth(self, width: int) -> int:
        """What the tool with the most options takes: the picture stays where it is with any."""
        return max(
            self._place(self._of(names), width, moves=False) for names in set(CONCERNS.values())
        )

    def shown(self) -> set[str]:
        """The options in sight."""
        return {name for name, part in self._parts.items() if not part.isHidden()}

    def restyle(self) -> None:
        """Take the colours now in use."""
        for each in (
            self.pressure, self.symmetry, self.draws, self.combine, self.contiguous, self.snap
        ):  # fmt: skip
            each.restyle()
        for menu in self._menus:
            menu.restyle()
        self.pin.setIcon(icons.icon("pin"))

    def _make_stroke(self) -> None:
        """What brush, eraser and line use."""
        self.size_dial = Dial(
            "Size", Scale(SMALLEST_DIAMETER, LARGEST_DIAMETER, " px", 0, is_logarithmic=True),
            "Diameter of the brush, in pixels of the picture",
        )  # fmt: skip
        self.hardness = Dial("Hardness", Scale(0, 100, " %"), "How much of the brush is full")
        self.laziness = Dial(
            "Smooth", Scale(0, 100, " px"), "Length of the string that pulls the brush"
        )
        self.pressure = Switch("Pen pressure changes the size", "pressure")
        self.symmetry = Choices("Symmetry", {
            Symmetry.NONE.value: ("No symmetry", "symmetry-none"),
            Symmetry.LEFT_RIGHT.value: ("Mirror left and right", "symmetry"),
            Symmetry.TOP_BOTTOM.value: ("Mirror top and bottom", "symmetry-level"),
            Symmetry.BOTH.value: ("Mirror both ways", "symmetry-both"),
        })  # fmt: skip

    def _make_rest(self) -> None:
        self.draws = Choices("What dragging draws", {
            Smart.BOX.value: ("Drag a box around the object", "tool-rectangle"),
            Smart.SCRIBBLE.value: ("Scribble over the object", "tool-draw"),
        })  # fmt: skip
        self.combine = Choices("What a shape does", {
            Combine.ADD.value: ("Add to the region", "combine-add"),
            Combine.SUBTRACT.value: ("Take from the region", "combine-subtract"),
            Combine.REPLACE.value: ("Replace the region's mask", "combine-replace"),
        })  # fmt: skip
        self.tolerance = Dial("Tolerance", Scale(0, 255), "How much a colour may differ")
        self.contiguous = Switch("Only what hangs together", "contiguous")
        self.smoothing = Dial(
            "Smoothing", Scale(0, 30, " px"), "How much a path by free hand is smoothed"
        )
        self.snap = Switch("Snap directions to 15 degrees", "angle")

    def _of(self, names: Collection[str]) -> list[QWidget]:
        """What stands in the bar with a tool that has these options."""
        options = (part for name, part in self._parts.items() if name in names)
        return [*options, *self._menus, self.pin]

    def _lay_out(self) -> None:
        for each in self._of(self._parts):
            self.add(each)

    def _connect(self) -> None:
        self._session.tool_changed.connect(self._show_tool)
        self._session.options_changed.connect(self._show)
        self.size_dial.chosen.connect(lambda value: self._brush(diameter=value))
        self.hardness.chosen.connect(lambda value: self._brush(hardness=value / 100))
        self.laziness.chosen.connect(lambda value: self._brush(laziness=value))
        self.pressure.chosen.connect(lambda on: self._brush(presses_to_size=on))
        self.symmetry.chosen.connect(lambda value: self._set(symmetry=Symmetry(value)))
        self.draws.chosen.connect(lambda value: self._set(smart=Smart(value)))
        self.combine.chosen.connect(lambda value: self._set(combine=Combine(value)))
        self.tolerance.chosen.connect(lambda value: self._set(tolerance=round(value)))
        self.contiguous.chosen.connect(lambda on: self._set(is_contiguous=on))
        self.smoothing.chosen.connect(lambda value: self._set(smoothing=value))
        self.snap.chosen.connect(lambda on: self._set(snaps_angle=on))
        self.pin.clicked.connect(self.pin_asked)
        dials = self.size_dial, self.hardness, self.laziness, self.tolerance, self.smoothing
        for each in dials:
            each.left.connect(self.left)

    def _show_tool(self, tool: ToolName) -> None:
        for name, part in self._parts.items():
            part.setVisible(name in CONCERNS[tool])
        self.arrange()

    def _show(self, options: ToolOptions) -> None:
        self.size_dial.show_value(options.brush.diameter)
        self.hardness.show_value(options.brush.hardness * 100)
        self.laziness.show_value(options.brush.laziness)
        self.pressure.show_value(on=options.brush.presses_to_size)
        self.symmetry.show_value(options.symmetry.value)
        self.draws.show_value(options.smart.value)
        self.combine.show_value(options.combine.value)
        self.tolerance.show_value(options.tolerance)
        self.contiguous.show_value(on=options.is_contiguous)
        self.smoothing.show_value(options.smoothing)
        self.snap.show_value(on=options.snaps_angle)

    def _set(self, **changes: object) -> None:
        self._session.set_options(replace(self._session.options, **changes))  # type: ignore[arg-type]

    def _brush(self, **changes: object) -> None:
        brush: BrushOptions = replace(self._session.options.brush, **changes)  # type: ignore[arg-type]
        self._set(brush=brush)
