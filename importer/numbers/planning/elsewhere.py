"""Numbers that other campaigns on the server have already: whoever is in two campaigns is called by both."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from importer.enswitch import Client, Destinations, ListedNumber
from importer.errors import OutcomeUnknown, RowRefused, ServerUnusable, TryAgain
from importer.model import Status
from importer.numbers.loading import Wire, WireFormat, read_new_pages
from importer.numbers.storage import NumbersFile
from importer.security import without_numbers
from importer.session import Session, until_stopped

STAGE = "Reading the numbers of campaigns on the server"


def leave_out_known(session: Session, file: NumbersFile, country: str, others: Iterable[str]) -> None:
    """Give their verdict to numbers of a run that another campaign on the server has, whatever their status there.

    Looked at are all campaigns of the account's own customer and of those that the sheet names. The server may have
    national numbers of `country` and of `others`. Raises what stops the reading: nothing is known then, and nothing may
    be sent.
    """
    wire = Wire(WireFormat.DIGITS, country, others)
    own = _own_lists(session, file)

    def read() -> None:
        campaigns = _campaigns(session, file.run_id)
        session.stopwatch.stage(STAGE, len(campaigns), "campaign")
        session.worker_pool.for_each(
            iter(campaigns), lambda client, campaign: _leave_out(client, campaign, file, wire, own.get(campaign, ()))
        )

    if stopped := until_stopped(session, read):
        raise stopped


def _campaigns(session: Session, run_id: str) -> list[str]:
    client = session.worker_pool.clients[0]
    customers = {"", *session.journal.summary.customers(run_id)}
    try:
        return [one["id"] for customer in sorted(customers) for one in client.list_campaigns(customer or None)]
    except RowRefused as error:
        raise ServerUnusable(f"The campaigns on the server cannot be listed: {error.message}") from None
    except (TryAgain, OutcomeUnknown) as error:
        raise ServerUnusable.after(error) from None


def _own_lists(session: Session, file: NumbersFile) -> Mapping[str, Sequence[int]]:
    """Return the lists of the run that are for each campaign on the server: what it has itself is looked at later."""
    rows = {row.number: row.campaign_id for row in session.journal.rows.with_status(file.run_id, *Status)}
    own: defaultdict[str, list[int]] = defaultdict(list)
    for one in file.lists():
        if campaign := one.campaign_id or rows.get(one.row):
            own[campaign].append(one.number)
    return own


def _leave_out(client: Client, campaign: str, file: NumbersFile, wire: Wire, own: Sequence[int]) -> None:
    destinations = Destinations(client, campaign, without_numbers)

    def leave_out(page: list[ListedNumber]) -> None:
        file.leave_out_numbers({number for one in page for number in wire.read(one.text)}, own)

    try:
        read_new_pages(destinations.listed, destinations.count(), leave_out)
    except RowRefused as error:
        if error.code != "404":  # it was removed meanwhile
            raise ServerUnusable(f"The numbers of campaign {campaign} cannot be read: {error.message}") from None
    except (TryAgain, OutcomeUnknown) as error:
        raise ServerUnusable.after(error) from None
