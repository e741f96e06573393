"""Results as a text file: in the encoding and with the delimiter and quotes of the user's own, if that was one."""

import csv
import io
from collections.abc import Iterable
from typing import Any, BinaryIO, TextIO

from importer.model import RowResult, Source, TextForm
from importer.results.lines import added
from schemas.csv_injection import guard
from schemas.headings import RESULT_HEADINGS

FOR_EXCEL = TextForm(",")
"""How a text file is written whose source was a workbook; by the mark at its start Excel knows that it is UTF-8."""

WITH_MARK = "utf-8-sig"

ENDS = "\r\n"


def write_text(file: BinaryIO, source: Source, rows: Iterable[RowResult], encoding: str | None = None) -> None:
    """Write the results, one line a row. Texts that Excel would take for formulas are guarded by an apostrophe.

    `encoding` is that of the source unless it is given. Raises UnicodeEncodeError where it has no room for a text.
    """
    form = source.text or FOR_EXCEL
    text = io.TextIOWrapper(file, encoding=encoding or source.encoding or WITH_MARK, newline="", write_through=True)
    try:
        if form.first_line:
            text.write(form.first_line + form.newline)
        writer = csv.writer(_Lines(text, form.newline), **_dialect(form))
        writer.writerow([guard(heading) for heading in (*source.headings, *RESULT_HEADINGS)])
        writer.writerows([guard(cell) for cell in (*row.cells, *added(row))] for row in rows)
    finally:
        text.detach()


class _Lines:
    """Writes lines that end in ENDS with another end: the csv module quotes only such ends as it writes itself."""

    def __init__(self, file: TextIO, newline: str) -> None:
        self._file = file
        self._newline = newline

    def write(self, line: str) -> None:
        """Write a line."""
        self._file.write(line.removesuffix(ENDS) + self._newline)


def _dialect(form: TextForm) -> dict[str, Any]:
    """Return the options of the csv module for a form. Where quotes were letters, they are doubled from now on."""
    backslash = form.quoting == "backslash"
    return {
        "delimiter": form.delimiter,
        "lineterminator": ENDS,
        "quotechar": "'" if form.quoting == "single" else '"',
        "doublequote": not backslash,
        "escapechar": "\\" if backslash else None,
        # A text with a backslash that is not in quotes would not show that backslashes mean something here.
        "quoting": csv.QUOTE_ALL if backslash else csv.QUOTE_MINIMAL,
    }
