"""Numbers on the server are compared with do-not-call lists again: lists change after a load."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from importer.delivery import NOT_FOUND, ServerView, Whereabouts
from importer.enswitch import Client, Destinations, ListedNumber
from importer.errors import OutcomeUnknown, RowRefused, ServerUnusable, StopRun, TryAgain, WrongUsage
from importer.model import ExitCode, counted, row_name
from importer.numbers.cancelling import cancel
from importer.numbers.dnc.lists import DncList, read_lists
from importer.numbers.findings.evidence import list_evidence
from importer.numbers.findings.record import add_scrub
from importer.numbers.findings.report import Hits
from importer.numbers.loading import Wire, WireFormat, read_new_pages
from importer.numbers.options import DncOptions
from importer.numbers.unsent import Unsent, loads_of, wait_for_unsure
from importer.run_options import ReadingOptions
from importer.security import without_numbers
from importer.session import Session, run_here, until_stopped
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True, kw_only=True)
class Scrubbed:
    """A campaign whose numbers were compared: `found` are those on a list that may still be called.

    They are as the server writes them. `listed` is how many numbers it has, `cancelled` how many of `found` are no
    longer called, `message` why it could not be compared, `is_gone` that the server does not find it.

    `to_leave_out` is how many further numbers of its list are on a do-not-call list, if that is not loaded to its end,
    `left_out` how many of them are sent no more. `campaign_id` is "" before the campaign is created.
    """

    campaign_id: str
    row: int
    list_number: int = 0
    listed: int = 0
    found: Sequence[str] = field(default=(), repr=False)
    cancelled: int = 0
    to_leave_out: int = 0
    left_out: int = 0
    message: str = ""
    is_gone: bool = False


@dataclass(frozen=True, kw_only=True)
class Scrub:
    """What a comparison has found: the campaigns, the lists with their hits, and what stopped it, if anything."""

    run: str
    campaigns: Sequence[Scrubbed]
    hits: Sequence[Hits]
    stopped: StopRun | None = None

    @property
    def found(self) -> int:
        """How many numbers are on a list and may still be called."""
        return sum(len(one.found) for one in self.campaigns)

    @property
    def cancelled(self) -> int:
        """How many of them are no longer called."""
        return sum(one.cancelled for one in self.campaigns)

    @property
    def to_leave_out(self) -> int:
        """How many further numbers are on a list, of those that the run would send."""
        return sum(one.to_leave_out for one in self.campaigns)

    @property
    def left_out(self) -> int:
        """How many of them are sent no more."""
        return sum(one.left_out for one in self.campaigns)

    @property
    def is_any(self) -> bool:
        """Whether anybody was found on a list who may yet be called."""
        return bool(self.found or self.to_leave_out)

    @property
    def evidence(self) -> list[dict[str, object]]:
        """Which lists were used, with their hits, as JSON objects."""
        return [dict(list_evidence(one)) for one in self.hits]

    @property
    def is_complete(self) -> bool:
        """Whether nobody who was found may yet be called."""
        return self.cancelled == self.found and self.left_out == self.to_leave_out

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: what stopped it, else numbers that are not cancelled and campaigns that were not compared."""
        if self.stopped is not None:
            return self.stopped.exit_code
        is_partial = not self.is_complete or any(one.message for one in self.campaigns)
        return ExitCode.SOME_WRONG if is_partial else ExitCode.DONE


def read_for_scrub(session: Session, dnc: DncOptions, reading: ReadingOptions, country: str) -> Sequence[DncList]:
    """Read do-not-call lists; `country` is that of national numbers. Raises FileRefused for one that cannot be used."""
    session.stopwatch.stage("Reading the do-not-call lists", None)
    return read_lists(dnc, reading, country)


def find_listed(session: Session, run_id: str, lists: Sequence[DncList], country: str) -> Scrub:
    """Compare the numbers of a run with do-not-call lists; nothing is changed.

    These are the numbers that the server has in its campaigns, and those that it has not loaded yet. `country`
    is that of national numbers on the server. Raises WrongUsage for a run without numbers.
    """
    run = run_here(session, run_id)
    loads = loads_of(session.journal, run_id)
    if not loads:
        message = f"The run {run_id} has no campaigns with telephone numbers."
        raise WrongUsage(message, ProblemCode.NUMBERS_GONE)
    session.stopwatch.turn_to(run.id)
    comparison = _Comparison(lists, Wire(WireFormat.DIGITS, country))
    unsent = Unsent(session.journal, run_id, lists)
    client = session.worker_pool.clients[0]
    campaigns: list[Scrubbed] = []

    def compare() -> None:
        # What arrives later would be compared with nothing.
        wait_for_unsure(session, loads)
        session.stopwatch.stage("Comparing the numbers of campaigns", len(loads), "campaign")
        for load in loads:
            session.worker_pool.stop.check()
            one = Scrubbed(campaign_id=load.campaign_id, row=load.row, list_number=load.number)
            one = _compared(client, comparison, one) if load.campaign_id else one
            to_leave_out = comparison.add_unsent(unsent.find(load, comparison.meaning(one.found)))
            campaigns.append(replace(one, to_leave_out=to_leave_out))

    stopped = until_stopped(session, compare)
    return Scrub(run=run_id, campaigns=campaigns, hits=comparison.hits(), stopped=stopped)


def cancel_listed(session: Session, scrub: Scrub) -> Scrub:
    """Give the numbers that were found the status `cancelled`, so that they are not called. May be repeated.

    Before that, those that the run has not loaded yet are left out: whatever happens, it does not send them.
    What stopped the comparison is still in the result: it has not looked at all numbers.
    """
    client = session.worker_pool.clients[0]
    unsent = Unsent(session.journal, scrub.run, [one.dnc for one in scrub.hits])
    left_out: list[Scrubbed] = []
    done: list[Scrubbed] = []

    def cancel() -> None:
        unsent.leave_out([one.list_number for one in scrub.campaigns])
        left_out.extend(replace(one, left_out=one.to_leave_out) for one in scrub.campaigns)
        session.stopwatch.stage("Cancelling numbers on do-not-call lists", scrub.found, "number")
        for one in left_out:
            done.append(_cancelled(session, client, one))  # noqa: PERF401 -- those done are kept if it is stopped

    stopped = until_stopped(session, cancel) or scrub.stopped
    rest = (left_out or scrub.campaigns)[len(done) :]
    return replace(scrub, campaigns=[*done, *rest], stopped=stopped)


def scrubbed_words(one: Scrubbed) -> str:
    """Return what was done about the numbers of a campaign, in sentences."""
    what = f"Campaign {one.campaign_id}" if one.campaign_id else f"Row {row_name(one.row)}"
    cancelled = f"{one.cancelled:,} of {counted(one.listed, 'number')} cancelled." if one.campaign_id else ""
    unsent = f"{one.left_out:,} of {counted(one.to_leave_out, 'number')} not loaded yet left out."
    return " ".join(filter(None, (f"{what}:", cancelled, unsent if one.to_leave_out else "", one.message)))


def went_well(done: Scrub) -> bool:
    """Say whether all numbers were compared and cancelled, as far as their campaigns still exist."""
    is_missed = any(one.message and not one.is_gone for one in done.campaigns)
    return done.stopped is None and not is_missed and done.is_complete


def keep_evidence(session: Session, scrub: Scrub) -> None:
    """Add a comparison that came to its end to the record of its run."""
    if scrub.stopped is None:
        add_scrub(session.journal.path, scrub.run, scrub.hits, scrub.cancelled, scrub.left_out)


def _compared(client: Client, comparison: "_Comparison", campaign: Scrubbed) -> Scrubbed:
    destinations = Destinations(client, campaign.campaign_id, without_numbers)
    found: list[str] = []
    try:
        count = destinations.count()
        read_new_pages(destinations.listed, count, lambda page: found.extend(comparison.on_a_list(page)))
    except RowRefused as error:
        is_gone = error.code == NOT_FOUND and _is_gone(client, comparison.view, campaign)
        return replace(campaign, message=f"Not compared: {error.message}", is_gone=is_gone)
    except (TryAgain, OutcomeUnknown) as error:
        raise ServerUnusable.after(error) from None
    return replace(campaign, listed=count, found=tuple(dict.fromkeys(found)))


def _is_gone(client: Client, view: ServerView, campaign: Scrubbed) -> bool:
    """Say whether the campaign is gone, whose numbers the server does not find. Raises ServerUnusable if it fails."""
    try:
        return view.look(client, "", campaign.campaign_id).place is Whereabouts.GONE
    except (TryAgain, OutcomeUnknown) as error:
        raise ServerUnusable.after(error) from None


def _cancelled(session: Session, client: Client, campaign: Scrubbed) -> Scrubbed:
    if not campaign.found:
        return campaign
    cancelled = cancel(session, client, campaign.campaign_id, campaign.found)
    return replace(campaign, cancelled=cancelled.count, message=cancelled.message)


class _Comparison:
    """Compares numbers as the server writes them with do-not-call lists."""

    def __init__(self, lists: Sequence[DncList], wire: Wire) -> None:
        self.view = ServerView()
        self._lists = lists
        self._wire = wire
        self._counts: Mapping[int, set[str | int]] = {at: set() for at in range(len(lists))}

    def on_a_list(self, page: Sequence[ListedNumber]) -> list[str]:
        """Return the texts of those numbers that are on a list, whatever they may mean, and may still be called."""
        waiting = [one.text for one in page if one.may_be_called]
        meant = [(at, number) for at, text in enumerate(waiting) for number in self._wire.read(text)]
        numbers = np.array([number for _, number in meant], dtype=np.int64)
        found: set[int] = set()
        for which, one in enumerate(self._lists):
            hit = {at for (at, _), is_on in zip(meant, one.holds(numbers).tolist(), strict=True) if is_on}
            self._counts[which].update(waiting[at] for at in hit)
            found |= hit
        return [waiting[at] for at in sorted(found)]

    def meaning(self, texts: Sequence[str]) -> set[int]:
        """Return the numbers that texts of the server may mean."""
        return {number for text in texts for number in self._wire.read(text)}

    def add_unsent(self, found: Iterable[tuple[int, int]]) -> int:
        """Count numbers, each with the place of the list that has it; return how many there are."""
        count = 0
        for number, which in found:
            self._counts[which].add(number)
            count += 1
        return count

    def hits(self) -> list[Hits]:
        """Return the lists with how many numbers were found on each."""
        return [Hits(one, len(self._counts[at])) for at, one in enumerate(self._lists)]
