"""A file is read and checked, row by row, into the journal."""

import getpass
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from importer import checking, reading
from importer.checking import CallingHours, Detector, NamesToLookUp, judge_of, read_before
from importer.errors import FileRefused
from importer.journal import Journal
from importer.model import (
    Columns,
    NumberLoad,
    Problem,
    RowBlock,
    Run,
    Severity,
    Source,
    counted,
)
from importer.results import Stopwatch
from importer.run_options import ImportOptions
from importer.shutdown import Stop
from schemas.headings import parameter_of
from schemas.likeness import bare_heading
from schemas.number_headings import OF_COUNTRIES, number_column_of
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    # What speaks HTTP takes a while to import, and a file is checked without a server.
    from importer.enswitch import Server

Keep = Callable[[str, RowBlock, Sequence[Problem]], None]
"""Writes rows of a run, by its ID, and their problems to the journal."""

MOST_WRONG = 200_000
"""Maximum number of errors in a file; with more, the whole file is refused."""
FIRST_WRONG = 5
STAGED_AT_ONCE = 10_000


def stage(
    journal: Journal,
    path: Path,
    import_options: ImportOptions,
    command: str,
    stopwatch: Stopwatch,
    stop: Stop,
    server: "Server | None" = None,
    keep: Keep | None = None,
    are_to_compare: Callable[[str], bool] = lambda _: True,
) -> Run:
    """Read and check a file, chunk by chunk, into the journal. Raises Interrupted between two chunks of it.

    `keep` is what writes rows and their problems to the journal (None: `stage_block`, which writes all there is);
    `are_to_compare` says, once all are kept, whether rows may have something in common.
    """
    reading.refuse_raw_name(path)
    run_id = journal.runs.new_id()
    stopwatch.turn_to(run_id)
    sheet = import_options.reading.sheet
    stopwatch.stage(f"Reading {path.name}, sheet {sheet}" if sheet else f"Reading {path.name}", None)
    table = _open(path, import_options)
    columns = _columns_of(table, import_options)
    run = _run(run_id, path, table, columns, import_options, command, server)
    journal.runs.start(run)
    for message in table.losses:
        stopwatch.note(message)
    journal.rows.stage(run.id, (), _of_the_file(table, columns, import_options))
    calling_hours = CallingHours(columns, required=import_options.require_timegroup)
    names, chunks = NamesToLookUp(), _without_numbers(table, import_options)
    checked = _checked(chunks, columns, names, older=journal.runs.holds_older_readings(run))
    # Campaigns that a row is split into get their time groups from that.
    has_hours = import_options.disabled or bool(import_options.split)
    inspected = checked if has_hours else map(calling_hours.inspect, checked)
    with reading.few_searches_for_cycles():
        _stage_rows(keep or journal.rows.stage_block, run, path, inspected, stopwatch, stop)
    journal.rows.stage(run.id, (), calling_hours.warning())
    if server is None and names.count:
        journal.rows.stage(run.id, (), [_noted(_looked_up_later(names.count))])
    if are_to_compare(run.id):
        _compare_rows(journal, run, columns, import_options.beside)
    if import_options.awaits_numbers or import_options.split or _has_numbers(table, import_options):
        journal.number_loads.register(run.id, [NumberLoad(run=run.id, number=0)])
    journal.runs.finish_staging(run.id)
    return run


def _columns_of(table: reading.Table, import_options: ImportOptions) -> Columns:
    return checking.match_columns(
        table.source,
        table.header_row,
        import_options.defaults,
        import_options.placed,
        import_options.standing_defaults,
        # What a migration has made has the headings of the API.
        parameter_of if import_options.profile else import_options.reading.heading_of,
        _read_otherwise(table, import_options),
    )


def _of_the_file(table: reading.Table, columns: Columns, import_options: ImportOptions) -> list[Problem]:
    """Return what is to be said of a file as a whole before its rows are looked at."""
    notes = map(_noted, (*import_options.notes, *table.notes, *table.losses))
    return [*notes, *columns.warnings, *checking.hidden_fields(columns, table.hidden_columns)]


def _read_otherwise(table: reading.Table, import_options: ImportOptions) -> frozenset[str]:
    """Return the bare headings of columns that are read with the telephone numbers, those of countries as well."""
    others = import_options.reading.other_columns
    if not others or not checking.numbers_columns(table.source, import_options.placed):
        return others
    return others | {bare_heading(one) for one in table.source.headings if number_column_of(one) in OF_COUNTRIES}


def _without_numbers(table: reading.Table, import_options: ImportOptions) -> Iterator[reading.Chunk]:
    """Yield the chunks of a table as the journal has them: no telephone number is kept with the rows."""
    columns = checking.numbers_columns(table.source, import_options.placed)
    return (checking.hide_numbers(chunk, columns) for chunk in table.chunks)


def _has_numbers(table: reading.Table, import_options: ImportOptions) -> bool:
    """Say whether a file has another sheet or column that is to be read, of telephone numbers for its campaigns."""
    others = (one.name for one in table.sheets if one.state == "visible" and one.name != table.source.sheet)
    headings = (table.source.headings[at] for at in checking.numbers_columns(table.source, import_options.placed))
    return any(name.strip().casefold() in import_options.reading.other_sheets for name in others) or any(
        bare_heading(heading) in import_options.reading.other_columns for heading in headings
    )


def _stage_rows(
    keep: Keep, run: Run, path: Path, chunks: Iterable[checking.Checked], stopwatch: Stopwatch, stop: Stop
) -> None:
    """Stage the rows of a table, chunk by chunk. Raises FileRefused once too many cells are wrong."""
    first_errors: list[Problem] = []
    wrong = 0
    for checked in chunks:
        stop.check()
        errors = [problem for problem in checked.problems if problem.severity is Severity.ERROR]
        first_errors, wrong = first_errors or errors[:FIRST_WRONG], wrong + len(errors)
        if wrong > MOST_WRONG:
            raise _too_much_wrong(path, first_errors)
        keep(run.id, checked.rows, checked.problems)
        stopwatch.checked(run.id, checked.rows.numbers, checked.rows.statuses)


def _run(
    run_id: str,
    path: Path,
    table: reading.Table,
    columns: Columns,
    import_options: ImportOptions,
    command: str,
    server: "Server | None",
) -> Run:
    source = replace(table.source, path=str(path.absolute()), headings=columns.headings, places=columns.kept)
    return replace(
        new_run(run_id, command, source, server),
        disabled=import_options.disabled,
        marker=import_options.marker,
        positions=columns.positions,
        on_change=import_options.on_change,
        migration=table.migration,
        on_existing=import_options.on_existing,
        split=import_options.split,
    )


def new_run(run_id: str, command: str, source: Source, server: "Server | None") -> Run:
    """Return a run of this user on this computer, for a server or for none; the journal does not know it yet."""
    return Run(
        id=run_id,
        started=datetime.now(UTC),
        command=command,
        source=source,
        server=server.identity if server else "",
        url=server.url if server else "",
        account=server.username if server else "",
        os_user=_os_user(),
        host=platform.node(),
    )


def _os_user() -> str:
    """Return the user of the operating system; "" if the user has no name there."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _compare_rows(journal: Journal, run: Run, columns: Columns, beside: Sequence[str]) -> None:
    """Record which rows of a run are for the same campaign, or for different campaigns with the same name.

    `beside` are the runs of other sheets of the workbook, in which a campaign must not be a second time either.
    """
    _refuse_repeated(journal, run, columns, beside)
    alike = (
        checking.same_name(repeat.row, repeat.first, to_the_letter=repeat.same_name, columns=columns)
        for repeat in journal.rows.repeated_names(run.id)
    )
    _invalidate(journal, run, alike)


def refuse_repeated(journal: Journal, run: Run, beside: Sequence[str] = ()) -> None:
    """Make rows of a staged run invalid that turned out to be for the same campaign, once their names are looked up.

    `beside` are the runs of other sheets of the workbook, in which a campaign must not be a second time either.
    """
    headings = dict(zip(run.source.places, run.source.headings, strict=True))
    in_file = tuple(headings.get(position, "") for position in range(max(headings, default=-1) + 1))
    source = replace(run.source, headings=in_file)
    columns = Columns(source=source, positions=run.positions, defaults={}, kept=run.source.places)
    _refuse_repeated(journal, run, columns, beside)


def _refuse_repeated(journal: Journal, run: Run, columns: Columns, beside: Sequence[str]) -> None:
    repeated = (checking.same_campaign(repeat.row, repeat.first, columns) for repeat in journal.rows.repeated(run.id))
    _invalidate(journal, run, repeated)
    sheets = {other: journal.runs.get(other).source.sheet for other in beside}
    elsewhere = (
        checking.same_campaign(repeat.row, repeat.first, columns, sheets[repeat.run])
        for repeat in journal.rows.repeated_beside(run.id, beside)
    )
    _invalidate(journal, run, elsewhere)


def _looked_up_later(count: int) -> str:
    return f"{counted(count, 'name')} {'is' if count == 1 else 'are'} looked up when the run is planned."


def _checked(
    chunks: Iterable[reading.Chunk], columns: Columns, names: NamesToLookUp, *, older: bool
) -> Iterator[checking.Checked]:
    """Yield the chunks of a table as they are checked; `older` says that an earlier version may have read its rows."""
    detector, judge = Detector(columns), judge_of(columns)
    for chunk in chunks:
        cells = checking.cells_by_parameter(chunk, columns)
        earlier = read_before(chunk, cells, columns) if older else {}
        found, to_look_up = detector.inspect(chunk, cells), names.rows(chunk.numbers, cells)
        yield checking.check(cells, chunk, columns, judge, found, earlier, to_look_up)


def _too_much_wrong(path: Path, first: Sequence[Problem]) -> FileRefused:
    listed = "\n  ".join(f"{problem.where}: {problem.message}" for problem in first)
    message = f"{path}: more than {MOST_WRONG:,} cells are wrong, so the file was not used. The first are:\n  {listed}"
    return FileRefused(message, ProblemCode.TOO_MUCH_WRONG)


def _open(path: Path, import_options: ImportOptions) -> reading.Table:
    if import_options.profile is None:
        return reading.open_table(path, import_options.reading, for_copy=True)
    from importer.migration import open_migration  # sqlglot takes a while to import

    return open_migration(
        path,
        import_options.profile,
        import_options.answers,
        import_options.reading,
        with_leads=import_options.with_leads,
    )


def _noted(note: str) -> Problem:
    return Problem(note, Severity.NOTE)


def _invalidate(journal: Journal, run: Run, problems: Iterator[Problem]) -> None:
    while page := list(islice(problems, STAGED_AT_ONCE)):
        journal.rows.invalidate(run.id, page)
