"""Telephone numbers for the campaigns of a sheet: read once its rows are planned, before anybody is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer import numbers
from importer.cli.number_choices import dnc_options, listed, rules
from importer.cli.number_loading import load_order
from importer.cli.number_reports import show_check
from importer.cli.number_values import SheetNumbersValues
from importer.cli.screen import Screen
from importer.errors import FileRefused, WrongUsage
from importer.numbers import ColumnUse, DuplicateScope, LoadOrder, NumberOptions, TooManyRefused, WhenOn
from importer.reading import visible_sheets
from importer.report import Report
from importer.run_options import ImportOptions, ReadingOptions
from importer.session import Session
from schemas.headings import NUMBERS_SHEET
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class SheetNumbers:
    """The lists of numbers for the campaigns of a sheet, and how they are read."""

    files: Sequence[Path]
    options: NumberOptions
    order: LoadOrder
    screen: Screen

    def awaited(self, options: ImportOptions, *, several: bool) -> ImportOptions:
        """Return how a sheet is read whose campaigns wait for these numbers, or for those of its workbook.

        Of `several` sheets it would not be clear whose the workbook's numbers are.
        """
        other = frozenset() if several or options.profile else frozenset((NUMBERS_SHEET,))
        reading = replace(options.reading, other_sheets=other)
        return replace(options, reading=reading, awaits_numbers=bool(self.files))

    def taken(self, session: Session, planned: Report) -> Report:
        """Read the numbers for the campaigns of a planned run, if there are lists; return its report with them.

        If its workbook has a sheet of numbers, this is one of the lists.
        """
        if planned.stopped or not numbers.are_awaited(session.journal, planned.run):
            return planned
        own = self._own_sheet(planned)
        lists = replace(self.options.lists, sheets_of=own)
        options = replace(self.options, lists=lists)
        try:
            report = numbers.plan_rows(session, planned.run, (*self.files, *own), options, self.order)
        except TooManyRefused as refused:
            show_check(self.screen, refused.report)
            return planned.also_stopped(refused)
        except FileRefused as refused:
            if refused.problem_code is not ProblemCode.EMPTY or self.files:
                raise
            numbers.await_none(session.journal, planned.run)
            return planned
        show_check(self.screen, report)
        return replace(planned, loads=tuple(session.journal.number_loads.of(planned.run)))

    def _own_sheet(self, planned: Report) -> Mapping[Path, tuple[str, ...]]:
        """Return the workbook of a run with its sheet of numbers, if it has one."""
        path = Path(planned.source.path)
        if planned.source.text is not None or planned.migration is not None:
            return {}
        names = visible_sheets(path, self.options.lists.reading) if self.files else [NUMBERS_SHEET]
        return {path: (NUMBERS_SHEET,)} if any(map(_is_of_numbers, names)) else {}


def _is_of_numbers(sheet: str) -> bool:
    return sheet.strip().casefold() == NUMBERS_SHEET


def sheet_numbers(
    values: SheetNumbersValues, screen: Screen, reading: ReadingOptions, tables: Sequence[object], *, several: bool
) -> SheetNumbers:
    """Return the lists of numbers that are named; how the sheet is read does not matter for them, its limits do.

    Raises WrongUsage where it is not clear which sheet of `several` they belong to.
    """
    if values.numbers and (several or len(tables) > 1):
        message = "--numbers belongs to one sheet of campaigns, but there are several. Import them one by one."
        raise WrongUsage(message, ProblemCode.CLASH)
    given = rules(values)
    lists = numbers.ListOptions(
        reading=numbers.limits_of(reading),
        columns=tuple(listed(values.number_columns)),
        use=ColumnUse(values.column_use),
    )
    order = load_order(values, given.country, WhenOn.REFUSE)
    return SheetNumbers(
        values.numbers,
        NumberOptions(rules=given, lists=lists, dnc=dnc_options(values)),
        replace(order, duplicates=DuplicateScope(values.duplicates)),
        screen,
    )
