"""What Excel has already done to the data is reported with the cell and how to fix it."""

import pytest

from importer.checking.cells import cells_by_parameter
from importer.checking.columns import match_columns
from importer.checking.damage import Detector
from importer.model import Columns, Problem, Severity, Source
from importer.reading import open_table
from importer.reading.table import Chunk, chunk_of
from tests.support.workbooks import HEADINGS, ROW, text_row, write_sheet, write_xlsx

SOURCE = Source(
    path="plan.xlsx", sheet="Campaigns", headings=("name", "dtype", "dnumber", "callerid", "attempts", "Budget")
)
COLUMNS = match_columns(SOURCE, 1, {})


def chunk(*rows: list[str], kinds: dict[int, str] | None = None, **more) -> Chunk:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return chunk_of(SOURCE.headings[: len(columns)], list(range(2, 2 + len(rows))), columns, kinds, **more)


def inspect(*rows: list[str], kinds: dict[int, str] | None = None, columns: Columns = COLUMNS) -> list[Problem]:
    return found(columns, chunk(*rows, kinds=kinds))


def found(columns: Columns, table: Chunk, detector: Detector | None = None) -> list[Problem]:
    return list((detector or Detector(columns)).inspect(table, cells_by_parameter(table, columns)))


def only(problems: list[Problem]) -> Problem:
    (problem,) = problems
    return problem


def row(name="a", dtype="queue", dnumber="0123", callerid="+44", attempts="3", budget="") -> list[str]:
    return [name, dtype, dnumber, callerid, attempts, budget]


def test_clean_rows_have_no_findings():
    """Nothing is said about cells that are as they were typed."""
    assert inspect(row(), row(name="NA", dnumber="0124"), kinds={4: "nn"}) == []


@pytest.mark.parametrize(
    ("position", "kind", "text", "word"),
    [
        (0, "e", "#N/A", "error instead of a value"),
        (2, "e", "#REF!", "error instead of a value"),
        (2, "f", "", "formula without its result"),
        (2, "d", "2026-02-01", "date or time, which does not belong here"),
        (4, "d", "12:00:00", "date or time, which does not belong here"),
        (1, "d", "2026-02-01", "date or time, which does not belong here"),
        (2, "n", "442071234567.5", "no decimals"),
        (3, "n", "1234567890123456", "more than 15 digits"),
        (3, "n", "3.10101195608231e+17", "more than 15 digits"),
        (4, "n", "-1e+20", "more than 15 digits"),
        (3, "z", "001234567890123456", "more than 15 digits"),
    ],
)
def test_what_a_cell_is_in_the_file_is_refused(position, kind, text, word):
    """Errors, formulas without result, dates, decimals and lost digits make the row invalid, with cell and cure."""
    cells = row()
    cells[position] = text
    problem = only(inspect(row(), cells, kinds={position: "t" + kind}))
    assert word in problem.message
    assert "Excel" in problem.message
    assert problem.severity is Severity.ERROR
    assert problem.row == 3
    assert problem.column == SOURCE.headings[position]
    assert problem.cell == f"Campaigns!{'ABCDE'[position]}3"
    assert problem.found == text


@pytest.mark.parametrize(("text", "word"), [("1.23E+11", "scientific form"), ("639123456789.0", "no decimals")])
def test_damage_that_is_already_text_is_refused_in_codes(text, word):
    """A CSV file shows what a program has made of a number, and its last digits are gone."""
    problem = only(inspect(row(), row(dnumber=text)))
    assert word in problem.message
    assert problem.severity is Severity.ERROR
    assert inspect(row(name=text)) == []


def test_what_an_unknown_column_holds_is_not_looked_at():
    """A column that is not sent may hold anything."""
    assert inspect(row(budget="#N/A"), kinds={5: "e"}) == []


def test_a_date_or_a_rounded_number_in_a_text_is_told():
    """In a name or description a date or a number with hidden digits is sent, with a word on its form."""
    dated = only(inspect(row(name="2026-01-03"), kinds={0: "d"}))
    rounded = only(inspect(row(name="274.65999999999997"), kinds={0: "n"}))
    assert dated.severity is rounded.severity is Severity.WARNING
    assert "sent as '2026-01-03'" in dated.message
    assert "rounded" in rounded.message
    assert inspect(row(name="274.66"), kinds={0: "n"}) == []


def test_a_zero_that_is_probably_lost_is_told():
    """A number one digit shorter than most of its column has probably lost its leading zero."""
    numbers = ["02071234567", "02071234568", "02071234569", "02071234560", "2071234561", "1234"]
    problem = only(inspect(*(row(callerid=number) for number in numbers), kinds={3: "ttttnn"}))
    assert problem.severity is Severity.WARNING
    assert problem.row == 6
    assert "10 digits, but most in this column have 11" in problem.message


def test_a_lost_zero_is_known_from_earlier_chunks():
    """How long values usually are is remembered from chunk to chunk."""
    detector = Detector(COLUMNS)
    assert found(COLUMNS, chunk(*(row(dnumber="0123") for _ in range(9))), detector) == []
    assert [problem.found for problem in found(COLUMNS, chunk(row(dnumber="123"), kinds={2: "n"}), detector)] == ["123"]


def test_short_numbers_of_many_lengths_are_not_suspected():
    """Where lengths differ anyway, or there are few values, nothing is said."""
    numbers = ["1", "22", "333", "4444", "55555"]
    assert inspect(*(row(dnumber=number) for number in numbers), kinds={2: "nnnnn"}) == []
    assert inspect(row(dnumber="333"), row(dnumber="22"), kinds={2: "nn"}) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("'0123", "begins with an apostrophe"),
        ("01\u00a023", "invisible characters"),
        ("01\u200b23", "invisible characters"),
        ("\u0660\u0661", "digits of another script"),
    ],
)
def test_what_cannot_be_seen_in_a_text_is_told(text, word):
    """In a text, apostrophes, hidden characters and foreign digits are sent as they are, and reported."""
    for position in (0, 1, 2):
        cells = row()
        cells[position] = text
        problem = only(inspect(row(), cells))
        assert word in problem.message
        assert (problem.severity, problem.row) == (Severity.WARNING, 3)
    cells = row(attempts=text)
    assert inspect(cells) == []


def test_merged_cells_are_refused_with_the_range():
    """Every row that a merged range of a mapped column reaches into is invalid."""
    told = found(COLUMNS, chunk(row(), row(), row(), merged=[(2, 1, 3, 2), (2, 6, 4, 6)]))
    assert [(problem.row, problem.severity) for problem in told] == [(2, "error"), (3, "error")]
    assert "A2:B3 are merged" in told[0].message
    assert told[0].cell == "Campaigns!A2"


def test_what_was_found_while_reading_comes_with_the_rest():
    """Findings come in the order of the rows, those of reading among them."""
    reading = Problem("ragged", row=3)
    told = found(COLUMNS, chunk(row(name="'a"), row(), row(name="'c"), problems=[reading, Problem("hidden")]))
    assert [problem.row for problem in told] == [None, 2, 3, 4]


def test_a_column_by_default_is_not_looked_for():
    """A parameter without a column of its own has no cells."""
    columns = match_columns(Source(path="a.csv", sheet=None, headings=("name", "dnumber")), 1, {"dtype": "queue"})
    assert inspect(["'a", "1"], columns=columns)[0].cell == "A2"


def test_damage_is_found_in_a_real_workbook(tmp_path):
    """A number format of zeros gives the digits back; a plain number that lacks one is reported; others are refused."""
    rows = [HEADINGS, *[["a", "queue", n, "+44", 1] for n in (123, 124, 125, 126, 127)]]
    path = write_xlsx(tmp_path / "a.xlsx", rows, formats={f"C{at}": "0000" for at in range(2, 6)})
    table = open_table(path)
    (one,) = table.chunks
    assert one.frame[2].tolist() == ["0123", "0124", "0125", "0126", "127"]
    assert [problem.cell for problem in found(match_columns(table.source, 1, {}), one)] == ["Campaigns!C6"]


def test_precision_is_gone_in_a_real_workbook(tmp_path):
    """A 16-digit number is refused, regardless of its format."""
    cell = '<c r="C2"><v>1234567890123456</v></c>'
    line = text_row(2, ROW).replace('<c r="C2" t="inlineStr"><is><t xml:space="preserve">0123</t></is></c>', cell)
    table = open_table(write_sheet(tmp_path / "a.xlsx", text_row(1, HEADINGS) + line))
    (one,) = table.chunks
    problem = only(found(match_columns(table.source, 1, {}), one))
    assert problem.found == "1234567890123456"
