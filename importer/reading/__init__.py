"""A file becomes a table of text: one contract, one module a format family.

    delimited   .csv, .tsv, .txt
    workbook    .xlsx, .xlsm, .xls, .ods
    cells       the text of one cell of a workbook

Which family a file belongs to is told by its content, not by its name.
"""

import hashlib
from pathlib import Path

from importer.errors import FileRefused
from importer.reading import delimited, workbook
from importer.reading.table import Table

__all__ = ["Table", "open_table"]

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_table(path: Path, sheet: str | None = None) -> Table:
    """Open a file and return its table; the rows are read as the table's chunks are asked for.

    `sheet` names a sheet of a workbook, or gives its position from 1. Raises FileRefused with a sentence that says
    what is wrong and what to do.
    """
    digest, start = _look_at(path)
    if start.startswith((ZIP, OLE)):
        return workbook.open_table(path, sheet, digest)
    if sheet is not None:
        raise FileRefused(f"{path} is a text file and has no sheets. Leave --sheet out.")
    return delimited.open_table(path, digest)


def _look_at(path: Path) -> tuple[str, bytes]:
    """Return the SHA-256 of a file and its first bytes."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise FileRefused(f"There is no file {path}. Check the name and the folder.") from None
    except IsADirectoryError:
        raise FileRefused(f"{path} is a folder. Name a file in it.") from None
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
    if not start.strip():
        raise FileRefused(f"{path} is empty. It needs a row of headings and rows below it.")
    return digest, start
