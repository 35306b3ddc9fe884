"""Whose a job is: the account at a provider whose key it is made with, known by marks of its keys.

A mark is a hash of the public half of a key (``storage.secrets``). Keys with the same half are one
account's; so are two keys where the list of requests that the one may read names a request which
was made with the other. Nothing else is taken for granted: two profiles may well be two accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kling_desktop.domain.jobs import Job

ENVIRONMENT = "$FAL_KEY"
"""Stands for a profile's name where the key came from the environment; no profile is called so."""
SESSION = "$session"
"""The same of a key that was known to one window alone."""
EARLIER = "$earlier "
"""Stands before the name of a profile that has another key by now."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The account in use, and the others that this computer knows of."""

    mark: str = ""
    """That of the key in use; empty where there is one account only, as in the sandbox."""
    name: str = ""
    """The profile that has the key, or what stands for one."""
    marks: frozenset[str] = frozenset()
    """All that are known to be of the same account."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Marks of other accounts, as far as anybody knows, and their names."""

    def has(self, job: Job) -> bool:
        """Whether a job is known to be of this account."""
        return not self.mark or job.account == self.mark or job.account in self.marks

    def is_foreign(self, job: Job) -> bool:
        """Whether a job is of another account: this key must not work on it."""
        return bool(job.account) and not self.has(job)

    def is_doubtful(self, job: Job) -> bool:
        """Whether nobody wrote down whose a job is, and it may be another's."""
        return bool(self.mark and self.others) and not job.account

    def name_of(self, job: Job) -> str:
        """The profile of a job, by the name that it has today."""
        return self.others.get(job.account) or job.profile

    def facts(self, job: Job) -> dict[str, Any]:
        """What a job is to remember that turned out to be of this account; nothing if it does."""
        if not self.mark or job.account:
            return {}
        return {"account": self.mark, "profile": self.name}


def named(name: str) -> str:
    """Whose something is, in words that follow *belongs to*."""
    if name.startswith(EARLIER):
        return f"an earlier key of profile “{name.removeprefix(EARLIER)}”"
    match name:
        case "":
            return "another account"
        case _ if name == ENVIRONMENT:
            return "the account of a key in FAL_KEY"
        case _ if name == SESSION:
            return "the account of a key that was used for one session"
        case _:
            return f"profile “{name}”"


def way_back(name: str) -> str:
    """What lets a job of that account go on, as an order without a full stop."""
    if name.startswith(EARLIER):
        return "use that key again to go on"
    match name:
        case "":
            return "use its key to go on"
        case _ if name == ENVIRONMENT:
            return "start with that key to go on"
        case _ if name == SESSION:
            return "use that key again to go on"
        case _:
            return "choose it to go on"


def belongs(holder: Holder, job: Job) -> str:
    """What is said of a job of another account; empty for one that this account may work on."""
    if not holder.is_foreign(job):
        return ""
    name = holder.name_of(job)
    return f"belongs to {named(name)}: {way_back(name)}"


def is_profile(name: str) -> bool:
    """Whether it is the name of a profile that can be chosen."""
    return bool(name) and not name.startswith("$")
