"""The page of the motion brush, as its own tests have it."""

from __future__ import annotations

from tests.ui.brush.conftest import keys, page, session

__all__ = ["keys", "page", "session"]
