"""Where a second start rings, and how it does: a socket of this user alone, one line each."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from kling_desktop.domain.knock import LARGEST, Knock

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

HEARD = b"heard\n"
MOST_AT_ONCE = 8
PATIENCE = 5000
"""Milliseconds that a caller may take for its line."""
ANSWER = 10.0
"""Seconds until the first window must have answered; it may only just be starting."""
_AGAIN = 0.05


class Doorbell(QObject):
    """Listens as long as it lives."""

    knocked = Signal(object)
    """With a ``Knock``."""

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        """Listen; the caller holds the claim, so what still lies there belongs to nobody."""
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(MOST_AT_ONCE)
        self._server.newConnection.connect(self._welcome)
        self._callers: set[QLocalSocket] = set()
        QLocalServer.removeServer(address)
        if not self._server.listen(address):
            logger.warning("no second start can reach us: %s", self._server.errorString())

    @property
    def is_listening(self) -> bool:
        return self._server.isListening()

    def close(self) -> None:
        """Listen no longer, and leave no address behind."""
        self._server.close()
        for caller in tuple(self._callers):
            caller.abort()

    def _welcome(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            if len(self._callers) >= MOST_AT_ONCE:
                caller.abort()
                caller.deleteLater()
                continue
            self._callers.add(caller)
            caller.setReadBufferSize(LARGEST + 1)
            caller.readyRead.connect(self._hearing(caller))
            caller.disconnected.connect(self._parting(caller))
            QTimer.singleShot(PATIENCE, caller, caller.abort)
            self._hear(caller)

    def _hearing(self, caller: QLocalSocket) -> Callable[[], None]:
        return lambda: self._hear(caller)

    def _parting(self, caller: QLocalSocket) -> Callable[[], None]:
        def part() -> None:
            self._callers.discard(caller)
            caller.deleteLater()

        return part

    def _hear(self, caller: QLocalSocket) -> None:
        if not caller.canReadLine():
            if caller.bytesAvailable() > LARGEST:
                caller.abort()
            return
        line = bytes(caller.readLine(LARGEST + 1).data())
        try:
            knock = Knock.of(line)
        except ValueError as error:
            logger.info("somebody knocked with nonsense: %s", error)
            caller.abort()
            return
        caller.write(HEARD)
        caller.flush()
        caller.disconnectFromServer()
        self.knocked.emit(knock)


def ring(address: str, knock: Knock, seconds: float = ANSWER) -> bool:
    """Whether the first window has heard; blocks, for a start that has no window of its own."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if _rung(address, knock.line(), int(left * 1000)):
            return True
        time.sleep(_AGAIN)
    return False


def _rung(address: str, line: bytes, milliseconds: int) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(address)
    if not socket.waitForConnected(milliseconds):
        return False
    socket.write(line)
    socket.flush()
    while not socket.canReadLine():
        if not socket.waitForReadyRead(milliseconds):
            break
    heard = bytes(socket.readLine(len(HEARD) + 1).data()) == HEARD
    socket.abort()
    return heard
