"""The keys of the motion brush as rows; those of the canvas's view come with the canvas.

Where programs differ (peers.md §3.1): digits choose regions, so the view does not turn with 4 to 6;
O is the ellipse, as nothing cycles colours here; Ctrl+I stays the window's "What happened?".
"""

from __future__ import annotations

from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.ui.keys_table import KeyRow

TOOL_KEYS = {
    ToolName.HAND: "H",
    ToolName.BRUSH: "B",
    ToolName.ERASER: "E",
    ToolName.LINE: "I",
    ToolName.LASSO: "L",
    ToolName.POLYGON: "Y",
    ToolName.RECTANGLE: "R",
    ToolName.ELLIPSE: "O",
    ToolName.BUCKET: "G",
    ToolName.WAND: "W",
    ToolName.SMART: "S",
    ToolName.DRAW: "N",
    ToolName.PEN: "P",
}
TITLES = {
    ToolName.HAND: "Hand",
    ToolName.BRUSH: "Brush",
    ToolName.ERASER: "Eraser",
    ToolName.LINE: "Straight line",
    ToolName.LASSO: "Lasso",
    ToolName.POLYGON: "Polygon",
    ToolName.RECTANGLE: "Rectangle",
    ToolName.ELLIPSE: "Ellipse",
    ToolName.BUCKET: "Bucket",
    ToolName.WAND: "Magic wand",
    ToolName.SMART: "Smart select",
    ToolName.DRAW: "Draw a path",
    ToolName.PEN: "Pen: place path points",
}
TOOLS, PAINTING, REGIONS, PATHS = "Tools", "Painting", "Regions", "Paths"
TOUCH = "Touch screen"

ROWS: tuple[KeyRow, ...] = (
    *(KeyRow(f"tool.{tool.value}", TOOLS, TITLES[tool], (keys,))
      for tool, keys in TOOL_KEYS.items()),
    KeyRow("brush.smaller", PAINTING, "Smaller brush", ("[",), repeats=True),
    KeyRow("brush.larger", PAINTING, "Larger brush", ("]",), repeats=True),
    KeyRow("brush.softer", PAINTING, "Softer brush", ("Shift+[", "{"), repeats=True),
    KeyRow("brush.harder", PAINTING, "Harder brush", ("Shift+]", "}"), repeats=True),
    KeyRow("brush.swap", PAINTING, "Swap painting and erasing", ("X",)),
    KeyRow("brush.default", PAINTING, "Brush as it was at first", ("D",)),
    KeyRow("mask.clear", PAINTING, "Clear the region's mask", ("Delete",)),
    KeyRow("mask.invert", PAINTING, "Invert the region's mask", ("Shift+V",)),
    KeyRow("mask.grow", PAINTING, "Grow the region's mask", ("Shift+G",)),
    KeyRow("mask.shrink", PAINTING, "Shrink the region's mask", ("Shift+K",)),
    KeyRow("mask.smooth", PAINTING, "Smooth the region's mask", ("Shift+S",)),
    KeyRow("mask.pin", PAINTING, "Pin everything else", ("Shift+P",)),
    *(KeyRow(f"region.{number}", REGIONS, f"Region {number}", (str(number),))
      for number in range(1, 7)),
    KeyRow("region.0", REGIONS, "Static region", ("0",)),
    KeyRow("region.next", REGIONS, "Next region", ("Alt+]",), repeats=True),
    KeyRow("region.previous", REGIONS, "Previous region", ("Alt+[",), repeats=True),
    KeyRow("region.rename", REGIONS, "Rename the region", ("F2",)),
    KeyRow("region.up", REGIONS, "Move the region up", ("Alt+Up",), repeats=True),
    KeyRow("region.down", REGIONS, "Move the region down", ("Alt+Down",), repeats=True),
    KeyRow("region.add", REGIONS, "Add a region", ("Shift+N",)),
    KeyRow("region.duplicate", REGIONS, "Duplicate the region", ("Ctrl+D",)),
    KeyRow("region.remove", REGIONS, "Delete the region", ("Shift+Delete",)),
    KeyRow("region.box", REGIONS, "Add a box by numbers", ("Shift+R",)),
    KeyRow("panel.regions", REGIONS, "Show or hide the list of regions", ("F9",)),
    KeyRow("path.numbers", PATHS, "Path by numbers", ("Shift+T",)),
    KeyRow("advice.next", PATHS, "Next thing to put right", ("F8",), repeats=True),
    KeyRow("advice.previous", PATHS, "Thing to put right before", ("Shift+F8",), repeats=True),
    KeyRow("preview.play", PATHS, "Play the motion, or go back to painting", ("F5",)),
    KeyRow("preview.loop", PATHS, "Preview: loop", ("Shift+L",)),
    KeyRow("preview.arrows", PATHS, "Preview: arrows of the motion", ("Shift+A",)),
    KeyRow("preview.onion", PATHS, "Preview: onion skin", ("Shift+O",)),
    KeyRow("preview.slower", PATHS, "Preview: slower", ("Alt+Left",)),
    KeyRow("preview.faster", PATHS, "Preview: faster", ("Alt+Right",)),
)  # fmt: skip
"""What this room does itself. ``region.`` and ``mask.`` rows concern the region that is chosen."""

CANVAS_GESTURES: tuple[KeyRow, ...] = (
    KeyRow("hold.erase", PAINTING, "Erase while held", ("Alt",), is_fixed=True),
    KeyRow("hold.line", PAINTING, "Straight line from the last stroke", ("Shift",), is_fixed=True),
    KeyRow("touch.paint", TOUCH, "Use the tool, until a pen is used", ("One finger",),
           is_fixed=True),
    KeyRow("touch.pan", TOUCH, "Move the picture", ("Drag two fingers",), is_fixed=True),
    KeyRow("touch.zoom", TOUCH, "Zoom in and out", ("Pinch",), is_fixed=True),
    KeyRow("touch.turn", TOUCH, "Turn the picture", ("Turn two fingers",), is_fixed=True),
    KeyRow("touch.undo", TOUCH, "Undo the last step", ("Tap with two fingers",), is_fixed=True),
    KeyRow("touch.redo", TOUCH, "Redo the step", ("Tap with three fingers",), is_fixed=True),
)  # fmt: skip
"""What no key of the table does: gestures, each in its own words."""
