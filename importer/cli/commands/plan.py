"""`plan`: check files here and on the server, and create nothing."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from importer import handing_back, pipeline
from importer.cli.numbers.sheet import sheet_numbers
from importer.cli.outputs import output_options
from importer.cli.own_headings import heading_questions
from importer.cli.screen.output import each, tell
from importer.cli.screen.printing import put_lines
from importer.cli.screen.screen import Screen
from importer.cli.server.connecting import limits, session
from importer.cli.values import import_options
from importer.cli.values.numbers import SheetNumbersValues
from importer.cli.values.output import ResultsValues
from importer.cli.values.reading import MakingValues
from importer.cli.values.server import LimitValues, ServerValues
from importer.model import ExitCode
from importer.reading import InputTable, tables_of
from importer.report import Report
from importer.run_report import within_limits


@dataclass(frozen=True, kw_only=True)
class PlanValues(MakingValues, SheetNumbersValues, ServerValues, LimitValues, ResultsValues):
    """What `plan` takes."""

    files: tuple[Path, ...]
    all_sheets: bool


def run(values: PlanValues, screen: Screen) -> ExitCode:
    """Make a run of each file, and print its ID on standard output for scripts."""
    output = replace(output_options(values, values.files), every_number=values.all_numbers)
    options = import_options.making_options(values)
    several = values.all_sheets or len(values.sheet) > 1
    lists = sheet_numbers(values, screen, options, values.files, several=several)
    options = lists.awaited(options)
    questions = heading_questions(screen, values.config, ask=not values.json, nothing_done="Nothing was created.")
    with session(values, screen, "plan") as opened:

        def compared(table: InputTable) -> Report:
            planned = questions.settle(table.options, lambda settled: pipeline.plan(opened, table.path, settled))
            return pipeline.compare(opened, lists.taken(opened, planned))

        tables = tables_of(values.sheet, options, every=values.all_sheets)
        reports, refused = each(
            values.files, tables, compared, lambda planned: handing_back.hand_back_each(opened, planned, output)
        )
    reports = within_limits(limits(values), reports)
    code = tell(screen, values, reports, refused, show=screen.plan)
    # A person has read the IDs in the commands above; a script gets nothing else.
    if not values.json and not sys.stdout.isatty():
        for report in reports:
            put_lines(report.run)
    return code
