"""Runs whose numbers were not read to the end; this is asked of every run, and needs nothing that knows numbers."""

from importer.errors import WrongUsage
from importer.journal import Journal
from importer.model import Run
from schemas.problem_codes import ProblemCode


def are_awaited(journal: Journal, run_id: str) -> bool:
    """Return whether numbers are to be read for the campaigns of a run before any of these is created."""
    return any(not one.row and not one.campaign_id for one in journal.number_loads.of(run_id))


def await_none(journal: Journal, run_id: str) -> None:
    """Record that a run has no numbers after all."""
    journal.number_loads.register(run_id, [])


def refuse_unread(journal: Journal, run: Run) -> None:
    """Raise WrongUsage for a run whose numbers were to be read and were not: its campaigns would be on without them."""
    if are_awaited(journal, run.id):
        message = (
            f"The telephone numbers of run {run.id} were not read to the end, or could not be used, so none of its "
            "campaigns is created. "
            f"Import {run.source.path} again with its numbers."
        )
        raise WrongUsage(message, ProblemCode.NUMBERS_UNREAD)
