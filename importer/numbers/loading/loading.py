"""The load of a run's numbers into its campaigns, several at a time; it may be interrupted and continued."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from importer.delivery import ServerView
from importer.errors import StopRun, WrongUsage
from importer.model import ExitCode, LoadStatus, NumberLoad, Row, Run, Status
from importer.numbers.loading.choosing_format import format_needed
from importer.numbers.loading.context import LoadContext
from importer.numbers.loading.list_load import ListLoad
from importer.numbers.loading.lookout import MOST_AT_ONCE, Lookout
from importer.numbers.loading.options import OF_ONE_COUNTRY, LoadOptions, WireFormat
from importer.numbers.loading.refusals import RefusalCount
from importer.numbers.loading.wire import Wire
from importer.numbers.storage import (
    Batches,
    NumberList,
    NumbersFile,
    Prints,
    has_all_of,
    is_checked,
    leave_out_other_countries,
    set_checked,
    settle_format,
)
from importer.session import Session, context_for, run_for, until_stopped
from schemas.problem_codes import ProblemCode

ON_THE_SERVER = frozenset((Status.CREATED, Status.EXISTS, Status.UPDATED))

LOOKED_AT_AHEAD = MOST_AT_ONCE // 2
"""How many campaigns are looked at while the first numbers are read back: two requests each, all at once."""

LONGEST_SEEN = 5.0
"""After how many seconds a campaign is looked at again: a person may have switched it on, or added numbers to it."""

NOTHING_TO_LOAD = f"None of its telephone numbers can be loaded, so it stays off. [{ProblemCode.NOTHING_TO_CALL}]"
UNDONE = "An undo of this run has cancelled its telephone numbers, so no more are sent."
SHARED = "Several lists of this run are for campaign {campaign}, so none was sent. Put their numbers into one list."


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """How far the numbers of a run have come, what the user should know, and what stopped the load, if anything.

    `failed` is how many lists the server failed for, `rejected` how many numbers it refuses.
    """

    run: str
    lists: Sequence[NumberLoad]
    notes: Sequence[str] = ()
    stopped: StopRun | None = None
    rejected: int = 0
    failed: int = 0

    @property
    def to_load(self) -> int:
        """The number of numbers that are to be loaded, or are."""
        return sum(one.to_load for one in self.lists)

    @property
    def loaded(self) -> int:
        """The number of numbers that the server has."""
        return sum(one.loaded for one in self.lists)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: what stopped the load or a list, else doubt, else lists or numbers that are not loaded."""
        codes = {self.stopped.exit_code} if self.stopped else set()
        statuses = {one.status for one in self.lists}
        if LoadStatus.IN_DOUBT in statuses:
            codes.add(ExitCode.IN_DOUBT)
        if self.failed:
            codes.add(ExitCode.UNREACHABLE)
        if self.rejected or statuses - {LoadStatus.LOADED}:
            codes.add(ExitCode.SOME_WRONG)
        return ExitCode.gravest(codes)


@dataclass
class _Notes:
    """What the user should know, in order, and for how many lists the server failed."""

    sentences: list[str] = field(default_factory=list)
    failed: int = 0


def load(
    session: Session, run_id: str, options: LoadOptions, *, clock: Callable[[], float] = time.monotonic
) -> LoadReport:
    """Load the numbers of a run into its campaigns; also continues a load that was interrupted.

    Lists wait whose campaign is not created yet, and those that are loaded are left alone. What stops the load is in
    the report. `clock` returns seconds. Raises WrongUsage for a run without numbers, or whose numbers were not read to
    the end.
    """
    run = run_for(session, run_id)
    if not NumbersFile.exists(session.journal.path, run_id):
        message = f"Run {run_id} has no telephone numbers, or they were removed. Import them again."
        raise WrongUsage(message, ProblemCode.NUMBERS_GONE)
    session.stopwatch.turn_to(run.id)
    notes = _Notes()
    with NumbersFile(session.journal.path, run_id) as numbers:
        if not numbers.is_closed:
            message = f"The telephone numbers of run {run_id} were not read to the end. Import them again."
            raise WrongUsage(message, ProblemCode.NUMBERS_UNREAD)
        stopped = until_stopped(session, lambda: _load(session, run, numbers, options, notes, clock))
        return LoadReport(
            run=run_id,
            lists=numbers.loads(),
            notes=notes.sentences,
            stopped=stopped,
            rejected=Batches(numbers.database).rejected(),
            failed=notes.failed,
        )


def _load(
    session: Session,
    run: Run,
    numbers: NumbersFile,
    options: LoadOptions,
    notes: _Notes,
    clock: Callable[[], float],
) -> None:
    began = clock()
    batches = Batches(numbers.database)
    batches.recover_interrupted()
    with ExitStack() as stack:
        wire = _wire(session, numbers, options)
        numbers.database.mark()
        loads = numbers.loads()
        # Closed after the lookout, whose threads may be keeping prints.
        prints = stack.enter_context(Prints(session.journal.path, run.server)) if options.remember else None
        if prints:
            # What the server refuses was not loaded, so a later run need not leave it out.
            stack.callback(_take_back_refused, prints, run.id, batches)
        pool = session.worker_pool
        lookout = stack.enter_context(Lookout(pool.another_client, pool.stop.halt))
        context = LoadContext(
            run=context_for(session, run),
            numbers=numbers,
            batches=batches,
            statuses=lookout.begin(lambda _: batches.statuses()),
            prints=prints,
            wire=wire,
            options=options,
            refusals=RefusalCount(),
            lookout=lookout,
            view=ServerView(),
            wait=session.settle_wait,
            sleep=pool.stop.sleep,
            clock=clock,
            began=began,
        )
        _load_lists(context, list(_to_load(context, loads)), notes)


def _take_back_refused(prints: Prints, run_id: str, batches: Batches) -> None:
    if refused := batches.refused_by_all():
        prints.take_back_numbers(run_id, refused)


def _wire(session: Session, numbers: NumbersFile, options: LoadOptions) -> Wire:
    """Return the form in which numbers are sent. Raises WrongSettings if it is not chosen, or was another before."""
    if options.number_format is None:
        first = Batches(numbers.database).first_to_load()
        if first is None:
            raise WrongUsage("There are no telephone numbers to load.", ProblemCode.NUMBERS_GONE)
        raise format_needed(session.worker_pool.clients[0], first)
    others = options.countries if options.number_format is WireFormat.AS_IS else ()
    wire = Wire(options.number_format, options.country, others)
    country = wire.country if options.number_format in OF_ONE_COUNTRY else ""
    settle_format(numbers.database, options.number_format, country)
    if options.number_format in OF_ONE_COUNTRY:
        leave_out_other_countries(numbers.database, wire.calling_code)
    return wire


def _to_load(context: LoadContext, loads: Sequence[NumberLoad]) -> Iterator[ListLoad]:
    """Yield the load of each list that is not loaded and has a campaign; the others wait."""
    numbers, journal, run = context.numbers, context.run.journal, context.run.run
    aimed: list[tuple[NumberList, NumberLoad, Row | None]] = []
    for one, load in zip(numbers.lists(), loads, strict=True):
        row = journal.rows.get(run.id, one.row) if one.row else None
        if row is None or (row.status in ON_THE_SERVER and row.campaign_id is not None):
            aimed.append((replace(one, campaign_id=(row and row.campaign_id) or one.campaign_id), load, row))
    uses = Counter(one.campaign_id for one, _, _ in aimed)
    cancelled = journal.undos.cancelled_in(run.id)
    recorded = {one.number: one.status for one in journal.number_loads.of(run.id)}
    for one, load, row in aimed:
        if one.status is LoadStatus.LOADED:
            # The file of numbers is written first: a process that was killed then has left the journal behind. Of a
            # campaign that was deleted, the journal knows more.
            if recorded.get(one.number) not in (LoadStatus.LOADED, LoadStatus.GONE):
                journal.number_loads.record(load)
        elif one.campaign_id in cancelled:
            _leave(context, one, load, UNDONE)
        elif uses[one.campaign_id] > 1:
            _leave(context, one, load, SHARED.format(campaign=one.campaign_id))
        elif not load.to_load and not numbers.counts(one.number).get(ProblemCode.THERE_ALREADY):
            _leave(context, one, load, NOTHING_TO_LOAD)
        else:
            one = replace(one, switch_on=_to_switch_on(context, one, row))
            yield ListLoad(context, one, row, to_load=load.to_load)


def _to_switch_on(context: LoadContext, one: NumberList, row: Row | None) -> bool:
    """Say whether a campaign is to be on at the end.

    One that existed before the run is left as it is, unless another run created it off to load numbers, did not finish,
    and all of its numbers are in this list: it is the same import again.
    """
    if row is None or row.status is Status.CREATED or not one.switch_on:
        return one.switch_on
    journal = context.run.journal
    others = journal.number_loads.left_off_by(context.run.run.id, one.campaign_id)
    return bool(others) and all(has_all_of(journal.path, context.numbers, one.number, other) for other in others)


def _leave(context: LoadContext, one: NumberList, load: NumberLoad, message: str) -> None:
    """Record why nothing is sent of a list."""
    context.numbers.record(replace(one, message=message))
    context.run.journal.number_loads.record(replace(load, message=message))


def _load_lists(context: LoadContext, lists: Sequence[ListLoad], notes: _Notes) -> None:
    pool = context.run.worker_pool
    left = sum(one.to_load - context.batches.loaded(one.list.number) for one in lists)
    context.run.observer.stage("Loading telephone numbers", left, "number")
    sendable = lists
    if context.options.canary and not is_checked(context.numbers.database):
        if not _send_canary(context, lists, notes):
            # Why is recorded of each list. Those that need nothing can still be completed.
            sendable = [one for one in lists if not one.has_more()]
    elif len(lists) > 1:
        lists[0].ask(context.run.client)
    pool.share(iter(sendable), lambda client, one: one.load(client))
    notes.failed = sum(one.is_failed for one in lists)


def _send_canary(context: LoadContext, lists: Sequence[ListLoad], notes: _Notes) -> bool:
    """Load the first few numbers of the first list that takes any, and read them back; return whether one did."""
    client = context.run.client
    # Those that wait for others to be loaded are looked at when their turn comes.
    next_ones = lists[: min(LOOKED_AT_AHEAD, len(context.run.worker_pool.clients))]
    for one in lists:
        began = context.clock()
        if not one.begin(client):
            continue
        for next_one in next_ones:
            next_one.look_ahead()
        note = one.read_back(client)
        is_long_ago = context.clock() - began > LONGEST_SEEN
        for seen in (one, *next_ones):
            if is_long_ago or seen not in next_ones:
                seen.look_anew()
        if note is not None:
            notes.sentences += [note] if note else []
            set_checked(context.numbers.database)
            return True
    return False
