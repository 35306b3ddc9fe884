"""What the settings of a state folder mean to its programs; each file is one object for all."""

from __future__ import annotations

import functools
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import InvalidParams, Problem, ServiceDown
from kling_desktop.domain.settings.skies import SKIES
from kling_desktop.domain.settings.values import Settings
from kling_desktop.storage.disk import mark_of
from kling_desktop.storage.settings import SettingsFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping, Sequence

    from kling_desktop.paths import Places

log = logging.getLogger(__name__)

_ANSWER = 5.0
"""Seconds for the sandbox, which is on this computer."""
_LARGEST = 1024 * 1024


def settings_file(places: Places) -> SettingsFile:
    """The settings of a state folder; in one program they are the same for everybody."""
    return _file(places.settings, places.window)


def wishes_of(places: Places) -> Callable[[], Settings]:
    """What counts now, to be asked for as often as it is needed."""
    book = settings_file(places)
    return lambda: book.current


def marks(places: Places) -> tuple[object, ...]:
    """Another one as soon as any program has set something; blocks for a moment."""
    return tuple(map(mark_of, (places.settings, places.budgets, places.steering)))


def clips_folder(places: Places) -> Path:
    """Where new clips go now."""
    wanted = settings_file(places).current.clips_folder
    return Path(wanted) if wanted else places.clips


SCALE_VARIABLE = "QT_SCALE_FACTOR"


def scale(environ: MutableMapping[str, str], settings: Settings) -> None:
    """Have Qt make everything larger or smaller; it asks once, before there is a window."""
    if settings.scale != Settings().scale:
        environ.setdefault(SCALE_VARIABLE, f"{settings.scale / 100:g}")


def scale_of(environ: Mapping[str, str]) -> int:
    """How large everything is in this run, in percent."""
    try:
        return round(float(environ.get(SCALE_VARIABLE, "1")) * 100)
    except ValueError:
        return Settings().scale


async def change_weather(sandbox: Path, sky: str) -> bool:
    """Put the sandbox of a folder under a sky; whether one runs there.

    It is left alone where the sky is that already: its rules would be counted from the beginning.

    Raises:
        InvalidParams: the sky is a file that makes no sense.
        ServiceDown: the sandbox does not answer.
    """
    from kling_desktop.sandbox import locks
    from kling_desktop.together import apart

    rules = await apart(functools.partial(rules_of, sky))
    try:
        address = locks.parse_address(locks.address_file(sandbox).read_bytes())
    except OSError:
        return False
    return address is not None and await _send(address.url, address.key, rules)


def rules_of(sky: str) -> Sequence[dict[str, Any]]:
    """The rules of a sky, checked; blocks. Raises InvalidParams."""
    from kling_desktop.sandbox.weather import parse_rules

    if sky in SKIES:
        return SKIES[sky][1]
    try:
        with Path(sky).open("rb") as file:
            data = file.read(_LARGEST)
    except OSError as error:
        text = f"cannot be read: {error.strerror or type(error).__name__}"
        raise InvalidParams((Problem("sandbox.weather", text, sky),)) from None
    return [each.model_dump(mode="json") for each in parse_rules(data)]


async def _send(url: str, key: str, rules: Sequence[dict[str, Any]]) -> bool:
    import httpx

    headers = {"Authorization": f"Key {key}"}
    try:
        async with httpx.AsyncClient(
            base_url=url, headers=headers, timeout=_ANSWER, trust_env=False
        ) as client:
            if _same((await client.get("/sandbox/state")).json().get("weather"), rules):
                return True
            answer = await client.put("/sandbox/weather", content=json.dumps(list(rules)))
    except (httpx.ConnectError, httpx.InvalidURL):
        return False
    except (httpx.HTTPError, ValueError) as error:
        raise ServiceDown("the sandbox did not take its weather") from error
    if answer.status_code != httpx.codes.OK:
        raise ServiceDown("the sandbox did not take its weather")
    return True


def _same(told: object, rules: Sequence[dict[str, Any]]) -> bool:
    """Whether the sandbox names these rules, and only what is usual beside them."""
    if not isinstance(told, list) or len(told) != len(rules):
        return False
    from kling_desktop.sandbox.weather import parse_rules

    whole = [each.model_dump(mode="json") for each in parse_rules(json.dumps(list(rules)).encode())]
    return told == whole


@functools.cache
def _file(path: Path, notes: Path) -> SettingsFile:
    return SettingsFile(path, notes)
