"""Numbers that are no longer needed are removed; the record of their run stays."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from importer.journal import Journal, only_run
from importer.model import LoadStatus
from importer.numbers.record import settle_record
from importer.numbers.report import by_verdict
from importer.numbers.storage import NumbersFile, Prints, prunable_numbers, remove_numbers
from importer.session import Session

KEPT = timedelta(days=7)
"""How long the numbers of a run stay after they are loaded, if nobody removes them before."""


def remove_old_numbers(session: Session) -> None:
    """Remove the numbers that runs for the server of a session have loaded long enough ago."""
    journal = session.journal
    for run_id in prunable_numbers(journal.path, datetime.now(UTC) - KEPT):
        here = journal.runs.get(run_id).server == session.server.identity
        loads = journal.number_loads.of(run_id)
        # What was never begun may be applied one day: a person removes it.
        if here and loads and all(load.status is not LoadStatus.WAITING for load in loads):
            _remove(journal.path, run_id)


def prune_numbers(journal: Path, before: datetime) -> list[str]:
    """Remove the numbers of runs from before a time that are loaded or were never begun; return these runs.

    Raises Locked if a run for one of their servers is in progress.
    """
    with ExitStack() as stack:
        with Journal(journal) as book:
            servers = {book.runs.get(run_id).server for run_id in prunable_numbers(journal, before)}
        for server in sorted(servers):
            stack.enter_context(only_run(journal, server, "prune"))
        runs = prunable_numbers(journal, before)
        for run_id in runs:
            _remove(journal, run_id)
        with Prints(journal, "") as prints:
            prints.prune(before.astimezone(UTC).isoformat())
        return runs


def _remove(journal: Path, run_id: str) -> None:
    with NumbersFile(journal, run_id) as file:
        settle_record(journal, run_id, by_verdict(file.counts()))
    remove_numbers(journal, run_id)
