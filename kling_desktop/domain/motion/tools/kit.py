"""Which tool is meant by a name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kling_desktop.domain.motion.tools.boxes import Box
from kling_desktop.domain.motion.tools.brush import Brush
from kling_desktop.domain.motion.tools.bucket import Bucket, Wand
from kling_desktop.domain.motion.tools.draw import Draw
from kling_desktop.domain.motion.tools.lasso import Lasso
from kling_desktop.domain.motion.tools.line import LineTool
from kling_desktop.domain.motion.tools.options import ToolName
from kling_desktop.domain.motion.tools.pen import Pen
from kling_desktop.domain.motion.tools.polygon import PolygonTool
from kling_desktop.domain.motion.tools.smart import SmartSelect
from kling_desktop.domain.motion.tools.states import Idle

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.motion.tools.options import ToolOptions
    from kling_desktop.domain.motion.tools.tool import Tool

_TOOLS: dict[ToolName, Callable[[ToolOptions], Tool]] = {
    ToolName.HAND: lambda _: Idle(),
    ToolName.BRUSH: lambda options: Brush(options.brush),
    ToolName.ERASER: lambda options: Brush(replace(options.brush, erases=True)),
    ToolName.LINE: LineTool,
    ToolName.LASSO: Lasso,
    ToolName.POLYGON: PolygonTool,
    ToolName.RECTANGLE: Box,
    ToolName.ELLIPSE: lambda options: Box(options, is_round=True),
    ToolName.BUCKET: Bucket,
    ToolName.WAND: Wand,
    ToolName.SMART: SmartSelect,
    ToolName.DRAW: lambda options: Draw(options.smoothing, options.snaps_start),
    ToolName.PEN: lambda options: Pen(options.snaps_angle, options.snaps_start),
}


def tool_for(name: ToolName, options: ToolOptions) -> Tool:
    """A tool at rest."""
    return _TOOLS[name](options)
