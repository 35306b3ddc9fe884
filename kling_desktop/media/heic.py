"""Pictures of iPhones: the plug-in that reads HEIC is an extra of its own."""

from __future__ import annotations

import importlib
from functools import cache

EXTRA = "pip install 'kling-desktop[heic]'"


@cache
def formats() -> tuple[str, ...]:
    """The format HEIF for Pillow, where the plug-in works."""
    try:
        plug_in = importlib.import_module("pillow_heif")
    except ImportError:
        return ()
    plug_in.register_heif_opener()
    return ("HEIF",)
