"""The campaigns of a run are switched on or off; no file is needed."""

from importer import delivery
from importer.delivery import Covers, Switch, Switchable, Switched, nothing_covers
from importer.session import Session, context_for, run_for


def switchable(session: Session, run_id: str, asked: Switch) -> Switchable:
    """Return what switching the campaigns of a run on or off would do."""
    return delivery.switchable(context_for(session, run_for(session, run_id)), asked)


def switch(session: Session, run_id: str, asked: Switch, covers: Covers = nothing_covers) -> Switched:
    """Switch the campaigns of a run on or off; those with part of a list stay off, unless another list `covers` it."""
    context = context_for(session, run_for(session, run_id))
    if campaigns := delivery.switchable(context, asked).campaigns:
        session.stopwatch.stage("Switching on" if asked.enabled else "Switching off", campaigns)
    return delivery.switch(context, asked, covers)
