"""`show`: a file as the importer sees it."""

from dataclasses import dataclass
from pathlib import Path

from importer import preview
from importer.cli.screen.printing import put, put_json_line
from importer.cli.screen.screen import Screen
from importer.cli.screen.tables import put_table
from importer.cli.values import import_options
from importer.cli.values.reading import FormValues
from importer.documents import shown_document
from importer.model import ExitCode
from importer.run_options import ReadingOptions


@dataclass(frozen=True, kw_only=True)
class ShowValues(FormValues):
    """What `show` takes."""

    file: Path
    raw: bool
    all_sheets: bool


def run(values: ShowValues, screen: Screen) -> ExitCode:
    """Print what the columns mean and the first rows, or every cell; say what an import would object to."""
    form = import_options.reading(values)
    if values.raw:
        _put_raw(values, screen, form)
        return ExitCode.DONE
    shown = preview.show(values.file, form)
    put(values, shown_document(shown))
    if not values.json:
        screen.say(shown.title)
        if shown.columns:
            put_table(("column", "heading", "parameter"), shown.column_lines, color=screen.color)
        put_table(("row", *shown.letters), shown.row_lines, color=screen.color)
    screen.objections(shown.notes, shown.objections, shown.problems, shown.sheet)
    return ExitCode.DONE


def _put_raw(values: ShowValues, screen: Screen, form: ReadingOptions) -> None:
    for row in preview.raw_rows(values.file, form, all_sheets=values.all_sheets):
        put_json_line(row.as_json())
    found = preview.objections(values.file, form)
    screen.objections(found.notes, found.refusals, found.problems)
