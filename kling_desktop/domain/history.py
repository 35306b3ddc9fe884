"""What happened to a job, change by change, as the ledger keeps it for good."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.jobs import Job, JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_FACTS = {"id", "backend", "endpoint", "params", "created_at", "updated_at", "state"}
"""What never changes, or only by an edit, and what an event has fields of its own for."""
_FACTS = tuple(
    (each.name, each.default_factory() if callable(each.default_factory) else each.default)
    for each in fields(Job)
    if each.name not in _NO_FACTS
)
"""Every other field, with the value that a new job has."""
_NAMES = tuple(name for name, _ in _FACTS)
_USUAL = tuple(usual for _, usual in _FACTS)
_values = attrgetter(*_NAMES)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One change: where the job was afterwards, why, and the facts that became others."""

    at: datetime
    state: JobState
    cause: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Field of the job to its new value, as JSON has it; of uploads only those that changed."""


def changes(before: Job | None, after: Job) -> dict[str, Any]:
    """The facts that differ, as JSON has them; of a new job those that are not the usual ones."""
    found: dict[str, Any] = {}
    olds = _USUAL if before is None else _values(before)
    for name, old, new in zip(_NAMES, olds, _values(after), strict=True):
        if old is new or old == new:
            continue
        told, tells = plain(old), plain(new)
        if told != tells:
            found[name] = _entries(told, tells) if name == "uploads" else tells
    if before is not None and before.params != after.params:
        found["params"] = plain(after.params)  # A held job was edited.
    return found


def plain(value: Any) -> Any:
    """A fact as JSON has it; amounts of money are text, which keeps every digit."""
    match value:
        case Decimal():
            return str(value)
        case datetime():
            return value.isoformat()
        case tuple() | list():
            return [plain(each) for each in value]
        case dict():
            return json.loads(json.dumps(value))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return asdict(value)
        case _:
            return value


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Entries that are new or others; None stands for one that is gone."""
    return {
        name: new.get(name) for name in {**old, **new} if old.get(name, ...) != new.get(name, ...)
    }
