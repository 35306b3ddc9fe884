"""What a picture must be like, for the model and for this program.

The model's: kling-facts.md §2 (Kling's own API pages; fal states the same for newer endpoints).
"""

from __future__ import annotations

MIN_SIDE = 300
"""Pixels."""
MIN_RATIO, MAX_RATIO = 0.4, 2.5
"""Of the width to the height."""
MAX_BYTES = 10_000_000
MAX_PIXELS = 80_000_000
"""More is taken for a decompression bomb; below the limit at which Pillow warns."""
