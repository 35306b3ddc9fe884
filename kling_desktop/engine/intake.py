"""From what a user typed to a job that may be sent: every check that can be made for free."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from kling_desktop.domain import addresses, params, rules
from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import FolderUnusable
from kling_desktop.domain.fingerprint import fingerprint_of
from kling_desktop.domain.jobs import Job
from kling_desktop.domain.money import estimate
from kling_desktop.engine.brush import DYNAMIC_MASKS, brushed, check_sizes, origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from kling_desktop.domain.catalog import Catalog, Endpoint
    from kling_desktop.domain.motion.document import MotionDocument
    from kling_desktop.domain.motion.outgoing import OutgoingMask
    from kling_desktop.engine.disk_ports import Files
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
    motion: MotionDocument | None = None
    """What is painted on the picture; its masks and paths are sent with the values."""
    brush_as_documented: bool = False
    """The user wants the brush sent where fal does not list it (``Endpoint.with_unlisted``)."""
    purpose: str = ""
    """As ``Job.purpose``; so are the next four."""
    draft_for: Mapping[str, Any] | None = None
    promoted_from: str = ""
    made_from: Mapping[str, Any] | None = None
    regions: Mapping[str, str] | None = None


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
    given: Mapping[str, Any] = field(default_factory=dict)
    """The same input with the addresses that were given."""
    masks: tuple[OutgoingMask, ...] = ()
    """What was made of a painted document."""
    purpose: str = ""
    """As ``Job.purpose``; so are the next four."""
    draft_for: Mapping[str, Any] | None = None
    promoted_from: str = ""
    made_from: Mapping[str, Any] | None = None
    regions: Mapping[str, str] | None = None

    @property
    def origin(self) -> str:
        """Where the points of its brush are counted from."""
        return origin_of(self.endpoint).value if self.params.get(DYNAMIC_MASKS) else ""


async def make_plan(catalog: Catalog, files: Files, draft: Draft) -> Plan:
    """Check a draft without sending anything.

    Raises:
        UnknownEndpoint, InvalidParams, BadPicture, BadMedia: nothing was sent.
    """
    endpoint = catalog.endpoint(draft.endpoint)
    if draft.brush_as_documented:
        endpoint = endpoint.with_unlisted()
    brush = await brushed(files, endpoint, draft.motion)
    values = {**draft.values, **brush.fields}
    rules.check_first(endpoint, values)
    checked = params.check(endpoint, values)
    rules.check_rules(endpoint, checked)
    kept = {
        address: await _keep(files, address, kind)
        for _, kind, address in addresses.places(endpoint, checked)
    }
    local = addresses.mapped(endpoint, checked, kept.__getitem__)
    await check_sizes(files, endpoint, local)
    return Plan(
        endpoint=endpoint,
        params=local,
        estimate_usd=estimate(
            endpoint, checked, given_seconds=await given_seconds(files, endpoint, local)
        ),
        project=draft.project,
        fingerprint=await print_of(files, endpoint, local),
        given=checked,
        masks=brush.masks,
        purpose=draft.purpose,
        draft_for=draft.draft_for,
        promoted_from=draft.promoted_from,
        made_from=draft.made_from,
        regions=(draft.motion and draft.motion.names) or draft.regions,
    )


async def given_seconds(files: Files, endpoint: Endpoint, local: Mapping[str, Any]) -> float | None:
    """The length of the video or sound that decides the price, where it is on this computer.

    Raises:
        BadMedia: the file is gone or damaged.
    """
    if endpoint.price is None or not endpoint.price.of_input:
        return None
    given = {kind: each for (_, kind, each) in addresses.places(endpoint, local)}
    address = given.get(FieldKind.VIDEO) or given.get(FieldKind.SOUND) or ""
    return await files.media_seconds(path_of(address)) if address.startswith("file:") else None


async def print_of(files: Files, endpoint: Endpoint, local: Mapping[str, Any]) -> str:
    """The fingerprint of a complete input, with pictures of this computer by what is in them."""
    kept = {each for each in addresses.files(endpoint, local) if each.startswith("file:")}
    contents = {each: (await files.content(path_of(each))).sha256 for each in kept}
    return fingerprint_of(endpoint, local, contents)


async def _keep(files: Files, address: str, kind: FieldKind) -> str:
    """Our own copy of a local file, so that moving the original cannot harm the job."""
    if address.startswith(_REMOTE):
        return address
    path = path_of(address) if address.startswith("file:") else Path(address)
    match kind:
        case FieldKind.MASKS:
            kept = await files.keep_mask(path)
        case FieldKind.VIDEO | FieldKind.SOUND:
            kept = await files.keep_media(path, kind)
        case _:
            kept = await files.keep_picture(path)
    return kept.as_uri()


def make_job(world: World, plan: Plan, out_dir: Path | None) -> Job:
    """The intent, ready for the ledger.

    Raises:
        Closing: the engine begins nothing new.
        FolderUnusable: the folder for clips cannot be made.
    """
    world.doors.check()
    folder = made(out_dir or world.clips_folder)
    now = world.clock.now()
    return Job(
        id=world.new_id(),
        backend=world.backend,
        endpoint=plan.endpoint.id,
        params=plan.params,
        created_at=now,
        updated_at=now,
        out_dir=str(folder),
        account=world.whose.holder.mark,
        profile=world.whose.holder.name,
        project=plan.project,
        estimate_usd=plan.estimate_usd,
        fingerprint=plan.fingerprint,
        place=now.timestamp(),  # Behind all that wait already.
        origin=plan.origin,
        purpose=plan.purpose,
        draft_for=plan.draft_for,
        promoted_from=plan.promoted_from,
        made_from=plan.made_from,
        regions=plan.regions,
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
    """The path behind a ``file:`` address; one that makes no sense is that of no file."""
    try:
        return Path(url2pathname(urlsplit(address).path))
    except ValueError:
        return Path(address)
