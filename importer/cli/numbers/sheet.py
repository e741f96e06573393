"""Telephone numbers for the campaigns of a sheet: read once its rows are planned, before anybody is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer import numbers, pipeline
from importer.cli.numbers.loading import load_order
from importer.cli.numbers.reports import show_check, show_prospect
from importer.cli.screen.screen import Screen
from importer.cli.values import import_options
from importer.cli.values.number_choices import dnc_options, listed, rules, split_options
from importer.cli.values.numbers import ListValues, SheetNumbersValues
from importer.errors import WrongUsage
from importer.numbers import (
    BY_TIMEZONE,
    CampaignCalls,
    ColumnUse,
    LeadFile,
    LoadOrder,
    NumberOptions,
    TooManyRefused,
    WhenOn,
)
from importer.report import Report
from importer.run_options import ImportOptions, ReadingOptions
from importer.session import Session
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class SheetNumbers:
    """The lists of numbers for the campaigns of a sheet, and how they are read.

    Of `several` sheets it would not be clear whose the workbook's own sheet of numbers is. `sheet` is how the campaigns
    are read.
    """

    files: Sequence[Path]
    options: NumberOptions
    order: LoadOrder
    screen: Screen
    several: bool
    sheet: ImportOptions

    def awaited(self, options: ImportOptions) -> ImportOptions:
        """Return how a sheet is read whose campaigns wait for these numbers, or for those that it brings itself."""
        return replace(
            import_options.with_own_numbers(options, several=self.several),
            awaits_numbers=bool(self.files),
            with_leads=self.options.leads is not None,
            split=BY_TIMEZONE if self.options.split else "",
        )

    def taken(self, session: Session, planned: Report) -> Report:
        """Read the numbers for the campaigns of a planned run, if there are lists; return its report with them.

        If its workbook has a sheet of numbers, this is one of the lists, as are those of its column `numbers`.
        """
        if planned.stopped or not numbers.are_awaited(session.journal, planned.run):
            return planned
        lists = replace(self.options.lists, sheets_of=self._own_sheet(planned))
        options = replace(self.options, lists=lists)
        try:
            report = numbers.plan_rows(session, planned.run, self.files, options, self.order, self.sheet)
            if report is None:
                return planned
        except TooManyRefused as refused:
            show_check(self.screen, refused.report)
            return planned.also_stopped(refused)
        planned = pipeline.finish_numbers(session, planned)
        loads = session.journal.number_loads.of(planned.run)
        show_check(self.screen, report)
        to_call = numbers.to_call(session.journal, planned.run)
        campaigns = [(to_call.get(load.number, 0), load.row) for load in loads if load.row]
        show_prospect(self.screen, [_dialling(session, planned.run, *one) for one in campaigns])
        return replace(planned, loads=tuple(loads))

    def _own_sheet(self, planned: Report) -> Mapping[Path, tuple[str, ...]]:
        """Return the workbook of a run with its sheet of numbers, if it has one and is not a list by itself."""
        path = Path(planned.source.path)
        if path.absolute() in (one.absolute() for one in self.files):
            return {}
        if self.several or planned.source.text is not None or planned.migration is not None:
            return {}
        return numbers.own_sheet(path, self.options.lists.reading)


def _dialling(session: Session, run: str, to_call: int, row: int) -> CampaignCalls:
    return numbers.dialling_of(to_call, session.journal.rows.get(run, row).campaign)


def sheet_numbers(
    values: SheetNumbersValues, screen: Screen, options: ImportOptions, files: Sequence[Path], *, several: bool
) -> SheetNumbers:
    """Return the lists of numbers that are named; how the sheet is read does not matter for them, its limits do.

    Raises WrongUsage where it is not clear which sheet of `several` they belong to.
    """
    several = several or len(files) > 1
    if (values.numbers or values.with_leads or values.split) and several:
        option = "--numbers" if values.numbers else "--with-leads" if values.with_leads else "--split"
        message = f"{option} belongs to one sheet of campaigns, but there are several. Import them one by one."
        raise WrongUsage(message, ProblemCode.CLASH)
    leads = _leads(values, options, files[0])
    numbers_of = list_options(values, options.reading)
    reading = replace(numbers_of.lists.reading, sheet_option="--numbers-sheet")
    lists = replace(numbers_of.lists, reading=reading, sheets=values.numbers_sheet)
    return SheetNumbers(
        (leads.path, *values.numbers) if leads else values.numbers,
        replace(numbers_of, lists=lists, leads=leads),
        list_order(values, WhenOn.REFUSE),
        screen,
        several,
        options,
    )


def list_options(values: ListValues, reading: ReadingOptions) -> NumberOptions:
    """Return how lists are read and judged; of how tables of campaigns are read, only the limits matter for them."""
    lists = numbers.ListOptions(
        reading=numbers.limits_of(reading),
        columns=tuple(listed(values.number_columns)),
        use=ColumnUse(values.column_use),
        status_column=values.status_column,
    )
    return NumberOptions(
        rules=rules(values),
        lists=lists,
        dnc=dnc_options(values),
        split=split_options(values),
        every_number=values.all_numbers,
    )


def list_order(values: ListValues, when_on: WhenOn) -> LoadOrder:
    """Return how the numbers of lists are loaded; `when_on` is for a campaign that is on."""
    return load_order(values, rules(values).country, when_on)


def _leads(values: SheetNumbersValues, options: ImportOptions, file: Path) -> LeadFile | None:
    if not values.with_leads or options.profile is None:
        return None
    return LeadFile(path=file, profile=options.profile, reading=options.reading)
