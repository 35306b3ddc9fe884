"""From what a user typed to a job that may be sent: every check that can be made for free."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from kling_desktop.domain import params, rules
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.fingerprint import fingerprint_of
from kling_desktop.domain.jobs import Job
from kling_desktop.domain.money import estimate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.engine.ports import Files
    from kling_desktop.engine.world import World

_REMOTE = ("http://", "https://", "data:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A wish for a clip, unchecked; a local path stands wherever the endpoint takes an address."""

    endpoint: str
    values: Mapping[str, Any]
    out_dir: Path | None = None
    held: bool = False
    """It waits until the user releases it."""
    run_at: datetime | None = None
    """It does not begin before."""
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A wish that has passed every check: what would be sent, and what it would cost."""

    endpoint: Endpoint
    params: Mapping[str, Any]
    """Complete input; local pictures are ``file:`` addresses of our own copies."""
    estimate_usd: Decimal | None
    fingerprint: str = ""
    """Equal ones ask for the same thing; see ``domain.fingerprint``."""
    project: str = ""


async def make_plan(catalog: Catalog, files: Files, draft: Draft) -> Plan:
    """Check a draft without sending anything.

    Raises:
        UnknownEndpoint, InvalidParams, BadPicture: nothing was sent.
    """
    endpoint = catalog.endpoint(draft.endpoint)
    checked = params.check(endpoint, draft.values)
    rules.check_rules(endpoint, checked)
    kept = {each: await _keep(files, each) for each in params.pictures(endpoint, checked)}
    local = params.map_pictures(endpoint, checked, kept.__getitem__)
    return Plan(
        endpoint=endpoint,
        params=local,
        estimate_usd=estimate(endpoint, checked),
        project=draft.project,
        fingerprint=await _print_of(files, endpoint, local),
    )


async def _print_of(files: Files, endpoint: Endpoint, local: Mapping[str, Any]) -> str:
    """The fingerprint of a complete input, with pictures of this computer by what is in them."""
    kept = {each for each in params.pictures(endpoint, local) if each.startswith("file:")}
    contents = {each: (await files.content(path_of(each))).sha256 for each in kept}
    return fingerprint_of(endpoint, local, contents)


async def _keep(files: Files, address: str) -> str:
    """Our own copy of a local picture, so that moving the original cannot harm the job."""
    if address.startswith(_REMOTE):
        return address
    path = path_of(address) if address.startswith("file:") else Path(address)
    return (await files.keep_picture(path)).as_uri()


def make_job(world: World, plan: Plan, out_dir: Path | None) -> Job:
    """The intent, ready for the ledger.

    Raises:
        FolderUnusable: the folder for clips cannot be made.
    """
    folder = made(out_dir or world.clips)
    now = world.clock.now()
    return Job(
        id=world.new_id(),
        backend=world.backend,
        endpoint=plan.endpoint.id,
        params=plan.params,
        created_at=now,
        updated_at=now,
        out_dir=str(folder),
        project=plan.project,
        estimate_usd=plan.estimate_usd,
        fingerprint=plan.fingerprint,
        place=now.timestamp(),  # Behind all that wait already.
    )


def made(folder: Path) -> Path:
    """A folder for clips, which is made if it is missing. Raises FolderUnusable."""
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(f"{folder}: {error.strerror}") from None
    return folder


def path_of(address: str) -> Path:
    """The path behind a ``file:`` address."""
    return Path(url2pathname(urlsplit(address).path))
