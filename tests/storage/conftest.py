"""What the tests of the disk share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kling_desktop.storage.ledger import SqliteLedger
from kling_desktop.storage.owners import Owner
from tests.storage.some_jobs import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    ledger = SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), lambda: NOON)
    yield ledger
    ledger.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqliteLedger]:
    """The same ledger, as another running program sees it."""
    ledger = SqliteLedger(tmp_path / "ledger.sqlite3", Owner(tmp_path / "owners"), lambda: NOON)
    yield ledger
    ledger.close()
