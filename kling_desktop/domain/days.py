"""Days and months of the calendar that the user lives by; without a zone it is the system's."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """When a day begins."""
    # Without a zone the system's rules count, which know when the clocks were changed.
    bare = datetime.combine(day, time())
    return bare.replace(tzinfo=zone) if zone else bare.astimezone()


def day_began(now: datetime, zone: tzinfo | None = None) -> datetime:
    """When the present day began."""
    return midnight(now.astimezone(zone).date(), zone)


def month_began(now: datetime, zone: tzinfo | None = None) -> datetime:
    """When the present month began."""
    return midnight(now.astimezone(zone).date().replace(day=1), zone)
