"""``key``: the API key in the system's keyring; it is typed or piped, never an argument."""

from __future__ import annotations

import getpass
import os
import sys
from typing import TYPE_CHECKING

from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import fail, say, show_json
from kling_desktop.storage import secrets

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> Exit:
    """Set, forget or describe the key. Raises InvalidParams."""
    try:
        return _run(args)
    except secrets.KeyringUnusable as error:
        reason = error.detail.partition(";")[0]
        message = f"The keyring cannot be used ({reason}). Use FAL_KEY for this session."
        fail(error.code, message, as_json=args.json)
        return Exit.KEY


def _run(args: argparse.Namespace) -> Exit:
    match args.action:
        case "set":
            secrets.store_key(_read())
            say("The key is in your keyring.")
        case "forget":
            secrets.forget_key()
            say("The key is no longer in your keyring.")
        case _:
            pass
    found = secrets.find_key(os.environ)
    status = {"known": found is not None, "source": found.source if found else None}
    if args.json:
        show_json(status)
    elif args.action == "status":
        say(f"A key is known; it comes from the {found.source}." if found else "No key is known.")
    return Exit.DONE


def _read() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("fal API key (not shown): ")
    return sys.stdin.readline()
