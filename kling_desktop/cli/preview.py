"""``preview`` and ``check``: the motion before the money is spent, and whether the brush took."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop import workrooms
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import THERE, say, show, show_json
from kling_desktop.domain.errors import (
    ClipDamaged,
    FolderUnusable,
    InvalidParams,
    Problem,
)

if TYPE_CHECKING:
    import argparse

    from kling_desktop.domain.motion.asked import Asked
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.project import OpenedProject

STILL = "has nothing that moves: paint a region and draw its path first"
NO_BRUSH = "has nothing painted that a clip could be held against"


async def preview(args: argparse.Namespace) -> Exit:
    """Render the project to a file. Raises KlingDesktopError."""
    from kling_desktop.media.animatic import MARK, SUFFIXES

    out: Path = args.out
    if out.suffix.lower() not in SUFFIXES:
        raise InvalidParams((Problem("-o", "must end as one of these do", out.name, SUFFIXES),))
    if await asyncio.to_thread(out.exists):
        raise InvalidParams((Problem(str(out), THERE),))
    opened = await _opened(args.project)
    document = opened.project.document
    numbers = [each.id for each in document.dynamic if _moves(document, each.id)]
    if not numbers:
        raise InvalidParams((Problem(args.project.name, STILL),))
    facts = await asyncio.to_thread(_write, out, opened, args.seconds)
    told = {
        "seconds": args.seconds,
        **facts,
        "regions": numbers,
        "mark": MARK,
        "notes": list(opened.notes),
    }
    say("This is a preview, not the model: it moves what you painted and makes nothing up.")
    if args.json:
        show_json(told)
    else:
        show(str(out))
    return Exit.DONE


async def check(args: argparse.Namespace) -> Exit:
    """Hold a clip against the project that it was made from. Raises KlingDesktopError."""
    from kling_desktop.domain.motion.verdict_json import is_judged
    from kling_desktop.media.brush_check import check_in_child

    opened = await _opened(args.project)
    document = opened.project.document
    if not args.clip.is_file():
        raise InvalidParams((Problem(args.clip.name, "is not there, or is no file"),))
    with tempfile.TemporaryDirectory(prefix="kling-check-", ignore_cleanup_errors=True) as folder:
        asked = await asyncio.to_thread(_asked, document, Path(folder))
        if not asked.regions and not asked.static:
            raise InvalidParams((Problem(args.project.name, NO_BRUSH),))
        try:
            told = await check_in_child(args.clip, asked)
        except ClipDamaged as error:
            problem = f"is not a video that can be followed: {error.detail}"
            raise InvalidParams((Problem(args.clip.name, problem),)) from None
    told = {"clip": str(args.clip), "judged": is_judged(told)} | told
    if args.json:
        show_json(told)
    else:
        show("\n".join(_lines(told)))
    return Exit.DONE if told["judged"] else Exit.BAD_INPUT


async def _opened(path: Path) -> OpenedProject:
    from kling_desktop.storage.projects import read_project

    opened = await asyncio.to_thread(read_project, path, workrooms.picture_size)
    for note in opened.notes:
        say(note)
    return opened


def _moves(document: MotionDocument, number: int) -> bool:
    region = next(each for each in document.dynamic if each.id == number)
    return not region.mask.is_empty and not region.trajectory.is_empty


def _write(out: Path, opened: OpenedProject, seconds: int) -> dict[str, Any]:
    from kling_desktop.media.animatic import export_animatic
    from kling_desktop.media.decode import PictureFiles

    document = opened.project.document
    name = document.picture.name or f"image{opened.project.suffix}"
    rows = PictureFiles().decode(name, opened.picture).rows
    try:
        scene = export_animatic(out, document, rows[..., 2::-1], seconds=seconds)
    except OSError as error:
        raise FolderUnusable(error.strerror or str(error)) from error
    return {"file": str(out.absolute()), "frames": scene.frames, "bytes": out.stat().st_size}


def _asked(document: MotionDocument, folder: Path) -> Asked:
    """The masks as files for the child, and the points."""
    from kling_desktop.domain.catalog import Origin
    from kling_desktop.domain.motion.asked import Asked, AskedRegion, mask_name
    from kling_desktop.domain.motion.png import encode_mask
    from kling_desktop.domain.motion.wire import wire_points

    def kept(number: int) -> str:
        region = next(each for each in document.regions if each.id == number)
        path = folder / mask_name(number)
        path.write_bytes(encode_mask(region.mask))
        return str(path)

    size = document.size
    regions = tuple(
        AskedRegion(
            each.id, kept(each.id), wire_points(each.trajectory, size, size, Origin.TOP_LEFT)
        )
        for each in document.dynamic
        if _moves(document, each.id)
    )
    static = document.static
    where = "" if static.mask.is_empty else kept(static.id)
    return Asked(regions, where, names=document.names)


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [told["headline"], *(f"  {each}" for each in told["words"])]
    for each in told["regions"]:
        figures = f"agreement {each['agreement']:.2f}, reach {each['reach']:.2f}"
        lines.append(f"  region {each['number']}: {figures}, followed {each['followed']:.0%}")
    drift = told["static_drift"]
    if drift is not None:
        lines.append(f"  static drift {100 * drift:.1f} % of the width")
    lines.append(f"  in/out motion {told['ratio']:.1f} to 1, score {told['score']:.2f} of 1")
    return lines
