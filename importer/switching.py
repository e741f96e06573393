"""Changes to a run that need no file: its campaigns are switched on or off, its rows settled by hand."""

from pathlib import Path

from importer import delivery
from importer.delivery import Switch, Switchable, Switched
from importer.journal import Journal, only_run
from importer.model import Outcome
from importer.session import Session, context_for, run_for


def switchable(session: Session, run_id: str, asked: Switch) -> Switchable:
    """Return what switching the campaigns of a run on or off would do."""
    return delivery.switchable(context_for(session, run_for(session, run_id)), asked)


def switch(session: Session, run_id: str, asked: Switch) -> Switched:
    """Switch the campaigns of a run on or off."""
    context = context_for(session, run_for(session, run_id))
    session.stopwatch.stage("Switching", delivery.switchable(context, asked).campaigns)
    return delivery.switch(context, asked)


def settle_by_hand(journal: Path, run_id: str, row: int, campaign_id: str | None) -> Outcome:
    """Settle a row in doubt as a person has found: its campaign's ID, or None for "not created"."""
    with Journal(journal) as book:
        run = book.runs.get(run_id)
        with only_run(journal, run.server, f"settle {run_id}"):
            return delivery.decide(book, run, row, campaign_id)
