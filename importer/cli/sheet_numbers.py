"""Telephone numbers for the campaigns of a sheet: read once its rows are planned, before anybody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer import numbers
from importer.cli.number_choices import dnc_options, listed, rules
from importer.cli.number_loading import load_order
from importer.cli.number_reports import show_check
from importer.cli.number_values import SheetNumbersValues
from importer.cli.screen import Screen
from importer.errors import WrongUsage
from importer.numbers import ColumnUse, DuplicateScope, LeadFile, LoadOrder, NumberOptions, TooManyRefused, WhenOn
from importer.report import Report
from importer.run_options import ImportOptions
from importer.session import Session
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class SheetNumbers:
    """The lists of numbers for the campaigns of a sheet, and how they are read."""

    files: Sequence[Path]
    options: NumberOptions
    order: LoadOrder
    screen: Screen

    @property
    def has_any(self) -> bool:
        """Whether there are any numbers to read."""
        return bool(self.files or self.options.leads)

    def taken(self, session: Session, planned: Report) -> Report:
        """Read the numbers for the campaigns of a planned run, if there are lists; return its report with them."""
        if not self.has_any or planned.stopped:
            return planned
        try:
            report = numbers.plan_rows(session, planned.run, self.files, self.options, self.order)
        except TooManyRefused as refused:
            show_check(self.screen, refused.report)
            return planned.also_stopped(refused)
        show_check(self.screen, report)
        return replace(planned, loads=tuple(session.journal.number_loads.of(planned.run)))


def sheet_numbers(
    values: SheetNumbersValues, screen: Screen, options: ImportOptions, files: Sequence[Path], *, several: bool
) -> SheetNumbers:
    """Return the lists of numbers that are named; how the sheet is read does not matter for them, its limits do.

    Raises WrongUsage where it is not clear which sheet of `several` they belong to.
    """
    if (values.numbers or values.with_leads) and (several or len(files) > 1):
        option = "--numbers" if values.numbers else "--with-leads"
        message = f"{option} belongs to one sheet of campaigns, but there are several. Import them one by one."
        raise WrongUsage(message, ProblemCode.CLASH)
    given = rules(values)
    lists = numbers.ListOptions(
        reading=numbers.limits_of(options.reading),
        columns=tuple(listed(values.number_columns)),
        use=ColumnUse(values.column_use),
    )
    leads = _leads(values, options, files)
    order = load_order(values, given.country, WhenOn.REFUSE)
    return SheetNumbers(
        values.numbers,
        NumberOptions(rules=given, lists=lists, dnc=dnc_options(values), leads=leads),
        replace(order, duplicates=DuplicateScope(values.duplicates)),
        screen,
    )


def _leads(values: SheetNumbersValues, options: ImportOptions, files: Sequence[Path]) -> LeadFile | None:
    if not values.with_leads or options.profile is None:
        return None
    return LeadFile(path=files[0], profile=options.profile, reading=options.reading)
