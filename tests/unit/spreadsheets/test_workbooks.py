"""Workbooks: every cell as it is in the file, from the sheet that is meant, whichever reader is asked."""

import datetime
import struct
import time
import zipfile

import pytest
import xlsxwriter
import xlwt

from importer.errors import FileRefused
from importer.preview import raw_rows
from importer.reading import open_table
from importer.reading import sheet as workbook
from importer.run_options import ReadingOptions
from importer.spreadsheets import process
from importer.spreadsheets.archive import NotReadable
from tests.support.workbooks import (
    HEADINGS,
    ROW,
    TABLE,
    text_row,
    write_ods,
    write_ods_content,
    write_parts,
    write_sheet,
    write_xls,
    write_xlsx,
    xlsx_parts,
)

HEAD = text_row(1, HEADINGS)
day = datetime.datetime.fromisoformat


def rows(path, sheet=None, **options) -> list[tuple[int, list[str]]]:
    table = open_table(path, ReadingOptions(sheet=sheet, **options))
    return [(row, list(cells)) for chunk in table.chunks for row, *cells in chunk.frame.itertuples(name=None)]


def raw(path, **options) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.row, row.cells) for row in raw_rows(path, **options)]


def cells(path) -> list[str]:
    return [cell for row in raw_rows(path) for cell in row.cells]


def refusal(path, sheet=None, **options) -> str:
    with pytest.raises(FileRefused) as refused:
        for _ in open_table(path, ReadingOptions(sheet=sheet, **options)).chunks:
            pass
    return refused.value.message


@pytest.fixture(params=["careful", "fast"])
def reader(request, monkeypatch):
    """The same sheets are read by both readers of .xlsx."""
    monkeypatch.setattr(workbook, "FAST_FROM", 0 if request.param == "fast" else 1 << 40)
    return request.param


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods], ids=["xlsx", "xls", "ods"])
def test_every_family_reads_alike(tmp_path, write):
    """The same table comes out of every family, its rows numbered as the user's program numbers them."""
    path = write(tmp_path / "plan.bin", [["Our plan"], *TABLE[:2], [""], TABLE[2]])
    table = open_table(path)
    assert table.header_row == 2
    assert table.source.sheet == "Campaigns"
    assert table.source.headings == tuple(HEADINGS)
    assert [sheet.name for sheet in table.sheets] == ["Campaigns"]
    assert rows(path) == [(3, ROW), (5, TABLE[2])]


def test_the_text_of_a_cell(tmp_path, reader):
    """Whole numbers without .0, others in the shortest form, dates in ISO 8601, truth in capitals, text as it is."""
    values = [
        1.0,
        -2,
        0.25,
        1e15,
        3.10101195608231e17,
        0.0001,
        True,
        False,
        "0123",
        " x ",
        "NA",
        day("2026-01-03"),
        day("2026-01-03T09:30"),
        datetime.time(23, 44, 51, 894000),
        day("1900-01-02"),
        day("1900-03-01"),
        "a\r\nb",
        "_x0041_",
    ]
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss.000"})
    sheet = book.add_worksheet()
    sheet.write_row(2, 1, values)
    book.close()
    ((number, (first, *found)),) = raw(path)
    assert (number, first) == (3, "")
    assert found == [
        "1",
        "-2",
        "0.25",
        "1000000000000000",
        "3.10101195608231e+17",
        "0.0001",
        "TRUE",
        "FALSE",
        "0123",
        " x ",
        "NA",
        "2026-01-03",
        "2026-01-03 09:30:00",
        "23:44:51.894000",
        "1900-01-02",
        "1900-03-01",
        "a\r\nb",
        "_x0041_",
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1" s="1"><v>6083</v></c>', "06083"),
        ('<c r="A1" s="1"><v>-6083</v></c>', "-6083"),
        ('<c r="A1" s="1"><v>123456</v></c>', "123456"),
        ('<c r="A1" s="1"><v>1.5</v></c>', "1.5"),
        ('<c r="A1" s="2"><v>36</v></c>', "36"),
        ('<c r="A1" s="3"><v>1.5</v></c>', "36:00:00"),
        ('<c r="A1" s="4"><v>60.5</v></c>', "1900-02-29 12:00:00"),
        ('<c r="A1" s="4"><v>0.5</v></c>', "12:00:00"),
        ('<c r="A1" s="4"><v>0.9999999999</v></c>', "1900-01-01"),
        ('<c r="A1" s="4"><v>-1</v></c>', "-1"),
        ('<c r="A1" s="4"><v>9999999</v></c>', "9999999"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="str"><f>A2</f><v>x</v></c>', "x"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="d"><v>2021-01-01T10:10:10</v></c>', "2021-01-01 10:10:10"),
        ('<c r="A1" t="d"><v>last week</v></c>', "last week"),
        ('<c r="A1" t="inlineStr"><is><t>a</t><r><t> b</t></r><rPh><t>x</t></rPh></is></c>', "a b"),
        ('<c r="A1" t="s"><v>0</v></c>', " white "),
        ('<c r="A1" t="s"><v>1</v></c>', "one two"),
        ('<c r="A1" t="s"><v>2</v></c>', "a\rb"),
        ('<c r="A1" t="s"><v>3</v></c>', "_x000D_"),
        ("<c t='str'><v>single</v></c>", "single"),
        ('<c r="a1"><v> 7 </v></c>', "7"),
    ],
)
def test_cells_by_the_letter_of_the_format(tmp_path, reader, cell, text):
    """What programs may write is read alike by both readers, or left by the fast one to the careful one."""
    texts = (
        "<si><t> white </t></si><si><r><t>one </t></r><r><t>two</t></r><rPh><t>ONE</t></rPh></si>"
        "<si><t>a_x000D_b</t></si><si><t>_x005F_x000D_</t></si>"
    )
    formats = ("00000", '"m" 0', "[h]:mm", "yyyy-mm-dd")
    path = write_sheet(tmp_path / "a.xlsx", f"<row>{cell}</row>", texts=texts, formats=formats)
    assert cells(path) == [text]


def test_dates_from_1904(tmp_path, reader):
    """A workbook whose first day is in 1904 has its own dates."""
    path = write_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1" s="1"><v>1</v></c></row>',
        formats=("d/m/yy",),
        properties='<workbookPr date1904="1"/>',
    )
    assert cells(path) == ["1904-01-02"]


EXTENSIONS = (
    '<extLst><ext uri="{0}" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main">'
    '<x15:{1}/></ext><ext uri="{0}" xmlns="urn:another"><{1}/></ext></extLst>',
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="x15"><{1}/></mc:Choice><mc:Fallback><{1}/></mc:Fallback></mc:AlternateContent>',
    '<x15:{1} xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"/>',
)
"""What programs add to a part under names that the standard uses too."""


@pytest.mark.parametrize("extension", EXTENSIONS, ids=["extLst", "alternates", "foreign"])
@pytest.mark.parametrize(
    ("part", "end", "element"),
    [
        ("xl/workbook.xml", "</workbook>", 'workbookPr chartTrackingRefBase="1"'),
        ("xl/workbook.xml", "</workbook>", 'sheet name="Campaigns" sheetId="9" r:id="s1"'),
        ("xl/workbook.xml", "</workbook>", 'calcPr fullCalcOnLoad="1"'),
        ("xl/styles.xml", "</styleSheet>", 'numFmt numFmtId="164" formatCode="0.00"'),
        ("xl/styles.xml", "<cellXfs>", 'xf numFmtId="2"'),
        ("xl/styles.xml", "</cellXfs>", 'xf numFmtId="2"'),
        ("xl/sharedStrings.xml", "<si>", "si"),
        ("xl/sharedStrings.xml", "</si>", 't xml:space="preserve"'),
        ("xl/worksheets/sheet1.xml", "</worksheet>", 'row r="9" hidden="1"'),
        ("xl/worksheets/sheet1.xml", "</c>", "v"),
        ("xl/worksheets/sheet1.xml", "</c>", "f"),
    ],
)
def test_extensions_of_the_format_change_nothing(tmp_path, reader, part, end, element, extension):
    """An element of another namespace, in a list of extensions or among alternatives is none of the standard's."""
    rows_ = HEAD + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>1</v></c><c r="C2"><v>7</v></c></row>'
    parts = xlsx_parts(
        rows_, texts="<si><t>Spring</t></si>", formats=("yyyy-mm-dd",), properties='<workbookPr date1904="1"/>'
    )
    added = extension.format("{140A7094-0E35-4892-8432-C4D2E57EDEB5}", element)
    added = f"{end}{added}" if end == "<cellXfs>" else f"{added}{end}"
    assert end in parts[part]
    parts[part] = parts[part].replace(end, added, 1)
    expected = [(1, tuple(HEADINGS)), (2, ("Spring", "1904-01-02", "7"))]
    if element.startswith("xf"):
        parts[part] = parts[part].replace('xmlns="', 'xmlns:r="urn:r" xmlns="', 1)
    assert raw(write_parts(tmp_path / "a.xlsx", parts)) == expected


def test_rows_and_cells_without_numbers(tmp_path, reader):
    """Rows and cells without references follow one another."""
    path = write_sheet(
        tmp_path / "a.xlsx",
        '<row><c><v>1</v></c><c><v>2</v></c></row><row r="4"><c r="C4"><v>3</v></c><c><v>4</v></c></row>',
    )
    assert raw(path) == [(1, ("1", "2")), (4, ("", "", "3", "4"))]


def test_strict_workbooks_with_prefixes_and_utf16_parts(tmp_path, reader):
    """Strict OOXML, prefixed names, UTF-16 parts and parts named in another case are read."""
    parts = xlsx_parts(text_row(1, ["a", "b"]))
    strict = {
        name: text.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument"
        )
        for name, text in parts.items()
    }
    assert cells(write_parts(tmp_path / "strict.xlsx", strict)) == ["a", "b"]
    sheet = parts["xl/worksheets/sheet1.xml"]
    prefixed = sheet.replace("<worksheet xmlns=", "<worksheet xmlns:x=").replace("<", "<x:").replace("<x:/", "</x:")
    assert cells(write_parts(tmp_path / "p.xlsx", parts | {"xl/worksheets/sheet1.xml": prefixed})) == ["a", "b"]
    merged = sheet.replace("</worksheet>", '<mergeCells><mergeCell ref="A2:B3"/></mergeCells></worksheet>')
    wide = ('<?xml version="1.0" encoding="UTF-16"?>' + merged).encode("utf-16")
    path = write_parts(tmp_path / "w.xlsx", parts | {"xl/worksheets/sheet1.xml": wide})
    assert cells(path) == ["a", "b"]
    assert cells(write_parts(tmp_path / "c.xlsx", {name.upper(): text for name, text in parts.items()})) == ["a", "b"]


def test_hidden_rows_are_told_or_left_out(tmp_path, reader):
    """Hidden and filtered-out rows are read and reported; --skip-hidden leaves them out."""
    more = "".join(text_row(number, [f"c{number}", *ROW[1:]]) for number in range(2, 8))
    for number in (3, 4, 6):
        more = more.replace(f'<row r="{number}">', f'<row r="{number}" hidden="1">')
    path = write_sheet(tmp_path / "a.xlsx", HEAD + more)
    (chunk,) = open_table(path).chunks
    assert chunk.frame.index.tolist() == [2, 3, 4, 5, 6, 7]
    (problem,) = chunk.problems
    assert problem.severity == "warning"
    assert "3-4, 6" in problem.message
    assert "--skip-hidden" in problem.message
    assert [row for row, _ in rows(path, skip_hidden=True)] == [2, 5, 7]


def test_merged_ranges_come_with_the_rows_they_reach_into(tmp_path, reader):
    """Merged ranges are known when the rows come, though the file tells them after the rows."""
    after = '<mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="B9:C9"/></mergeCells>'
    path = write_sheet(tmp_path / "a.xlsx", HEAD + text_row(2, ROW) + text_row(3, ROW), after=after)
    (chunk,) = open_table(path).chunks
    assert chunk.merged == ((2, 1, 3, 1),)


def test_half_a_character_that_is_escaped_is_no_letter(tmp_path, reader):
    """Office Open XML escapes what it cannot hold; half a character alone is a character that nobody can read."""
    path = write_sheet(tmp_path / "a.xlsx", text_row(1, ["_xD83D_x", "_xD83D__xDE00_", "_x0041_"]))
    assert raw(path) == [(1, ("\ufffdx", "😀", "A"))]


def test_small_fractions_are_known_by_what_version_1_read(tmp_path, reader):
    """Fractions that were read with an exponent are read as they are shown, and the earlier text is kept with them."""
    cells_ = "".join(
        f'<c r="{letter}2"><v>{value}</v></c>' for letter, value in zip("ABC", ("1E-5", "-2.5e-7", "0.5"), strict=True)
    )
    (chunk,) = open_table(write_sheet(tmp_path / "a.xlsx", HEAD + f'<row r="2">{cells_}</row>')).chunks
    assert chunk.frame.iloc[0].tolist()[:3] == ["0.00001", "-0.00000025", "0.5"]
    assert {at: found[2].before for at, found in chunk.displays.items()} == {0: "1e-05", 1: "-2.5e-07"}


def test_formulas_without_a_result_and_errors_are_known(tmp_path, reader):
    """An error cell and a formula without a stored result are not empty cells."""
    cells_ = (
        '<c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2" t="e"><f>NA()</f><v>#N/A</v></c>'
        '<c r="C2"><f>SUM(1)</f></c><c r="D2" t="str"><f>A1</f><v></v></c><c r="E2"><f>1+1</f><v>2</v></c>'
    )
    path = write_sheet(tmp_path / "a.xlsx", HEAD + f'<row r="2">{cells_}</row>')
    (chunk,) = open_table(path).chunks
    assert chunk.frame.iloc[0].tolist() == ["a", "#N/A", "", "", "2"]
    assert {position: letters.strip("t ") for position, letters in chunk.kinds.items() if letters.strip("t ")} == {
        1: "e",
        2: "f",
        4: "n",
    }


def test_formulas_that_whoever_opens_the_file_has_to_calculate_have_no_result(tmp_path, reader):
    """Where the workbook says that its results do not hold, no formula has one, nor a cell of an array of results."""
    cells_ = (
        '<c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2"><f>"01"&amp;"23"</f><v>0</v></c>'
        '<c r="C2" t="str"><f>A2</f><v>a</v></c><c r="D2"><v>5</v></c>'
        '<c r="E2"><f t="array" ref="E2:E3">A2:A3</f><v>0</v></c>'
    )
    parts = xlsx_parts(
        HEAD + f'<row r="2">{cells_}</row><row r="3"><c r="D3"><v>6</v></c><c r="E3"><v>0</v></c></row>',
        properties='<calcPr calcId="124519" fullCalcOnLoad="1"/>',
    )
    (chunk,) = open_table(write_parts(tmp_path / "a.xlsx", parts)).chunks
    assert chunk.frame.values.tolist() == [["a", "", "", "5", ""], ["", "", "", "6", ""]]
    assert chunk.kinds == {1: "f ", 2: "f ", 3: "nn", 4: "ff"}


def test_an_xls_whose_texts_are_cut_within_a_character_is_read_exactly(tmp_path):
    """A text goes on in the next record where one is full, be it between the halves of an emoji; no error is lost."""
    texts = ["x" * length + "😀" * 3_000 for length in range(8)]
    path = write_xls(tmp_path / "a.xls", [HEADINGS, *([text, "queue", "1"] for text in texts)])
    assert raw(path)[1:] == [(row, (text, "queue", "1")) for row, text in enumerate(texts, start=2)]
    assert open_table(path).notes == ()


def test_formulas_of_an_xls_that_nobody_calculated_have_no_result(tmp_path):
    """What writes formulas into an .xls and does not calculate them leaves a blank text or a zero: no result either."""
    book = xlwt.Workbook()
    for name in ("Notes", "Campaigns"):
        page = book.add_sheet(name)
        for at, value in enumerate(HEADINGS if name == "Campaigns" else []):
            page.write(0, at, value)
    for at, value in enumerate(["Spring", "queue", "0123", xlwt.Formula('"00"&"44"'), xlwt.Formula("1+1")]):
        page.write(1, at, value)
    book.save(str(tmp_path / "a.xls"))
    (chunk,) = open_table(tmp_path / "a.xls").chunks
    assert chunk.frame.iloc[0].tolist() == ["Spring", "queue", "0123", "", ""]
    assert chunk.kinds == {3: "f", 4: "f"}


@pytest.mark.parametrize(
    ("saved_by_excel", "kinds"), [(False, {3: "f"}), (True, {3: "n"})], ids=["LibreOffice", "Excel"]
)
def test_zeros_that_libreoffice_writes_for_texts_are_no_results(tmp_path, saved_by_excel, kinds):
    """LibreOffice says that it has calculated an .xls, and writes zeros where formulas give texts."""
    book = xlwt.Workbook()
    page = book.add_sheet("Campaigns")
    for at, value in enumerate(HEADINGS):
        page.write(0, at, value)
    for at, value in enumerate(["Spring", "queue", "0123", xlwt.Formula('"00"&"44"'), xlwt.Formula('""')]):
        page.write(1, at, value)
    other_records, bof = book._Workbook__useselfs_rec, book._Workbook__bof_rec
    engine = struct.pack("<HHHHI", 0x01C1, 8, 0x01C1, 0, 101_716)
    book._Workbook__useselfs_rec = lambda: other_records() + engine
    book._Workbook__bof_rec = lambda: bof()[:12] + struct.pack("<I", saved_by_excel) + bof()[16:]
    blank, zero = b"\x03\0\0\0\0\0\xff\xff", bytes(8)
    content = book.get_biff_data()
    first = content.index(blank)
    assert content.count(blank) == 2
    (path := tmp_path / "a.xls").write_bytes(b"")
    xlwt.CompoundDoc.XlsDoc().save(str(path), content[:first] + zero + content[first + 8 :])
    (chunk,) = open_table(path).chunks
    assert chunk.frame.iloc[0].tolist() == ["Spring", "queue", "0123", "0" if saved_by_excel else "", ""]
    assert chunk.kinds == kinds


def test_an_error_beyond_what_calamine_sees_is_read(tmp_path, reader):
    """calamine takes error cells for blanks: a column of nothing else is not even there for it."""
    row = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="C2" t="e"><v>#REF!</v></c></row>'
    assert raw(write_sheet(tmp_path / "a.xlsx", row)) == [(1, ("1",)), (2, ("", "", "#REF!"))]


def test_a_million_formatted_rows_cost_what_the_data_cost(tmp_path):
    """A used range to the end of the grid is read in the time that its data take."""
    path = tmp_path / "a.xlsx"
    table = HEAD + text_row(2, ROW) + '<row r="1048576"><c r="A1048576" s="1"/></row>'
    write_sheet(path, table, formats=("0.00",), after="")
    started = time.monotonic()
    assert [row for row, _ in rows(path)] == [2]
    assert time.monotonic() - started < 5


def test_rows_out_of_order_are_refused_in_big_sheets_too(tmp_path, reader):
    """calamine gives rows that are out of order other numbers than they have."""
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
    path = write_sheet(tmp_path / "a.xlsx", row.format(3) + row.format(2))
    assert "row 2 comes after row 3" in refusal(path)


@pytest.mark.slow
def test_cells_in_the_corners_of_the_grid_are_read(tmp_path, reader):
    """A sheet of four cells far apart takes no memory for what lies between; the fast reader gives up on it."""
    path = write_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>3</v></c><c r="XFD1048576"><v>4</v></c></row>',
    )
    assert [(row, sum(map(bool, cells))) for row, cells in raw(path)] == [(1, 2), (1048576, 2)]


def test_the_sheet_with_the_headings_is_found(tmp_path):
    """Among several sheets the one with known headings is read, and the others are reported."""
    notes = text_row(1, ["Notes of ours"])
    path = write_parts(tmp_path / "a.xlsx", xlsx_parts(notes, HEAD + text_row(2, ROW), names=("Notes", "Plan")))
    table = open_table(path)
    assert table.source.sheet == "Plan"
    assert table.notes == ("Only the sheet Plan was read. Other sheets ignored: Notes.",)
    assert rows(path, "2") == rows(path, "plan ") == rows(path, "Plan") == [(2, ROW)]
    assert "Notes, Plan" in refusal(path, "3")


def test_several_sheets_that_could_be_meant_are_listed(tmp_path):
    """Two sheets of campaigns, or two without headings, are listed for --sheet."""
    table = HEAD + text_row(2, ROW)
    path = write_parts(tmp_path / "a.xlsx", xlsx_parts(table, table))
    assert "several sheets of campaigns: Campaigns, Other. Name one with --sheet" in refusal(path)
    path = write_parts(tmp_path / "b.xlsx", xlsx_parts(text_row(1, ["x"]), text_row(1, ["y"])))
    assert "several contain data: Campaigns, Other. Name one with --sheet" in refusal(path)


def test_hidden_sheets_are_read_only_by_name(tmp_path):
    """A hidden sheet is left out and reported, unless it is named; nothing but hidden sheets is refused."""
    table = HEAD + text_row(2, ROW)
    parts = xlsx_parts(table, table, names=("Old", "New"), states=(' state="hidden"', ""))
    path = write_parts(tmp_path / "a.xlsx", parts)
    found = open_table(path)
    assert found.source.sheet == "New"
    assert "Hidden sheets were not read: Old" in found.notes[0]
    assert open_table(path, ReadingOptions(sheet="Old")).source.sheet == "Old"
    parts = xlsx_parts(table, names=("Old",), states=(' state="veryHidden"',))
    assert "all sheets are hidden (Old)" in refusal(write_parts(tmp_path / "b.xlsx", parts))


def test_empty_sheets_are_refused(tmp_path):
    """A workbook without anything in it, or without sheets, is refused with a sentence."""
    assert "the sheet Campaigns is empty" in refusal(write_sheet(tmp_path / "a.xlsx", ""))
    assert "the sheet Campaigns is empty" in refusal(write_parts(tmp_path / "b.xlsx", xlsx_parts("", "")))
    assert "has no sheets" in refusal(write_parts(tmp_path / "c.xlsx", xlsx_parts()))
    with pytest.raises(FileRefused, match="has no sheets"):
        raw(tmp_path / "c.xlsx")


def test_rows_are_as_wide_as_the_first_rows_say(tmp_path):
    """Columns without a heading beside the table are kept; a cell beyond all is reported."""
    far = '<c r="H4"><v>9</v></c>'
    table = (
        HEAD + text_row(2, [*ROW, "beside"]) + text_row(3, ROW[:2]) + f'<row r="30">{far.replace("H4", "H30")}</row>'
    )
    path = write_sheet(tmp_path / "a.xlsx", table)
    (chunk,) = open_table(path).chunks
    assert chunk.frame.to_numpy().tolist() == [[*ROW, "beside"], [*ROW[:2], "", "", "", ""], [""] * 6]
    (problem,) = chunk.problems
    assert (problem.cell, problem.found, problem.severity) == ("Campaigns!H30", "9", "warning")


def test_rows_of_white_space_are_blank(tmp_path):
    """A row of nothing but white space is not a row; a formula without a result is one."""
    table = HEAD + text_row(2, [" ", "", "\u00a0"]) + '<row r="3"><c r="A3"><f>B1</f></c></row>' + text_row(4, ROW)
    assert [row for row, _ in rows(write_sheet(tmp_path / "a.xlsx", table))] == [3, 4]


def test_the_rows_of_a_workbook_are_bounded(tmp_path):
    """--max-rows holds for workbooks too."""
    path = write_xlsx(tmp_path / "a.xlsx", [HEADINGS, *[ROW] * 3])
    assert "--max-rows" in refusal(path, max_rows=2)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ('<c r="A1" t="s"><v>7</v></c>', "text no. 7"),
        ('<c r="A1"><v>abc</v></c>', "Campaigns!A1 should contain a number"),
        ('<c r="A1" s="x"><v>1</v></c>', "a style has the number"),
        ('<c r="XFE1"><v>1</v></c>', "a cell is called XFE1"),
        ('<c r="A1"><v>1</v>', "XML is damaged"),
    ],
)
def test_what_the_format_does_not_allow_is_refused_with_the_place(tmp_path, row, word):
    """A sheet that contradicts itself is refused with what is wrong, and where it can be reported with the cell."""
    message = refusal(write_sheet(tmp_path / "a.xlsx", f'<row r="1">{row}</row>'))
    assert word in message
    assert "Excel" in message


@pytest.mark.parametrize("rows_", ['<row r="2"/><row r="2"/>', '<row r="x"/>', '<row r="1048577"/>'])
def test_rows_out_of_order_are_refused(tmp_path, rows_):
    """Rows that do not follow one another are not a sheet."""
    assert "damaged" in refusal(write_sheet(tmp_path / "a.xlsx", rows_))


def test_numbers_that_are_none_are_refused(tmp_path):
    """Infinity is not a value of a cell."""
    assert "Campaigns!A1 contains INF" in refusal(
        write_sheet(tmp_path / "a.xlsx", '<row><c r="A1"><v>INF</v></c></row>')
    )


def test_entities_are_refused(tmp_path):
    """A document type, with which XML bombs are built, is not read."""
    parts = xlsx_parts(HEAD)
    parts["xl/sharedStrings.xml"] = '<!DOCTYPE sst [<!ENTITY a "aaaa">]><sst><si><t>&a;</t></si></sst>'
    assert "defines XML entities" in refusal(write_parts(tmp_path / "a.xlsx", parts))


def test_what_unpacks_to_too_much_is_not_opened(tmp_path):
    """A zip bomb is known by what it declares."""
    path = write_parts(tmp_path / "a.xlsx", xlsx_parts(HEAD) | {"xl/media/x": b"0" * 3_000_000})
    assert "would unpack to 3 MiB" in refusal(path, max_unpacked=2_000_000)


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"word/document.xml": ""}, "a Word document"),
        ({"ppt/presentation.xml": ""}, "a PowerPoint presentation"),
        ({"Index/Document.iwa": ""}, "an Apple Numbers"),
        ({"readme.txt": ""}, "a zip archive, not a workbook"),
    ],
)
def test_other_archives_are_called_by_their_names(tmp_path, parts, word):
    """A zip archive that is not a workbook is refused as what it is."""
    assert word in refusal(write_parts(tmp_path / "a.xlsx", parts))


def test_damaged_archives_are_refused(tmp_path):
    """A workbook that was copied half, or lacks a part, is refused."""
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    path.write_bytes(path.read_bytes()[:2000])
    assert "not copied completely" in refusal(path)
    parts = xlsx_parts(HEAD)
    del parts["xl/worksheets/sheet1.xml"]
    assert "the part xl/worksheets/sheet1.xml is missing" in refusal(write_parts(tmp_path / "b.xlsx", parts))
    with zipfile.ZipFile(tmp_path / "c.ods", "w") as archive:
        archive.writestr("content.xml", "<x>")
    assert "is damaged" in refusal(tmp_path / "c.ods")


def test_archives_with_passwords_are_named_as_such(tmp_path):
    """An encrypted OpenDocument file and a zip archive with a password say so."""
    path = write_parts(tmp_path / "a.ods", {"content.xml": "", "META-INF/manifest.xml": "<manifest:encryption-data/>"})
    assert "protected by a password" in refusal(path)
    path = write_xlsx(tmp_path / "b.xlsx", TABLE)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    assert "protected by a password" in refusal(path)


def test_texts_and_formats_are_found_where_they_usually_are(tmp_path):
    """A workbook that does not say where its texts and number formats are has them where all others have them."""
    parts = xlsx_parts(
        '<row><c t="s"><v>0</v></c><c s="1"><v>7</v></c></row>', texts="<si><t>a</t></si>", formats=("000",)
    )
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace('Id="t"', 'Id="t" TargetMode="External"').replace("/styles", "/unknown")
    assert cells(write_parts(tmp_path / "a.xlsx", parts)) == ["a", "007"]


@pytest.mark.parametrize("word", ["EncryptedPackage", "WordDocument"])
def test_ole_containers_are_told_apart(tmp_path, word):
    """What is encrypted or written by Word is named as such."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + word.encode("utf-16-le"))
    assert ("protected by a password" if word.startswith("E") else "a Word document") in refusal(path)


def test_xls_tells_dates_errors_zeros_hidden_and_merged(tmp_path):
    """The old format tells what the new one tells."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Campaigns")
    for position, heading in enumerate(HEADINGS):
        sheet.write(0, position, heading)
    sheet.write(1, 0, day("2026-01-03"), xlwt.easyxf(num_format_str="D-MMM-YY"))
    sheet.write(1, 1, 6083, xlwt.easyxf(num_format_str="00000"))
    sheet.write(1, 2, True)
    sheet.write(1, 3, 1.5)
    sheet.row(1).set_cell_error(4, 42)
    sheet.write_merge(2, 3, 0, 0, "both")
    sheet.row(3).hidden = True
    book.save(str(tmp_path / "a.xls"))
    (chunk,) = open_table(tmp_path / "a.xls").chunks
    assert chunk.frame.iloc[0].tolist() == ["2026-01-03", "06083", "TRUE", "1.5", "#N/A"]
    assert "".join(chunk.kinds[position][0] for position in range(5)) == "dzbne"
    assert chunk.merged == ((3, 1, 4, 1),)
    assert "Hidden" in chunk.problems[0].message


ODS_ROW = "<table:table-row>{}</table:table-row>"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<table:table-cell office:value-type="float" office:value="1.0"/>', "1"),
        (
            '<table:table-cell office:value-type="float" office:value="83"><text:p>00083</text:p></table:table-cell>',
            "00083",
        ),
        (
            '<table:table-cell office:value-type="percentage" office:value="2"><text:p>2%</text:p></table:table-cell>',
            "2",
        ),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "TRUE"),
        ('<table:table-cell office:value-type="date" office:date-value="2026-01-03"/>', "2026-01-03"),
        ('<table:table-cell office:value-type="date" office:date-value="2026-01-03T09:30:00"/>', "2026-01-03 09:30:00"),
        ('<table:table-cell office:value-type="date" office:date-value="soon"/>', "soon"),
        ('<table:table-cell office:value-type="time" office:time-value="PT27H17M54.5S"/>', "27:17:54.5"),
        ('<table:table-cell office:value-type="time" office:time-value="PT27H59M59.999999972S"/>', "28:00:00"),
        ('<table:table-cell office:value-type="time" office:time-value="-P1DT1H"/>', "-25:00:00"),
        ('<table:table-cell office:value-type="time" office:time-value="noon"/>', "noon"),
        (
            '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>'
            "<text:span>d\n e</text:span></text:p><text:p>f</text:p>"
            "<office:annotation><text:p>no</text:p></office:annotation></table:table-cell>",
            "a  b\tc\nd\n e\nf",
        ),
        (
            '<table:table-cell office:value-type="string"><text:p>as LibreOffice writes</text:p><text:p>  two  lines '
            "</text:p><text:p>and a&#13;carriage return</text:p></table:table-cell>",
            "as LibreOffice writes\n  two  lines \nand a\rcarriage return",
        ),
        (
            '<table:table-cell office:value-type="string" office:string-value="x"><text:p/></table:table-cell>',
            "x",
        ),
        (
            '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
            "<text:p>#DIV/0!</text:p></table:table-cell>",
            "#DIV/0!",
        ),
        (
            '<table:table-cell calcext:value-type="error" office:value-type="string" office:string-value="">'
            "<text:p>#N/A</text:p></table:table-cell>",
            "#N/A",
        ),
    ],
)
def test_cells_of_opendocument(tmp_path, cell, text):
    """The values of OpenDocument cells, with the spaces, errors and zeros that are shown."""
    path = write_ods_content(tmp_path / "a.ods", f'<table:table table:name="T">{ODS_ROW.format(cell)}</table:table>')
    assert cells(path) == [text]


def test_opendocument_repeats_hides_and_merges(tmp_path):
    """Repeated rows and cells, hidden rows and sheets, merged cells and formulas without a result are known."""
    word = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    head = "".join(word.format("", heading) for heading in HEADINGS)
    repeated = word.format(' table:number-columns-repeated="2"', "x") + '<table:table-cell table:formula="of:=A1"/>'
    merged = word.format(' table:number-rows-spanned="2" table:number-columns-spanned="1"', "m")
    tables = (
        '<table:table table:name="Hid" table:style-name="h"><table:table-row/></table:table>'
        '<table:table table:name="T">'
        + ODS_ROW.format(head)
        + f'<table:table-row table:number-rows-repeated="3">{repeated}</table:table-row>'
        + '<table:table-row table:number-rows-repeated="2" table:visibility="filter"/>'
        + ODS_ROW.format(merged)
        + '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row></table:table>'
    )
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    path = write_ods_content(tmp_path / "a.ods", tables, style)
    table = open_table(path)
    assert [(sheet.name, sheet.state) for sheet in table.sheets] == [("Hid", "hidden"), ("T", "visible")]
    (chunk,) = table.chunks
    assert chunk.frame.index.tolist() == [2, 3, 4, 7]
    assert chunk.frame.iloc[0].tolist() == ["x", "x", "", "", ""]
    assert chunk.kinds[2][:3] == "fff"
    assert chunk.merged == ((7, 1, 8, 1),)
    assert "5-6" in chunk.problems[0].message


def test_opendocument_sheets_in_any_order(tmp_path):
    """All sheets of an OpenDocument file are one part; each can be read whatever was read before."""
    tables = "".join(
        f'<table:table table:name="{name}">'
        + ODS_ROW.format(f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>')
        + "</table:table>"
        for name in "ABC"
    )
    path = write_ods_content(tmp_path / "a.ods", tables)
    assert [row.cells for row in raw_rows(path, all_sheets=True)] == [("A",), ("B",), ("C",)]
    assert [row.cells for row in raw_rows(path, ReadingOptions(sheet="C"))] == [("C",)]
    assert [row.cells for row in raw_rows(path)] == [("A",)]


def test_a_few_bytes_that_ask_for_a_thousand_million_cells_are_refused(tmp_path):
    """Repetition cannot fill the memory."""
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    tables = (
        f'<table:table table:name="T"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    )
    path = write_ods_content(tmp_path / "a.ods", tables + "</table:table>")
    assert "row 1 of the workbook stands for 1,048,576 rows of 16,384 cells" in refusal(path)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ('<table:table-cell office:value-type="float" office:value="x"/>', "a number is written 'x'"),
        (
            '<table:table-cell office:value-type="boolean" office:boolean-value="ja"/>',
            "a true/false value is written 'ja'",
        ),
    ],
)
def test_a_number_or_truth_that_is_none_in_opendocument_is_refused(tmp_path, cell, found):
    """What should be a number or a truth and is none is damage."""
    path = write_ods_content(tmp_path / "a.ods", f'<table:table table:name="T">{ODS_ROW.format(cell)}</table:table>')
    assert found in refusal(path)


@pytest.mark.parametrize(
    ("value", "text", "before"),
    [("true", "TRUE", None), ("0", "FALSE", None), ("5", "TRUE", "FALSE"), ("-0.5", "TRUE", "FALSE")],
)
def test_numbers_that_libreoffice_shows_as_truths_are_truths(tmp_path, reader, value, text, before):
    """The number format "TRUE";"TRUE";"FALSE" has LibreOffice write a number as a truth into .ods."""
    cells = (
        *(f'office:value-type="string"><text:p>{heading}</text:p>' for heading in HEADINGS),
        f'office:value-type="boolean" office:boolean-value="{value}"><text:p>x</text:p>',
    )
    *head, cell = (f"<table:table-cell {each}</table:table-cell>" for each in cells)
    content = f'<table:table table:name="T">{ODS_ROW.format("".join(head))}{ODS_ROW.format(cell)}</table:table>'
    (chunk,) = open_table(write_ods_content(tmp_path / "a.ods", content)).chunks
    assert (chunk.frame.iloc[0, 0], chunk.kinds[0]) == (text, "b")
    assert [display.before for display in chunk.displays.get(0, {}).values()] == ([before] if before else [])


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ('<table:table-cell office:value-type="float" office:value="5"><text:p>5</text:p></table:table-cell>', 1),
        ('<table:table-cell office:value-type="string"><text:p>0123</text:p></table:table-cell>', 1),
        ('<table:table-cell office:value-type="float" office:value="5"><text:p>005</text:p></table:table-cell>', 2),
        ('<table:table-cell office:value-type="string"><text:p>a<text:s/>b</text:p></table:table-cell>', 2),
        ('<table:table-cell office:value-type="string"><text:p>a  b</text:p></table:table-cell>', 2),
        ('<table:table-cell office:value-type="string"><text:p>a&#13;b</text:p></table:table-cell>', 2),
        ('<table:table-cell table:formula="of:=A1"/><table:table-cell table:formula="of:=A1"/>', 2),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', 1),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="5"/>', 2),
    ],
)
def test_big_opendocument_files_are_read_fast_where_that_is_exact(tmp_path, monkeypatch, cell, asked):
    """calamine reads what it reads exactly; the careful reader reads the rest, and both say the same."""
    readers = []

    class Spy(process.ReaderProcess):
        def open(self, reader):
            readers.append(reader)
            super().open(reader)

    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{heading}</text:p></table:table-cell>'
        for heading in HEADINGS
    )
    tables = f'<table:table table:name="T">{ODS_ROW.format(head)}{ODS_ROW.format(cell)}</table:table>'
    path = write_ods(tmp_path / "b.ods", [["x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(write_ods_content(tmp_path / "a.ods", tables)) as archive:
        parts["content.xml"] = archive.read("content.xml")
    path = write_parts(tmp_path / "c.ods", parts)
    careful = rows(path)
    monkeypatch.setattr(workbook, "ReaderProcess", Spy)
    monkeypatch.setattr(workbook, "FAST_FROM", 0)
    assert rows(path) == careful
    assert readers == ["fast-ods", "ods"][:asked]


def test_texts_with_nul_characters_are_not_believed(tmp_path, monkeypatch):
    """calamine puts NULs between the letters of some old files: nobody has typed them."""
    from importer.spreadsheets import calamine

    class Sheet:
        start = (0, 0)
        total_width = 1

        def to_python(self, **_):
            return [["m\0p\0g\0"]]

    reader = object.__new__(calamine.FastReader)
    reader._look = None
    reader._loaded = {"T": (Sheet(), calamine.NO_SCAN)}
    with pytest.raises(NotReadable, match="texts are damaged"):
        list(reader.batches("T"))
