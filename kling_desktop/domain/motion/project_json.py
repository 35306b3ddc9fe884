"""A project as JSON and back: strict in what it takes, and the same text each time.

Masks are files beside it (``design.md`` §6); a document that was read here has none yet.
"""

from __future__ import annotations

import json
import math
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kling_desktop.domain.errors import BadProject
from kling_desktop.domain.limits import MAX_PIXELS
from kling_desktop.domain.motion.document import (
    DYNAMIC,
    STATIC,
    MotionDocument,
    PictureRef,
    Region,
    RegionId,
)
from kling_desktop.domain.motion.geometry import Point, Size
from kling_desktop.domain.motion.mask import Mask
from kling_desktop.domain.motion.project import PICTURE_SUFFIXES, VERSION, Project
from kling_desktop.domain.motion.trajectory import Ease, Join, Node, Trajectory

MAX_TEXT = 16_000_000
"""Bytes of JSON; six paths of as many nodes as may be need less than half of it."""
MAX_NODES = 10_000
"""Of a path; a line drawn by free hand has some hundred."""
FAR = 1_000_000.0
"""Pixels; a path may leave the picture, but not for ever."""
_LONG_SIDE = 65_535
_BIG_NUMBER = 2**53

_Number = Annotated[float, Field(ge=-FAR, le=FAR, allow_inf_nan=False)]
_Pair = tuple[_Number, _Number]
_Side = Annotated[int, Field(ge=1, le=_LONG_SIDE)]


class _Strict(BaseModel):
    # What a newer program has more is passed over: such a project is only read.
    model_config = ConfigDict(strict=True, extra="ignore")


class _Node(_Strict):
    point: Annotated[_Pair, Field(strict=False)]
    before: Annotated[_Pair, Field(strict=False)] = (0.0, 0.0)
    after: Annotated[_Pair, Field(strict=False)] = (0.0, 0.0)
    join: Annotated[Join, Field(strict=False)] = Join.CORNER


class _Path(_Strict):
    ease: Annotated[Ease, Field(strict=False)] = Ease.EVEN
    nodes: Annotated[list[_Node], Field(max_length=MAX_NODES)] = []


class _Region(_Strict):
    number: Annotated[int, Field(ge=STATIC, le=DYNAMIC[-1])]
    name: Annotated[str, Field(max_length=1000)] = ""
    visible: bool = True
    locked: bool = False
    solo: bool = False
    trajectory: _Path = _Path()


class _Picture(_Strict):
    width: _Side
    height: _Side
    name: Annotated[str, Field(max_length=1000)] = ""
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    suffix: str


class _File(_Strict):
    version: Annotated[int, Field(ge=1)]
    endpoint: Annotated[str, Field(max_length=1000)] = ""
    parameters: dict[str, Any] = {}
    picture: _Picture
    regions: Annotated[list[_Region], Field(max_length=len(DYNAMIC) + 1)] = []
    jobs: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100_000)] = []
    muted: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = []


def to_text(project: Project) -> str:
    """The same project gives the same text.

    Raises:
        BadProject: a number in it is not one, or a text cannot be written.
    """
    document = project.document
    told = {
        "version": VERSION,
        "endpoint": project.endpoint,
        "parameters": dict(project.parameters),
        "picture": {
            "width": document.size.width,
            "height": document.size.height,
            "name": document.picture.name,
            "sha256": document.picture.digest,
            "suffix": project.suffix,
        },
        "regions": [_region(each) for each in document.regions],
        "jobs": list(project.jobs),
        **({"muted": list(project.muted)} if project.muted else {}),
    }
    try:
        text = json.dumps(told, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise BadProject("The project", f"cannot be written: {error}") from None
    return text + "\n"


def _region(region: Region) -> dict[str, Any]:
    return {
        "number": region.id,
        "name": region.name,
        "visible": region.is_visible,
        "locked": region.is_locked,
        "solo": region.is_solo,
        "trajectory": {
            "ease": region.trajectory.ease.value,
            "nodes": [_node(each) for each in region.trajectory.nodes],
        },
    }


def _node(node: Node) -> dict[str, Any]:
    return {
        "point": _pair(node.point),
        "before": _pair(node.before),
        "after": _pair(node.after),
        "join": node.join.value,
    }


def _pair(point: Point) -> list[float]:
    return [float(point.x), float(point.y)]


def from_text(text: bytes, name: str) -> Project:
    """A project without masks; ``name`` is what people know the file by.

    Raises:
        BadProject: it is not one; says which part.
    """
    found = _parsed(text, name)
    try:
        file = _File.model_validate(found)
    except ValidationError as error:
        raise BadProject(name, f"its project.json is not right: {_first(error)}") from None
    picture = file.picture
    if picture.width * picture.height > MAX_PIXELS:
        raise BadProject(
            name, f"its picture would have more than {MAX_PIXELS // 1_000_000} million pixels"
        )
    if picture.suffix not in PICTURE_SUFFIXES:
        raise BadProject(name, f"its picture has a name that ends with {picture.suffix[:20]!r}")
    return Project(
        document=_document(file, name),
        endpoint=file.endpoint,
        parameters=file.parameters,
        jobs=tuple(file.jobs),
        muted=tuple(file.muted),
        suffix=picture.suffix,
        version=file.version,
    )


def _parsed(text: bytes, name: str) -> Any:
    if len(text) > MAX_TEXT:
        raise BadProject(name, "its project.json is too long")
    try:
        found = json.loads(
            text.decode("utf-8"), parse_constant=_no_number, parse_float=_float, parse_int=_int
        )
        json.dumps(found, ensure_ascii=False).encode()  # halves of letters cannot be kept
    except RecursionError:
        raise BadProject(name, "its project.json is nested too deeply") from None
    except ValueError as error:
        reason = str(error).splitlines()[0][:120]
        raise BadProject(name, f"its project.json cannot be read: {reason}") from None
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:20]} is too large")
    return value


def _int(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > _BIG_NUMBER:
        raise ValueError(f"{digits[:20]} is too large")
    return int(digits)


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "it"
    message = first["msg"].removeprefix("Input ")
    return f"{place} {message[:1].lower()}{message[1:]}"


def _document(file: _File, name: str) -> MotionDocument:
    size = Size(file.picture.width, file.picture.height)
    document = MotionDocument.blank(PictureRef(size, file.picture.name, file.picture.sha256))
    seen: set[int] = set()
    for each in file.regions:
        if each.number in seen:
            raise BadProject(name, f"it has region {each.number} twice")
        seen.add(each.number)
        document = document.with_region(
            Region(
                RegionId(each.number),
                Mask.empty(size),
                each.name,
                _trajectory(each.trajectory),
                each.visible,
                each.locked,
                each.solo,
            )
        )
    return document


def _trajectory(path: _Path) -> Trajectory:
    nodes = (
        Node(Point(*each.point), Point(*each.before), Point(*each.after), each.join)
        for each in path.nodes
    )
    return Trajectory(tuple(nodes), path.ease)
