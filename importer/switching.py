"""The campaigns of a run are switched on or off; no file is needed."""

from functools import partial

from importer import delivery, numbers
from importer.delivery import Switch, Switchable, Switched
from importer.session import Session, context_for, run_for


def switchable(session: Session, run_id: str, asked: Switch) -> Switchable:
    """Return what switching the campaigns of a run on or off would do."""
    return delivery.switchable(context_for(session, run_for(session, run_id)), asked)


def switch(session: Session, run_id: str, asked: Switch) -> Switched:
    """Switch the campaigns of a run on or off; those with part of a list of numbers stay off."""
    context = context_for(session, run_for(session, run_id))
    if campaigns := delivery.switchable(context, asked).campaigns:
        session.stopwatch.stage("Switching on" if asked.enabled else "Switching off", campaigns)
    return delivery.switch(context, asked, partial(numbers.covers, session.journal.path))
