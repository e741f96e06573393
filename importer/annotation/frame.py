"""What stands around the rows in a sheet's XML, changed in place: all that is not changed keeps its bytes."""

import re
from dataclasses import dataclass
from xml.parsers import expat

from importer.annotation.lines import CannotCopy

ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls",
    "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""The children of a worksheet in the order that the format wants."""

_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class Child:
    """A child of the worksheet: its name without prefix, and where its bytes are."""

    name: str
    start: int
    end: int


class SheetShell:
    """A sheet's XML with the rows left out; `prefix` stands before the names of its elements, such as b"x:"."""

    def __init__(self, head: bytes, tail: bytes, prefix: bytes) -> None:
        self.prefix = prefix
        self._mark = b"<" + prefix + b"sheetData/>"
        self._xml = head + self._mark + tail
        self._edits: list[tuple[int, int, int, bytes]] = []
        self.children = _children(self._xml)

    def all(self, name: str) -> list[Child]:
        """Return the children of a name."""
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> Child | None:
        """Return the first child of a name, or None."""
        return next((child for child in self.children if child.name == name), None)

    def bytes_of(self, child: Child) -> bytes:
        """Return the XML of a child."""
        return self._xml[child.start : child.end]

    def attributes(self, child: Child) -> dict[str, str]:
        """Return the attributes of a child, with their prefixes."""
        tag = self._xml[child.start : self._xml.index(b">", child.start)]
        return attributes_of(tag)

    def tags(self, child: Child, name: bytes) -> list[bytes]:
        """Return the start tags of a name within a child."""
        return re.findall(rb"<" + self.prefix + name + rb"(?=[\s/>])[^>]*>", self.bytes_of(child))

    def replace(self, child: Child, xml: bytes) -> None:
        """Put other XML in the place of a child."""
        self._edits.append((child.start, child.end, 0, xml))

    def insert(self, name: str, xml: bytes) -> None:
        """Put a new child of a name into its place."""
        rank = ORDER.index(name)
        place = max(
            (child.end for child in self.children if child.name in ORDER and ORDER.index(child.name) <= rank),
            default=self.children[0].start,
        )
        self._edits.append((place, place, rank, xml))

    def split(self) -> tuple[bytes, bytes]:
        """Return what comes before the rows, and what comes after them, with all changes."""
        xml = self._xml
        # From the end to the beginning, so that places stay true; what comes to one place keeps the format's order.
        for start, end, _, new in sorted(self._edits, reverse=True):
            xml = xml[:start] + new + xml[end:]
        head, _, tail = xml.partition(self._mark)
        return head, tail


def attributes_of(tag: bytes) -> dict[str, str]:
    """Return the attributes in a start tag."""
    return {name.decode(): value[1:-1].decode() for name, value in _ATTRIBUTE.findall(tag)}


def _children(xml: bytes) -> list[Child]:
    found: list[Child] = []
    depth = 0
    began = 0
    parser = expat.ParserCreate()

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, began
        depth += 1
        if depth == 2:
            began = parser.CurrentByteIndex

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2:
            over = parser.CurrentByteIndex
            # For an element that closes itself the parser is past it already.
            if xml.startswith(b"</" + name.encode(), over):
                over = xml.index(b">", over) + 1
            found.append(Child(name.rpartition(":")[2], began, over))
        depth -= 1

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise CannotCopy(f"The sheet's XML is damaged ({error}).") from None
    return found
