"""The schema of the ledger, as the ordered steps that lead to it.

A step is never changed once it has been released: add another. Each one and the new
``user_version`` are committed together, so a crash leaves the one version or the other.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import LedgerUnusable
from kling_desktop.storage.damage import Damaged

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence

    Step = Callable[[sqlite3.Connection], None]


def _jobs_and_their_events(db: sqlite3.Connection) -> None:
    db.execute(
        """
        CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            backend TEXT NOT NULL,
            endpoint TEXT NOT NULL,
            state TEXT NOT NULL,
            owner TEXT,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            cancel_asked INTEGER NOT NULL,
            request_id TEXT,
            document TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX jobs_by_age ON jobs (created_at)")
    db.execute("CREATE INDEX jobs_by_state ON jobs (state, backend)")
    db.execute(
        """
        CREATE TABLE job_events (
            number INTEGER PRIMARY KEY,
            job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            state TEXT NOT NULL,
            cause TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX job_events_by_job ON job_events (job_id)")


def _money_order_and_facts(db: sqlite3.Connection) -> None:
    for column in (
        "project TEXT NOT NULL DEFAULT ''",
        "fingerprint TEXT NOT NULL DEFAULT ''",
        "place REAL NOT NULL DEFAULT 0.0",
        # US dollars; NULL while nothing counts and where nobody knows how much.
        "spent REAL",
        # Since when it counts as spent: NULL while nothing does.
        "spent_at TEXT",
    ):
        db.execute(f"ALTER TABLE jobs ADD COLUMN {column}")
    for index in (
        "jobs_by_age_at_backend ON jobs (backend, created_at)",
        "jobs_by_change ON jobs (updated_at)",
        "jobs_by_fingerprint ON jobs (fingerprint, backend, created_at)",
        "jobs_by_place ON jobs (backend, place, created_at) WHERE state IN ('held', 'intent')",
        "jobs_by_request ON jobs (request_id, backend)",
        "jobs_by_wish ON jobs (backend, state) WHERE cancel_asked",
        "spent_by_day ON jobs (backend, spent_at, spent) WHERE spent_at IS NOT NULL",
        "spent_by_project ON jobs (backend, project, spent_at, spent) WHERE spent_at IS NOT NULL",
        "spent_by_endpoint ON jobs (backend, endpoint, spent_at, spent) WHERE spent_at IS NOT NULL",
    ):
        db.execute(f"CREATE INDEX {index}")
    db.execute(_COUNT_WHAT_WAS_SPENT)
    db.execute("ALTER TABLE job_events ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'")
    db.execute(
        """
        CREATE TABLE salvages (
            at TEXT NOT NULL,
            found INTEGER NOT NULL,
            lost INTEGER NOT NULL,
            kept_as TEXT NOT NULL,
            told INTEGER NOT NULL DEFAULT 0
        )
        """
    )


def _each_request_once_and_short_news(db: sqlite3.Connection) -> None:
    db.execute("DROP INDEX jobs_by_change")  # What changed is told by the numbers of events.
    # The last event that the row knows of; a later one tells another place in the queue.
    db.execute("ALTER TABLE jobs ADD COLUMN as_of INTEGER NOT NULL DEFAULT 0")
    db.execute(
        "UPDATE jobs SET as_of = (SELECT coalesce(max(number), 0) FROM job_events)"
        " WHERE state = 'queued'"
    )
    count_each_request_once(db)


def count_each_request_once(db: sqlite3.Connection) -> None:
    """Let a request cost what it costs once, where old programs made several jobs of it.

    They made another one to bring home what the first could not, so the last of them counts.
    """
    db.execute(
        """
        UPDATE jobs SET spent = NULL, spent_at = NULL
        WHERE spent_at IS NOT NULL AND request_id IS NOT NULL AND EXISTS (
            SELECT 1 FROM jobs AS later
            WHERE later.request_id = jobs.request_id AND later.backend = jobs.backend
                AND later.spent_at IS NOT NULL AND later.rowid > jobs.rowid
        )
        """
    )


def _whose_each_job_is(db: sqlite3.Connection) -> None:
    # Nobody wrote it down before: an old job's is empty until an account is seen to have it.
    db.execute("ALTER TABLE jobs ADD COLUMN account TEXT NOT NULL DEFAULT ''")


# ``domain/spending.py`` as it was when this step was released, for the rows of before.
_COUNT_WHAT_WAS_SPENT = """
    UPDATE jobs SET
        spent = CAST(coalesce(json_extract(document, '$.cost_usd'),
                              json_extract(document, '$.estimate_usd')) AS REAL),
        spent_at = coalesce((SELECT min(at) FROM job_events WHERE job_id = jobs.id AND state
                             NOT IN ('draft', 'held', 'intent', 'uploading')), created_at)
    WHERE CASE WHEN json_valid(document) THEN
        state IN ('sending', 'uncertain', 'queued', 'running', 'fetching', 'downloading', 'done')
        OR state IN ('refused', 'failed', 'cancelled')
            AND (request_id IS NOT NULL OR json_extract(document, '$.body') IS NOT NULL)
            AND coalesce(json_extract(document, '$.trouble.charge'), '') <> 'no'
    END
"""


_TABLES = frozenset(("jobs", "job_events"))
"""Those of every version."""
STEPS: Sequence[Step] = (
    _jobs_and_their_events,
    _money_order_and_facts,
    _each_request_once_and_short_news,
    _whose_each_job_is,
)


def migrate(db: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """Bring a database to the present schema; several processes may do so at once."""
    for number, step in enumerate(steps, start=1):
        if _version(db) >= number:
            continue
        with transaction(db):
            if _version(db) < number:  # another process may have been faster
                step(db)
                db.execute(f"PRAGMA user_version = {number}")


def check_version(db: sqlite3.Connection, steps: Sequence[Step] = STEPS) -> None:
    """See whether the database is ours and not from the future.

    Raises:
        Damaged: it is ours, but not all of it is there.
        LedgerUnusable: it is not.
    """
    db.execute("BEGIN")  # both are read at one moment, though another process may be migrating
    version = _version(db)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.execute("COMMIT")
    refuse_newer(version, steps)
    if version and not tables >= _TABLES and (tables & _TABLES or not tables):
        raise Damaged("a table is missing")
    if tables and (version < 1 or not tables & _TABLES):
        raise LedgerUnusable("it is the database of another program")


def refuse_newer(version: int, steps: Sequence[Step] = STEPS) -> None:
    """Leave alone what this program cannot know.

    Raises:
        LedgerUnusable: the version is from the future.
    """
    if version > len(steps):
        raise LedgerUnusable(
            f"a newer program wrote it (version {version}; this one knows up to {len(steps)})"
        )


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Everything inside is on disk afterwards, or none of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # on some errors SQLite has rolled back by itself
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)
