"""What the ledger says to SQLite."""

from __future__ import annotations

from kling_desktop.domain.jobs import RESUMABLE, TAKES_ROOM, TERMINAL

UNDER_WAY = tuple(state.value for state in RESUMABLE)
_MARKS = ", ".join("?" * len(UNDER_WAY))
IN_FLIGHT_STATES = tuple(state.value for state in TAKES_ROOM)

ADD = """
    INSERT INTO jobs (id, backend, endpoint, state, owner, created_at, updated_at,
                      cancel_asked, request_id, project, fingerprint, place, spent, spent_at,
                      document)
    VALUES (:id, :backend, :endpoint, :state, :owner, :created_at, :updated_at,
            :cancel_asked, :request_id, :project, :fingerprint, :place, :spent,
            CASE WHEN :counts THEN :counts_from END, :document)
"""
# Another process may have asked to cancel since this one last looked; that wish stays.
SAVE = """
    UPDATE jobs SET state = :state, updated_at = :updated_at,
                    cancel_asked = cancel_asked OR :cancel_asked,
                    request_id = :request_id, project = :project, fingerprint = :fingerprint,
                    place = :place, spent = :spent,
                    spent_at = CASE WHEN :counts THEN coalesce(spent_at, :counts_from) END,
                    document = :document
    WHERE id = :id
"""
# Most changes leave every column but two as it was: then most indices need no change.
SAVE_DOCUMENT = """
    UPDATE jobs SET updated_at = :updated_at, document = :document WHERE id = :id
"""
NOTE = """
    INSERT INTO job_events (job_id, at, state, cause, facts)
    VALUES (:job_id, :at, :state, :cause, :facts)
"""
JOB = "SELECT * FROM jobs WHERE id = ?"
BEGINNING_WITH = "SELECT * FROM jobs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
NEWEST = "SELECT * FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT ?"
AGE = "SELECT created_at, rowid FROM jobs WHERE id = ?"
_OLDER = """
    SELECT * FROM jobs WHERE {} (created_at, rowid) < (?, ?)
    ORDER BY created_at DESC, rowid DESC LIMIT ?
"""
OLDER = _OLDER.format("")
OLDER_AT_BACKEND = _OLDER.format("backend = ? AND")
IN_ORDER = """
    SELECT * FROM jobs WHERE backend = ? AND state IN ('held', 'intent')
    ORDER BY place, created_at
"""
# Their owners, so that what the dead have left before sending is not counted.
IN_FLIGHT = """
    SELECT state, owner FROM jobs WHERE backend = ? AND state IN (?, ?, ?, ?)
"""
ALIKE = "SELECT * FROM jobs WHERE fingerprint = ? AND backend = ? ORDER BY created_at DESC"
# The plus keeps SQLite from going through all jobs by their age, to sort these few.
JOBS_UNDER_WAY = f"""
    SELECT * FROM jobs WHERE backend = ? AND state IN ({_MARKS}) ORDER BY +created_at
"""  # noqa: S608 - question marks
WISHES = f"""
    SELECT id FROM jobs WHERE backend = ? AND state IN ({_MARKS}, ?) AND cancel_asked
"""  # noqa: S608 - question marks
UNCERTAIN = """
    SELECT * FROM jobs WHERE backend = ? AND state = 'uncertain' ORDER BY +created_at
"""
# A request has several jobs where one could not bring its clip home: the last one counts.
OF_REQUEST = """
    SELECT id FROM jobs WHERE request_id = ? AND backend = ? ORDER BY +created_at DESC LIMIT 1
"""
CHANGED_SINCE = "SELECT * FROM jobs WHERE updated_at >= ? AND owner IS NOT ? ORDER BY +created_at"
SPENDING = """
    SELECT total(spent), count(*), count(spent) FROM jobs
    WHERE backend = ? AND spent_at IS NOT NULL
"""
# When each of the newest requests at an endpoint came to the queue, began to run, and was made.
TIMINGS = """
    SELECT job_id, state, min(at) AS at FROM job_events
    WHERE job_id IN (
        SELECT id FROM jobs WHERE backend = ? AND endpoint = ? AND spent_at IS NOT NULL
        ORDER BY spent_at DESC LIMIT ?
    ) AND state IN ('queued', 'running', 'fetching')
    GROUP BY job_id, state
"""
SPENT = "SELECT * FROM jobs WHERE backend = ? AND spent_at IS NOT NULL"
SPENT_IN_ORDER = " ORDER BY spent_at"
# The CASE keeps a document that is damaged from stopping the query; its row complains by itself.
UNBILLED = f"""
    SELECT * FROM jobs
    WHERE backend = ? AND spent_at >= ? AND request_id IS NOT NULL
      AND state IN ({", ".join(f"'{state.value}'" for state in sorted(TERMINAL))})
      AND CASE WHEN json_valid(document)
               THEN json_extract(document, '$.billed_at') IS NULL END
    ORDER BY spent_at DESC LIMIT ?
"""  # noqa: S608 - names of states
HISTORY = "SELECT * FROM job_events WHERE job_id = ? ORDER BY number"
OWNER = "SELECT owner FROM jobs WHERE id = ?"
# Of two processes that both found the owner dead, only one still finds its name here.
CLAIM = "UPDATE jobs SET owner = ? WHERE id = ? AND owner IS ?"
ASK_CANCEL = "UPDATE jobs SET cancel_asked = 1 WHERE id = ?"
