"""Numbers that are no longer needed are removed; the record of their run stays."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from importer.errors import WrongUsage
from importer.journal import Journal, only_run
from importer.numbers.findings.record import kept_record, settle_record
from importer.numbers.findings.report import by_verdict
from importer.numbers.storage import NumbersFile, Prints, loaded_numbers, prunable_numbers, remove_numbers
from importer.session import Session


def remove_old_numbers(session: Session, keep: timedelta) -> None:
    """Remove the numbers that runs for the server of a session have loaded, once they were kept for some time.

    What was never begun may be applied one day: a person removes it.
    """
    journal = session.journal
    for run_id in loaded_numbers(journal.path, datetime.now(UTC) - keep):
        if _server_of(journal, run_id) in ("", session.server.identity):
            _remove(journal, run_id)


def remove_loaded_numbers(journal: Path, before: datetime) -> list[str]:
    """Remove the numbers that runs from before a time have loaded, for any server; return these runs.

    Raises Locked if a run for one of their servers is in progress.
    """
    with ExitStack() as stack:
        book = stack.enter_context(Journal(journal))
        _lock(stack, book, loaded_numbers(journal, before))
        runs = loaded_numbers(journal, before)
        for run_id in runs:
            _remove(book, run_id)
        return runs


def prune_numbers(journal: Path, before: datetime) -> list[str]:
    """Remove the numbers of runs from before a time that are loaded or were never begun; return these runs.

    Raises Locked if a run for one of their servers is in progress.
    """
    with ExitStack() as stack:
        book = stack.enter_context(Journal(journal))
        for server in _lock(stack, book, prunable_numbers(journal, before)):
            book.runs.discard_unfinished(server)
        runs = prunable_numbers(journal, before)
        for run_id in runs:
            # Campaigns that have got none of them may be switched on from then on.
            book.number_loads.give_up(run_id)
            _remove(book, run_id)
        with Prints(journal, "") as prints:
            prints.prune(before.astimezone(UTC).isoformat())
        return runs


def _lock(stack: ExitStack, book: Journal, runs: list[str]) -> list[str]:
    """Lock the servers of some runs; return these."""
    unfinished = {run.id: run.server for run in book.runs.unfinished()}
    servers = sorted({unfinished.get(run_id) or _server_of(book, run_id) for run_id in runs} - {""})
    for server in servers:
        stack.enter_context(only_run(book.path, server, "prune"))
    return servers


def _server_of(book: Journal, run_id: str) -> str:
    """Return the server of a run; "" if the journal has forgotten the run, whose lists were not read to the end."""
    try:
        return book.runs.get(run_id).server
    except WrongUsage:
        return ""


def _remove(book: Journal, run_id: str) -> None:
    if kept_record(book.path, run_id):
        with NumbersFile(book.path, run_id) as file:
            settle_record(book.path, run_id, by_verdict(file.counts()))
    remove_numbers(book.path, run_id)
