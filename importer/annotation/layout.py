"""What stands around the rows, made to fit our columns: widths, the size of the sheet, its filter."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from importer.annotation.frame import SheetShell, attributes_of
from importer.annotation.package import OFFICE, STRICT_OFFICE
from importer.annotation.survey import Range, Survey, range_of

WIDTHS = (13, 11, 12, 18, 70, 11)
"""The widths of our columns, in characters."""


def deselect(xml: bytes) -> bytes:
    """Return the XML of a sheet, or of its beginning, that is not the selected one."""
    head, rows, rest = xml.partition(b"sheetData")
    return re.sub(rb"""\stabSelected\s*=\s*["'](?:1|true)["']""", b"", head) + rows + rest


def fit(survey: Survey, last_row: int, header_row: int) -> Range | None:
    """Change the frame of a sheet for our columns; return the range of its filter if that is new or has grown."""
    frame = survey.frame
    for views in frame.all("sheetViews"):
        frame.replace(views, deselect(frame.bytes_of(views)))
    _grow_dimension(survey, last_row)
    _widen(survey)
    return _filter(survey, last_row, header_row) if header_row else None


def add_notes(frame: SheetShell, identifier: str, *, strict: bool) -> None:
    """Let a sheet show the notes of a drawing."""
    namespace = STRICT_OFFICE if strict else OFFICE
    tag = f'legacyDrawing xmlns:r="{namespace}" r:id={quoteattr(identifier)}/>'
    frame.insert("legacyDrawing", b"<" + frame.prefix + tag.encode())


def _grow_dimension(survey: Survey, last_row: int) -> None:
    child = survey.frame.first("dimension")
    size = range_of(survey.frame.attributes(child).get("ref", "")) if child else None
    if child is not None and size is not None:
        grown = Range(
            min(size.left, *survey.columns),
            size.top,
            max(size.right, *survey.columns),
            max(size.bottom, last_row),
        )
        survey.frame.replace(child, _with_reference(survey.frame.bytes_of(child), grown))


def _with_reference(xml: bytes, area: Range) -> bytes:
    return re.sub(rb"""(\sref\s*=\s*["'])[^"']*""", lambda found: found[1] + str(area).encode(), xml, count=1)


def _widen(survey: Survey) -> None:
    """Give our new columns their widths; the others keep theirs."""
    widths = {
        column: width for column, width in zip(survey.columns, WIDTHS, strict=True) if column not in survey.reused
    }
    if not widths:
        return
    frame = survey.frame
    child = frame.first("cols")
    tags = frame.tags(child, b"col") if child else []
    columns = sorted([*_others(tags, widths), *(_own_column(frame.prefix, *one) for one in widths.items())])
    xml = b"<%scols>%s</%scols>" % (frame.prefix, b"".join(tag for _, tag in columns), frame.prefix)
    if child:
        frame.replace(child, xml)
    else:
        frame.insert("cols", xml)


def _own_column(prefix: bytes, column: int, width: int) -> tuple[int, bytes]:
    return column, b'<%scol min="%d" max="%d" width="%d" customWidth="1"/>' % (prefix, column, column, width)


def _others(tags: Iterable[bytes], taken: dict[int, int]) -> list[tuple[int, bytes]]:
    """Return the columns' tags without the columns that are taken, each with its first column."""
    found = []
    for tag in tags:
        closed = tag if tag.endswith(b"/>") else tag[:-1] + b"/>"
        attributes = attributes_of(tag)
        first, last = int(attributes["min"]), int(attributes["max"])
        for start, end in _gaps(first, last, sorted(taken)):
            new = _MIN.sub(b' min="%d"' % start, closed)
            found.append((start, _MAX.sub(b' max="%d"' % end, new)))
    return found


_MIN = re.compile(rb"""\smin\s*=\s*["']\d+["']""")
_MAX = re.compile(rb"""\smax\s*=\s*["']\d+["']""")


def _gaps(first: int, last: int, taken: list[int]) -> list[tuple[int, int]]:
    """Return what is left of a span without some columns."""
    found = []
    for column in taken:
        if first <= column <= last:
            if first < column:
                found.append((first, column - 1))
            first = column + 1
    return [*found, (first, last)] if first <= last else found


def _filter(survey: Survey, last_row: int, header_row: int) -> Range | None:
    frame = survey.frame
    own = Range(min(survey.columns), header_row, max(survey.columns), max(last_row, header_row))
    child = frame.first("autoFilter")
    if child is not None:
        old = range_of(frame.attributes(child).get("ref", ""))
        if old is None or old.top != header_row or own.right <= old.right:
            return None
        grown = Range(old.left, old.top, own.right, old.bottom)
        if any(grown.meets(table) for table in survey.tables):
            return None
        frame.replace(child, _with_reference(frame.bytes_of(child), grown))
        return grown
    whole = Range(min(own.left, survey.headings[0]), own.top, max(own.right, survey.headings[1]), own.bottom)
    for area in (whole, own):
        if not any(area.meets(table) for table in survey.tables):
            frame.insert("autoFilter", b'<%sautoFilter ref="%s"/>' % (frame.prefix, str(area).encode()))
            return area
    return None
