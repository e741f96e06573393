"""Where a list stands, written to disk and told to whoever watches the load."""

import logging

from importer.errors import OutcomeUnknown, TryAgain
from importer.model import Event, NumberLoad
from importer.numbers.loading.context import LoadContext
from importer.numbers.storage import NumberList

STAGE = "load"

log = logging.getLogger(__name__)


def record(context: LoadContext, one: NumberList, *, to_load: int) -> NumberLoad:
    """Write to disk where a list stands that has `to_load` numbers: in the file of numbers, then in the journal."""
    context.numbers.record(one)
    load = NumberLoad(
        run=context.run.run.id,
        number=one.number,
        row=one.row,
        campaign_id=one.campaign_id,
        to_load=to_load,
        loaded=context.batches.loaded(one.number),
        status=one.status,
        message=one.message,
    )
    context.run.journal.number_loads.record(load)
    return load


def tell(context: LoadContext, one: NumberList, message: str, error: TryAgain | OutcomeUnknown | None = None) -> None:
    """Tell what has happened to a list; `error` is what a request for it has met."""
    event = Event(
        run=context.run.run.id,
        row=one.row,
        stage=STAGE,
        status=None,
        campaign_id=one.campaign_id,
        answer=type(error).__name__ if error else "",
        message=message,
    )
    log.debug("List %d of run %s: %s", one.number, event.run, message)
    context.run.observer.row(event)
