"""Where the headings are: among the first rows of a sheet, known by what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from importer.errors import FileRefused
from importer.model import column_letters
from importer.run_options import ReadingOptions
from importer.spreadsheets import Record
from schemas.headings import is_results_row
from schemas.problem_codes import ProblemCode

LAST_ROW = 25
"""Headings are looked for in the rows up to this one."""
SHARE = 0.75
"""Which share of the best row's known headings makes another row a second one of headings."""

FEW = 3
"""Up to how many columns one known heading is enough: in a row of many cells it may be a word like any other."""

MOST_SHOWN = 4
"""How many headings that were found a refusal names."""

HeadingOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Header:
    """The row of headings: its number (0: there is none), the headings, and notes on the choice for the user."""

    row: int
    headings: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def widened(self, width: int) -> "Header":
        """Return the header for a sheet whose rows may go on to the right of its last heading."""
        more = range(len(self.headings) + 1, width + 1)
        blank = ("" if self.row else column_letters(number) for number in more)
        return replace(self, headings=(*self.headings, *blank))


def last_row_needed(options: ReadingOptions) -> int:
    """Return up to which row a file has to be looked at to find its headings."""
    return max(LAST_ROW, options.header_row or 0)


def known(cells: Sequence[str], heading_of: HeadingOf) -> int:
    """Return how many different headings a row holds."""
    return len({heading_of(cell) for cell in cells if cell.strip()} - {None})


def has_header(head: Sequence[Record], heading_of: HeadingOf) -> bool:
    """Say whether one of the first rows holds at least two known headings."""
    return any(known(cells, heading_of) > 1 for _, cells in head)


def find_header(where: str, head: Sequence[Record], options: ReadingOptions) -> Header:
    """Find the headings; `where` names the file and sheet, `head` is its first rows that hold anything.

    Raises FileRefused where there are none or two rows of them, with how to fix it.
    """
    filled = [(number, cells) for number, cells in head if any(cell.strip() for cell in cells)]
    if not filled:
        raise FileRefused(f"{where} is empty. It needs a row of headings and rows below it.", ProblemCode.EMPTY)
    if options.no_header and is_results_row(filled[0][1]):
        return _named(where, filled, filled[0][0])
    if options.no_header:
        return Header(0, ()).widened(len(filled[0][1]))
    if options.header_row is not None:
        return _named(where, filled, options.header_row)
    row, cells = _best(where, filled, options.heading_of)
    above = [(number, texts) for number, texts in filled if number < row]
    return Header(row, tuple(cells), _told(above, row))


def _named(where: str, filled: Sequence[Record], row: int) -> Header:
    for number, cells in filled:
        if number == row:
            return Header(row, tuple(cells))
    first = filled[0][0]
    raise FileRefused(
        f"{where}: row {row} is empty, so it has no headings. The first row that is not empty is {first}. "
        "Correct --header-row, or leave it out.",
        ProblemCode.NO_HEADINGS,
    )


def _best(where: str, filled: Sequence[Record], heading_of: HeadingOf) -> Record:
    counted = [(known(cells, heading_of), number, list(cells)) for number, cells in filled]
    most = max(count for count, _, _ in counted)
    first = next((count, number, cells) for count, number, cells in counted if count == most)
    if most < 2 and known([cells[0] for _, cells in filled], heading_of) > 2:
        raise _transposed(where, filled, heading_of)
    if most < 1 or (most == 1 and (first[1] != filled[0][0] or len(first[2]) > FEW)):
        raise _none(where, filled)
    for count, number, cells in counted:
        if number != first[1] and _is_second(count, cells, most):
            raise FileRefused(
                f"{where}: rows {min(number, first[1])} and {max(number, first[1])} both look like headings. "
                "Choose one with --header-row N; the rows below it are then read, and nothing above.",
                ProblemCode.WHICH_HEADINGS,
            )
    return first[1], first[2]


def _is_second(count: int, cells: Sequence[str], most: int) -> bool:
    filled = sum(bool(cell.strip()) for cell in cells)
    return (count > 1 and count == filled) or (count > 2 and count >= most * SHARE)


def _none(where: str, filled: Sequence[Record]) -> FileRefused:
    number, cells = filled[0]
    found = ", ".join(repr(cell[:30]) for cell in cells[:4] if cell.strip())
    return FileRefused(
        f"{where}: none of the first {LAST_ROW} rows contains known headings, such as name, dtype and dnumber. "
        f"Row {number} contains {found}. Add headings above the columns, or use --header-row N to say where they are, "
        "or --no-header if there are none.",
        ProblemCode.NO_HEADINGS,
    )


def _transposed(where: str, filled: Sequence[Record], heading_of: HeadingOf) -> FileRefused:
    found = [f"{cells[0]!r} (A{number})" for number, cells in filled if heading_of(cells[0])]
    return FileRefused(
        f"{where}: the headings are in column A: {', '.join(found[:MOST_SHOWN])}. Transpose the sheet: in Excel, "
        "copy the table and paste it into a new sheet with Paste Special, Transpose.",
        ProblemCode.NO_HEADINGS,
    )


def _told(above: Sequence[Record], row: int) -> tuple[str, ...]:
    if not above:
        return ()
    texts = [next(cell for cell in cells if cell.strip()).strip() for _, cells in above]
    shown = ", ".join(repr(text if len(text) <= 40 else text[:39] + "…") for text in texts[:3])
    return (f"The headings are in row {row}. The rows above them were ignored: {shown}.",)
