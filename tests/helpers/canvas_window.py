"""A window with nothing but the canvas and a sample picture; says after each step what is painted.

``python tests/helpers/canvas_window.py [light|dark]``
"""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.motion.document import MotionDocument, PictureRef
from kling_desktop.domain.motion.geometry import Size
from kling_desktop.paths import resource
from kling_desktop.ui import theme
from kling_desktop.ui.canvas.canvas import Canvas
from kling_desktop.ui.canvas.session import Session


def main(scheme: str) -> int:
    app = QApplication([])
    theme.apply(app, theme.Scheme(scheme))
    image = QImage(str(resource("samples/astronaut.jpg"))).convertToFormat(
        QImage.Format.Format_RGB32
    )
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    session = Session()
    size = Size(image.width(), image.height())
    session.open(MotionDocument.blank(PictureRef(size)), rows.copy())
    session.document_changed.connect(lambda _before, _now: tell(session))
    canvas = Canvas(session)
    canvas.setWindowTitle("Canvas")
    canvas.resize(1000, 760)
    canvas.show()
    code = app.exec()
    canvas.close_errands()
    return code


def tell(session: Session) -> None:
    areas = " ".join(f"{each.id}:{each.mask.area}" for each in session.document.dynamic)
    print(areas or "blank", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "light"))
