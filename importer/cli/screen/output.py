"""What a command reports: for every file, as words and as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.values.common import CommonValues
from importer.documents import document, failed_document
from importer.errors import FileRefused
from importer.model import ExitCode
from importer.reading import InputTable, TablesOf
from importer.report import Report
from importer.run_options import ImportOptions
from schemas.problem_codes import ProblemCode


@dataclass(frozen=True)
class Refusal:
    """Why a table has no report; `position` is its place among all tables of the command, counted from 0."""

    position: int
    path: Path
    error: FileRefused


def each(
    files: Sequence[Path],
    tables_of: TablesOf,
    work: Callable[[InputTable], Report],
    finish: Callable[[list[Report]], list[Report]] = lambda reports: reports,
) -> tuple[list[Report], list[Refusal]]:
    """Do something with each table of each file, up to the first that is stopped; return reports and refusals.

    `finish` gets the reports of a file once all its tables are done, and returns them with what it adds.
    """
    reports: list[Report] = []
    refused: list[Refusal] = []
    for path in files:
        before = len(reports)
        try:
            tables = tables_of(path) if not _is_stopped(reports) else [InputTable(path, ImportOptions())]
        except FileRefused as error:
            refused.append(Refusal(len(reports) + len(refused), path, error))
            continue
        for table in tables:
            try:
                if _is_stopped(reports):
                    raise _skipped(path)
                reports.append(work(table.after([report.run for report in reports[before:]])))
            except FileRefused as error:
                refused.append(Refusal(len(reports) + len(refused), path, error))
        reports[before:] = finish(reports[before:])
    return reports, refused


def _is_stopped(reports: Sequence[Report]) -> bool:
    return bool(reports) and reports[-1].stopped is not None


def _skipped(path: Path) -> FileRefused:
    message = f"{path} was skipped: the problem that stopped the previous file would have stopped this one too."
    return FileRefused(message, ProblemCode.NOT_LOOKED_AT)


def tell(
    screen: Screen,
    values: CommonValues,
    reports: Sequence[Report],
    refused: Sequence[Refusal] = (),
    *,
    show: Callable[[Report], None] | None = None,
    compared: Mapping[str, Any] | None = None,
) -> ExitCode:
    """Show what became of every file, on the screen and as JSON, and return the exit code.

    `show` puts a report on the screen (None: as that of a command that has done its work). `compared` is the document
    of what was compared with the server first (None: nothing); its exit code counts if nothing is wrong with the files.
    """
    for report, following in zip_longest(reports, reports[1:]):
        # Sheets of one workbook have one file of results: it is named after the last of them.
        is_named_later = following is not None and report.results == following.results
        (show or screen.report)(replace(report, results=None) if is_named_later else report)
        screen.advise(report)
    errors = [one.error for one in refused]
    for error in errors:
        screen.complain(error.message, error.problem_code)
    of_several = ExitCode.gravest if all(report.check_only for report in reports) else ExitCode.worst
    code = of_several([*(report.exit_code for report in reports), *(error.exit_code for error in errors)])
    told = of_all(_in_order(reports, refused), code)
    if compared is not None:
        code = ExitCode(compared["exit_code"]) if code is ExitCode.DONE else code
        told = {**told, "check_existing": compared, "exit_code": int(code)}
    put(values, told)
    return code


def of_all(documents: Sequence[dict[str, Any]], code: ExitCode) -> dict[str, Any]:
    """Return the document of a command: that of its one file, or one that holds those of several."""
    return documents[0] if len(documents) == 1 else {"runs": list(documents), "exit_code": int(code)}


def _in_order(reports: Sequence[Report], refused: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Return a document for each file, in the order of the command line."""
    documents = [document(report) for report in reports]
    for one in refused:
        told = failed_document(one.path, one.error.message, one.error.exit_code, one.error.problem_code)
        documents.insert(one.position, told)
    return documents
