"""Runs: starting, finding and removing them."""

import json
import secrets
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from importer.errors import WrongUsage
from importer.journal.clock import now
from importer.journal.commands import command_with
from importer.journal.conditions import (
    BEGUN,
    UNKNOWN_FATE,
    UNLISTED,
)
from importer.journal.database import Database
from importer.journal.hashing import hashed
from importer.journal.run_records import RUN, as_count, as_run, layout, migration
from importer.model import READING, OnChange, Run, Status
from schemas.problem_codes import ProblemCode

DELETING = "SELECT run FROM undo_rows WHERE status = 'deleting'"
"""The undos that may be deleting a campaign."""


class RunTable:
    """Every run, and the settings for all its rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def new_id(self) -> str:
        """Return an ID that no run has: the date of today (UTC), and a few digits that can be typed."""
        while True:
            found = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"
            if not self._database.read("SELECT 1 FROM runs WHERE id = :run", {"run": found}):
                return found

    def start(self, run: Run) -> None:
        """Write a new run to disk."""
        record = {
            **_source(run),
            "id": run.id,
            "started": run.started.isoformat(),
            "command": run.command,
            "server": run.server,
            "url": run.url,
            "account": run.account,
            "disabled": int(run.disabled),
            "marker": int(run.marker),
            "reading": READING,
            "on_change": run.on_change,
            "on_existing": run.on_existing,
            "migration": migration(run),
            "os_user": run.os_user,
            "host": run.host,
        }
        columns, values = ", ".join(record), ", ".join(f":{name}" for name in record)
        place = "(SELECT coalesce(max(place), 0) + 1 FROM runs)"
        statement = f"INSERT INTO runs ({columns}, place) VALUES ({values}, {place})"
        self._database.change(lambda db: db.execute(statement, record))

    def get(self, run_id: str) -> Run:
        """Return a run by its ID. Raises WrongUsage if there is none."""
        records = self._database.read(f"SELECT {RUN} FROM runs WHERE id = :run AND staged = 1", {"run": run_id})
        if not records:
            path = self._database.path
            message = f"The journal {path} has no run {run_id!r}. To list its runs: {command_with(path, 'runs')}"
            raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
        return as_run(records[0])

    def newest_first(self, since: datetime | None = None) -> list[Run]:
        """Return the runs since a time (None: all), newest first."""
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND started >= :since ORDER BY place DESC",
            {"since": since.astimezone(UTC).isoformat() if since else ""},
        )
        return list(map(as_run, records))

    def last_place(self) -> int:
        """Return the place of the run that came last, 0 without any; those that come later are behind it."""
        return int(self._database.read("SELECT coalesce(max(place), 0) AS last FROM runs")[0]["last"])

    def newest_of(self, server: str, account: str, path: str, digest: str, behind: int) -> list[Run]:
        """Return the newest run of each sheet of a file for a server and account behind a place, oldest first."""
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND server = :server AND account = :account AND path = :path "
            "AND digest = :digest AND place > :behind AND id NOT IN (SELECT run FROM undos) ORDER BY place",
            {"server": server, "account": account, "path": path, "digest": digest, "behind": behind},
        )
        by_sheet: dict[str | None, Run] = {}
        for run in map(as_run, records):
            by_sheet.pop(run.source.sheet, None)
            by_sheet[run.source.sheet] = run
        return list(by_sheet.values())

    def finished_of(self, server: str, account: str, digest: str) -> list[Run]:
        """Return the runs of the same content whose rows are all on the server, newest first."""
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND server = :server AND account = :account AND digest = :digest "
            "AND EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id) "
            f"AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id AND status IN ({UNLISTED})) "
            "ORDER BY place DESC",
            {"server": server, "account": account, "digest": digest},
        )
        return list(map(as_run, records))

    def file_moved(self, run_id: str, path: str, results: str | None) -> None:
        """Record the new places of the file of a run and of its results, if it has any."""
        moved = {"run": run_id, "path": path, "results": results}
        self._database.change(
            lambda db: db.execute("UPDATE runs SET path = :path, results = :results WHERE id = :run", moved)
        )

    def keep_results_path(self, run_id: str, path: str) -> None:
        """Record where the newest results of a run are."""
        kept = {"run": run_id, "results": path}
        self._database.change(lambda db: db.execute("UPDATE runs SET results = :results WHERE id = :run", kept))

    def read_from(self, run: Run) -> None:
        """Record what a run that is being staged is made from, once that is known."""
        record = _source(run)
        values = ", ".join(f"{name} = :{name}" for name in record)
        mine = {**record, "run": run.id}
        self._database.change(lambda db: db.execute(f"UPDATE runs SET {values} WHERE id = :run", mine))

    def unfinished(self) -> list[Run]:
        """Return the runs whose file was not read to the end, or not yet."""
        return list(map(as_run, self._database.read(f"SELECT {RUN} FROM runs WHERE staged = 0")))

    def finish_staging(self, run_id: str) -> None:
        """Mark a run as complete: from now on it can be planned and applied."""
        self._database.change(lambda db: db.execute("UPDATE runs SET staged = 1 WHERE id = :run", {"run": run_id}))

    def discard_unfinished(self, server: str) -> None:
        """Remove the runs for a server whose file was never read to the end. Only for the holder of the lock."""

        def make(db: sqlite3.Connection) -> None:
            here = {"server": server}
            unfinished = "run IN (SELECT id FROM runs WHERE server = :server AND staged = 0)"
            for table in ("rows", "contents", "problems", "former_fingerprints", "undo_rows", "undos"):
                db.execute(f"DELETE FROM {table} WHERE {unfinished}", here)
            db.execute("DELETE FROM runs WHERE server = :server AND staged = 0", here)

        self._database.change(make)

    def holds_older_readings(self, run: Run) -> bool:
        """Say whether earlier versions, which read cells differently, made runs for a run's server and account."""
        query = "SELECT 1 FROM runs WHERE server = :server AND account = :account AND reading <> :reading LIMIT 1"
        mine = {"server": run.server, "account": run.account, "reading": READING}
        return bool(self._database.read(query, mine))

    def held(self) -> set[str]:
        """Return the runs with ready rows that the server's list already shows and the user has not agreed to."""
        records = self._database.read("SELECT DISTINCT run FROM rows WHERE status = 'ready' AND there <> agreed")
        return {record["run"] for record in records}

    def decide_on_change(self, run_id: str, on_change: OnChange) -> None:
        """Record what to do with the edited rows of a run; if they become separate campaigns, try them again."""

        def make(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE runs SET on_change = :on_change WHERE id = :run", {"run": run_id, "on_change": on_change}
            )
            if on_change is OnChange.CREATE:
                db.execute(
                    "UPDATE rows SET status = 'valid', campaign_id = NULL, learnt = NULL, message = '', "
                    "changed = :changed WHERE run = :run AND status = 'changed'",
                    {"run": run_id, "changed": now()},
                )

        self._database.change(make)

    def prunable(self, before: datetime) -> list[Run]:
        """Return the runs that started before a time and have contents that are no longer needed.

        A run keeps its contents as long as one of its rows is in doubt, or was created but has no known ID, and while
        numbers are loaded into its campaigns, or these are being deleted.
        """
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND pruned IS NULL AND started < :before AND NOT EXISTS "
            f"(SELECT 1 FROM rows WHERE rows.run = runs.id AND {UNKNOWN_FATE}) AND NOT EXISTS "
            f"(SELECT 1 FROM number_loads WHERE number_loads.run = runs.id AND {BEGUN}) AND id NOT IN ({DELETING}) "
            f"AND id NOT IN (SELECT undone FROM undos WHERE run IN ({DELETING})) ORDER BY place",
            {"before": before.astimezone(UTC).isoformat()},
        )
        return list(map(as_run, records))

    def prune(self, runs: Iterable[Run]) -> None:
        """Remove the user's texts from runs.

        What remains shows which rows were created and recognises them: status, ID, and hashes of values and names.
        """
        pruned = [{"run": run.id, "pruned": now()} for run in runs]
        rows = "SELECT run, row, name, folded FROM rows WHERE run = :run"

        def make(db: sqlite3.Connection) -> None:
            for table in ("contents", "problems", "listings", "listed", "images"):
                db.executemany(f"DELETE FROM {table} WHERE run = :run", pruned)
            db.executemany("UPDATE undo_rows SET seen = '{}', message = '' WHERE run = :run", pruned)
            for run in pruned:
                db.executemany(
                    "UPDATE rows SET name = :name, folded = :folded, message = '', key = '' "
                    "WHERE run = :run AND row = :row",
                    map(_without_texts, db.execute(rows, run).fetchall()),
                )
            db.executemany("UPDATE runs SET pruned = :pruned WHERE id = :run", pruned)

        self._database.change(make)
        self._database.compact()


def row_counts(database: Database, run_id: str) -> dict[Status, int]:
    """Return how many rows of a run have each status."""
    query = (
        "SELECT status, count(*) AS n FROM rows WHERE run = :run GROUP BY status "
        "UNION ALL SELECT status, count(*) AS n FROM undo_rows WHERE run = :run GROUP BY status"
    )
    return dict(map(as_count, database.read(query, {"run": run_id})))


def _without_texts(record: sqlite3.Row) -> dict[str, object]:
    return {**dict(record), "name": hashed(record["name"]), "folded": hashed(record["folded"])}


def _source(run: Run) -> dict[str, object]:
    """Return what the journal stores of the table that a run is made from."""
    source = run.source
    return {
        "path": source.path,
        "sheet": source.sheet,
        "headings": json.dumps(source.headings),
        "digest": source.digest,
        "encoding": source.encoding,
        "layout": layout(run),
    }
