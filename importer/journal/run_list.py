"""Past runs: only their table is opened, so that listing them imports nothing about rows."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from importer.journal.opening import open_database
from importer.journal.runs import RunTable, row_counts
from importer.model import Run, Status


def past_runs(journal: Path, since: datetime | None = None) -> list[tuple[Run, dict[Status, int]]]:
    """Return the runs since a time (None: all) with their rows by status, newest first."""
    with closing(open_database(journal)) as database:
        return [(run, row_counts(database, run.id)) for run in RunTable(database).newest_first(since)]


def held_runs(journal: Path) -> set[str]:
    """Return the runs with ready rows that are not sent because the server already has their campaigns."""
    with closing(open_database(journal)) as database:
        return RunTable(database).held()


def find_run(journal: Path, run_id: str) -> Run:
    """Return a run by its ID. Raises WrongUsage if it is not in the journal."""
    with closing(open_database(journal)) as database:
        return RunTable(database).get(run_id)
