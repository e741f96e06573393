"""What a command says: of every file, as words and as JSON."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from importer.errors import FileRefused, WrongUsage
from importer.model import ExitCode
from importer.options import Values
from schemas.faults import Fault

if TYPE_CHECKING:
    from importer.model import Watch
    from importer.report import Report
    from importer.screen import Screen

Refusal = tuple[Path, FileRefused]


def each(files: Sequence[Path], work: Callable[[Path], "Report"]) -> tuple[list["Report"], list[Refusal]]:
    """Do something with each file, up to the first that something stops; return reports and refusals."""
    reports: list[Report] = []
    refused: list[Refusal] = []
    for path in files:
        try:
            reports.append(work(path))
        except FileRefused as error:
            refused.append((path, error))
        else:
            if reports[-1].stopped:
                break
    for path in files[len(reports) + len(refused) :]:
        words = f"{path} was not looked at: what stopped the file before it would stop it too."
        refused.append((path, FileRefused(words, Fault.NOT_LOOKED_AT)))
    return reports, refused


def tell(screen: "Screen", values: Values, reports: Sequence["Report"], refused: Sequence[Refusal] = ()) -> ExitCode:
    """Show what became of every file, on the screen and as JSON, and return the exit code."""
    from importer.documents import document, failed_document

    for report in reports:
        screen.report(report)
        screen.advise(report)
    for _, error in refused:
        screen.complain(error.message, error.fault)
    code = ExitCode.worst([*(report.exit_code for report in reports), *(error.exit_code for _, error in refused)])
    documents = [document(report) for report in reports]
    documents += [failed_document(str(path), error.message, error.exit_code, error.fault) for path, error in refused]
    put(values, documents[0] if len(documents) == 1 else {"runs": documents, "exit_code": int(code)})
    return code


@contextmanager
def watching(screen: "Screen", values: Values) -> Iterator["Watch"]:
    """Yield what hears of all that happens: the screen, and the log if one is asked for."""
    from importer.rowlog import RowLog

    if values["log"] is None:
        if values["anonymise"]:
            words = "--anonymise says how a log is to be written. Name one with --log FILE."
            raise WrongUsage(words, Fault.CLASH)
        yield screen
        return
    with RowLog(values["log"], screen, anonymise=values["anonymise"]) as log:
        yield log
    if log.complaint:
        screen.complain(log.complaint)


def put(values: Values, document: dict[str, object]) -> None:
    """Put a command's JSON document on standard output, if it is asked for."""
    from importer.screen import put_json

    if values["json"]:
        put_json(document)
