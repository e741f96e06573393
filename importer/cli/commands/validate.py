"""`validate`: check files, and nothing else."""

from dataclasses import dataclass
from pathlib import Path

from importer.cli.outputs import output_options
from importer.cli.own_headings import heading_questions
from importer.cli.screen.output import each, tell
from importer.cli.screen.screen import Screen
from importer.cli.screen.watching import watching
from importer.cli.values import import_options
from importer.cli.values.output import LogValues, ResultsValues
from importer.cli.values.reading import ReadingValues
from importer.model import ExitCode
from importer.reading import InputTable, tables_of
from importer.report import Report
from importer.validation import validation


@dataclass(frozen=True, kw_only=True)
class ValidateValues(ReadingValues, ResultsValues, LogValues):
    """What `validate` takes."""

    files: tuple[Path, ...]
    all_sheets: bool


def run(values: ValidateValues, screen: Screen) -> ExitCode:
    """Check the files."""
    output = output_options(values, values.files)
    # Numbers are not checked here, but their column is known.
    options = import_options.with_own_numbers(import_options.import_options(values), several=True)
    questions = heading_questions(screen, values.config, ask=not values.json, nothing_done="Nothing was sent.")
    with watching(screen, values) as observer, validation(observer, output) as checks:

        def validated(table: InputTable) -> Report:
            return questions.settle(table.options, lambda settled: checks.check(table.path, settled))

        tables = tables_of(values.sheet, options, every=values.all_sheets)
        found = each(values.files, tables, validated, checks.hand_back)
        return tell(screen, values, *found)
