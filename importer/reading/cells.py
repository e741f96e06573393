"""The text of a workbook's cell: what the user typed, as far as the file still knows it."""

from datetime import date, datetime, time, timedelta

CellValue = str | int | float | bool | date | datetime | time | timedelta | None


def cell_text(value: CellValue) -> str:
    """Return a cell's value as text.

    Text stays as it is, whole numbers come without ".0", other numbers in the shortest form that reads back equal,
    dates in ISO 8601, truth values as TRUE and FALSE, a blank as "".
    """
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() | time():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case _:
            return str(value)
