"""The local pictures of a job go up side by side; what is up is in the ledger at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.events import Direction
from kling_desktop.engine.intake import path_of
from kling_desktop.together import together

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kling_desktop.domain.content import Content
    from kling_desktop.engine.errand import Errand

    Report = Callable[[int, int | None], None]


async def upload_pictures(errand: Errand, addresses: Iterable[str]) -> None:
    """Upload what is local and not uploaded yet, patiently.

    Raises:
        KlingDesktopError: of a kind that waiting does not cure.
        CancelWanted: the user wants to stop.
    """
    local = {each for each in addresses if each.startswith("file:")}
    missing = sorted(local - errand.job.uploads.keys())
    if not missing:
        return
    files = errand.world.files
    contents = {each: await files.content(path_of(each)) for each in missing}
    total = _Total(contents, errand.progress(Direction.UP))
    await errand.patiently(lambda: _upload_all(errand, contents, total))


async def _upload_all(errand: Errand, contents: Mapping[str, Content], total: _Total) -> None:
    """Try each once; what fails for the moment leaves the others to their end."""
    missing = [each for each in contents if each not in errand.job.uploads]
    await together(*(_upload(errand, each, contents[each], total.of(each)) for each in missing))


async def _upload(errand: Errand, address: str, content: Content, report: Report) -> None:
    world = errand.world
    url = await world.uploads.bring(world.provider, path_of(address), content, report)
    errand.update("uploaded", uploads={**errand.job.uploads, address: url})


class _Total:
    """The sum over all files; no file's share ever goes back, though it may be sent again."""

    def __init__(self, contents: Mapping[str, Content], report: Report) -> None:
        self._size = sum(each.size for each in contents.values())
        self._done = dict.fromkeys(contents, 0)
        self._report = report

    def of(self, address: str) -> Report:
        return partial(self._moved, address)

    def _moved(self, address: str, done: int, _total: int | None) -> None:
        if done > self._done[address]:
            self._done[address] = done
            self._report(sum(self._done.values()), self._size)
