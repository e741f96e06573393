"""Tables of texts, written as files of every kind."""

import csv
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import xlsxwriter

HEADINGS = ("name", "dtype", "dnumber")
ROW = ("Spring", "queue", "0123")

Lines = Sequence[Sequence[str]]


def write_table(path: Path, headings: Sequence[str], rows: Lines, sheet: str = "Campaigns") -> Path:
    """Write a clean table of text in the kind of file that the name's ending tells, and return its path."""
    lines = [list(headings), *map(list, rows)]
    writers: Mapping[str, Callable[[Path, Lines, str], None]] = {
        ".csv": lambda *given: _write_text(*given, delimiter=","),
        ".txt": lambda *given: _write_text(*given, delimiter=";"),
        ".tsv": lambda *given: _write_text(*given, delimiter="\t"),
        ".xlsx": _write_xlsx,
        ".xlsm": _write_xlsx,
        ".xls": _write_xls,
        ".ods": _write_ods,
    }
    writers[path.suffix](path, lines, sheet)
    return rested(path)


def rested(path: Path) -> Path:
    """Make a file look as if nobody had written to it for a minute: one that is fresh is watched for a second."""
    then = time.time() - 60
    os.utime(path, (then, then))
    return path


def _write_text(path: Path, lines: Lines, _sheet: str, *, delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)


def _write_xlsx(path: Path, lines: Lines, sheet: str) -> None:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, line in enumerate(lines):
            for column, text in enumerate(line):
                if text:
                    page.write_string(number, column, text)


def _write_xls(path: Path, lines: Lines, sheet: str) -> None:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            if text:
                page.write(number, column, text)
    book.save(str(path))


def _write_ods(path: Path, lines: Lines, sheet: str) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P, S

    book = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    for line in lines:
        row = TableRow()
        for text in line:
            cell = TableCell(valuetype="string") if text else TableCell()
            if text:
                # In this format white space at the ends of a paragraph counts only as an element of its own.
                bare = text.strip(" ")
                paragraph = P()
                before = len(text) - len(text.lstrip(" ")) if bare else len(text)
                if before:
                    paragraph.addElement(S(c=before))
                if bare:
                    paragraph.addText(bare)
                if bare and (after := len(text) - len(text.rstrip(" "))):
                    paragraph.addElement(S(c=after))
                cell.addElement(paragraph)
            row.addElement(cell)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path))
