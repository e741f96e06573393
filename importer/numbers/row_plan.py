"""Numbers for the campaigns of a sheet: each goes to the row, or to the campaign, that its list names."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from importer.errors import FileRefused, WrongUsage
from importer.journal import Journal
from importer.model import Row, Run, Source, Status, place
from importer.numbers.campaigns import LONGEST_NAME
from importer.numbers.check import Targets
from importer.numbers.filling import LoadOrder, fill, is_as_written
from importer.numbers.judging import Judgement
from importer.numbers.masking import masked, without_numbers
from importer.numbers.options import NumberOptions
from importer.numbers.report import NumbersReport
from importer.numbers.row_campaigns import ListOf, RowList
from importer.numbers.storage import NumbersFile, remove_numbers
from importer.numbers.unread import are_awaited, await_none
from importer.numbers.zones import SplitCampaigns
from importer.reading import visible_sheets
from importer.run_options import ReadingOptions
from importer.security import visible
from importer.session import Session, run_for
from schemas.headings import NUMBERS_COLUMN, NUMBERS_SHEET
from schemas.likeness import bare_heading, folded
from schemas.problem_codes import ProblemCode

ROW = "row:"
"""What stands before the number of a row in a column that names campaigns."""

_CAMPAIGN_ID = re.compile("[1-9][0-9]{0,8}")
"""An ID on the server; what is longer is a telephone number in the wrong column, and must not be kept as an ID."""

SHOWN = 10
"""How many cells are named that cannot be used."""

CREATED = frozenset((Status.READY, Status.VALID, Status.FAILED, Status.SENDING, Status.IN_DOUBT, Status.CREATED))
"""The statuses of rows whose campaigns this run creates, or may have created."""

THERE = frozenset((Status.EXISTS, Status.UPDATED, Status.CHANGED))
"""The statuses of rows whose campaigns are on the server already."""


def plan_rows(
    session: Session,
    run_id: str,
    files: Sequence[Path],
    options: NumberOptions,
    order: LoadOrder,
    own_columns: Container[int] = (),
) -> NumbersReport | None:
    """Check lists of numbers for the campaigns of a planned run, and keep them; nothing is sent.

    Besides `files`, those are read that a column `numbers` of the sheet names, unless it is one of the user's own, by
    their positions from 0. Returns None if there are no lists at all.

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
            campaigns = SheetCampaigns(session.journal, run, file, split)
            named = list(campaigns.named_files(own_columns))
            if not files and not named:
                if split:
                    raise _nothing_to_split_by()
                await_none(session.journal, run.id)
                return None
            lists = [campaigns.list_of] * len(files) + [list_of for _, list_of in named]
            targets = Targets(lists, split.by_zone if split else None)
            found = fill(session, file, (*files, *(path for path, _ in named)), options, order, targets)
            notes: tuple[str, ...] = ()
            if split:
                notes = tuple(split.settle())
            else:
                file.register(session.journal)
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
    """Return a workbook with its sheet of numbers, as `ListOptions.sheets_of` has it; nothing if it has none."""
    names = visible_sheets(path, reading)
    return {path: (NUMBERS_SHEET,)} if any(name.strip().casefold() == NUMBERS_SHEET for name in names) else {}


def fault_of(source: Source, cell: str) -> str:
    """Return what is wrong with a cell that is to name a file of numbers; "" for a good or an empty one."""
    if not cell:
        return ""
    if not any(map(str.isalpha, cell)):
        # Numbers in a cell would be kept with the sheet, in the journal and in the results.
        return f'telephone numbers belong in a file or in the sheet "{NUMBERS_SHEET.title()}". Found: {masked(cell)!r}.'
    path = Path(source.path).parent / cell
    if Path(cell).name != cell or "\\" in cell or cell.startswith("."):
        return f"write the name of a file in the folder of the sheet, without a path. Found: {_shown(cell)}."
    if path.is_symlink() or not path.is_file():
        return f"there is no such file beside the sheet. Found: {_shown(cell)}."
    return ""


class SheetCampaigns:
    """The campaigns of a run, as lists of numbers name them: by name, by row, or by their ID on the server.

    `split` has those that the rows are split into, if they are.
    """

    def __init__(self, journal: Journal, run: Run, file: NumbersFile, split: SplitCampaigns | None = None) -> None:
        self._run = run
        self._split = split
        self._file = file
        self._rows = {row.number: row for row in journal.rows.with_status(run.id, *Status)}
        self._by_name: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self._rows.values():
            self._by_name[self._name_of(row)].append(row)
        self._by_folded: defaultdict[str, list[Row]] = defaultdict(list)
        for name, rows in self._by_name.items():
            self._by_folded[folded(name)] += rows

    def named_files(self, own_columns: Container[int]) -> Iterator[tuple[Path, ListOf]]:
        """Yield the files that the rows name in a column `numbers`, each with what finds the list of its row.

        Raises FileRefused for cells that do not name a file beside the sheet.
        """
        source = self._run.source
        places = source.places or range(len(source.headings))
        named = (at for at, heading in enumerate(source.headings) if bare_heading(heading) == NUMBERS_COLUMN)
        at = next((at for at in named if places[at] not in own_columns), None)
        if at is None:
            return
        cells = {row.number: row.cells[at].strip() for row in self._rows.values() if at < len(row.cells)}
        found = {number: fault_of(source, cell) for number, cell in cells.items()}
        faults = [f"{place(source, places[at], number)}: {fault}" for number, fault in found.items() if fault]
        if faults:
            more = f"\n  and {len(faults) - SHOWN:,} more" if len(faults) > SHOWN else ""
            message = "\n  ".join((f"{source.path}: the column {source.headings[at]} cannot be used.", *faults[:SHOWN]))
            raise FileRefused(message + more, ProblemCode.NUMBERS_FILE)
        for number, cell in cells.items():
            if cell:
                yield Path(source.path).with_name(cell), partial(self._of_row, number)

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
        number = self._file.list_for(row=row.number, switch_on=row.status in CREATED and says_on)
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
