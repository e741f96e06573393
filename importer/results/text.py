"""Results as a text file: with the encoding, delimiter and quotes of the user's own file, if that was a text file."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, TextIO

from importer.model import RowResult, Source, TextForm
from importer.results.lines import added
from schemas.csv_injection import guarded
from schemas.headings import result_headings

FOR_EXCEL = TextForm(",")
"""How a text file is written whose source was a workbook; the byte order mark shows Excel that it is UTF-8."""

WITH_MARK = "utf-8-sig"

ENDS = "\r\n"


def write_text(
    file: BinaryIO,
    source: Source,
    rows: Iterable[RowResult],
    encoding: str | None = None,
    optional: Sequence[str] = (),
) -> None:
    """Write the results, one line per row. Text that Excel would treat as a formula gets an apostrophe in front.

    `optional` are the headings of columns that not all results have. `encoding` defaults to that of the source. Raises
    UnicodeEncodeError if it cannot represent a text.
    """
    form = source.text or FOR_EXCEL
    text = io.TextIOWrapper(file, encoding=encoding or source.encoding or WITH_MARK, newline="")
    try:
        if form.first_line:
            text.write(form.first_line + form.newline)
        lines = text if form.newline == ENDS else _Lines(text, form.newline)
        writer = csv.writer(lines, **_dialect(form))
        writer.writerow(guarded((*source.headings, *result_headings(optional))))
        writer.writerows(guarded((*row.cells, *added(row, optional))) for row in rows)
    finally:
        text.detach()


class _Lines:
    """Writes lines that end in ENDS with another line end: the csv module quotes only the ends it writes itself."""

    def __init__(self, file: TextIO, newline: str) -> None:
        self._file = file
        self._newline = newline

    def write(self, line: str) -> None:
        """Write a line."""
        self._file.write(line.removesuffix(ENDS) + self._newline)


def _dialect(form: TextForm) -> dict[str, Any]:
    """Return the options of the csv module for a form. If quotes were ordinary characters, they are now doubled."""
    backslash = form.quoting == "backslash"
    return {
        "delimiter": form.delimiter,
        "lineterminator": ENDS,
        "quotechar": "'" if form.quoting == "single" else '"',
        "doublequote": not backslash,
        "escapechar": "\\" if backslash else None,
        # An unquoted text with a backslash would not show that backslashes are special here.
        "quoting": csv.QUOTE_ALL if backslash else csv.QUOTE_MINIMAL,
    }
