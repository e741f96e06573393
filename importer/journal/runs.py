"""Runs: beginning, finding and forgetting them."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime

from importer.errors import WrongUsage
from importer.journal.changes import now
from importer.journal.conditions import (
    UNKNOWN_FATE,
    UNLISTED,
)
from importer.journal.database import Database, hashed
from importer.journal.records import RUN, as_run, layout, migration
from importer.model import READING, OnChange, Run
from schemas.problem_codes import ProblemCode


class RunTable:
    """Every run, and what is decided for all its rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, run: Run) -> None:
        """Put a new run on disk."""
        source = run.source
        record = {
            "id": run.id,
            "started": run.started.isoformat(),
            "command": run.command,
            "path": source.path,
            "sheet": source.sheet,
            "headings": json.dumps(source.headings),
            "digest": source.digest,
            "encoding": source.encoding,
            "server": run.server,
            "url": run.url,
            "account": run.account,
            "disabled": int(run.disabled),
            "marker": int(run.marker),
            "layout": layout(run),
            "reading": READING,
            "on_change": run.on_change,
            "on_existing": run.on_existing,
            "migration": migration(run),
            "os_user": run.os_user,
            "host": run.host,
        }
        columns, values = ", ".join(record), ", ".join(f":{name}" for name in record)
        self._database.change(lambda db: db.execute(f"INSERT INTO runs ({columns}) VALUES ({values})", record))

    def get(self, run_id: str) -> Run:
        """Return a run by its ID. Raises WrongUsage where there is none."""
        records = self._database.read(f"SELECT {RUN} FROM runs WHERE id = :run AND staged = 1", {"run": run_id})
        if not records:
            message = f"The journal {self._database.path} knows no run {run_id!r}. `campaign-importer runs` lists them."
            raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
        return as_run(records[0])

    def newest_first(self, since: datetime | None = None) -> list[Run]:
        """Return the runs since a time (None: all), the newest first."""
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND started >= :since ORDER BY started DESC, id DESC",
            {"since": since.astimezone(UTC).isoformat() if since else ""},
        )
        return list(map(as_run, records))

    def newest_of(self, server: str, account: str, path: str, digest: str, since: datetime) -> str | None:
        """Return the newest run for a server and account that was made of a file since a time; None where none was."""
        records = self._database.read(
            "SELECT id FROM runs WHERE staged = 1 AND server = :server AND account = :account AND path = :path "
            "AND digest = :digest AND started >= :since ORDER BY started DESC LIMIT 1",
            {
                "server": server,
                "account": account,
                "path": path,
                "digest": digest,
                "since": since.astimezone(UTC).isoformat(),
            },
        )
        return records[0]["id"] if records else None

    def finished_of(self, server: str, account: str, digest: str) -> list[Run]:
        """Return the runs of the same content that have brought all their rows to the server, the newest first."""
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND server = :server AND account = :account AND digest = :digest "
            "AND EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id) "
            f"AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id AND status IN ({UNLISTED})) "
            "ORDER BY started DESC",
            {"server": server, "account": account, "digest": digest},
        )
        return list(map(as_run, records))

    def file_moved(self, run_id: str, path: str, results: str | None) -> None:
        """Remember where the file of a run and its results, if it has any, are from now on."""
        moved = {"run": run_id, "path": path, "results": results}
        self._database.change(
            lambda db: db.execute("UPDATE runs SET path = :path, results = :results WHERE id = :run", moved)
        )

    def keep_results_path(self, run_id: str, path: str) -> None:
        """Remember where the newest results of a run are."""
        kept = {"run": run_id, "results": path}
        self._database.change(lambda db: db.execute("UPDATE runs SET results = :results WHERE id = :run", kept))

    def finish_staging(self, run_id: str) -> None:
        """Mark a run as whole: from now on it can be planned and applied."""
        self._database.change(lambda db: db.execute("UPDATE runs SET staged = 1 WHERE id = :run", {"run": run_id}))

    def discard_unfinished(self, server: str) -> None:
        """Forget the runs for a server whose file was never read to its end. Only for the holder of the lock."""

        def make(db: sqlite3.Connection) -> None:
            here = {"server": server}
            unfinished = "run IN (SELECT id FROM runs WHERE server = :server AND staged = 0)"
            for table in ("rows", "contents", "problems", "former_fingerprints"):
                db.execute(f"DELETE FROM {table} WHERE {unfinished}", here)
            db.execute("DELETE FROM runs WHERE server = :server AND staged = 0", here)

        self._database.change(make)

    def holds_older_readings(self, run: Run) -> bool:
        """Say whether earlier versions, which read cells otherwise, have made runs for a run's server and account."""
        query = "SELECT 1 FROM runs WHERE server = :server AND account = :account AND reading <> :reading LIMIT 1"
        mine = {"server": run.server, "account": run.account, "reading": READING}
        return bool(self._database.read(query, mine))

    def held(self) -> set[str]:
        """Return the runs that have ready rows which the server's list shows already and to which nobody has agreed."""
        records = self._database.read("SELECT DISTINCT run FROM rows WHERE status = 'ready' AND there <> agreed")
        return {record["run"] for record in records}

    def decide_on_change(self, run_id: str, on_change: OnChange) -> None:
        """Put down what becomes of the edited rows of a run; where they are campaigns of their own, try them again."""

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
        """Return the runs that began before a time and have contents that nothing depends on any more.

        A run keeps its contents as long as one of its rows is in doubt, or created as nobody knows what.
        """
        records = self._database.read(
            f"SELECT {RUN} FROM runs WHERE staged = 1 AND pruned IS NULL AND started < :before AND NOT EXISTS "
            f"(SELECT 1 FROM rows WHERE rows.run = runs.id AND {UNKNOWN_FATE}) ORDER BY started",
            {"before": before.astimezone(UTC).isoformat()},
        )
        return list(map(as_run, records))

    def prune(self, runs: Iterable[Run]) -> None:
        """Remove what runs hold of the user's texts.

        What stays tells which rows were created and recognises them: status, ID, and what stands for values and names.
        """
        pruned = [{"run": run.id, "pruned": now()} for run in runs]
        rows = "SELECT run, row, name, folded FROM rows WHERE run = :run"

        def make(db: sqlite3.Connection) -> None:
            for table in ("contents", "problems", "listings", "listed"):
                db.executemany(f"DELETE FROM {table} WHERE run = :run", pruned)
            for run in pruned:
                db.executemany(
                    "UPDATE rows SET name = :name, folded = :folded, message = '', key = '' "
                    "WHERE run = :run AND row = :row",
                    map(_without_texts, db.execute(rows, run).fetchall()),
                )
            db.executemany("UPDATE runs SET pruned = :pruned WHERE id = :run", pruned)

        self._database.change(make)
        self._database.compact()


def _without_texts(record: sqlite3.Row) -> dict[str, object]:
    return {**dict(record), "name": hashed(record["name"]), "folded": hashed(record["folded"])}
