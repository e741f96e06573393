"""Numbers for the campaigns of a sheet: each goes to the row, or to the campaign, that its list names."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from importer.checking import is_elsewhere, is_kept, numbers_columns
from importer.errors import FileRefused, WrongUsage
from importer.journal import Journal
from importer.model import Row, Run, Source, Status, place
from importer.numbers.campaigns import LONGEST_NAME
from importer.numbers.check import Targets
from importer.numbers.findings.report import NumbersReport
from importer.numbers.lists.row_campaigns import ListOf, RowList
from importer.numbers.lists.tables import ROW, open_numbers, sheet_of_numbers
from importer.numbers.options import NumberCells, NumberOptions
from importer.numbers.parsing.judging import Judgement
from importer.numbers.planning.filling import LoadOrder, fill, is_as_written
from importer.numbers.storage import NumbersFile, remove_numbers
from importer.numbers.unread import are_awaited, await_none
from importer.numbers.zones import SplitCampaigns
from importer.reading import visible_sheets
from importer.run_options import ImportOptions, ReadingOptions
from importer.security import visible, without_numbers
from importer.session import Session, run_for
from schemas.likeness import folded
from schemas.problem_codes import ProblemCode

_CAMPAIGN_ID = re.compile("[1-9][0-9]{0,8}")
"""An ID on the server; what is longer is a telephone number in the wrong column, and must not be kept as an ID."""

SHOWN = 10
"""How many cells are named that cannot be used."""

CREATED = frozenset((Status.READY, Status.VALID, Status.FAILED, Status.SENDING, Status.IN_DOUBT, Status.CREATED))
"""The statuses of rows whose campaigns this run creates, or may have created."""

THERE = frozenset((Status.EXISTS, Status.UPDATED, Status.CHANGED))
"""The statuses of rows whose campaigns are on the server already."""


class _NoLists(Exception):
    """There are no numbers for the campaigns of a run."""


def plan_rows(
    session: Session,
    run_id: str,
    files: Sequence[Path],
    options: NumberOptions,
    order: LoadOrder,
    sheet: ImportOptions,
) -> NumbersReport | None:
    """Check lists of numbers for the campaigns of a planned run, and keep them; nothing is sent.

    Besides `files`, those are read that a column `numbers` of the sheet names, the numbers in its cells, and the sheet
    of numbers of its workbook, if `options` have one. `sheet` is how the campaigns were read. Returns None if there are
    no lists at all.

    From then on the campaigns that get numbers are created off, and switched on when all are there. If the rows are
    split, the server has not checked their campaigns yet. Raises FileRefused for a list that cannot be read, WrongUsage
    for rows that are to be split and have no lists.
    """
    run = run_for(session, run_id)
    if are_awaited(session.journal, run.id):
        # A process that was killed may have left some.
        remove_numbers(session.journal.path, run.id)
    try:
        with NumbersFile(session.journal.path, run.id, as_written=is_as_written(order)) as file:
            split = SplitCampaigns(session.journal, run, file, options.split) if options.split else None
            campaigns = SheetCampaigns(session.journal, run, file, sheet, split)
            named = list(campaigns.named_files(follows_names=options.lists.follows_names))
            cells = campaigns.cells_of()
            every = (*files, *dict.fromkeys((*options.lists.sheets_of, *cells)))
            if not every and not named:
                raise _nothing_to_split_by() if split else _NoLists
            lists = [campaigns.list_of] * len(every) + [list_of for _, list_of in named]
            targets = Targets(lists, split.by_zone if split else None)
            options = replace(options, lists=replace(options.lists, cells_of=cells))
            found = fill(session, file, (*every, *(path for path, _ in named)), options, order, targets)
            notes: tuple[str, ...] = ()
            if split:
                notes = tuple(split.settle())
            else:
                file.register(session.journal)
    except _NoLists:
        remove_numbers(session.journal.path, run.id)
        await_none(session.journal, run.id)
        return None
    except BaseException:
        remove_numbers(session.journal.path, run.id)
        raise
    return replace(found.report, notes=(*found.report.notes, *notes))


def _nothing_to_split_by() -> WrongUsage:
    message = (
        "--split timezone goes by the telephone numbers of the campaigns, and there are none. Name a list with "
        '--numbers, or add a sheet "Numbers" to the workbook. Nothing was created.'
    )
    return WrongUsage(message, ProblemCode.CLASH)


def own_sheet(path: Path, reading: ReadingOptions) -> Mapping[Path, tuple[str, ...]]:
    """Return a workbook with its sheet of numbers, as `ListOptions.sheets_of` has it; nothing if it has none.

    One that nobody has filled in, as that of the template, is none.
    """
    name = sheet_of_numbers(visible_sheets(path, reading))
    return {path: (name,)} if name is not None and _is_filled_in(path, reading, name) else {}


def _is_filled_in(path: Path, reading: ReadingOptions, sheet: str) -> bool:
    """Return whether the sheet of numbers has rows; what is wrong with it otherwise is found when it is read."""
    try:
        opened = open_numbers(path, replace(reading, sheet=sheet), every_column=True)
    except FileRefused as refused:
        return refused.problem_code is not ProblemCode.EMPTY
    return next(opened.table.chunks, None) is not None


def fault_of(source: Source, cell: str, *, is_created: bool, follows_names: bool) -> str:
    """Return what is wrong with a cell of the column of numbers as it is kept; "" for a good or an empty one.

    `is_created` says that the campaign of its row is created by this run, `follows_names` that it may name a file.
    """
    if not cell or is_kept(cell):
        return ""
    if is_elsewhere(cell):
        missing = "its telephone numbers are not in this file: results say only how many there were. Put them back."
        return f"{missing} Found: {cell.replace(' elsewhere', '')}." if is_created else ""
    if not follows_names:
        return f"write telephone numbers; a drop folder reads no files that a sheet names. Found: {_shown(cell)}."
    path = Path(source.path).parent / cell
    if Path(cell).name != cell or "\\" in cell or cell.startswith("."):
        return f"write the name of a file in the folder of the sheet, without a path. Found: {_shown(cell)}."
    if not _is_plain_file(path):
        return f"write telephone numbers, or the name of a file beside the sheet. Found: {_shown(cell)}."
    return ""


def _is_plain_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:  # the text of a cell may be too long for a name
        return False


class SheetCampaigns:
    """The campaigns of a run, as lists of numbers name them: by name, by row, or by their ID on the server.

    `split` has those that the rows are split into, if they are.
    """

    def __init__(
        self, journal: Journal, run: Run, file: NumbersFile, sheet: ImportOptions, split: SplitCampaigns | None = None
    ) -> None:
        self._run = run
        self._split = split
        self._file = file
        self._reading = sheet.reading
        self._rows = {row.number: row for row in journal.rows.with_status(run.id, *Status)}
        self._by_name: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._rows.values():
            self._by_name[self._name_of(row)].append(row)
        self._by_folded: defaultdict[str, list[Row]] = defaultdict(list)
        for name, rows in self._by_name.items():
            self._by_folded[folded(name)] += rows
        self._column = self._only_column(
            [at for at in numbers_columns(run.source, ()) if self._at(at) not in sheet.placed]
        )
        """The position of the column of numbers among the cells that are kept."""

    def _only_column(self, columns: Sequence[int]) -> int | None:
        if len(columns) > 1:
            source = self._run.source
            first, second = (place(source, self._at(at), source.header_row) for at in columns[:2])
            message = (
                f"{source.path}: the columns {first} and {second} both have the heading {source.headings[columns[0]]}. "
                "Rename one of them."
            )
            raise FileRefused(message, ProblemCode.WRONG_HEADINGS)
        return next(iter(columns), None)

    def named_files(self, *, follows_names: bool) -> Iterator[tuple[Path, ListOf]]:
        """Yield the files that the rows name in a column `numbers`, each with what finds the list of its row.

        Raises FileRefused for cells that neither name a file beside the sheet, if such names are followed, nor hold
        numbers.
        """
        source, cells = self._run.source, self._cells()
        found = {
            number: fault_of(source, cell, is_created=self._rows[number].status in CREATED, follows_names=follows_names)
            for number, cell in cells.items()
        }
        faults = [f"{self._place(number)}: {fault}" for number, fault in found.items() if fault]
        if faults:
            more = f"\n  and {len(faults) - SHOWN:,} more" if len(faults) > SHOWN else ""
            heading = source.headings[self._column or 0]
            message = "\n  ".join((f"{source.path}: the column {heading} cannot be used.", *faults[:SHOWN]))
            raise FileRefused(message + more, ProblemCode.NUMBERS_FILE)
        for number, cell in cells.items():
            if cell and not is_kept(cell) and not is_elsewhere(cell):
                yield Path(source.path).with_name(cell), partial(self._of_row, number)

    def cells_of(self) -> Mapping[Path, NumberCells]:
        """Return the sheet itself as a list, as `ListOptions.cells_of` has it; nothing if no cell has numbers."""
        source, column = self._run.source, self._column
        if column is None or not any(map(is_kept, self._cells().values())):
            return {}
        return {Path(source.path): NumberCells(source=source, position=self._at(column), reading=self._reading)}

    def _cells(self) -> Mapping[int, str]:
        """Return the cells of the column of numbers by their rows, as they are kept."""
        at = self._column
        if at is None:
            return {}
        return {row.number: row.cells[at].strip() for row in self._rows.values() if at < len(row.cells)}

    def _at(self, column: int) -> int:
        return self._run.source.places[column] if self._run.source.places else column

    def _place(self, number: int) -> str:
        return place(self._run.source, self._at(self._column or 0), number)

    def _of_row(self, number: int, _campaign: str) -> RowList:
        return self._only([self._rows[number]], "")

    def list_of(self, campaign: str) -> RowList:
        """Return the list of the campaign that a cell names; an empty cell means the only campaign of the sheet."""
        if _CAMPAIGN_ID.fullmatch(campaign):
            if self._split:
                return self._split.list_of_campaign(campaign)
            return RowList(self._file.list_for(campaign_id=campaign))
        if not campaign:
            return self._only(list(self._rows.values()), "The row names no campaign, and the sheet has several.")
        if campaign.lower().startswith(ROW):
            number = campaign[len(ROW) :].strip()
            found = self._rows.get(int(number)) if number.isascii() and number.isdecimal() else None
            return self._only([found] if found else [], f"{_shown(campaign)} is not a row of the sheet.")
        rows = self._by_name.get(campaign) or self._by_folded.get(folded(campaign), [])
        why = "is the name of several campaigns of the sheet" if rows else "is not a campaign of the sheet"
        return self._only(rows, f"{_shown(campaign)} {why}.")

    def _only(self, rows: Sequence[Row], otherwise: str) -> RowList:
        if len(rows) != 1:
            return RowList(0, Judgement(0, "", ProblemCode.UNKNOWN_CAMPAIGN, otherwise))
        (row,) = rows
        if self._split:
            return self._split.list_of(row)
        says_on = row.campaign.get("enabled") != "0" and not self._run.disabled
        number = self._file.list_for(row=row.number, switch_on=says_on)
        if row.status not in CREATED | THERE:
            self._file.leave_out(number)
        return RowList(number, row=row.number)

    def _name_of(self, row: Row) -> str:
        """Return the name of a row's campaign; of a row that is not valid, what stands in its cell."""
        if row.campaign:
            return row.campaign.get("name", "").strip()
        position, places = self._run.positions.get("name"), self._run.source.places
        at = places.index(position) if position in places else -1
        return row.cells[at].strip() if 0 <= at < len(row.cells) else ""


def _shown(campaign: str) -> str:
    """Return what a list calls a campaign, as it may be shown: there may be a telephone number in the wrong column."""
    return repr(visible(without_numbers(campaign))[:LONGEST_NAME])
