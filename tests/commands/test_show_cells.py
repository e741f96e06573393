"""`show`: a file as the importer sees it, every cell of it by position, and what an import would object to."""

import pytest

from importer.errors import FileRefused
from importer.preview import objections, raw_rows, show
from importer.run_options import ReadingOptions
from tests.support.workbooks import HEADINGS, ROW, TABLE, text_row, write_parts, write_sheet, write_xlsx, xlsx_parts

HEAD = ",".join(HEADINGS) + "\n"


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "plan.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
        return tmp_path / name

    return write


def test_a_table_is_shown_as_the_importer_sees_it(write):
    """Encoding, delimiter, header row, columns with what they mean, and the first rows."""
    text = "Our plan\n\nCampaign name;Destination type;Destination;Budget\n" + "a;queue;0123;5\n" * 30
    shown = show(write(text), rows=2)
    assert (shown.encoding, shown.delimiter, shown.header_row, shown.sheet) == ("utf-8", ";", 3, "")
    assert [(column.letters, column.heading, column.parameter) for column in shown.columns] == [
        ("A", "Campaign name", "name"),
        ("B", "Destination type", "dtype"),
        ("C", "Destination", "dnumber"),
        ("D", "Budget", None),
    ]
    assert [(row.row, row.cells) for row in shown.rows] == [
        (4, ("a", "queue", "0123", "5")),
        (5, ("a", "queue", "0123", "5")),
    ]
    assert "were ignored: 'Our plan'" in shown.notes[0]
    assert shown.objections == ()
    assert "Budget" in shown.problems[0].message


def test_a_workbook_is_shown_with_its_sheets(tmp_path):
    """The sheet that is read and the names of all are shown."""
    table = text_row(1, HEADINGS) + text_row(2, ROW)
    parts = xlsx_parts(text_row(1, ["x"]), table, names=("Notes", "Plan"), states=(' state="hidden"',))
    shown = show(write_parts(tmp_path / "a.xlsx", parts))
    assert shown.sheet == "Plan"
    assert [(sheet.name, sheet.state) for sheet in shown.sheets] == [("Notes", "hidden"), ("Plan", "visible")]
    assert shown.rows[0].cells == tuple(ROW)


def test_what_has_no_headings_is_shown_all_the_same(write, tmp_path):
    """Where an import would refuse the headings, the first rows are shown and the refusal is reported."""
    shown = show(write("a,b\nc,d,e\n"))
    assert shown.header_row is None
    assert [row.cells for row in shown.rows] == [("a", "b"), ("c", "d", "e")]
    assert "--header-row" in shown.objections[0]
    shown = show(write_xlsx(tmp_path / "a.xlsx", [["x", 1]]))
    assert (shown.sheet, shown.rows[0].cells, shown.header_row) == ("Campaigns", ("x", "1"), None)
    parts = xlsx_parts("")
    assert show(write_parts(tmp_path / "b.xlsx", parts)).rows == ()


def test_no_header_shows_the_letters_of_the_columns(write):
    """Without headings the columns go by their letters and mean nothing by themselves."""
    shown = show(write("name,queue\n"), options=ReadingOptions(no_header=True))
    assert [(column.heading, column.parameter) for column in shown.columns] == [("A", None), ("B", None)]
    assert shown.rows[0].cells == ("name", "queue")
    assert "Column 'name' is missing" in shown.objections[0]


def test_a_table_of_headings_alone_is_shown(write):
    """Headings without rows are shown without rows."""
    assert show(write(HEAD)).rows == ()


def test_what_cannot_be_read_is_refused(write):
    """Only what is not a table at all is refused."""
    for text in ("", "<html><table>"):
        with pytest.raises(FileRefused):
            show(write(text))


def test_raw_rows_of_a_text_are_its_records(write):
    """Every record by its line, ragged as it is, without a look for headings."""
    path = write('x\n\n"a\nb",c,\n,,\n')
    assert [row.as_json() for row in raw_rows(path)] == [
        {"sheet": "", "row": 1, "cells": ["x"]},
        {"sheet": "", "row": 3, "cells": ["a\nb", "c", ""]},
        {"sheet": "", "row": 5, "cells": ["", "", ""]},
    ]
    with pytest.raises(FileRefused, match="has no sheets"):
        list(raw_rows(path, ReadingOptions(sheet="x")))


def test_raw_rows_of_a_workbook(tmp_path):
    """The sheet that is asked for, or all of them, hidden ones as well; error cells as they are shown."""
    error = '<row r="3"><c r="B3" t="e"><v>#N/A</v></c><c r="C3" t="inlineStr"><is><t></t></is></c></row>'
    parts = xlsx_parts(error, text_row(1, HEADINGS), text_row(1, ["x"]), states=("", "", ' state="hidden"'))
    path = write_parts(tmp_path / "a.xlsx", parts)
    assert [row.sheet for row in raw_rows(path, all_sheets=True)] == ["Campaigns", "Other", "Third"]
    assert [row.as_json() for row in raw_rows(path, ReadingOptions(sheet="1"))] == [
        {"sheet": "Campaigns", "row": 3, "cells": ["", "#N/A"]}
    ]
    assert [row.sheet for row in raw_rows(path)] == ["Other"]
    assert [row.cells for row in raw_rows(path, ReadingOptions(sheet="Third"))] == [("x",)]
    parts = xlsx_parts(text_row(1, ["x"]), states=(' state="hidden"',))
    assert [row.cells for row in raw_rows(write_parts(tmp_path / "b.xlsx", parts))] == [("x",)]


def test_objections_are_those_of_an_import(tmp_path, write):
    """Refusals of the whole and problems of rows are what an import would say; a hundred are enough."""
    merged = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    rows = text_row(1, HEADINGS) + text_row(2, ROW) + text_row(3, ROW)
    found = objections(write_sheet(tmp_path / "a.xlsx", rows, after=merged))
    assert [problem.row for problem in found.problems] == [2, 3]
    assert found.refusals == ()
    assert "columns" not in objections(write(HEAD + "a,queue,1,+44,1\n")).refusals
    assert "Column 'dtype' is missing" in objections(write("name,dnumber\na,1\n")).refusals[0]
    many = objections(write(HEAD + "a,queue\n" * 300))
    assert len(many.problems) == 100
    broken = objections(write(HEAD + "a,queue\n" * 30_000 + '"a'))
    assert len(broken.problems) == 100


def test_a_fault_further_down_is_an_objection(write, monkeypatch):
    """What is refused only when it is reached is reported with what came before."""
    monkeypatch.setattr("importer.reading.delimited.SAMPLE_CHARACTERS", 1000)
    text = HEAD + "a,queue\n" + "a,queue,1,2,3\n" * 20_000 + '"a,queue,1,2,3\n'
    found = objections(write(text))
    assert len(found.problems) == 1
    assert "never ends" in found.refusals[0]


def test_tables_are_equal_shown_or_raw(tmp_path):
    """What is shown is what is there."""
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    assert [row.cells for row in raw_rows(path)][1:] == [row.cells for row in show(path).rows]
