"""The whole program without a display: paints on a picture, takes a step back, and waits.

``python tests/helpers/painting_program.py PICTURE``; says ``kept`` when all of it is on the disk.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import qasync

from kling_desktop import wiring
from kling_desktop.app import Program, make_app
from kling_desktop.paths import places
from tests.helpers.programs import until
from tests.ui.brush.worlds import a_box, draw, paint


async def main(program: Program, picture: Path) -> None:
    window = program.window
    running = asyncio.ensure_future(program.run(picture))
    await until(lambda: not window.stage.picture.is_empty)
    window.compose.set_values({"prompt": "The sail fills"})
    window.stage.show_brush(wanted=True)
    assert window.stage.brush is not None
    session = window.stage.brush.session
    paint(session, 1, a_box(session, 100, 100, 80, 60))
    draw(session, 1, (140, 130), (300, 130))
    paint(session, 2, a_box(session, 300, 200, 50, 50))
    session.history.undo()
    await asyncio.sleep(0.1)  # the window tells the engine when it comes to rest
    await program.engine.keep_work(await program.studio.projects.keeper.running())
    print("kept", flush=True)
    await running


if __name__ == "__main__":
    app = make_app()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        started = Program(app, wiring.Wish.SANDBOX, places())
        runner.run(main(started, Path(sys.argv[1])))
