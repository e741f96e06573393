"""What a copy of a workbook with marks cannot keep or will change, reported before anything is done."""

from pathlib import Path

from importer.annotation.copying import damage_as_refusal, drop_signatures, is_locked, part_of_sheet, threaded_cells
from importer.annotation.graft import WorkbookParts
from importer.annotation.lines import CannotCopy
from importer.annotation.package import Package
from importer.model import counted
from importer.security import Parts


def losses(source: Path, sheet: str) -> tuple[str, ...]:
    """Return, as sentences for the user, what the copy of a workbook will lack or change; empty for most.

    Raises CannotCopy where the workbook cannot be copied at all.
    """
    with damage_as_refusal(), Parts(source) as archive:
        return tuple(_sentences(Package(archive), sheet))


def warnings(source: str, sheet: str) -> tuple[str, ...]:
    """Return what the results cannot show as the user's own workbook does, before anything is done."""
    try:
        return losses(Path(source), sheet)
    except CannotCopy as reason:
        return (f"The results will be a plain workbook, not a copy of yours: {reason.message}",)


def _sentences(package: Package, sheet: str) -> list[str]:
    book = WorkbookParts(package)
    part = part_of_sheet(package, book, sheet)
    found = []
    if drop_signatures(package):
        found.append(
            "The workbook is signed. A signature is valid only for an unchanged file, so the copy has none. Sign it "
            "again if you need one."
        )
    if cells := threaded_cells(package, part):
        found.append(
            f"The sheet {sheet} has conversations (threaded comments) on {counted(len(cells), 'cell')}. They are kept. "
            "A wrong cell with a conversation is coloured but gets no comment: see import_message."
        )
    if is_locked(book):
        found.append(
            "The structure of the workbook is protected, so no summary sheet is added, and wrong cells do not get "
            "their own fill back when the copy is imported again. Unprotect the workbook to get a summary."
        )
    elif package.related(package.main, "vbaProject"):
        found.append(
            "The workbook has macros. They are kept and never run. For a macro that counts sheets, the summary is the "
            "first sheet."
        )
    return found
