"""How the engine tells others: publish an event, subscribe with a function, get back its undo."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.events import Event

log = logging.getLogger(__name__)


class Bus:
    """Calls every listener in turn, on the engine's own thread."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on; call what this returns to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, event: Event) -> None:
        """Tell every listener; one that fails must not harm a paid job."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("listener failed event=%s", type(event).__name__)
