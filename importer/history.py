"""Past runs in the journal, and its maintenance: nothing here needs a server."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from importer import journal as journals
from importer.errors import WrongSettings
from importer.model import sheet_order
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from importer.model import RowResult, Run, Status


def find_run(journal: Path, run_id: str) -> Run:
    """Return a run by its ID. Raises WrongUsage if it is not in the journal."""
    return journals.find_run(journal, run_id)


def runs(journal: Path, since: datetime | None = None) -> list[tuple[Run, dict[Status, int]]]:
    """Return the runs since a time (None: all) with their rows by status, newest first."""
    return journals.past_runs(journal, since)


def held(journal: Path) -> set[str]:
    """Return the runs with ready rows that are not sent because the server already has their campaigns."""
    return journals.held_runs(journal)


def prunable(journal: Path, before: datetime) -> list[Run]:
    """Return the runs that `prune` would empty."""
    with journals.Journal(journal) as book:
        return book.runs.prunable(before)


def prune(journal: Path, before: datetime) -> list[Run]:
    """Remove the user's texts from runs that started before a time; return these runs.

    Raises Locked if a run for one of their servers is in progress.
    """
    with ExitStack() as stack:
        book = stack.enter_context(journals.Journal(journal))
        for server in sorted({run.server for run in book.runs.prunable(before)}):
            stack.enter_context(journals.only_run(journal, server, "prune"))
        pruned = book.runs.prunable(before)
        book.runs.prune(pruned)
        return pruned


def check_journal(journal: Path) -> int:
    """Return the number of runs in a journal. Raises WrongSettings if it is damaged, or an empty file."""
    if not journal.stat().st_size:
        message = f"{journal} is an empty file, not a journal. If it used to be one, restore a copy of it."
        raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
    with journals.Journal(journal) as book:
        if faults := book.faults():
            message = f"The journal {journal} is damaged: {'; '.join(faults)}. Restore a copy of it."
            raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
        return len(book.runs.newest_first())


def back_up(journal: Path, target: Path) -> None:
    """Copy a journal to one file with everything in it, even while it is in use."""
    with journals.Journal(journal) as book:
        book.copy(target)


def rows_of(journal: Path, run_id: str) -> list[RowResult]:
    """Return what happened to each row of a run, in the sheet's order; campaigns of one row follow one another."""
    with journals.Journal(journal) as book:
        found = book.summary.results(book.runs.get(run_id).id)
        return sorted(found, key=lambda result: sheet_order(result.number))
