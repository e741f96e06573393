"""What all sheets of an .xlsx workbook share: their names, the texts, the number formats, the first day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from importer.ooxml import LAST_COLUMN, unescape
from importer.spreadsheets.archive import Archive, Attributes, NotReadable, read_xml
from importer.spreadsheets.number_formats.format import NumberFormat, built_in_format, number_format
from importer.spreadsheets.rows import SheetInfo, Span

# <?xml version="1.0" encoding="UTF-8"?> <sst ...>
_BEGINNING = re.compile(rb"(?:<\?xml [^<>]*\?>\s*)?<(\w+)[\s>]")
_UTF_8 = re.compile(rb"(?i:encoding=[\"']utf-8[\"'])")
# What XML means otherwise than it is written, or does not allow: references, line ends, control characters, ]]>
_NOT_PLAIN = re.compile(rb"[&\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]|\]\]>")


@dataclass(frozen=True)
class XlsxBook:
    """An .xlsx workbook: `parts` are the sheets' parts, `formats` the number formats by the style of a cell.

    `uncalculated` says that the results of its formulas do not hold: whoever wrote it has not calculated them.
    """

    archive: Archive
    sheets: tuple[SheetInfo, ...]
    parts: tuple[str, ...]
    texts_part: str | None
    formats: tuple[NumberFormat, ...]
    from_1904: bool
    uncalculated: bool


def open_book(path: str) -> XlsxBook:
    """Open a workbook and read what its sheets share, except for the texts."""
    archive = Archive(path)
    main = next(
        (part for kind, part in archive.relations("").values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    related = archive.relations(main)
    contents = _contents(archive, main)
    worksheets = [
        (info, related[key][1]) for info, key in contents.sheets if related.get(key, ("", ""))[0] == "worksheet"
    ]
    by_kind = {kind: part for kind, part in related.values() if part in archive}
    return XlsxBook(
        archive,
        tuple(info for info, _ in worksheets),
        tuple(part for _, part in worksheets),
        by_kind.get("sharedStrings") or _usual_part(archive, "xl/sharedStrings.xml"),
        _formats(archive, by_kind.get("styles") or _usual_part(archive, "xl/styles.xml"), contents.from_1904),
        contents.from_1904,
        contents.uncalculated,
    )


def _usual_part(archive: Archive, part: str) -> str | None:
    """Return where a part usually is, for workbooks that forget to say it."""
    return part if part in archive else None


@dataclass
class _Contents:
    """What the main part of a workbook says: its sheets, each with the key of its part, and how to take their cells."""

    sheets: list[tuple[SheetInfo, str]] = field(default_factory=list)
    from_1904: bool = False
    uncalculated: bool = False


def _contents(archive: Archive, part: str) -> _Contents:
    found = _Contents()

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "workbookPr":
            found.from_1904 = is_on(attributes.get("date1904", ""))
        elif tag == "calcPr":
            # Part 1, 18.2.2: whoever opens the workbook is to calculate all of it anew.
            found.uncalculated = is_on(attributes.get("fullCalcOnLoad", ""))
        elif tag == "sheet":
            key = next((text for name, text in attributes.items() if name.endswith("relationships id")), "")
            found.sheets.append((SheetInfo(attributes.get("name", ""), attributes.get("state", "visible")), key))

    read_xml(archive.blocks(part), start)
    return found


def _formats(archive: Archive, part: str | None, from_1904: bool) -> tuple[NumberFormat, ...]:
    codes: dict[int, NumberFormat] = {}
    styles: list[int] = []
    within = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal within
        if tag == "numFmt":
            code = attributes.get("formatCode", "")
            codes[int(attributes.get("numFmtId", "0"))] = number_format(code, from_1904)
        elif tag == "cellXfs":
            within = True
        elif tag == "xf" and within:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(tag: str) -> None:
        nonlocal within
        if tag == "cellXfs":
            within = False

    if part is not None:
        read_xml(archive.blocks(part), start, end)
    return tuple(codes.get(style) or built_in_format(style, from_1904) for style in styles)


def read_texts(book: XlsxBook) -> list[str]:
    """Return the texts that the cells refer to by number: rich text joined, phonetic readings left out."""
    texts: list[str] = []
    root = b""
    for piece in book.archive.pieces(book.texts_part, b"</si>") if book.texts_part is not None else ():
        if not root:
            root, first, rest = piece.partition(b"<si>")
            piece = first + rest
            if not first or not is_usual(root, b"sst"):
                return _said_texts(book.archive.blocks(book.texts_part or ""))
        plain = _plain_texts(piece)
        if plain is None:
            ending = b"</sst>" if piece.endswith(b"</si>") else b""
            plain = _said_texts(iter((root, piece, ending)))
        texts += plain
    return texts


def is_usual(beginning: bytes, root: bytes) -> bool:
    """Say whether a part is in UTF-8 and its elements have no prefix, by the beginning of its XML."""
    found = _BEGINNING.match(beginning)
    return (
        found is not None and found[1] == root and found[0].lower().count(b"encoding") == len(_UTF_8.findall(found[0]))
    )


def _plain_texts(xml: bytes) -> list[str] | None:
    """Return texts that are written in the simplest way, as most are; None if any of them is not."""
    xml = xml.replace(b'<t xml:space="preserve">', b"<t>")
    begin, between, end = b"<si><t>", b"</t></si><si><t>", b"</t></si>"
    if not (xml.startswith(begin) and xml.endswith(end)) or _NOT_PLAIN.search(xml):
        return None
    try:
        found = xml[len(begin) : -len(end)].decode("utf-8").split(between.decode())
    except UnicodeDecodeError:
        return None
    # Each text has four marks: <si>, <t> and their ends.
    if xml.count(b"<") != 4 * len(found):
        return None
    return list(map(unescape, found)) if b"_x" in xml else found


def _said_texts(xml: Iterator[bytes]) -> list[str]:
    """Return the texts in XML, read by the letter of the format."""
    texts: list[str] = []
    pieces: list[str] = []
    depth = {"t": 0, "rPh": 0}

    def start(tag: str, _: Attributes) -> None:
        if tag == "si":
            pieces.clear()
        elif tag in depth:
            depth[tag] += 1

    def end(tag: str) -> None:
        if tag == "si":
            texts.append(unescape("".join(pieces)))
        elif tag in depth:
            depth[tag] -= 1

    def text(piece: str) -> None:
        if depth["t"] and not depth["rPh"]:
            pieces.append(piece)

    read_xml(xml, start, end, text)
    return texts


def is_on(text: str) -> bool:
    """Say whether an XML attribute is true."""
    return text in ("1", "true", "on")


def hidden_columns(attributes: Mapping[str, str]) -> list[Span]:
    """Return the columns that a `col` element hides, if any; one that is written wrongly hides nothing."""
    first, last = attributes.get("min", ""), attributes.get("max", "")
    if not is_on(attributes.get("hidden", "")) or not (first.isdecimal() and last.isdecimal()):
        return []
    return [(int(first), min(int(last), LAST_COLUMN))]


def part_of(book: XlsxBook, sheet: str) -> str:
    """Return the part that holds a sheet."""
    for info, part in zip(book.sheets, book.parts, strict=True):
        if info.name == sheet:
            return part
    raise NotReadable(f"there is no sheet {sheet!r}")
