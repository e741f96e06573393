"""The backup of an undo: a workbook of all campaigns that are to be deleted, which `import` can read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from importer.model import Source, Undo, UndoStep
from importer.results import opened, place_beside
from importer.session import Session
from importer.template import ID_HEADING, write_campaigns
from importer.undo.candidates import UndoneRow, rows_of
from importer.undo.expected import CUSTOMER

NO_DETECTION = "off"
"""What a cell of `machine` says for the server's empty text."""


def default_backup(source: Source, now: datetime) -> Path:
    """Return the default place of the backup: beside the file of the undone run, with the time in the name."""
    return place_beside(source, "backup", now, ".xlsx")


def write_backup(session: Session, undo: Undo, target: Path) -> Path:
    """Write the campaigns that an undo is to delete, with the values that the server showed; return where they are.

    It is a new file, as near to the target as possible. Raises ResultsLost if it cannot be written: then nothing must
    be deleted.
    """
    with opened(target) as file:
        write_campaigns(file, _campaigns(session, undo))
        return Path(file.name)


def _campaigns(session: Session, undo: Undo) -> Iterator[Mapping[str, str]]:
    rows = rows_of(session.journal, session.journal.runs.get(undo.undone)).rows
    for one in session.journal.undos.rows(undo.run):
        if one.step is UndoStep.DELETE:
            yield {**_cells(one.seen, rows[one.number]), ID_HEADING: one.campaign_id}


def _cells(seen: Mapping[str, str], row: UndoneRow) -> dict[str, str]:
    """Return the cells of a campaign: an account's own customer is not named, as its row did not name it."""
    cells = {**seen, CUSTOMER: row.customer}
    if cells.get("machine") == "":
        cells["machine"] = NO_DETECTION
    return cells
