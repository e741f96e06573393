"""Rows become chunks of a table: what is above the headings is removed, and what is odd about a row is reported."""

from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, islice

from importer.errors import FileRefused
from importer.model import Problem, Severity, Source, counted, place
from importer.reading.delimited import broken_off
from importer.reading.header import Header
from importer.reading.table import CHUNK_ROWS, Chunk, chunk_of
from importer.run_options import ReadingOptions
from importer.spreadsheets import BLANK, CHUNK_CELLS, MOST_CELLS, TEXT, Batch, Range, Record
from schemas.problem_codes import ProblemCode

MOST_COLUMNS_IN_CHUNKS = 200_000
"""Columns of all chunks together: each costs as much as hundreds of cells, and wide rows come in many chunks."""
AT_ONCE = 100
"""Rows of a text file that are taken before it is looked how many cells they have."""


def in_bounds(source: Source, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield the chunks of a table. Raises FileRefused if it is so wide that reading its rows would never end."""
    width, cells, columns = len(source.headings), 0, 0
    for chunk in chunks:
        cells += width * len(chunk)
        columns += len(chunk.texts)
        if cells > MOST_CELLS or columns > MOST_COLUMNS_IN_CHUNKS:
            raise FileRefused(
                f"{source.path} has {width:,} columns in each of very many rows, far more than campaigns need. "
                "Remove the columns that do not belong to campaigns, or split the file.",
                ProblemCode.TOO_WIDE,
            )
        yield chunk


def text_chunks(
    source: Source, header: Header, blocks: Iterable[list[Record]], options: ReadingOptions, *, ends_open: bool = False
) -> Iterator[Chunk]:
    """Yield the records of a text file below its headings; a row of another width is an error of that row.

    `blocks` are the records of the file, many at a time. `ends_open` says that the last line of the file has no end.
    Raises FileRefused where it breaks off within a row.
    """
    rows = chain.from_iterable(_filled_below(header.row, block) for block in blocks)
    width = len(header.headings)
    total = 0
    above, below = None, next(rows, None)
    while below:
        block = _block(below, rows, width)
        below = next(rows, None)
        total += len(block)
        _refuse_more(source, total, options)
        numbers, rows_of_cells = zip(*block, strict=True)
        widths = set(map(len, rows_of_cells))
        problems = list(_uneven_rows(source, above, block, below, width, widths))
        if ends_open and not below:
            problems.append(_open_end(source, block[-1], width, total))
        if widths != {width}:
            rows_of_cells = tuple((cells + [""] * width)[:width] for cells in rows_of_cells)
        # Cells in one list, and every so many of them: a quarter of the time that zip takes for thousands of rows.
        cells = list(chain.from_iterable(rows_of_cells))
        yield chunk_of(header.headings, numbers, [cells[at::width] for at in range(width)], problems=problems)
        above = block[-1]


def _block(first: Record, rows: Iterator[Record], width: int) -> list[Record]:
    """Return the records of a chunk: as many as hold no more cells than a chunk may."""
    block = [first]
    cells = max(width, len(first[1]))
    while len(block) < CHUNK_ROWS and cells < CHUNK_CELLS:
        more = list(islice(rows, min(AT_ONCE, CHUNK_ROWS - len(block))))
        if not more:
            break
        block += more
        cells += sum([max(width, len(texts)) for _, texts in more])
    return block


def _filled_below(header_row: int, block: list[Record]) -> list[Record]:
    """Return the records below the headings that hold anything."""
    # The first cell alone decides for nearly all rows.
    below = [record for record in block if record[0] > header_row]
    return [record for record in below if record[1][0].strip() or any(map(str.strip, record[1]))]


def _uneven_rows(
    source: Source, above: Record | None, block: Sequence[Record], below: Record | None, width: int, widths: Set[int]
) -> Iterator[Problem]:
    """Yield the errors of the rows that are not as wide as the headings; `above` and `below` are the rows around them.

    `widths` are those of the rows.

    A single field below a whole row may be what its last text goes on with, after a line break that is not in quotes,
    and above a whole row what its first text begins with: then none of the rows is whole. So it is where an apostrophe
    opens the text in one of two lines and another ends it in the next, or where the short line ends in the backslash
    that MySQL writes before a line break.
    """
    around = [len(record[1]) for record in (above, below) if record]
    if min((*around, *widths)) >= width >= max(widths):
        return
    uneven = [at for at, (_, cells) in enumerate(block) if len(cells) != width and not _is_even(cells, width)]
    for at in uneven:
        before = block[at - 1] if at else above
        line, cells = block[at]
        begun = before if before and _goes_on(before, cells, width) else None
        if begun and at:
            yield _unfinished(source, begun, line)
        yield _uneven(line, cells, width, begun)
    if below and _goes_on(block[-1], below[1], width):
        yield _unfinished(source, block[-1], below[0])
    for before, row in zip((above, *block), block, strict=False):
        if before and (_goes_on(row, before[1], width) or _ends_a_text_of(before[1], row, width)):
            yield _begun_above(source, before[0], row)


def _is_even(cells: Sequence[str], width: int) -> bool:
    return len(cells) == width or (len(cells) > width and not any(map(str.strip, cells[width:])))


def _goes_on(row: Record, cells: Sequence[str], width: int) -> bool:
    """Say whether a text of a row may go on, or have begun, in the cells of the line next to it."""
    return len(cells) == 1 < width and _is_even(row[1], width)


def _ends_a_text_of(above: Sequence[str], row: Record, width: int) -> bool:
    """Say whether a row begins with the end of a text that the short line above it has begun."""
    first = row[1][0]
    closes = first.endswith("'") and not first.startswith("'") and any(map(_opens, above))
    return len(above) < width and _is_even(row[1], width) and (closes or above[-1].endswith("\\"))


def _opens(cell: str) -> bool:
    return cell.startswith("'") and not cell.endswith("'", 1)


def _unfinished(source: Source, row: Record, line: int) -> Problem:
    message = f"The text of this cell probably continues in line {line}"
    return _broken(source, row, len(source.headings) - 1, message, "second")


def _begun_above(source: Source, line: int, row: Record) -> Problem:
    return _broken(source, row, 0, f"The text of this cell may have begun in line {line}", "first")


def _broken(source: Source, row: Record, position: int, message: str, other: str) -> Problem:
    return Problem(
        f"{message}: a line break in it is not in quotes. Put the text in quotes, or join the two lines. If they do "
        f"not belong together, remove the {other}.",
        row=row[0],
        column=source.headings[position],
        cell=place(source, position, row[0]),
        found=row[1][position][:200],
        problem_code=ProblemCode.BROKEN_ROW,
    )


def _uneven(line: int, cells: Sequence[str], width: int, begun: Record | None) -> Problem:
    found, wanted = counted(len(cells), "field"), counted(width, "heading")
    more = ""
    if begun:
        more = f" Or the last text of row {begun[0]} continues here and is not in quotes."
    elif any(cell.startswith('="') and not cell.endswith('"') for cell in cells):
        more = ' A text written as ="…" must not contain a delimiter.'
    return Problem(
        f"Line {line} has {found}, but there {'is' if width == 1 else 'are'} {wanted}. Look there for a missing or an "
        f"extra delimiter, or for a text with a delimiter in it that is not in quotes.{more}",
        row=line,
        found=" | ".join(cells)[:200],
        problem_code=ProblemCode.UNEVEN,
    )


def _open_end(source: Source, row: Record, width: int, total: int) -> Problem:
    """Report the last row of a file whose last line has no end; refuse the file where the row is too short."""
    line, cells = row
    if total > 1 and len(cells) < width:
        raise broken_off(source.path, f"row {line}")
    position = min(len(cells), width) - 1
    return Problem(
        "The last line of the file has no line break. If the file was not copied completely, its last text may be cut "
        "off.",
        Severity.WARNING,
        row=line,
        column=source.headings[position],
        cell=place(source, position, line),
        found=cells[position][:200],
        problem_code=ProblemCode.OPEN_END,
    )


def sheet_chunks(source: Source, header: Header, batches: Iterable[Batch], options: ReadingOptions) -> Iterator[Chunk]:
    """Yield the rows of a sheet below its headings."""
    total = 0
    merged: list[Range] = []
    for batch in batches:
        merged += batch.merged
        hidden = frozenset(batch.hidden)
        left_out = hidden if options.skip_hidden else frozenset()
        blank = _blank_rows(batch)
        keep = [
            index
            for index, number in enumerate(batch.numbers)
            if number > header.row and number not in left_out and index not in blank
        ]
        problems = _hidden_told(source, header, batch.hidden, options)
        total += len(keep)
        _refuse_more(source, total, options)
        size = max(1, CHUNK_CELLS // max(1, len(header.headings)))
        for at in range(0, max(len(keep), bool(problems)), size):
            yield _chunk(source, header, batch, keep[at : at + size], problems if at == 0 else [], merged)


def _blank_rows(batch: Batch) -> frozenset[int]:
    """Return the positions of the rows that hold nothing but white space."""
    blank = list(range(len(batch.numbers)))
    for column in batch.columns:
        blank = [index for index in blank if not column[index] or column[index].isspace()]
    for letters in batch.kinds.values():
        blank = [index for index in blank if letters[index] in (BLANK, TEXT)]
    return frozenset(blank)


def _chunk(
    source: Source, header: Header, batch: Batch, keep: list[int], problems: list[Problem], merged: list[Range]
) -> Chunk:
    width = len(header.headings)
    if len(keep) == len(batch.numbers) and len(batch.columns) == width:
        reaching = _reaching(merged, batch.numbers)
        return chunk_of(header.headings, batch.numbers, batch.columns, batch.kinds, problems, reaching, batch.displays)
    numbers = [batch.numbers[index] for index in keep]
    columns = [[column[index] for index in keep] for column in batch.columns[:width]]
    columns += [[""] * len(keep) for _ in range(width - len(columns))]
    kinds = {
        position: "".join([letters[index] for index in keep])
        for position, letters in batch.kinds.items()
        if position < width
    }
    beyond = _beyond(source, width, batch, keep)
    displays = {position: found for position, found in batch.displays.items() if position < width}
    return chunk_of(
        header.headings, numbers, columns, kinds, [*problems, *beyond], _reaching(merged, numbers), displays
    )


def _reaching(merged: Sequence[Range], numbers: Sequence[int]) -> list[Range]:
    """Return the merged ranges that reach into rows."""
    return [each for each in merged if numbers and each[0] <= numbers[-1] and each[2] >= numbers[0]]


def _beyond(source: Source, width: int, batch: Batch, keep: list[int]) -> Iterator[Problem]:
    """Report cells to the right of everything in the first rows."""
    for index in keep:
        for position in range(width, len(batch.columns)):
            if text := batch.columns[position][index].strip():
                row = batch.numbers[index]
                yield Problem(
                    "This cell is outside the table and was ignored. Give its column a heading if it belongs to the "
                    "table.",
                    Severity.WARNING,
                    row=row,
                    column=None,
                    cell=place(source, position, row),
                    found=text[:200],
                    problem_code=ProblemCode.BEYOND,
                )
                break


def _hidden_told(source: Source, header: Header, hidden: Sequence[int], options: ReadingOptions) -> list[Problem]:
    rows = sorted(row for row in hidden if row > header.row)
    if not rows:
        return []
    what = "were left out" if options.skip_hidden else "are treated like the others"
    cure = "" if options.skip_hidden else " Use --skip-hidden to leave them out."
    where = f" in the sheet {source.sheet}" if source.sheet else ""
    message = f"Hidden or filtered-out rows{where} {what}: {_spans(rows)}.{cure}"
    return [Problem(message, Severity.WARNING, row=rows[0], problem_code=ProblemCode.HIDDEN_ROWS)]


def _spans(rows: Sequence[int]) -> str:
    """Return row numbers as people write them: 3, 5-9, 12 and so on."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    texts = [str(first) if first == last else f"{first}-{last}" for first, last in spans[:10]]
    more = f" and {len(spans) - 10} more places" if len(spans) > 10 else ""
    return ", ".join(texts) + more


def _refuse_more(source: Source, total: int, options: ReadingOptions) -> None:
    if total > options.max_rows:
        raise FileRefused(
            f"{source.path} has more than {options.max_rows:,} rows below the headings. "
            "Split it, or raise the limit with --max-rows.",
            ProblemCode.TOO_MANY_ROWS,
        )
