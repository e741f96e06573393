"""Rows become chunks of a table: what stands above the headings goes, what is odd about a row is told."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from importer.errors import FileRefused
from importer.model import Problem, Severity, Source, place
from importer.reading.cells import BLANK, TEXT
from importer.reading.header import Header
from importer.reading.options import ReadingOptions
from importer.reading.rows import Batch
from importer.reading.table import CHUNK_ROWS, Chunk, Range, Record, chunk_of
from schemas.faults import Fault


def text_chunks(source: Source, header: Header, records: Iterable[Record], options: ReadingOptions) -> Iterator[Chunk]:
    """Yield the records of a text file below its headings; a row of another width is an error of that row."""
    below = (record for record in records if record[0] > header.row and _holds_anything(record[1]))
    width = len(header.headings)
    total = 0
    while block := list(islice(below, CHUNK_ROWS)):
        total += len(block)
        _refuse_more(source, total, options)
        problems = [problem for line, cells in block if (problem := _uneven(line, cells, width))]
        even = [cells if len(cells) == width else (cells + [""] * width)[:width] for _, cells in block]
        yield chunk_of([line for line, _ in block], list(zip(*even, strict=True)), problems=problems)


def _holds_anything(cells: Sequence[str]) -> bool:
    # The first cell alone decides for nearly all rows.
    return bool(cells[0].strip()) or any(map(str.strip, cells))


def _uneven(line: int, cells: Sequence[str], width: int) -> Problem | None:
    if len(cells) == width or (len(cells) > width and not any(map(str.strip, cells[width:]))):
        return None
    found = f"{len(cells)} field" + "s" * (len(cells) != 1)
    return Problem(
        f"Line {line} has {found} where the headings are {width}. Look there for a missing or an extra "
        "delimiter, or for a text with a delimiter in it that is not in quotes.",
        row=line,
        found=" | ".join(cells)[:200],
        fault=Fault.UNEVEN,
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
        if keep or problems:
            yield _chunk(source, header, batch, keep, problems, merged)


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
        return chunk_of(batch.numbers, batch.columns, batch.kinds, problems, _reaching(merged, batch.numbers))
    numbers = [batch.numbers[index] for index in keep]
    columns = [[column[index] for index in keep] for column in batch.columns[:width]]
    columns += [[""] * len(keep) for _ in range(width - len(columns))]
    kinds = {
        position: "".join([letters[index] for index in keep])
        for position, letters in batch.kinds.items()
        if position < width
    }
    beyond = _beyond(source, width, batch, keep)
    return chunk_of(numbers, columns, kinds, [*problems, *beyond], _reaching(merged, numbers))


def _reaching(merged: Sequence[Range], numbers: Sequence[int]) -> list[Range]:
    """Return the merged ranges that reach into rows."""
    return [each for each in merged if numbers and each[0] <= numbers[-1] and each[2] >= numbers[0]]


def _beyond(source: Source, width: int, batch: Batch, keep: list[int]) -> Iterator[Problem]:
    """Tell of cells that stand to the right of everything the first rows hold."""
    for index in keep:
        for position in range(width, len(batch.columns)):
            if text := batch.columns[position][index].strip():
                row = batch.numbers[index]
                yield Problem(
                    "This cell stands beyond the table and is not read. Give its column a heading if it belongs to it.",
                    Severity.WARNING,
                    row,
                    None,
                    place(source, position, row),
                    text[:200],
                    Fault.BEYOND,
                )
                break


def _hidden_told(source: Source, header: Header, hidden: Sequence[int], options: ReadingOptions) -> list[Problem]:
    rows = sorted(row for row in hidden if row > header.row)
    if not rows:
        return []
    what = "are left out" if options.skip_hidden else "are read like the others; --skip-hidden leaves them out"
    where = f" of the sheet {source.sheet}" if source.sheet else ""
    message = f"Hidden or filtered-out rows{where} {what}: {_spans(rows)}."
    return [Problem(message, Severity.WARNING, rows[0], fault=Fault.HIDDEN_ROWS)]


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
            "Split it, or set the bound with --max-rows.",
            Fault.TOO_MANY_ROWS,
        )
