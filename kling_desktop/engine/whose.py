"""Which jobs the key in use may work on; jobs never cross from one account to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kling_desktop.domain.errors import OtherAccount
from kling_desktop.domain.holders import Holder, belongs

if TYPE_CHECKING:
    from collections.abc import Callable

    from kling_desktop.domain.jobs import Job

    Join = Callable[[str], Holder]
    """Remembers that another mark is of the account in use. Raises FolderUnusable."""


class Whose:
    """What is known of the account in use; it may be found to have more keys than were known."""

    def __init__(self, holder: Holder | None = None, join: Join | None = None) -> None:
        self.holder = holder or Holder()
        self._join = join

    def may_work_on(self, job: Job) -> bool:
        """Whether a job is of this account, or may be: nobody wrote it down for old ones."""
        return not self.holder.is_foreign(job)

    def check(self, job: Job) -> None:
        """Raises OtherAccount: the job is that of another one."""
        if self.holder.is_foreign(job):
            raise OtherAccount(f"{job.id} {belongs(self.holder, job)}")

    def take(self, mark: str) -> None:
        """Take another mark for one of this account from now on. Raises FolderUnusable."""
        if self._join is not None:
            self.holder = self._join(mark)
