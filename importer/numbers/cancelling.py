"""Numbers that are not to be called any more: they get the status `cancelled`, or their campaign is deleted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import ceil

from importer.enswitch import Client, Destinations, ListedNumber
from importer.errors import OutcomeUnknown, RowRefused, ServerUnusable, TryAgain
from importer.model import LoadStatus, NumberLoad, Run
from importer.numbers.loading import WAITING, Wire, WireFormat, read_new_pages
from importer.numbers.outcome import are_kept
from importer.numbers.planning.about import kept_options
from importer.numbers.storage import Batches, NumbersFile, NumberStatus, Prints
from importer.security import without_numbers
from importer.session import Session, run_here

AT_ONCE = 1_000
"""How many numbers get another status in a request."""

PRINTS_AT_ONCE = 100_000

DELETED = "Its campaign was deleted by an undo."


@dataclass(frozen=True)
class Cancelled:
    """How many numbers of a campaign are no longer called, and why others still are, if any."""

    count: int
    message: str = ""


def cancel(session: Session, client: Client, campaign_id: str, texts: Sequence[str]) -> Cancelled:
    """Have numbers of a campaign, as the server writes them, called no more. May be repeated.

    Raises ServerUnusable if the server fails.
    """
    destinations = Destinations(client, campaign_id, without_numbers)
    for start in range(0, len(texts), AT_ONCE):
        session.worker_pool.stop.check()
        try:
            destinations.update(texts[start : start + AT_ONCE], NumberStatus.CANCELLED.word)
        except RowRefused as error:
            return Cancelled(start, f"Not all are cancelled: {error.message}")
        except (TryAgain, OutcomeUnknown) as error:
            raise ServerUnusable.after(error) from None
    return Cancelled(len(texts))


def cancel_loaded(session: Session, client: Client, load: NumberLoad) -> Cancelled:
    """Have the numbers that a run has loaded into a campaign called no more, as far as they are still to be called.

    May be repeated. Raises RowRefused if the server does not show the campaign's numbers, OutcomeUnknown, TryAgain and
    ServerUnusable if it fails. The run's numbers must be kept.
    """
    wait_for_late(session, load.run, (load.number,))
    with NumbersFile(session.journal.path, load.run) as file:
        ours = set(Batches(file.database).may_be_there(load.number))
    wire = Wire(WireFormat.DIGITS, country_of_run(session, load.run))
    destinations = Destinations(client, load.campaign_id, without_numbers)
    found: dict[str, None] = {}

    def take(page: list[ListedNumber]) -> None:
        waiting = (one.text for one in page if one.may_be_called)
        found.update(dict.fromkeys(text for text in waiting if not ours.isdisjoint(wire.read(text))))

    read_new_pages(destinations.listed, destinations.count(), take)
    return cancel(session, client, load.campaign_id, list(found))


def wait_for_late(session: Session, run_id: str, lists: Collection[int]) -> None:
    """Wait until no request for some lists can arrive any more that a load has sent which failed or was killed.

    Raises Interrupted. The run's numbers must be kept.
    """
    with NumbersFile(session.journal.path, run_id) as file:
        Batches(file.database).recover_interrupted()
        is_doubted = any(one.is_doubted for one in file.lists() if one.number in lists)
    if is_doubted:
        session.stopwatch.note(WAITING.format(seconds=ceil(session.settle_wait)).capitalize())
        session.worker_pool.stop.sleep(session.settle_wait)


def end_lists(session: Session, run: Run, lists: Collection[int]) -> None:
    """Record that the campaigns of some lists of a run are deleted uncalled. May be repeated.

    What was not loaded never is, and `--not-again` knows no more that the rest was. If the numbers are not kept,
    nothing is changed: they count as loaded.
    """
    if not lists or not are_kept(session.journal, run.id):
        return
    journal = session.journal
    with NumbersFile(journal.path, run.id) as file, Prints(journal.path, run.server) as prints:
        for one, load in zip(file.lists(), file.loads(), strict=True):
            if one.number in lists and one.status is not LoadStatus.LOADED:
                file.record(replace(one, status=LoadStatus.GONE, message=DELETED))
                journal.number_loads.record(replace(load, status=LoadStatus.GONE, message=DELETED))
        numbers = file.only_in(lists)
        while block := list(islice(numbers, PRINTS_AT_ONCE)):
            prints.take_back_numbers(run.id, block)


def country_of_run(session: Session, run_id: str) -> str:
    """Return the country of the national numbers of a run, "" if it is not known. Raises WrongUsage for other runs."""
    run_here(session, run_id)
    if not are_kept(session.journal, run_id):
        return ""
    with NumbersFile(session.journal.path, run_id) as file:
        return kept_options(file).country
