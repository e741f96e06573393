"""The stages strung together, one function a command: read this first."""

import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from importer import checking, delivery, reading, results
from importer.checking import Detector, read_before
from importer.delivery import Creator, Switch, Switchable, Switched
from importer.enswitch import CircuitBreaker, Client, RateLimiter, Refusals, Server, WorkerPool
from importer.errors import FileRefused, ResultsLost, ServerUnusable, StopRun, WrongSettings, WrongUsage
from importer.events import Stopwatch
from importer.journal import Journal, only_run
from importer.model import (
    Columns,
    Event,
    MigratedCampaign,
    MigrationReport,
    Observer,
    OnChange,
    OnExisting,
    Outcome,
    Problem,
    RowResult,
    Run,
    Severity,
    Status,
    Timing,
)
from importer.report import Report
from importer.run_options import ImportOptions, OutputOptions, SendOptions
from importer.shutdown import Stop, gently
from schemas.headings import MIGRATION_HEADINGS
from schemas.problem_codes import ProblemCode

LISTED = 1_000
"""How many errors and how many warnings a report lists; the results hold all."""

PASSES = 6
"""How often a row is sent that was lost on the way, before it counts as failed."""

MOST_WRONG = 200_000
"""How many errors a file may have; what is beyond that is told of nobody's rows."""

FIRST_WRONG = 5

TOLD = (Severity.ERROR, Severity.WARNING)

STAGED_AT_ONCE = 10_000


@dataclass(frozen=True)
class Session:
    """What a command works with while it holds the lock: the journal, the workers' connections, the breaker."""

    journal: Journal
    server: Server
    worker_pool: WorkerPool
    circuit_breaker: CircuitBreaker
    send_options: SendOptions
    observer: Observer
    command: str


@contextmanager
def open_session(
    server: Server, journal: Path, send_options: SendOptions, observer: Observer, command: str, stop: Stop
) -> Iterator[Session]:
    """Open the journal, take the lock and make the connections; put everything back at the end.

    Rows that a process left behind in the middle of a create are in doubt from here on. Raises Locked where another
    process is at work, WrongSettings where the journal or the address cannot be used, AccessRefused where the server
    has just refused the password.
    """
    with ExitStack() as stack:
        identity = server.identity
        book = stack.enter_context(Journal(journal))
        stack.enter_context(only_run(journal, identity, command))
        book.discard_unfinished(identity)
        book.recover_interrupted(identity, server.username)
        refusals = Refusals(journal, identity, server.username)
        refusals.check(server.hashed_password)
        rate_limiter = RateLimiter(send_options.rate, sleep=stop.sleep, check=stop.check)

        def refused() -> None:
            stop.halt()  # at once: the others would have theirs refused, too, while this is written down
            refusals.remember(server.hashed_password)

        worker_pool = WorkerPool(
            send_options.workers, lambda: Client(server, rate_limiter, sleep=stop.sleep, refused=refused), stop
        )
        stack.callback(worker_pool.close)
        circuit_breaker = CircuitBreaker(send_options.max_errors, send_options.max_error_share)
        yield Session(book, server, worker_pool, circuit_breaker, send_options, observer, command)


def validate(path: Path, import_options: ImportOptions, observer: Observer, output_options: OutputOptions) -> Report:
    """Check a file and nothing more: no server, nothing kept; results are written only where a place is named.

    Raises FileRefused for a file that cannot be read.
    """
    stopwatch = Stopwatch(observer)
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "journal") as journal:
        run = _stage(journal, path, import_options, "validate", stopwatch, Stop())
        report = replace(_report(journal, run, timings=stopwatch.timings()), run="", check_only=True)
        return _hand_back(journal, run, report, output_options, stopwatch)


def plan(session: Session, path: Path, import_options: ImportOptions) -> Report:
    """Check a file, then have the server check every valid row. Creates nothing.

    Raises FileRefused for a file that cannot be read; what stops a run is in the report.
    """
    reading.refuse_growing(path, session.worker_pool.stop.sleep)
    stopwatch = Stopwatch(session.observer)
    run = _stage(
        session.journal, path, import_options, session.command, stopwatch, session.worker_pool.stop, session.server
    )
    return finish_plan(session, run.id, stopwatch)


def finish_plan(session: Session, run_id: str, stopwatch: Stopwatch | None = None) -> Report:
    """Have the server check the valid rows of a run that it has not seen yet. Creates nothing."""
    run = _run_for(session, run_id)
    stopwatch = stopwatch or Stopwatch(session.observer)
    stopped = _until_stopped(session, lambda: _plan(replace(session, observer=stopwatch), run))
    return _report(session.journal, run, stopped=stopped, timings=stopwatch.timings())


def compare(session: Session, report: Report) -> Report:
    """Look on the server which ready rows of a plan are there already; return the report that tells of them too."""
    if report.stopped or not report.count(Status.READY):
        return report
    run = _run_for(session, report.run)
    notes: list[str] = []
    stopwatch = Stopwatch(session.observer, report.timings)
    stopped = _until_stopped(session, lambda: _compare(replace(session, observer=stopwatch), run, notes))
    return _report(session.journal, run, stopped=stopped, notes=tuple(notes), timings=stopwatch.timings())


def agree(session: Session, run_id: str) -> None:
    """Remember that a person has seen which rows of a run the server has already, and wants them created."""
    session.journal.agree(run_id)


def apply(
    session: Session, run_id: str, before: tuple[Timing, ...] = (), on_existing: OnExisting | None = None
) -> Report:
    """Create what is ready in a run, after settling what is in doubt.

    Also continues a run that was interrupted, and tries again what failed. What stops a run is in the report.
    `before` are the timings of its plan, if this command has made it; `on_existing` says what becomes of rows that the
    server has already (None: what was said when it was planned).
    """
    run = _run_for(session, run_id)
    run = replace(run, on_existing=on_existing or run.on_existing)
    notes: list[str] = []
    stopwatch = Stopwatch(session.observer, before)
    stopped = _until_stopped(session, lambda: _apply(replace(session, observer=stopwatch), run, notes))
    report = _report(session.journal, run, stopped=stopped, notes=tuple(notes), timings=stopwatch.timings())
    return replace(report, left=report.to_update)


def hand_back(session: Session, report: Report, output_options: OutputOptions) -> Report:
    """Write what a user gets back of a report's run, and say where it is; what keeps it from that is in the report."""
    stopwatch = Stopwatch(session.observer, report.timings)
    default = results.default_target(report.source, datetime.now())  # noqa: DTZ005 -- the user's clock
    output_options = replace(output_options, results=output_options.results or default)
    told = _hand_back(session.journal, session.journal.run(report.run), report, output_options, stopwatch)
    if told.results:
        session.journal.keep_results_path(report.run, told.results)
    return told


def decide_on_change(session: Session, report: Report, on_change: OnChange) -> Report:
    """Let a person decide what becomes of the rows of a planned run that were edited; return its plan as it is then.

    What is to be another campaign is checked by the server first.
    """
    session.journal.decide_on_change(report.run, on_change)
    if on_change is OnChange.CREATE:
        return finish_plan(session, report.run)
    return replace(
        _report(session.journal, session.journal.run(report.run)), timings=report.timings, notes=report.notes
    )


def switchable(session: Session, run_id: str, asked: Switch) -> Switchable:
    """Return what switching the campaigns of a run on or off would do."""
    return delivery.switchable(session.journal, _run_for(session, run_id), asked)


def switch(session: Session, run_id: str, asked: Switch) -> Switched:
    """Switch the campaigns of a run on or off."""
    run = _run_for(session, run_id)
    session.observer.stage("Switching", delivery.switchable(session.journal, run, asked).campaigns)
    return delivery.switch(session.journal, run, session.worker_pool, asked, session.observer.row)


def settle_by_hand(journal: Path, run_id: str, row: int, campaign_id: str | None) -> Outcome:
    """Settle a row in doubt by what a person found out: its campaign's ID, or None for "not created"."""
    with Journal(journal) as book:
        run = book.run(run_id)
        with only_run(journal, run.server, f"settle {run_id}"):
            return delivery.decide(book, run, row, campaign_id)


def find_run(journal: Path, run_id: str) -> Run:
    """Return a run by its ID. Raises WrongUsage where the journal knows none."""
    with Journal(journal) as book:
        return book.run(run_id)


def runs(journal: Path, since: datetime | None = None) -> list[tuple[Run, dict[Status, int]]]:
    """Return the runs since a time (None: all) with their rows by status, the newest first."""
    with Journal(journal) as book:
        return [(run, book.counts(run.id)) for run in book.runs(since)]


def held(journal: Path) -> set[str]:
    """Return the runs with ready rows that are not sent, because the server has their campaigns already."""
    with Journal(journal) as book:
        return book.held_runs()


def prunable(journal: Path, before: datetime) -> list[Run]:
    """Return the runs that `prune` would empty."""
    with Journal(journal) as book:
        return book.prunable(before)


def prune(journal: Path, before: datetime) -> list[Run]:
    """Remove what runs that began before a time hold of the user's texts; return these runs.

    Raises Locked where a run for one of their servers is at work.
    """
    with ExitStack() as stack:
        book = stack.enter_context(Journal(journal))
        for server in sorted({run.server for run in book.prunable(before)}):
            stack.enter_context(only_run(journal, server, "prune"))
        found = book.prunable(before)
        book.prune(found)
        return found


def check_journal(journal: Path) -> int:
    """Return how many runs a journal knows. Raises WrongSettings where it is not whole, or an empty file."""
    if not journal.stat().st_size:
        message = f"{journal} is an empty file, not a journal. Restore a copy of the journal if this was one."
        raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
    with Journal(journal) as book:
        if faults := book.faults():
            words = f"The journal {journal} is damaged: {'; '.join(faults)}. Restore a copy of it."
            raise WrongSettings(words, ProblemCode.JOURNAL_UNUSABLE)
        return len(book.runs())


def back_up(journal: Path, target: Path) -> None:
    """Copy a journal to one file with everything in it, whatever is at work with it meanwhile."""
    with Journal(journal) as book:
        book.copy(target)


def rows_of(journal: Path, run_id: str) -> Iterator[RowResult]:
    """Yield what happened to each row of a run, in the sheet's order."""
    with Journal(journal) as book:
        yield from book.results(book.run(run_id).id)


def _stage(
    journal: Journal,
    path: Path,
    import_options: ImportOptions,
    command: str,
    observer: Observer,
    stop: Stop,
    server: Server | None = None,
) -> Run:
    """Read and check a file, row by row, into the journal. Raises Interrupted between two chunks of it."""
    reading.refuse_raw_name(path)
    observer.stage(f"Reading {path.name}", None)
    table = _open(path, import_options)
    columns = checking.match_columns(table.source, table.header_row, import_options.defaults, import_options.placed)
    run = Run(
        id=f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}",
        started=datetime.now(UTC),
        command=command,
        source=replace(table.source, path=str(path.absolute()), headings=columns.headings, places=columns.kept),
        server=server.identity if server else "",
        url=server.url if server else "",
        account=server.username if server else "",
        disabled=import_options.disabled,
        marker=import_options.marker,
        positions=columns.positions,
        on_change=import_options.on_change,
        migration=table.migration,
        on_existing=import_options.on_existing,
    )
    journal.start_run(run)
    for message in table.losses:
        observer.note(message)
    journal.stage(run.id, (), [*map(_noted, (*table.notes, *table.losses)), *columns.warnings])
    found: list[Problem] = []
    wrong = 0
    for checked in _checked(table, columns, older=journal.holds_older_readings(run)):
        stop.check()
        errors = [problem for problem in checked.problems if problem.severity is Severity.ERROR]
        found, wrong = found or errors[:FIRST_WRONG], wrong + len(errors)
        if wrong > MOST_WRONG:
            raise _too_much_wrong(path, found)
        journal.stage(run.id, checked.rows, checked.problems)
        for row in checked.rows:
            observer.row(Event(run.id, row.number, "check", row.status))
    repeated = (checking.same_campaign(one.row, one.first, columns) for one in journal.repeated_rows(run.id))
    _invalidate(journal, run, repeated)
    alike = (
        checking.same_name(one.row, one.first, to_the_letter=one.same_name, columns=columns)
        for one in journal.repeated_names(run.id)
    )
    _invalidate(journal, run, alike)
    journal.finish_staging(run.id)
    return run


def _checked(table: reading.Table, columns: Columns, *, older: bool) -> Iterator[checking.Checked]:
    """Yield the chunks of a table as they are checked; `older` says that an earlier version may have read its rows."""
    detector = Detector(columns)
    for chunk in table.chunks:
        named = checking.rename(chunk, columns)
        earlier = read_before(chunk, named, columns) if older else {}
        yield checking.check(named, chunk, columns, detector.inspect(chunk, named), earlier)


def _too_much_wrong(path: Path, first: Sequence[Problem]) -> FileRefused:
    listed = "\n  ".join(f"{problem.where}: {problem.message}" for problem in first)
    message = f"{path}: more than {MOST_WRONG:,} cells are wrong. Nothing of it is used. The first are:\n  {listed}"
    return FileRefused(message, ProblemCode.TOO_MUCH_WRONG)


def _hand_back(
    journal: Journal, run: Run, report: Report, output_options: OutputOptions, stopwatch: Stopwatch
) -> Report:
    """Write the results and the page where a place is named for them, and say where they are."""
    if output_options.results is not None:
        stopwatch.stage("Writing the results", None)
        story = results.RunResults(report, lambda: journal.results(run.id), lambda: journal.problems(run.id, *TOLD))
        try:
            written = results.write(output_options.results, story, output_options.largest_copy)
            report = replace(report, results=str(written.path), notes=(*report.notes, *written.notes))
        except ResultsLost as lost:
            return replace(report.also_stopped(lost), timings=stopwatch.timings())
    if output_options.page is not None:
        stopwatch.stage("Writing the report", None)
        try:
            report = replace(report, page=str(results.write_page(output_options.page, report, journal.results(run.id))))
        except OSError as error:
            report = replace(report, notes=(*report.notes, f"The report was not written: {error}. Name another file."))
    return replace(report, timings=stopwatch.timings())


def _open(path: Path, import_options: ImportOptions) -> reading.Table:
    if import_options.profile is None:
        return reading.open_table(path, import_options.sheet, import_options.reading, for_copy=True)
    from importer.migration import open_migration  # sqlglot takes a while to import

    return open_migration(path, import_options.profile, import_options.answers, import_options.reading)


def _migration(journal: Journal, run: Run) -> MigrationReport | None:
    """Return what became of the campaigns of an old dialler: those that are rows, and those that were skipped."""
    if run.migration is None:
        return None
    columns = [run.source.headings.index(heading) for heading in MIGRATION_HEADINGS]
    rows = (row for row in journal.results(run.id) if row.cells)
    made = (MigratedCampaign(row.number, *(row.cells[column] for column in columns)) for row in rows)
    return replace(run.migration, campaigns=(*made, *run.migration.campaigns))


def _noted(note: str) -> Problem:
    return Problem(note, Severity.NOTE)


def _invalidate(journal: Journal, run: Run, problems: Iterator[Problem]) -> None:
    while page := list(islice(problems, STAGED_AT_ONCE)):
        journal.invalidate(run.id, page)


def _plan(session: Session, run: Run) -> None:
    if valid := session.journal.counts(run.id).get(Status.VALID, 0):
        session.observer.stage("Server's check", valid)
    for event in delivery.find_existing(session.journal, run):
        session.observer.row(event)
    if not valid:
        return
    delivery.check_on_server(session.journal, run, session.worker_pool, session.circuit_breaker, session.observer.row)
    if unchecked := session.journal.counts(run.id).get(Status.VALID, 0):
        message = f"The server failed to check {unchecked} rows, so none was created. Apply the run later."
        raise ServerUnusable(message, ProblemCode.SERVER_FAILS)


def _compare(session: Session, run: Run, notes: list[str]) -> None:
    session.observer.stage("Looking at what is there already", None)
    notes += delivery.compare(session.journal, session.worker_pool.clients[0], run)


def _apply(session: Session, run: Run, notes: list[str]) -> None:
    """Settle, plan what is not planned yet, and create what is ready, until nothing is left to do."""
    session.journal.retry(run.id)
    sent_ahead: set[str] = set()
    settled = _settle(session, run, sent_ahead)
    _plan(session, run)
    client = session.worker_pool.clients[0]
    notes += delivery.keep_listings(session.journal, client, run)
    if run.on_existing is OnExisting.CREATE:
        session.journal.agree(run.id)
    if run.on_change is OnChange.UPDATE and (edited := session.journal.counts(run.id).get(Status.CHANGED)):
        session.observer.stage("Updating", edited)
        delivery.update(session.journal, run, session.worker_pool, session.circuit_breaker, session.observer.row)
    creator = Creator(session.journal, run, session.circuit_breaker, session.observer.row)
    if session.send_options.canary and session.journal.to_create(run.id):
        if not session.journal.counts(run.id).get(Status.CREATED):
            creator.create(session.worker_pool, at_most=session.send_options.canary)
            settled = _settle(session, run, sent_ahead)
        notes += delivery.read_back(session.journal, run, client, session.send_options.canary)
    for _ in range(PASSES):
        ready = sum(session.journal.to_create(run.id).values())
        if ready:
            session.observer.stage("Creating", ready)
            creator.create(session.worker_pool)
        elif not settled.waiting:
            return
        settled = _settle(session, run, sent_ahead)
    session.journal.give_up(run.id)


def _settle(session: Session, run: Run, sent_ahead: set[str]) -> delivery.Settlement:
    """Settle what is in doubt; rows that were held back because of such rows are ready again if any was settled."""
    wait = session.send_options.settle_wait
    settled = delivery.settle(
        session.journal,
        session.worker_pool.clients[0],
        run,
        wait=session.server.timeout if wait is None else wait,
        sleep=session.worker_pool.stop.sleep,
        observer=session.observer,
        sent_ahead=sent_ahead,
    )
    if settled.settled:
        session.journal.release(run.id)
    return settled


def _run_for(session: Session, run_id: str) -> Run:
    run = session.journal.run(run_id)
    here = (session.server.identity, session.server.username)
    if (run.server, run.account) != here:
        raise WrongUsage(
            f"The run {run_id} was planned for {run.account} on {run.server}, not for {here[1]} on {here[0]}. "
            "Apply it there, or plan the file again for this server.",
            ProblemCode.OTHER_SERVER,
        )
    if run.pruned:
        message = f"What the run {run_id} sent was removed from the journal by `prune`. Import its file again."
        raise WrongUsage(message, ProblemCode.PRUNED)
    return run


def _until_stopped(session: Session, work: Callable[[], None]) -> StopRun | None:
    try:
        with gently(session.worker_pool.stop):
            work()
    except StopRun as error:
        return error
    finally:
        # What has ended this run has nothing to do with the next one.
        session.worker_pool.stop.begin()
    return None


def _report(
    journal: Journal,
    run: Run,
    *,
    stopped: StopRun | None = None,
    notes: tuple[str, ...] = (),
    timings: tuple[Timing, ...] = (),
) -> Report:
    counts = journal.counts(run.id)
    dialling, calls = (0, 0) if run.disabled else journal.dialling(run.id)
    to_update, updates_dialling, update_calls = (
        journal.updates(run.id) if run.on_change is OnChange.UPDATE else (0, 0, 0)
    )
    shown, held = journal.existing(run.id)
    return Report(
        source=run.source,
        counts=counts,
        errors=tuple(journal.problems(run.id, Severity.ERROR, limit=LISTED)),
        error_count=journal.problem_count(run.id, Severity.ERROR),
        warnings=tuple(journal.problems(run.id, Severity.WARNING, limit=LISTED)),
        warning_count=journal.problem_count(run.id, Severity.WARNING),
        run=run.id,
        notes=(*(note.message for note in journal.problems(run.id, Severity.NOTE)), *notes),
        stopped=stopped,
        dialling=dialling,
        calls=calls,
        to_update=to_update,
        updates_dialling=updates_dialling,
        update_calls=update_calls,
        on_change=run.on_change,
        migration=_migration(journal, run),
        groups=tuple(journal.groups(run.id)),
        timings=timings,
        server=run.server,
        account=run.account,
        command=run.command,
        started=run.started,
        existing=shown,
        held=0 if run.on_existing is OnExisting.CREATE else held,
    )
