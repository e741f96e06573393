"""What stands around the rows, made to fit our columns: widths, the size of the sheet, its filter."""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import quoteattr

from importer.annotation.frame import SheetShell, attributes_of
from importer.annotation.package import OFFICE, STRICT_OFFICE
from importer.annotation.survey import Range, Survey, range_of
from importer.ooxml import LAST_COLUMN
from schemas.headings import NAME_HEADINGS, NUMBERS_HEADING, RESULT_HEADINGS

STATUS_COLUMN = RESULT_HEADINGS.index("import_status")
MESSAGE_COLUMN = RESULT_HEADINGS.index("import_message")
WIDTHS = {
    **dict.fromkeys((*NAME_HEADINGS.values(), NUMBERS_HEADING), 24),
    **dict(zip(RESULT_HEADINGS, (13, 70, 11, 12, 18, 11), strict=True)),
}
"""The widths of our columns, in characters."""
FOLDED = frozenset(("import_code", "import_key", "import_row"))
"""Those of our columns that are grouped and collapsed: people need them seldom."""

LINE = 15
"""The height of a line, in points."""
MOST_LINES = 20


def lines_of(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of a width in characters, up to MOST_LINES.

    Not all programs find out by themselves how high a row must be.
    """
    if len(text) < width and "\n" not in text:
        return 1
    return min(sum(1 + len(line) // width for line in text.split("\n")), MOST_LINES)


def height_for(message: str) -> int:
    """Return how high, in points, a row must be for a text in import_message; 0 where one line is enough."""
    lines = lines_of(message, WIDTHS["import_message"])
    return lines * LINE if lines > 1 else 0


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
    """Give our new columns their widths and collapse some of them; the others keep theirs."""
    added = zip(survey.columns, map(WIDTHS.__getitem__, survey.added), survey.added, strict=True)
    new = [one for one in added if one[0] not in survey.reused]
    if not new:
        return
    frame = survey.frame
    # On a protected sheet the group could not be expanded.
    folded = set() if frame.first("sheetProtection") else {column for column, _, name in new if name in FOLDED}
    child = frame.first("cols")
    tags = frame.tags(child, b"col") if child else []
    own = [_own_column(frame.prefix, column, width, folded=column in folded) for column, width, _ in new]
    columns = sorted([*_others(tags, [column for column, *_ in new]), *own, *_behind_the_group(survey, tags, folded)])
    xml = b"<%scols>%s</%scols>" % (frame.prefix, b"".join(tag for _, tag in columns), frame.prefix)
    if child:
        frame.replace(child, xml)
    else:
        frame.insert("cols", xml)


def _own_column(prefix: bytes, column: int, width: int, *, folded: bool) -> tuple[int, bytes]:
    state = b' hidden="1" outlineLevel="1"' if folded else b""
    return column, b'<%scol min="%d" max="%d" width="%d" customWidth="1"%s/>' % (prefix, column, column, width, state)


def _behind_the_group(survey: Survey, tags: Iterable[bytes], folded: set[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the column behind collapsed ones, which shows the button that opens them, unless it is the user's."""
    frame = survey.frame
    if not folded:
        return
    _declare_outline(frame)
    column = max(folded) + 1
    spans = [(int(one["min"]), int(one["max"])) for one in map(attributes_of, tags)]
    theirs = column in survey.columns or any(first <= column <= last for first, last in spans)
    if column <= LAST_COLUMN and not theirs:
        tag = b'<%scol min="%d" max="%d" width="9.140625" collapsed="1"/>' % (frame.prefix, column, column)
        yield column, tag


def _declare_outline(frame: SheetShell) -> None:
    """Say that the sheet has grouped columns, so that programs leave room for the buttons."""
    child = frame.first("sheetFormatPr")
    if child is None:
        frame.insert("sheetFormatPr", b'<%ssheetFormatPr defaultRowHeight="15" outlineLevelCol="1"/>' % frame.prefix)
    elif int(frame.attributes(child).get("outlineLevelCol", "0")) < 1:
        xml = _OUTLINE.sub(b"", frame.bytes_of(child))
        frame.replace(child, _NAME_END.sub(rb'\1 outlineLevelCol="1"', xml, count=1))


_OUTLINE = re.compile(rb"""\soutlineLevelCol\s*=\s*["'][^"']*["']""")
_NAME_END = re.compile(rb"^(<[^\s/>]+)")


def _others(tags: Iterable[bytes], taken: Sequence[int]) -> list[tuple[int, bytes]]:
    """Return the columns' tags without the columns in use, each with its first column."""
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
