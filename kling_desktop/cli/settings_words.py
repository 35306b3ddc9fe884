"""The words of ``kling-desktop settings``, apart from what they do so that help costs no import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.cli.word_types import JSON

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of ``kling-desktop settings``."""
    parser.add_argument(
        "action", nargs="?", choices=("list", "get", "set", "reset"), default="list"
    )
    parser.add_argument(
        "words", nargs="*", metavar="ITEM [VALUE]",
        help="list takes words to search for; set an item and a value; reset items, or all",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=JSON)
