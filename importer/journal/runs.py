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
from importer.journal.database import Database
from importer.journal.records import (
    as_run,
    layout,
)
from importer.model import READING, OnChange, Run
from schemas.problem_codes import ProblemCode


class RunTable:
    """Every run, and what is decided for all its rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, run: Run) -> None:
        """Put a new run on disk."""
        source = run.source
        self._database.change(
            lambda db: db.execute(
                "INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0,NULL,NULL,?)",
                (
                    run.id,
                    run.started.isoformat(),
                    run.command,
                    source.path,
                    source.sheet,
                    json.dumps(source.headings),
                    source.digest,
                    source.encoding,
                    run.server,
                    run.url,
                    run.account,
                    run.disabled,
                    run.marker,
                    layout(run),
                ),
            )
        )

    def get(self, run_id: str) -> Run:
        """Return a run by its ID. Raises WrongUsage where there is none."""
        found = self._database.read("SELECT * FROM runs WHERE id = ? AND staged", (run_id,))
        if not found:
            message = f"The journal {self._database.path} knows no run {run_id!r}. `campaign-importer runs` lists them."
            raise WrongUsage(message, ProblemCode.UNKNOWN_RUN)
        return as_run(found[0])

    def newest_first(self, since: datetime | None = None) -> list[Run]:
        """Return the runs since a time (None: all), the newest first."""
        found = self._database.read(
            "SELECT * FROM runs WHERE staged AND started >= ? ORDER BY started DESC, rowid DESC",
            (since.astimezone(UTC).isoformat() if since else "",),
        )
        return list(map(as_run, found))

    def newest_of(self, server: str, account: str, path: str, digest: str, since: datetime) -> str | None:
        """Return the newest run for a server and account that was made of a file since a time; None where none was."""
        found = self._database.read(
            "SELECT id FROM runs WHERE staged AND server = ? AND account = ? AND path = ? AND digest = ? "
            "AND started >= ? ORDER BY started DESC LIMIT 1",
            (server, account, path, digest, since.astimezone(UTC).isoformat()),
        )
        return found[0]["id"] if found else None

    def finished_of(self, server: str, account: str, digest: str) -> list[Run]:
        """Return the runs of the same content that have brought all their rows to the server, the newest first."""
        found = self._database.read(
            "SELECT * FROM runs WHERE staged AND server = ? AND account = ? AND digest = ? "
            "AND EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id) "
            f"AND NOT EXISTS (SELECT 1 FROM rows WHERE rows.run = runs.id AND status IN ({UNLISTED})) "
            "ORDER BY started DESC",
            (server, account, digest),
        )
        return list(map(as_run, found))

    def file_moved(self, run_id: str, path: str, results: str | None) -> None:
        """Remember where the file of a run and its results, if it has any, are from now on."""
        self._database.change(
            lambda db: db.execute("UPDATE runs SET path = ?, results = ? WHERE id = ?", (path, results, run_id))
        )

    def keep_results_path(self, run_id: str, path: str) -> None:
        """Remember where the newest results of a run are."""
        self._database.change(lambda db: db.execute("UPDATE runs SET results = ? WHERE id = ?", (path, run_id)))

    def finish_staging(self, run_id: str) -> None:
        """Mark a run as whole: from now on it can be planned and applied."""
        self._database.change(lambda db: db.execute("UPDATE runs SET staged = 1 WHERE id = ?", (run_id,)))

    def discard_unfinished(self, server: str) -> None:
        """Forget the runs for a server whose file was never read to its end. Only for the holder of the lock."""

        def make(db: sqlite3.Connection) -> None:
            unfinished = "run IN (SELECT id FROM runs WHERE server = ? AND NOT staged)"
            for table in ("rows", "contents", "problems", "former_fingerprints"):
                db.execute(f"DELETE FROM {table} WHERE {unfinished}", (server,))
            db.execute("DELETE FROM runs WHERE server = ? AND NOT staged", (server,))

        self._database.change(make)

    def holds_older_readings(self, run: Run) -> bool:
        """Say whether earlier versions, which read cells otherwise, have made runs for a run's server and account."""
        query = (
            "SELECT 1 FROM runs WHERE server = ? AND account = ? AND json_extract(layout, '$.reading') IS NOT ? LIMIT 1"
        )
        return bool(self._database.read(query, (run.server, run.account, READING)))

    def held(self) -> set[str]:
        """Return the runs that have ready rows which the server's list shows already and to which nobody has agreed."""
        found = self._database.read("SELECT DISTINCT run FROM rows WHERE status = 'ready' AND there <> agreed")
        return {record["run"] for record in found}

    def decide_on_change(self, run_id: str, on_change: OnChange) -> None:
        """Put down what becomes of the edited rows of a run; where they are campaigns of their own, try them again."""

        def make(db: sqlite3.Connection) -> None:
            db.execute("UPDATE runs SET layout = json_set(layout, '$.on_change', ?) WHERE id = ?", (on_change, run_id))
            if on_change is OnChange.CREATE:
                db.execute(
                    "UPDATE rows SET status = 'valid', campaign_id = NULL, learnt = NULL, message = '', changed = ? "
                    "WHERE run = ? AND status = 'changed'",
                    (now(), run_id),
                )

        self._database.change(make)

    def prunable(self, before: datetime) -> list[Run]:
        """Return the runs that began before a time and have contents that nothing depends on any more.

        A run keeps its contents as long as one of its rows is in doubt, or created as nobody knows what.
        """
        found = self._database.read(
            "SELECT * FROM runs WHERE staged AND pruned IS NULL AND started < ? AND NOT EXISTS "
            f"(SELECT 1 FROM rows WHERE rows.run = runs.id AND {UNKNOWN_FATE}) ORDER BY started",
            (before.astimezone(UTC).isoformat(),),
        )
        return list(map(as_run, found))

    def prune(self, runs: Iterable[Run]) -> None:
        """Remove what runs hold of the user's texts.

        What stays tells which rows were created and recognises them: status, ID, and what stands for values and names.
        """
        pruned = [(run.id,) for run in runs]

        def make(db: sqlite3.Connection) -> None:
            for table in ("contents", "problems", "listings", "listed"):
                db.executemany(f"DELETE FROM {table} WHERE run = ?", pruned)
            db.executemany(
                "UPDATE rows SET name = hashed(name), folded = hashed(folded), message = '', key = '' WHERE run = ?",
                pruned,
            )
            db.executemany(f"UPDATE runs SET pruned = '{now()}' WHERE id = ?", pruned)

        self._database.change(make)
        self._database.compact()
