"""Tables that are written as rows: CSV of every program, MySQL's text with tabs, workbooks."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.errors import FileRefused
from importer.migration.exports import open_source
from importer.migration.exports.tab_dump import is_tab_dump, newline_of, tab_records
from importer.run_options import ReadingOptions
from tests.support.exports import rows_of
from tests.support.tables import write_table
from tests.support.thorough import share


def only(path: Path, content: str | bytes, options: ReadingOptions | None = None) -> tuple[object, object]:
    """Write a file and return the columns and values of its only table."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = open_source(path, [], options or ReadingOptions())[""]
    return table.columns, [row.values for row in table.rows]


def test_phpmyadmins_csv_tells_null_from_the_word(tmp_path: Path) -> None:
    """NULL without quotes is none; in quotes, or within a text, it is a text; nothing between commas is empty."""
    text = (
        '"campaign_id","name","note"\n"1","NULL",NULL\n"2",,"say ""NULL"" now"\n"3","a\nNULL,","[NULL]"\n4,\\N,[NULL]\n'
    )
    assert only(tmp_path / "c.csv", text) == (
        ("campaign_id", "name", "note"),
        [("1", "NULL", None), ("2", "", 'say "NULL" now'), ("3", "a\nNULL,", "[NULL]"), ("4", None, None)],
    )


def test_phpmyadmins_csv_for_excel_is_read(tmp_path: Path) -> None:
    """Semicolons, carriage returns and letters of Windows make no difference."""
    text = '"id";"naïve"\r\n"1";"Zoë; façade"\r\n"2";NULL\r\n'
    assert only(tmp_path / "c.csv", text.encode("cp1252")) == (("id", "naïve"), [("1", "Zoë; façade"), ("2", None)])


def test_a_csv_without_headings_has_none(tmp_path: Path) -> None:
    """Where the first row holds numbers, NULL or blanks, or the user says so, there are no columns and it is a row."""
    text = '"00012","Sales","Y",NULL\n"00013","Service","N","x"\n'
    assert only(tmp_path / "c.csv", text) == ((), [("00012", "Sales", "Y", None), ("00013", "Service", "N", "x")])
    words = '"Sales","Y"\n"Service","N"\n'
    assert only(tmp_path / "c.csv", words, ReadingOptions(no_header=True)) == ((), [("Sales", "Y"), ("Service", "N")])


def test_headings_are_found_below_a_title(tmp_path: Path) -> None:
    """Headings that are known count wherever they stand, and so does the row that the user names."""
    options = ReadingOptions(heading_of=lambda text: text if text in ("camp", "pace") else None)
    text = "Export of May,\n,\ncamp,pace\nA,1\n"
    assert only(tmp_path / "c.csv", text, options) == (("camp", "pace"), [("A", "1")])
    assert only(tmp_path / "c.csv", text, ReadingOptions(header_row=3)) == (("camp", "pace"), [("A", "1")])
    with pytest.raises(FileRefused, match="row 2 is empty"):
        only(tmp_path / "c.csv", text, ReadingOptions(header_row=2))


@pytest.mark.parametrize("first", ["{0a1b-2c}", "[x]", "Create date", "Use", "resource", "-- none --", "INSERT"])
def test_a_heading_that_looks_like_another_form_is_a_heading(tmp_path: Path, first: str) -> None:
    """Braces, brackets and words of SQL or Terraform at the beginning of a CSV make no other form of it."""
    assert only(tmp_path / "c.csv", f"{first},b\n1,2\n") == ((first, "b"), [("1", "2")])


def test_places_are_lines(tmp_path: Path) -> None:
    """A record's place is the line on which it starts, its number its position; blank lines are not records."""
    (tmp_path / "c.csv").write_text('a,b\n1,"x\ny"\n\n2,z\n')
    rows = open_source(tmp_path / "c.csv", [])[""].rows
    assert [(row.place, row.number) for row in rows] == [("line 2", 1), ("line 5", 2)]


def test_rows_of_another_width_are_kept_or_refused(tmp_path: Path) -> None:
    """A short row stays short and blank fields at the end are nothing; a row with more is refused with its line."""
    assert only(tmp_path / "c.csv", "a,b,c\n1,2\n1,2,3,,\n") == (("a", "b", "c"), [("1", "2"), ("1", "2", "3")])
    with pytest.raises(FileRefused, match="line 3: the row has 4 fields, but there are 3 headings"):
        only(tmp_path / "c.csv", "a,b,c\n1,2,3\n1,2,3,4\n")


def test_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two columns of one heading are not distinguished."""
    with pytest.raises(FileRefused, match="two columns have the heading 'a'"):
        only(tmp_path / "c.csv", "a,b,A\n1,2,3\n")


def test_broken_texts_are_refused(tmp_path: Path) -> None:
    """Quotes that are not balanced, NUL characters and bytes that are not text are refused with the line."""
    good = "a,b\n" + f"1,{'x' * 400}\n" * 3_000
    for bad, words in (
        ('"secret\n', "quotes are not balanced"),
        ("3,\0\n", "NUL"),
        ("3,\ud800\n", "not text in utf-8"),
    ):
        content = (good + bad).encode("utf-8", "surrogatepass")
        options = ReadingOptions(encoding="utf-8")
        with pytest.raises(FileRefused, match=words) as caught:
            only(tmp_path / "c.csv", content, options)
        assert "secret" not in caught.value.message


def test_a_tab_dump_is_read(tmp_path: Path) -> None:
    r"""Backslashes escape, `\N` is NULL, and then the word NULL is a text."""
    text = "1\ta\\tb\\nc\\\\d\t\\N\n2\tx\\\ty\\\nz\tNULL\n3\t\t\\0\\Z\\b\n"
    values = [("1", "a\tb\nc\\d", None), ("2", "x\ty\nz", "NULL"), ("3", "", "\0\x1a\b")]
    for content in (text, text.replace("\n", "\r\n")):
        assert only(tmp_path / "t.txt", content) == ((), values)


def test_what_mysql_prints_is_read(tmp_path: Path) -> None:
    """With -B there are headings, and the word NULL stands for none."""
    assert only(tmp_path / "t.txt", "id\tname\n1\tNULL\n2\t\n") == (("id", "name"), [("1", None), ("2", "")])


def test_a_text_with_tabs_of_another_program_keeps_its_backslashes(tmp_path: Path) -> None:
    """Where a backslash is followed by what MySQL does not write, or texts are in quotes, it is a letter."""
    text = "id\tfile\n1\tC:\\Users\\x\n"
    assert only(tmp_path / "t.txt", text) == (("id", "file"), [("1", "C:\\Users\\x")])
    assert only(tmp_path / "t.txt", 'id\tfile\n1\t"C:\\new ""x"""\n') == (("id", "file"), [("1", 'C:\\new "x"')])


def test_mysqls_quoted_text_is_read(tmp_path: Path) -> None:
    r"""SELECT … INTO OUTFILE with quotes escapes with backslashes, and writes NULL as `\N`."""
    text = 'id,name,note\n"1","a \\"b\\"",\\N\n\\N,"x","\\\\N"\n'
    assert only(tmp_path / "c.csv", text) == (
        ("id", "name", "note"),
        [("1", 'a "b"', None), (None, "x", "\\N")],
    )


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_is_read(tmp_path: Path, kind: str) -> None:
    """The only sheet of a workbook is a table without a name; its places are rows, its texts are exact."""
    path = write_table(tmp_path / f"book.{kind}", ["camp", "pace"], [["0012", "a"], ["", "NULL"]], "Some")
    assert open_source(path, None)[""].columns == ("camp", "pace")
    table = open_source(path, ["nothing"])[""]
    assert [(row.place, row.values) for row in table.rows] == [("row 2", ("0012", "a")), ("row 3", ("", "NULL"))]


def test_each_sheet_of_a_workbook_is_a_table(tmp_path: Path) -> None:
    """Several sheets with cells are tables by their names, and only the wanted ones are returned."""
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, text in (("Campaigns", "A"), ("Rules", "B"), ("Empty", "")):
            sheet = book.add_worksheet(name)
            if text:
                sheet.write_row(0, 0, ["name", "other"])
                sheet.write_row(1, 0, [text, 0.5])
    assert set(open_source(path, None)) == {"Campaigns", "Rules"}
    tables = dict(open_source(path, ["rules"]))
    assert set(tables) == {"Rules"}
    assert rows_of(tables, "Rules") == [("B", "0.5")]


CELLS = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")).map(
    lambda text: text.replace("\ufeff", "")
)
ROWS = st.integers(2, 4).flatmap(lambda width: st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=6))


def phpmyadmin(value: str | None) -> str:
    """Return a value as phpMyAdmin writes it into CSV."""
    if value is None:
        return "NULL"
    return '"' + value.replace('"', '""') + '"' if value else ""


@settings(max_examples=share(60))
@given(ROWS)
def test_any_csv_of_phpmyadmin_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str | None, ...]]
) -> None:
    """NULL, empty texts and texts of any letters come back as they were, except for rows without anything."""
    headings = [f"column {letter}" for letter in "abcd"[: len(rows[0])]]
    lines = [headings, *rows]
    text = "".join(",".join(map(phpmyadmin, line)) + "\n" for line in lines)
    path = tmp_path_factory.mktemp("csv") / "c.csv"
    options = ReadingOptions(encoding="utf-8", delimiter=",")
    expected = [row for row in rows if any(value is None or value.strip() for value in row)]
    path.write_bytes(text.encode())
    assert rows_of(dict(open_source(path, [], options)), "") == expected


ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\0": "\\0"}
TAB = {"\\": "\\\\", "\t": "\\\t", "\n": "\\\n", "\0": "\\0"}


@given(ROWS, st.sampled_from([ESCAPES, TAB]), st.sampled_from(["\n", "\r\n"]))
def test_any_tab_dump_is_read_as_it_was_written(
    rows: list[tuple[str | None, ...]], escapes: dict[str, str], newline: str
) -> None:
    """What mysqldump --tab and mysql -B write is read back exactly."""

    def field(value: str | None) -> str:
        return "\\N" if value is None else "".join(escapes.get(letter, letter) for letter in value)

    text = "".join("\t".join(map(field, row)) + "\n" for row in [("a",) * len(rows[0]), *rows]).replace("\n", newline)
    lines = io.StringIO(text, newline="\n").readlines()
    assert newline_of(lines) == newline
    expected = [row for row in rows if any(row) or None in row or len(row) > 1]
    assert [tuple(values) for _, values in tab_records(lines, newline)][1:] == expected
    quoted = any(value is not None and value.startswith('"') for row in rows for value in row)
    assert is_tab_dump(lines, newline) is not quoted


def test_the_writer_of_these_tests_is_python_csv_too() -> None:
    """A quoted text of phpMyAdmin is what Python's csv module reads, so that the property above proves something."""
    assert next(csv.reader([phpmyadmin('a "b", c')])) == ['a "b", c']
