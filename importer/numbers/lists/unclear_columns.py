"""Why it is not clear which columns of a table hold telephone numbers, and what to do about it."""

from collections.abc import Sequence
from pathlib import Path

from importer.errors import FileRefused
from importer.model import column_letters, place
from importer.reading import Table
from schemas.problem_codes import ProblemCode


def refuse_number_as_heading(path: Path, table: Table, numbers: Sequence[int]) -> None:
    """Raise FileRefused if a heading is a telephone number itself: a list without headings would lose its first row."""
    for at in numbers:
        if _alike([table.source.headings[at]]):
            cell = place(table.source, at, table.header_row)
            message = (
                f"{path}: row {table.header_row} was taken for headings, but {cell} looks like a telephone number. If "
                f"the file has no headings, add --no-header; if it has, --header-row {table.header_row}."
            )
            raise FileRefused(message, ProblemCode.NO_HEADINGS)


def no_column(path: Path, table: Table, *, every_column: bool) -> FileRefused:
    """Return the refusal of a table; of one of which every column counts, none can be named with an option."""
    likely = _likeliest(table)
    is_data = bool(table.header_row) and any(_alike([heading]) for heading in table.source.headings)
    listed = f"Row {table.header_row} looks like data, not like headings." if is_data else listed_headings(table)
    looks = f" Column {likely} looks like telephone numbers." if likely else ""
    heading = "a heading such as phone"
    if every_column:
        cure = f"Give the column of numbers {heading}, or remove the other columns."
    elif is_data:
        cure = f"Add --no-header and --number-columns {likely or 'LETTER'}, or give the column {heading}."
    else:
        cure = f"Name the column with --number-columns{f' {likely}' if likely else ''}, or give it {heading}."
    return FileRefused(
        f"{path} has no known column of telephone numbers. {listed}{looks} {cure}", ProblemCode.NO_NUMBER_COLUMN
    )


def which_column(path: Path, table: Table, numbers: Sequence[int]) -> FileRefused:
    """Return the refusal of a table with several columns of numbers, of which the user has named none."""
    headings = [table.source.headings[at].strip() for at in numbers]
    return FileRefused(
        f"{path} has several columns of telephone numbers: {', '.join(headings)}. Name the one to load with "
        f"--number-columns {headings[0]!r}, or several: --number-columns {','.join(headings)!r} takes the first good "
        "number of each row, with --column-use all every one.",
        ProblemCode.WHICH_NUMBER_COLUMN,
    )


def which_sheet(path: Path, sheets: Sequence[str], option: str) -> FileRefused:
    """Return the refusal of a workbook of which several sheets may be the list; `option` names one, "" if none does."""
    cure = f"Name it with {option}" if option else "Save that sheet as a separate file"
    cure += ", or read every sheet with --all-sheets" if option == "--sheet" else ""
    return FileRefused(
        f"{path}: it is not clear which sheet has the list: {', '.join(sheets)}. {cure}.", ProblemCode.WHICH_SHEET
    )


def listed_headings(table: Table) -> str:
    """Return the columns of a table in a sentence."""
    if not table.header_row:
        last = column_letters(len(table.source.headings))
        return f"It is read without headings, and its columns are A to {last}."
    return f"The headings are: {', '.join(heading for heading in table.source.headings if heading.strip())}."


def _likeliest(table: Table) -> str:
    """Return the letters of the column of which most cells look like telephone numbers; "" if none does."""
    chunk = next(table.chunks, None)
    if chunk is None:
        return ""
    alike = {at: _alike(chunk.frame[at].head(100).tolist()) for at in map(int, chunk.frame.columns)}
    best = max(alike, key=lambda at: alike[at])
    return column_letters(best + 1) if alike[best] else ""


def _alike(cells: Sequence[str]) -> int:
    return sum(8 <= sum(map(str.isdecimal, cell)) <= 15 and sum(map(str.isalpha, cell)) < 3 for cell in cells)
