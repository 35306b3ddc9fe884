"""The words of ``kling-desktop sandbox``, apart from the server so that help costs no import."""

from __future__ import annotations

import argparse
from decimal import Decimal, InvalidOperation
from pathlib import Path

PIXELS = 1280 * 720
"""Of a frame of a clip, as Kling makes them."""
FEWEST_PIXELS = 128 * 128
"""Smaller frames have no room for the watermark."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``kling-desktop sandbox``."""
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; default: any")
    parser.add_argument("--key", help="API key to ask for; default: made up and kept")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than normal")
    parser.add_argument("--weather", type=Path, metavar="FILE", help="JSON file of faults")
    parser.add_argument("--faults", action="store_true", help="explain the weather, and no more")
    parser.add_argument(
        "--concurrency", type=int, default=2, metavar="N", help="requests at once, 2 to 40"
    )
    parser.add_argument(
        "--credit", type=play_money, metavar="USD", help="play money; default: never used up"
    )
    parser.add_argument(
        "--pixels", type=int, default=PIXELS, metavar="N", help="of a frame; fewer are made sooner"
    )
    parser.add_argument(
        "--validate-at-submit", action="store_true", help="refuse bad input at once, unlike fal"
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder of its memory")
    parser.add_argument("--users", type=Path, metavar="DIR", help="leave with the last user there")


def play_money(text: str) -> Decimal:
    """US dollars, 0 or more."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not 0 <= amount < 10**9 if amount.is_finite() else True:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of US dollars such as 12.50")
    return amount
