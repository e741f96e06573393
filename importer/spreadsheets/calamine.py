"""The fast reader: calamine, with what it does not tell put right by a look over the XML."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from importer.errors import FileRefused
from importer.spreadsheets.archive import NotReadable
from importer.spreadsheets.cells import (
    BLANK,
    DATE,
    NUMBER,
    TEXT,
    TRUTH,
    Cell,
    CellValue,
    Display,
    cell_of,
    number_cell,
    number_text,
)
from importer.spreadsheets.number_formats.format import built_in_format
from importer.spreadsheets.rows import BATCH_ROWS, CHUNK_CELLS, Batch, SheetInfo, SheetRow
from importer.spreadsheets.scan import Scan
from schemas.problem_codes import ProblemCode

KINDS = {
    str: TEXT,
    float: NUMBER,
    int: NUMBER,
    bool: TRUTH,
    datetime: DATE,
    date: DATE,
    time: DATE,
    timedelta: DATE,
}
TEXTS: dict[type, Callable[[Any], str]] = {
    **{kind: (lambda value: cell_of(value)[0]) for kind in (bool, datetime, date, time, timedelta)},
    str: str,
    float: number_text,
    int: str,
}
STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}
NO_SCAN = Scan()
GENERAL = built_in_format(0)


class FastReader:
    """Reads any workbook with calamine; `look` looks over the XML of a sheet for what calamine does not tell."""

    def __init__(self, path: str, look: Callable[[str], Scan] | None = None) -> None:
        try:
            self._workbook = CalamineWorkbook.from_path(path)
        except PasswordError:
            raise encrypted() from None
        except CalamineError as error:
            raise NotReadable(str(error)) from None
        self._look = look
        self._loaded: dict[str, tuple[CalamineSheet, Scan]] = {}
        self.sheets = tuple(
            SheetInfo(sheet.name, STATES[str(sheet.visible).rpartition(".")[2]])
            for sheet in self._workbook.sheets_metadata
            if str(sheet.typ).endswith("WorkSheet")
        )

    def head(self, sheet: str, last: int) -> Iterator[SheetRow]:
        """Yield the rows of a sheet up to the row of a number."""
        loaded, scan = self._load(sheet)
        for number, values in _numbered(loaded, last):
            cells = {position: cell_of(value) for position, value in enumerate(values) if value != ""}
            cells |= scan.patches.get(number, {})
            yield SheetRow(number, cells)

    def batches(self, sheet: str) -> Iterator[Batch]:
        """Yield the rows of a sheet in batches."""
        loaded, scan = self._load(sheet)
        size = max(1, min(BATCH_ROWS, CHUNK_CELLS // max(1, loaded.total_width)))
        first = True
        rows = _numbered(loaded)
        while block := list(islice(rows, size)):
            filled = [row for row in block if row[1].count("") < len(row[1]) or row[0] in scan.patches]
            columns, kinds = _columns([values for _, values in filled])
            numbers = [number for number, _ in filled]
            if self._look is None and any("\0" in text for column in columns for text in column):
                raise NotReadable("its texts are damaged")
            displays = _small_fractions(numbers, columns, kinds)
            _mend(numbers, scan.patches, columns, kinds, displays)
            yield Batch(
                numbers=numbers,
                columns=columns,
                kinds=kinds,
                hidden=scan.hidden if first else [],
                merged=scan.merged if first else [],
                displays=displays,
                hidden_columns=scan.hidden_columns if first else [],
            )
            first = False

    def _load(self, sheet: str) -> tuple[CalamineSheet, Scan]:
        if sheet not in self._loaded:
            self._loaded[sheet] = _load(self._workbook, sheet, self._look)
        return self._loaded[sheet]


def encrypted() -> FileRefused:
    """Return the refusal of a workbook that is protected by a password."""
    return FileRefused(
        "the workbook is protected by a password. Open it in Excel, remove the password "
        "(File, Info, Protect Workbook, Encrypt with Password) and save it.",
        ProblemCode.PROTECTED,
    )


def _load(workbook: CalamineWorkbook, name: str, look: Callable[[str], Scan] | None) -> tuple[CalamineSheet, Scan]:
    """Read a sheet; its XML is looked over at the same time, since calamine leaves Python's lock free."""
    if look is None:
        return _read(workbook, name), NO_SCAN
    found: list[Scan | NotReadable] = []

    def try_look() -> None:
        try:
            found.append(look(name))
        except NotReadable as error:
            found.append(error)

    looking = threading.Thread(target=try_look)
    looking.start()
    sheet = _read(workbook, name)
    looking.join()
    if not found or isinstance(found[0], NotReadable):
        raise found[0] if found and isinstance(found[0], NotReadable) else NotReadable("its XML is damaged")
    _compare(sheet, found[0])
    return sheet, found[0]


def _read(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError as error:
        raise NotReadable(str(error)) from None


def _compare(sheet: CalamineSheet, scan: Scan) -> None:
    """Compare the first cell of the number formats that show plain numbers with what the careful reader makes of it."""
    last_row, last_position = sheet.end or (-1, -1)
    for row, cells in scan.patches.items():
        if row > last_row + 1 or max(cells) > last_position:
            raise NotReadable(f"two readers disagree about row {row}")
    last = max((row for row, _ in scan.probes), default=1)
    for number, values in _numbered(sheet, last):
        for (row, position), cell in scan.probes.items():
            if row == number and cell_of(values[position])[:2] != cell[:2]:
                raise NotReadable(f"two readers disagree about row {row}")


def _numbered(sheet: CalamineSheet, last: int | None = None) -> Iterator[tuple[int, Sequence[CellValue]]]:
    """Yield the rows with their numbers, up to a number.

    Not `iter_rows`: that begins with the first row of the sheet, but with the first column that holds anything.
    """
    if sheet.start is None:
        return iter(())
    return enumerate(sheet.to_python(skip_empty_area=False, nrows=last), start=1)


def _columns(rows: Sequence[Sequence[CellValue]]) -> tuple[list[list[str]], dict[int, str]]:
    """Return the texts of rows by column, and the kinds of the columns that hold anything but text."""
    columns: list[list[str]] = []
    kinds: dict[int, str] = {}
    for position, values in enumerate(zip(*rows, strict=True)):
        types = set(map(type, values))
        if types == {str}:
            columns.append(list(values))
        elif len(types) == 1:
            columns.append(_texts(values, *types))
            kinds[position] = KINDS[types.pop()] * len(values)
        else:
            columns.append([TEXTS[type(value)](value) for value in values])
            kinds[position] = _letters(values)
    return columns, kinds


def _texts(values: tuple[CellValue, ...], kind: type) -> list[str]:
    """Return the texts of values of one type; those that come often are made once."""
    text_of = TEXTS[kind]
    distinct = set(values)
    if len(distinct) * 4 > len(values):
        return list(map(text_of, values))
    texts = {value: text_of(value) for value in distinct}
    return [texts[value] for value in values]


def _letters(values: tuple[CellValue, ...]) -> str:
    return "".join([KINDS[type(value)] if value != "" else BLANK for value in values])


def _small_fractions(
    numbers: list[int], columns: list[list[str]], kinds: dict[int, str]
) -> dict[int, dict[int, Display]]:
    """Return how fractions below 0.0001 are displayed: version 0.1.0 read them with an exponent."""
    displays: dict[int, dict[int, Display]] = {}
    for position, letters in kinds.items():
        if "0.0000" not in "\n".join(columns[position]):
            continue
        for number, text, kind in zip(numbers, columns[position], letters, strict=True):
            if kind == NUMBER and (display := number_cell(float(text), GENERAL)[2]) is not None:
                displays.setdefault(position, {})[number] = display
    return displays


def _mend(
    numbers: list[int],
    patches: dict[int, dict[int, Cell]],
    columns: list[list[str]],
    kinds: dict[int, str],
    displays: dict[int, dict[int, Display]],
) -> None:
    """Put the cells right that calamine does not tell, and how they are displayed."""
    letters: dict[int, list[str]] = {}
    for index, number in enumerate(numbers if patches else ()):
        for position, (text, kind, display) in patches.get(number, {}).items():
            displays.get(position, {}).pop(number, None)
            if display is not None:
                displays.setdefault(position, {})[number] = display
            if position not in letters:
                letters[position] = list(kinds.get(position) or [TEXT if cell else BLANK for cell in columns[position]])
            columns[position][index] = text
            letters[position][index] = kind
    kinds.update((position, "".join(found)) for position, found in letters.items())
