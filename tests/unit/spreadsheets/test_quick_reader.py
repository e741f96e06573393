"""The quick reader of .xlsx: whatever rows that are written alike hold, it says what the careful reader says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importer.errors import FileRefused
from importer.model import column_letters
from importer.spreadsheets import xlsx_quick
from importer.spreadsheets.archive import NotReadable
from importer.spreadsheets.worker import READERS
from tests.support.workbooks import MAIN, write_parts, write_sheet, xlsx_parts

STYLES = ("00000", "yyyy-mm-dd", "0.00", "General", "@", "#,##0", "0%")
TEXTS = ("one", "", "", " two ", "three\nlines\n", "&amp;&#233;", "_x000D_", "é")
SHARED = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in TEXTS)
ODD = (
    '<c r="{0}" t="e"><v>#N/A</v></c>',
    '<c r="{0}"><f>A1+1</f><v>7</v></c>',
    '<c r="{0}"><f>A1+1</f></c>',
    '<c r="{0}" t="str"><f>A1</f><v>x</v></c>',
    '<c r="{0}" t="inlineStr"><is><t> in </t></is></c>',
    '<c r="{0}"><v> 5 </v></c>',
    '<c r="{0}"><v></v></c>',
    '<c t="n" r="{0}"><v>12</v></c>',
    '<c r="{0}" t="d"><v>2026-01-03</v></c>',
    '<c r="{0}" t="b"><v>true</v></c>',
)
"""Cells that are not written in the simplest way."""


@dataclass(frozen=True)
class Found:
    """All that a reader finds in a sheet, wherever its batches are cut."""

    cells: Mapping[tuple[int, int], tuple[str, str]]
    numbers: list[int]
    displays: Mapping[tuple[int, int], Any]
    others: tuple[list[Any], ...]


def found(reader: str, path: Path) -> Found | str:
    """Return what a reader finds, or why it does not."""
    try:
        batches = list(READERS[reader](str(path)).batches("Campaigns"))
    except (FileRefused, NotReadable) as error:
        return str(error)
    cells = {
        (number, position): (text, batch.kinds.get(position, "t" * len(batch.numbers))[at])
        for batch in batches
        for position, column in enumerate(batch.columns)
        for at, (number, text) in enumerate(zip(batch.numbers, column, strict=True))
        if text or position in batch.kinds
    }
    numbers = [number for batch in batches for number in batch.numbers]
    return Found(
        {place: (text, kind) for place, (text, kind) in cells.items() if kind != " "},
        numbers,
        {
            (row, position): display
            for batch in batches
            for position, shown in batch.displays.items()
            for row, display in shown.items()
        },
        tuple(
            [one for batch in batches if numbers for one in getattr(batch, name)]
            for name in ("hidden", "merged", "hidden_columns")
        ),
    )


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no reader come after the quick one."""

    def refuse(*_: object) -> None:
        raise AssertionError("calamine was asked")

    monkeypatch.setattr(xlsx_quick, "FastReader", refuse)


def row(number: int, *cells: str, attributes: str = "") -> str:
    """Return the XML of a row; a cell has {0} where its place belongs."""
    inside = "".join(cell.format(f"{column_letters(at)}{number}") for at, cell in enumerate(cells, start=1))
    return f'<row r="{number}"{attributes}>{inside}</row>'


def regular(number: int) -> str:
    """Return a row of a text, a number with leading zeros, and an empty cell, in one of three shapes."""
    cells = (f'<c r="{{0}}" t="s"><v>{number % len(TEXTS)}</v></c>', f'<c r="{{0}}" s="1"><v>{number}</v></c>')
    return row(number, *cells[: number % 3 + 1], '<c r="{0}" s="2"/>', "<c r='{0}'/>" if number == 4000 else "")


CELLS = st.builds(
    lambda style, value: f'<c r="{{0}}" s="{style}"><v>{value}</v></c>',
    st.integers(0, len(STYLES) + 1),
    st.one_of(st.integers(-5, 10**16), st.floats(0, 60_000).map(lambda value: round(value, 3)), st.just("1E-07")),
) | st.sampled_from(
    ['<c r="{0}" s="1"/>', "", '<c r="{0}" t="b"><v>1</v></c>', '<c r="{0}" t="n"><v>3</v></c>']
    + [f'<c r="{{0}}" t="s"><v>{at}</v></c>' for at in range(len(TEXTS))]
)


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shapes=st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=5),
    order=st.lists(st.integers(0, 4), min_size=25, max_size=40),
    gaps=st.sets(st.integers(1, 40)),
    odd=st.none() | st.tuples(st.sampled_from(ODD), st.integers(1, 25)),
    hidden=st.none() | st.integers(1, 25),
)
def test_it_says_what_the_careful_reader_says(tmp_path_factory, monkeypatch, shapes, order, gaps, odd, hidden) -> None:
    """Any cells, in any order of shapes, with rows missing, a row of another kind and a hidden one: nothing differs."""
    rows = []
    for number, shape in enumerate(order, start=1):
        if number in gaps:
            continue
        cells = shapes[shape % len(shapes)]
        if odd and odd[1] == number:
            cells = [*cells, odd[0]]
        rows.append(row(number, *cells, attributes=' hidden="1"' if number == hidden else ' ht="15"'))
    path = write_sheet(
        tmp_path_factory.mktemp("quick") / "a.xlsx",
        "".join(rows),
        formats=STYLES,
        texts=SHARED,
        after='<mergeCells><mergeCell ref="A2:B3"/></mergeCells>',
    )
    monkeypatch.setattr(xlsx_quick, "FEW", 0)
    assert found("fast-xlsx", path) == found("xlsx", path)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("odd", ODD)
def test_a_row_that_is_written_otherwise_is_read_carefully(tmp_path: Path, odd: str) -> None:
    """Beyond the first batch and within it, a few rows among many do not change how the others are read."""
    rows = [regular(number) for number in range(1, 10_051)]
    for number in (30, 10_030, *range(10_040, 10_046)):
        rows[number - 1] = row(number, '<c r="{0}" t="s"><v>0</v></c>', odd)
    path = write_sheet(tmp_path / "a.xlsx", "".join(rows), formats=STYLES, texts=SHARED)
    careful = found("xlsx", path)
    assert isinstance(careful, Found)
    assert found("fast-xlsx", path) == careful


@pytest.mark.usefixtures("alone")
def test_a_style_that_is_the_number_of_its_row_is_a_style(tmp_path: Path) -> None:
    """Rows that are alike with their numbers left out are not taken for each other."""
    rows = [row(number, f'<c r="{{0}}" s="{number % 4}"><v>7</v></c>') for number in range(1, 30)]
    path = write_sheet(tmp_path / "a.xlsx", "".join(rows), formats=STYLES)
    careful = found("xlsx", path)
    assert isinstance(careful, Found)
    assert {careful.cells[1, 0], careful.cells[2, 0], careful.cells[3, 0]} == {
        ("00007", "z"),
        ("1900-01-07", "d"),
        ("7", "n"),
    }
    assert found("fast-xlsx", path) == careful


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    "wrong",
    [
        '<row r="40"><c r="A40"><v>1<v></c></row>',
        '<row r="40"><c r="A40"></v>1</v></c></row>',
        '<row r="40"><c r="A40"><v>1</v></c><c r="B40"></v>2<v></c></row>',
        '<row r="40"><c r="A40" t="s"><v>99</v></c></row>',
        '<row r="40"><c r="A40"><v>1e999</v></c></row>',
        '<row r="40"><c r="A40"><v>four</v></c></row>',
        '<row r="39"><c r="A39"><v>1</v></c></row>',
        '<row r="2000000"><c r="A2000000"><v>1</v></c></row>',
        '<row r="40"><!--</row>--><c r="A40"><v>1</v></c></row>',
        '<!--<row r="40"><c r="A40"><v>1</v></c></row><row r="41"><c r="A41"><v>1</v></c></row>-->',
    ],
)
def test_what_is_damaged_or_unheard_of_is_never_read_otherwise(tmp_path: Path, wrong: str) -> None:
    """Where the careful reader refuses a sheet the quick one does not read it, and else reads the same or refuses."""
    rows = "".join(map(regular, range(1, 40))) + wrong + "".join(map(regular, range(50, 60)))
    path = write_sheet(tmp_path / "a.xlsx", rows, formats=STYLES, texts=SHARED)
    careful, quick = found("xlsx", path), found("fast-xlsx", path)
    assert isinstance(quick, str) or quick == careful


@pytest.mark.parametrize(
    ("beginning", "quickly"),
    [
        (f'<worksheet xmlns="{MAIN}">', True),
        (f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}">', True),
        (f"<?xml version='1.0'?><worksheet xmlns='{MAIN}'>", True),
        (f'<?xml version="1.0" encoding="ISO-8859-1"?><worksheet xmlns="{MAIN}">', False),
    ],
)
def test_only_sheets_in_utf_8_are_read_quickly(tmp_path: Path, monkeypatch, beginning: str, quickly: bool) -> None:
    """Letters are bytes of UTF-8, whatever else a sheet says of itself; hidden columns are found in any case."""
    asked: list[str] = []

    class Spy(xlsx_quick.FastReader):
        def batches(self, sheet: str) -> Iterator[Any]:
            asked.append(sheet)
            return super().batches(sheet)

    monkeypatch.setattr(xlsx_quick, "FastReader", Spy)
    parts = xlsx_parts("".join(map(regular, range(1, 30))), formats=STYLES, texts=SHARED.replace("é", "e"))
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    hidden = '<cols><col min="2" max="3" width="9" hidden="1"/></cols>'
    parts["xl/worksheets/sheet1.xml"] = beginning + sheet.partition(">")[2].replace(
        "<sheetData>", f"{hidden}<sheetData>"
    )
    path = write_parts(tmp_path / "a.xlsx", parts)
    careful = found("xlsx", path)
    assert isinstance(careful, Found)
    assert careful.others[2] == [(2, 3)]
    quick = found("fast-xlsx", path)
    assert (quick == careful) if quickly else (isinstance(quick, str) or quick.cells == careful.cells)
    assert bool(asked) is not quickly


def test_texts_are_the_same_however_many_are_odd(tmp_path: Path) -> None:
    """References, line ends, rich text and readings in kana are read where they stand, among many plain texts."""
    odd = (
        "<si><t>a &amp; b</t></si>",
        "<si><t>two\r\nlines</t></si>",
        "<si><r><t>rich </t></r><r><t>text</t></r></si>",
        '<si><t>kanji</t><rPh sb="0" eb="1"><t>kana</t></rPh></si>',
        "<si/>",
        "<si><t/></si>",
        "<si><t>_x0041_\t]]&gt;</t></si>",
        "<si>\n<t>apart</t></si>",
    )
    expected = ("a & b", "two\nlines", "rich text", "kanji", "", "", "A\t]]>", "apart")
    plain = [f"<si><t>plain {at}</t></si>" for at in range(20_000)]
    texts = "".join((*plain[:10_000], *odd, *plain[10_000:]))
    rows = "".join(
        row(number, f'<c r="{{0}}" t="s"><v>{text}</v></c>')
        for number, text in enumerate((0, 9_999, *range(10_000, 10_008), 10_008, 20_007), start=1)
    )
    path = write_sheet(tmp_path / "a.xlsx", rows, texts=texts)
    for reader in ("xlsx", "fast-xlsx"):
        told = found(reader, path)
        assert isinstance(told, Found)
        assert [told.cells.get((number, 0), ("",))[0] for number in range(1, 13)] == [
            "plain 0",
            "plain 9999",
            *expected,
            "plain 10000",
            "plain 19999",
        ]
