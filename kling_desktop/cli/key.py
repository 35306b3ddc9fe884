"""``key``: the API key in the system's keyring; it is typed or piped, never an argument."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from kling_desktop import tuning
from kling_desktop.cabinet import KeyCabinet
from kling_desktop.cli.exits import Exit
from kling_desktop.cli.output import fail, say, show_json
from kling_desktop.domain.errors import InvalidParams, Problem
from kling_desktop.domain.keys import DEFAULT, Source
from kling_desktop.paths import places
from kling_desktop.storage import secrets
from kling_desktop.storage.profiles import ProfileFile

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> Exit:
    """Set, forget, choose, try or describe a key. Raises InvalidParams, and as ``check``."""
    try:
        return asyncio.run(_run(args))
    except secrets.KeyringUnusable as error:
        reason = error.detail.partition(";")[0]
        message = f"The keyring cannot be used ({reason}). Use FAL_KEY for this session."
        fail(error.code, message, as_json=args.json)
        return Exit.KEY


async def _run(args: argparse.Namespace) -> Exit:
    file = ProfileFile(places().profiles)
    cabinet = KeyCabinet(places().profiles, os.environ, tuning.wishes_of(places()))
    profile = args.profile or file.load().active
    match args.action:
        case "set":
            await cabinet.keep(SecretStr(_read()), profile)
            say(f"The key is in your keyring{_under(profile)}.")
        case "forget":
            await cabinet.forget(profile)
            say(f"The key is no longer in your keyring{_under(profile)}.")
        case "use":
            if args.profile is None:
                raise InvalidParams((Problem("--profile", "must say which profile to use"),))
            await cabinet.choose(profile)
        case "test":
            verdict = await cabinet.check(profile=args.profile or "")
            credit = "" if verdict.credit is None else f" The account has ${verdict.credit:.2f}."
            say(f"fal accepts the key.{credit}")
    await _tell(cabinet, args)
    return Exit.DONE


async def _tell(cabinet: KeyCabinet, args: argparse.Namespace) -> None:
    """Where the key comes from that counts; where a profile is asked about, that one's."""
    asked = args.profile if args.action in {"status", "test"} else None
    found = await cabinet.find(asked or "")
    known = ProfileFile(places().profiles).load()
    about = asked or known.active
    status: dict[str, Any] = {"known": found is not None, "source": found.source if found else None}
    status |= {"profile": about, "profiles": list(known.names)}
    if args.json:
        show_json(status)
    elif args.action in {"status", "use"}:
        _say_source(found, about)
        if len(known.names) > 1:
            for name in known.names:
                say(f"  {'*' if name == known.active else ' '} {name}{_has(cabinet, name)}")


def _say_source(found: secrets.Found | None, profile: str) -> None:
    if found is None:
        say(f"No key is known{_under(profile)}.")
    else:
        under = _under(profile) if found.source is Source.KEYRING else ""
        say(f"A key is known; it comes from the {found.source}{under}.")


def _has(cabinet: KeyCabinet, name: str) -> str:
    status = cabinet.status_of(name)
    if status.problem:
        return f" ({status.problem})"
    return "" if status.source else " (no key)"


def _under(profile: str) -> str:
    return "" if profile == DEFAULT else f", under “{profile}”"


def _read() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("fal API key (not shown): ")
    return sys.stdin.readline()
