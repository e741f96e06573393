"""What a copy of a workbook with marks cannot carry or will change, told before anything is done."""

from pathlib import Path

from importer.annotation.copying import drop_signatures, is_locked, part_of_sheet, telling_damage, threaded_cells
from importer.annotation.graft import WorkbookParts
from importer.annotation.lines import CannotCopy
from importer.annotation.package import Package
from importer.security import Parts


def losses(source: Path, sheet: str) -> tuple[str, ...]:
    """Return, as sentences for the user, what the copy of a workbook will lack or change; empty for most.

    Raises CannotCopy where the workbook cannot be copied at all.
    """
    with telling_damage(), Parts(source) as archive:
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
            "The workbook is signed. The signature holds only for the unchanged file, so the copy has none; "
            "sign it again if that is needed."
        )
    if cells := threaded_cells(package, part):
        found.append(
            f"On the sheet {sheet} there are comments that are conversations (cells: {len(cells)}). They are kept; a "
            "wrong cell among them is filled with a colour and gets no comment, its message is in import_message."
        )
    if is_locked(book):
        found.append(
            "The structure of the workbook is protected, so no summary sheet is put in; what was filled before cannot "
            "be told from it when the copy is imported again. Unprotect the workbook to get one."
        )
    elif package.related(package.main, "vbaProject"):
        found.append(
            "The workbook has macros. They are kept and never run; a macro that counts sheets finds the summary "
            "sheet first."
        )
    return found
