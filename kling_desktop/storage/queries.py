"""What the ledger says to SQLite."""

# ruff: noqa: S608 - what is put into these texts are question marks, and names of columns and states

from __future__ import annotations

from kling_desktop.domain.jobs import RESUMABLE, TAKES_ROOM, TERMINAL

UNDER_WAY = tuple(state.value for state in RESUMABLE)
_MARKS = ", ".join("?" * len(UNDER_WAY))
_ENDS = ", ".join(f"'{state.value}'" for state in sorted(TERMINAL))
IN_FLIGHT_STATES = tuple(state.value for state in TAKES_ROOM)

# A place in the queue is written as an event and nothing else, which is short; the row follows with
# the next change of another kind, and says by ``as_of`` up to which event it knows.
_ROW = """
    jobs.*, CASE WHEN state = 'queued' THEN (
        SELECT at || facts FROM job_events WHERE job_id = jobs.id AND number > jobs.as_of
        ORDER BY number DESC LIMIT 1
    ) END AS news
"""
_NOW = "(SELECT coalesce(max(number), 0) FROM job_events)"

# Its event comes next, and has the next number.
ADD = f"""
    INSERT INTO jobs (id, backend, endpoint, state, owner, created_at, updated_at,
                      cancel_asked, request_id, account, project, fingerprint, place, spent,
                      spent_at, as_of, document)
    VALUES (:id, :backend, :endpoint, :state, :owner, :created_at, :updated_at,
            :cancel_asked, :request_id, :account, :project, :fingerprint, :place, :spent,
            CASE WHEN :counts THEN :counts_from END, {_NOW} + 1, :document)
"""
# Another process may have asked to cancel since this one last looked; that wish stays, until the
# job is over: one that is brought back from there is wanted again.
SAVE = f"""
    UPDATE jobs SET state = :state, updated_at = :updated_at,
                    cancel_asked = :cancel_asked OR (cancel_asked AND state NOT IN ({_ENDS})),
                    request_id = :request_id, account = :account, project = :project,
                    fingerprint = :fingerprint, place = :place, spent = :spent,
                    spent_at = CASE WHEN :counts THEN coalesce(spent_at, :counts_from) END,
                    as_of = {_NOW}, document = :document
    WHERE id = :id
"""
# Most changes leave every column but two as it was: then most indices need no change.
SAVE_DOCUMENT = f"""
    UPDATE jobs SET updated_at = :updated_at, as_of = {_NOW}, document = :document WHERE id = :id
"""
NOTE = """
    INSERT INTO job_events (job_id, at, state, cause, facts)
    VALUES (:job_id, :at, :state, :cause, :facts)
"""
# The same with values by their order, for many at once.
NOTE_PLACE = """
    INSERT INTO job_events (job_id, at, state, cause, facts) VALUES (?, ?, 'queued', ?, ?)
"""
EVERY = f"SELECT {_ROW} FROM jobs"
JOB = f"SELECT {_ROW} FROM jobs WHERE id = ?"
BEGINNING_WITH = f"SELECT {_ROW} FROM jobs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
NEWEST = f"SELECT {_ROW} FROM jobs ORDER BY created_at DESC, rowid DESC LIMIT ?"
NUMBER = "SELECT count(*) FROM jobs"
AGE = "SELECT created_at, rowid FROM jobs WHERE id = ?"
_OLDER = f"""
    SELECT {_ROW} FROM jobs WHERE {{}} (created_at, rowid) < (?, ?)
    ORDER BY created_at DESC, rowid DESC LIMIT ?
"""
OLDER = _OLDER.format("")
OLDER_AT_BACKEND = _OLDER.format("backend = ? AND")
IN_ORDER = f"""
    SELECT {_ROW} FROM jobs WHERE backend = ? AND state IN ('held', 'intent')
    ORDER BY place, created_at
"""
# Their owners, so that what the dead have left before sending is not counted.
IN_FLIGHT = """
    SELECT state, owner, account FROM jobs WHERE backend = ? AND state IN (?, ?, ?, ?)
"""
OF_PROJECT = f"""
    SELECT {_ROW} FROM jobs WHERE backend = ? AND project = ? AND spent_at IS NOT NULL
    ORDER BY +created_at DESC
"""
ALIKE = f"SELECT {_ROW} FROM jobs WHERE fingerprint = ? AND backend = ? ORDER BY created_at DESC"
# The plus keeps SQLite from going through all jobs by their age, to sort these few.
JOBS_UNDER_WAY = f"""
    SELECT {_ROW} FROM jobs WHERE backend = ? AND state IN ({_MARKS}) ORDER BY +created_at
"""
WISHES = f"""
    SELECT id FROM jobs WHERE backend = ? AND state IN ({_MARKS}, ?) AND cancel_asked
"""
UNCERTAIN = f"""
    SELECT {_ROW} FROM jobs WHERE backend = ? AND state = 'uncertain' ORDER BY +created_at
"""
# Old programs made another job of a request whose clip one could not bring home: the last counts.
OF_REQUEST = """
    SELECT id FROM jobs WHERE request_id = ? AND backend = ? ORDER BY rowid DESC LIMIT 1
"""
# By the numbers of events, as clocks may be set back.
LAST_EVENT = "SELECT max(number) FROM job_events"
CHANGED = f"""
    SELECT {_ROW} FROM jobs
    WHERE id IN (SELECT job_id FROM job_events WHERE number > ? AND number <= ?)
    ORDER BY +created_at
"""
# Requests that may have been accepted although this program gave them up without a name for them.
GIVEN_UP = f"""
    SELECT {_ROW} FROM jobs
    WHERE backend = ? AND endpoint = ? AND spent_at >= ? AND spent_at <= ?
        AND request_id IS NULL AND state IN ({_ENDS})
    ORDER BY spent_at
"""
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
SPENT = f"SELECT {_ROW} FROM jobs WHERE backend = ? AND spent_at IS NOT NULL"
SPENT_IN_ORDER = " ORDER BY spent_at"
# The CASE keeps a document that is damaged from stopping the query; its row complains by itself.
UNBILLED = f"""
    SELECT {_ROW} FROM jobs
    WHERE backend = ? AND spent_at >= ? AND request_id IS NOT NULL
      AND state IN ({_ENDS})
      AND CASE WHEN json_valid(document)
               THEN json_extract(document, '$.billed_at') IS NULL END
    ORDER BY spent_at DESC LIMIT ?
"""
UNSEEN = f"""
    SELECT {_ROW} FROM jobs
    WHERE backend = ? AND created_at >= ? AND state = 'done'
      AND CASE WHEN json_valid(document)
               THEN json_extract(document, '$.brush') IS NULL AND coalesce(
                   json_extract(document, '$.params.dynamic_masks'),
                   json_extract(document, '$.params.static_mask_url')) IS NOT NULL END
    ORDER BY created_at DESC LIMIT ?
"""
HISTORY = "SELECT * FROM job_events WHERE job_id = ? ORDER BY number"
OWNER = "SELECT owner FROM jobs WHERE id = ?"
# Of two processes that both found the owner dead, only one still finds its name here.
CLAIM = "UPDATE jobs SET owner = ? WHERE id = ? AND owner IS ?"
TAKE_OVER = "UPDATE jobs SET owner = ? WHERE id = ?"
