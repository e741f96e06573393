"""Any table of text, written in any dialect and encoding that is offered or as a workbook, reads back equal."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from importer.model import column_letters, column_number
from importer.preview import raw_rows
from importer.reading import open_table
from importer.reading import sheet as workbook
from importer.reading.encoding.doubt import EncodingUnclear
from importer.run_options import ReadingOptions
from importer.spreadsheets.archive import NotReadable
from importer.spreadsheets.cells import NUMBER, number_cell, number_text
from importer.spreadsheets.number_formats.format import number_format
from importer.spreadsheets.worker import READERS
from tests.support.thorough import share
from tests.support.workbooks import write_ods, write_sheet

pytestmark = pytest.mark.usefixtures("unmeasured")

HEADINGS = ["name", "dtype", "dnumber"]
# What XML can hold, and what a line of text can: no surrogates, no NUL, no control characters, no separator of units.
LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\n\t", exclude_characters="\ufeff\ufffe\uffff"
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CELL = st.text(LETTERS, max_size=12)
WIDTH = len(HEADINGS)
ROWS = st.lists(st.lists(CELL, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=6).filter(
    lambda rows: all(row[0].strip() for row in rows)
)
# The encodings that need no guess, and the guessed ones where the user says which.
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp850", "gb18030", "big5hkscs", "cp932"]
)
SURE = ("utf-8", "utf-8-sig", "utf-16", "utf-32")

FILES = settings(max_examples=share(60), suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def read(content: bytes, suffix: str, **options) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        table = open_table(path, options=ReadingOptions(**options))
        assert list(table.source.headings) == HEADINGS
        return [list(row) for chunk in table.chunks for row in chunk.frame.itertuples(index=False, name=None)]


@FILES
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=ENCODINGS,
    last_end=st.booleans(),
)
@example([['"', "'", "a'b"]], ",", "\n", csv.QUOTE_MINIMAL, "utf-8", True)
@example([["'a", "b'", ","]], ",", "\n", csv.QUOTE_MINIMAL, "utf-8", False)
@example([['\\"', "\\", '"\\']], ";", "\r", csv.QUOTE_ALL, "utf-16", False)
def test_a_table_of_text_reads_back_equal(rows, delimiter, end, quoting, encoding, last_end):
    """Delimiter and quoting are found, and so is the encoding where the bytes tell it; the text is as it was."""
    out = io.StringIO(newline="")
    # Python's writer leaves line breaks of another kind than its own without quotes.
    quoting = csv.QUOTE_ALL if end == "\r" else quoting
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    text = out.getvalue()
    try:
        content = (text if last_end else text.removesuffix(end)).encode(encoding)
    except UnicodeEncodeError:
        assume(False)
    try:
        found = read(content, ".csv") if encoding in SURE else None
    except EncodingUnclear:
        # A few strange letters in UTF-8 may be a word in another encoding.
        assert encoding == "utf-8"
        found = None
    assert (found or read(content, ".csv", encoding=encoding)) == rows


@pytest.mark.slow
@FILES
@given(rows=ROWS, big=st.booleans())
@example([[" a ", "\n", "_x000D_"]], True)
@example([["a", "_x0041_", "x"]], False)
def test_a_workbook_of_text_reads_back_equal(rows, big):
    """Both readers of .xlsx give back every text as it was."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for at, row in enumerate([HEADINGS, *rows]):
        for position, cell in enumerate(row):
            sheet.write_string(at, position, cell)
    book.close()
    before, workbook.FAST_FROM = workbook.FAST_FROM, 0 if big else workbook.FAST_FROM
    try:
        assert read(out.getvalue(), ".xlsx") == rows
    finally:
        workbook.FAST_FROM = before


@pytest.mark.slow
@settings(FILES, max_examples=share(20))
@given(rows=ROWS)
def test_an_opendocument_of_text_reads_back_equal(rows):
    """What OpenDocument can hold without its own marks for white space comes back."""
    rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    assume(all(row[0] for row in rows))
    with tempfile.TemporaryDirectory() as folder:
        path = write_ods(Path(folder) / "a.ods", [HEADINGS, *rows])
        assert [[*row.cells, "", "", ""][:WIDTH] for row in raw_rows(path)][1:] == rows


@pytest.mark.slow
@settings(FILES, max_examples=share(30))
@given(numbers=st.lists(st.one_of(st.integers(-(10**14), 10**14), NUMBERS), min_size=1), big=st.booleans())
def test_numbers_read_back_equal(numbers, big):
    """A number's text is the shortest that reads back equal."""
    rows = "".join(
        f'<row r="{at}"><c r="A{at}"><v>{number!r}</v></c></row>' for at, number in enumerate(numbers, start=1)
    )
    before, workbook.FAST_FROM = workbook.FAST_FROM, 0 if big else workbook.FAST_FROM
    try:
        with tempfile.TemporaryDirectory() as folder:
            texts = [row.cells[0] for row in raw_rows(write_sheet(Path(folder) / "a.xlsx", rows))]
    finally:
        workbook.FAST_FROM = before
    assert [float(text) for text in texts] == [float(number) for number in numbers]
    assert not any(text.endswith(".0") for text in texts)


@given(NUMBERS)
def test_the_text_of_a_number_is_the_shortest(value):
    """No shorter text than Python's own reads back equal; whole numbers have no fraction."""
    assert float(number_text(value)) == value
    assert not number_text(value).endswith(".0")


@given(st.floats(0, 2_958_466), st.booleans())
@example(2_958_465.999999999, False)
@example(2_957_004.0, True)
def test_every_serial_is_a_day_or_a_time(serial, from_1904):
    """Serial numbers become ISO 8601 and never fail."""
    text, kind, _ = number_cell(serial, number_format("yyyy"), from_1904)
    assert kind == NUMBER or text[2] == ":" or text[4] == text[7] == "-"


@given(st.integers(1, 16_384))
def test_columns_are_counted_as_excel_counts_them(number):
    """Letters of columns and their numbers are each other's inverse."""
    assert column_number(column_letters(number) + "1") == number


@given(st.text(max_size=30))
def test_no_number_format_is_too_odd(code):
    """Whatever a file says is a number format, a number has a text."""
    assert number_cell(45_000.25, number_format(code))[0]


STYLES = ("00000", "yyyy-mm-dd", "[h]:mm", "0.00", '"m" 0', "0000;-0000")
VALUES = st.one_of(st.integers(-5, 99_999), st.floats(0, 60_000).map(lambda value: round(value, 3)))
CELLS = st.one_of(
    st.none(),
    st.sampled_from(['<c r="{0}" s="{1}"/>', '<c r="{0}" t="e"><v>#N/A</v></c>', '<c r="{0}" s="{1}"><f>A1</f></c>']),
    st.sampled_from(['<c r="{0}" t="str"><f>A1</f><v>x</v></c>', '<c r="{0}" t="b"><v>1</v></c>']),
    st.sampled_from(['<c r="{0}" t="s"><v>0</v></c>', '<c r="{0}" t="inlineStr" s="{1}"><is><t>in</t></is></c>']),
    VALUES.map(lambda number: f'<c r="{{0}}" s="{{1}}"><v>{number}</v></c>'),
    VALUES.map(lambda number: f'<c r="{{0}}"><f>A1</f><v>{number}</v></c>'),
)


@pytest.mark.slow
@settings(FILES, max_examples=share(100))
@given(
    rows=st.lists(st.lists(st.tuples(CELLS, st.integers(0, len(STYLES))), max_size=5), min_size=1, max_size=8),
    hidden=st.sets(st.integers(1, 8)),
    from_1904=st.booleans(),
)
@example([[('<c r="{0}" s="{1}"/>', 1), ('<c r="{0}"><v>5</v></c>', 0)]], set(), False)
def test_both_readers_of_xlsx_agree(rows, hidden, from_1904):
    """Whatever a sheet holds, the fast reader says what the careful one says, or leaves it to him."""
    lines = []
    for at, row in enumerate(rows, start=1):
        cells = "".join(
            cell.format(f"{column_letters(position)}{at}", style)
            for position, (cell, style) in enumerate(row, start=1)
            if cell
        )
        lines.append(f'<row r="{at}"' + (' hidden="1"' if at in hidden else "") + f">{cells}</row>")
    with tempfile.TemporaryDirectory() as folder:
        path = write_sheet(
            Path(folder) / "a.xlsx",
            "".join(lines),
            formats=STYLES,
            texts="<si><t>shared</t></si>",
            properties='<workbookPr date1904="1"/>' if from_1904 else "",
            after='<mergeCells><mergeCell ref="A2:B3"/></mergeCells>',
        )
        careful, fast = (found(READERS[name](str(path))) for name in ("xlsx", "fast-xlsx"))
    assert fast in (careful, None)


def found(reader):
    """Return all that a reader tells of a sheet: cells with their kinds, hidden rows, merged ranges."""
    try:
        batches = list(reader.batches("Campaigns"))
    except NotReadable:
        return None
    cells = {
        (number, position): (text, batch.kinds.get(position, "t" * len(batch.numbers))[at])
        for batch in batches
        for position, column in enumerate(batch.columns)
        for at, (number, text) in enumerate(zip(batch.numbers, column, strict=True))
    }
    told = {place: cell for place, cell in cells.items() if cell[0] or cell[1] == "f"}
    if not told:
        return {}
    return told, *(sorted(each for batch in batches for each in getattr(batch, name)) for name in ("hidden", "merged"))
