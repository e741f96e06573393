"""The stage between checking and planning: names in the rows of a run become IDs in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from importer.enswitch import WorkerPool
from importer.journal import Journal
from importer.model import Observer, Run
from importer.naming.answers import NameAnswers, answers_to
from importer.naming.rows import LookedUp, looked_up
from importer.naming.telling import about_columns, ids_that_are_names
from importer.naming.wanted import wanted_names

AT_ONCE = 10_000
"""How many rows are written at once."""


def look_up_names(journal: Journal, run: Run, worker_pool: WorkerPool, observer: Observer) -> None:
    """Look up the names in the valid rows of a run; nothing is asked if there are none, or all were looked up before.

    A row whose names are found gets their IDs, and the fingerprint of these; any other becomes invalid. Killed at any
    moment, it may be repeated. Raises ServerUnusable if the server fails for now, and what else stops a run.
    """
    if not journal.looked_up.is_to_do(run.id):
        return
    observer.stage("Looking up names", None)
    answers = answers_to(wanted_names(one for _, one in journal.looked_up.rows_to_look_up(run.id)), worker_pool)
    told = [*about_columns(run, answers), *ids_that_are_names(run, journal.looked_up.valid_rows(run.id), answers)]
    journal.looked_up.tell(run.id, told)
    found = _looked_up(journal, run, answers)
    while page := list(islice(found, AT_ONCE)):
        worker_pool.stop.check()
        _keep(journal, run, page)


def _looked_up(journal: Journal, run: Run, answers: NameAnswers) -> Iterator[LookedUp]:
    for number, campaign in journal.looked_up.rows_to_look_up(run.id):
        yield looked_up(run, number, campaign, answers)


def _keep(journal: Journal, run: Run, page: Sequence[LookedUp]) -> None:
    rows = [one.row for one in page if one.row is not None]
    refused = {one.number: one.refused for one in page if one.refused}
    journal.looked_up.keep(run.id, rows, refused, [problem for one in page for problem in one.problems])
