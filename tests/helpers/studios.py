"""A studio of the sandbox that does not render: a clip made once is as good as one made anew."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from kling_desktop.sandbox.faults import Fault
from kling_desktop.sandbox.mishaps import mishap_of
from kling_desktop.sandbox.records import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from kling_desktop.sandbox.app import Sandbox
    from kling_desktop.sandbox.records import Record
    from kling_desktop.sandbox.weather import Rule


class CopyingStudio:
    """Makes every clip by copying one."""

    def __init__(self, clip: Path) -> None:
        self._clip = clip
        self.sandbox: Sandbox | None = None

    async def produce(self, record: Record, rule: Rule | None) -> Outcome:
        assert self.sandbox is not None
        if rule and (mishap := mishap_of(rule.fault, {"prompt": "x"})):
            return mishap
        files = self.sandbox.files
        part, file = files.part(), files.promise("output.mp4", "video/mp4")
        shutil.copyfile(self._clip, part)
        if rule and rule.fault is Fault.DAMAGED_CLIP:
            part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
        files.keep(file, part)
        return Outcome(200, clip=file.id, units=5)
