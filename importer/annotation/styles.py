"""The styles of a workbook: those of our own cells, and those of the user's cells with a mark or without."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import cast

from lxml import etree

from importer.annotation.package import MAIN, Element, parse, serialise
from importer.model import Severity, Status, Tone

MARKED = {Severity.ERROR: "FFF8B5B1", Severity.WARNING: "FFFDE7A3", Severity.NOTE: "FFFDE7A3"}
"""What marked cells are filled with; they are recognised by these colours, which are unlikely to be used by chance."""

EDGES = {Severity.ERROR: "FF8A1C12", Severity.WARNING: "FF664A00", Severity.NOTE: "FF664A00"}
"""The colour of the thin border around a marked cell: a mark must be visible to those who do not see colours."""

COLOURS = {
    Tone.GOOD: ("C9EBD1", "1B5630"),
    Tone.WAITING: ("CFE3F8", "1A4A78"),
    Tone.BAD: ("F9CFCB", "8A1C12"),
    Tone.DOUBTFUL: ("FFEFB0", "664A00"),
}
"""The fill and the writing of a status, by its tone."""

TEXT_FORMAT = "49"
HEADING = ("DDE5EC", "1F2D3A")
PARTS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")
"""The parts of a style sheet in the order that the format wants."""

EMPTY = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>""".encode()


@dataclass(frozen=True)
class CellLook:
    """What a mark replaces of a cell's style: its fill and its border, as XML without namespaces; "" for none."""

    fill: str = ""
    border: str = ""


class Styles:
    """A style sheet that grows; nothing that is in it changes its number."""

    def __init__(self, xml: bytes = EMPTY) -> None:
        self._root = parse(xml)
        etree.strip_tags(self._root, etree.Comment, etree.ProcessingInstruction)
        self._namespace = etree.QName(self._root).namespace or MAIN
        self._known: dict[str, dict[bytes, int]] = {}
        self._marked: dict[tuple[int, Severity], int] = {}
        self._restored: dict[tuple[int, CellLook], int] = {}
        for name, least in (("fonts", PLAIN_FONT), ("fills", NO_FILL), ("borders", NO_BORDER), ("cellXfs", XF)):
            if not len(self._part(name)):
                self._add(name, self._made(least))
        if len(self._part("fills")) == 1:
            # The first two fills always look the same: what the file says of them does not count.
            self._part("fills").append(self._made(GRAY_FILL))

    def xml(self) -> bytes:
        """Return the part."""
        for name in PARTS:
            part = self._root.find(self._tag(name))
            if part is not None and (len(part) or part.get("count") is not None):
                part.set("count", str(len(part)))
        return serialise(self._root)

    def text(self, *, quoted: bool, wrapped: bool = False) -> int:
        """Return the style of a cell of ours.

        `quoted` says that Excel is to show that a text is one, `wrapped` that it goes on in further lines.
        """
        return self._own("", "", bold=False, quoted=quoted, wrapped=wrapped)

    def heading(self) -> int:
        """Return the style of our headings."""
        return self._own(*HEADING, bold=True)

    def status(self, status: Status) -> int:
        """Return the style of the cell with the status."""
        return self._own(*COLOURS[status.tone], bold=False)

    def marked(self, style: int, severity: Severity) -> int:
        """Return a style that differs from another one only by the fill and the border of a marked cell."""
        key = style, severity
        if key not in self._marked:
            self._marked[key] = self._changed(style, _solid(MARKED[severity]), _frame(EDGES[severity]))
        return self._marked[key]

    def restored(self, style: int, before: CellLook) -> int:
        """Return the style of a marked cell with the fill and the border that it had before.

        Marks had no borders once: a border that is not ours stays.
        """
        key = style, before
        if key not in self._restored:
            border = before.border or NO_BORDER if self._has_our_border(style) else None
            self._restored[key] = self._changed(style, before.fill or NO_FILL, border)
        return self._restored[key]

    def marks(self) -> frozenset[int]:
        """Return the styles whose fill is that of a marked cell."""
        fills = {number for number, fill in enumerate(self._part("fills")) if _colour(fill) in MARKED.values()}
        return frozenset(
            number for number, xf in enumerate(self._part("cellXfs")) if int(xf.get("fillId", "0")) in fills
        )

    def look_of(self, style: int) -> CellLook:
        """Return what a mark would replace of a style."""
        return CellLook(self._fill_of(style), self._border_of(style))

    def _fill_of(self, style: int) -> str:
        fill = self._used(style, "fills", "fillId")
        if fill is None:
            return ""
        pattern = fill.find(self._tag("patternFill"))
        if pattern is not None and pattern.get("patternType", "none") == "none":
            return ""
        return _bare(fill)

    def _border_of(self, style: int) -> str:
        border = self._used(style, "borders", "borderId")
        if border is None or all(side.get("style", "none") == "none" for side in border.iterchildren(tag="*")):
            return ""
        return _bare(border)

    def _has_our_border(self, style: int) -> bool:
        """Return whether all four sides of a style's border have a colour of ours."""
        border = self._used(style, "borders", "borderId")
        if border is None:
            return False
        colours = {one.get("rgb", "").upper() for one in border.iterfind("{*}*/{*}color")}
        return len(colours) == 1 and colours <= set(EDGES.values())

    def _used(self, style: int, name: str, key: str) -> Element | None:
        """Return the element of a part that a style refers to."""
        number = int(self._xf(style).get(key, "0"))
        part = self._part(name)
        return part[number] if number < len(part) else None

    def graft(self, xml: bytes) -> list[int]:
        """Take over the styles of another workbook; return the new number of each of its styles."""
        theirs = parse(xml)
        numbers = {
            name: [self._add(name, self._made(_bare(one))) for one in theirs.iterfind(f"{{{MAIN}}}{name}/*")]
            for name in ("fonts", "fills", "borders")
        }
        found = []
        for xf in theirs.iterfind(f"{{{MAIN}}}cellXfs/*"):
            new = self._made(_bare(xf))
            new.set("xfId", "0")
            for name, key in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId")):
                new.set(key, str(numbers[name][int(new.get(key, "0"))]))
            # What is plain there would be the style "Normal" here, which may look like anything.
            new.set("applyFont", "1")
            found.append(self._add("cellXfs", new))
        return found

    def _own(self, fill: str, letters: str, *, bold: bool, quoted: bool = False, wrapped: bool = False) -> int:
        xf = self._made(XF)
        font = self._font(letters, bold=bold) if letters or bold else self._xf(0).get("fontId", "0")
        xf.set("numFmtId", TEXT_FORMAT)
        xf.set("fontId", str(font))
        xf.set("fillId", str(self._add("fills", self._made(_solid("FF" + fill)))) if fill else "0")
        xf.set("borderId", "0")
        xf.set("xfId", "0")
        if quoted:
            xf.set("quotePrefix", "1")
        plain = self._xf(0).find(self._tag("alignment"))
        alignment = etree.SubElement(xf, self._tag("alignment"), wrapText=str(int(wrapped)))
        alignment.set("vertical", "bottom" if plain is None else plain.get("vertical", "bottom"))
        for name in ("applyNumberFormat", "applyFont", "applyFill", "applyAlignment"):
            xf.set(name, "1")
        return self._add("cellXfs", xf)

    def _font(self, letters: str, *, bold: bool) -> int:
        """Return a font like that of the workbook's plain cells, bold or in a colour."""
        fonts = self._part("fonts")
        number = int(self._xf(0).get("fontId", "0"))
        font = deepcopy(fonts[number if number < len(fonts) else 0])
        font.tail = None
        for name in ("b", "color"):
            for one in font.findall(self._tag(name)):
                font.remove(one)
        if bold:
            font.insert(0, etree.Element(self._tag("b")))
        if letters:
            before = {self._tag(name) for name in ("b", "i", "strike", "condense", "extend", "outline", "shadow", "u")}
            before |= {self._tag(name) for name in ("vertAlign", "sz")}
            place = max((at for at, one in enumerate(font, start=1) if one.tag in before), default=0)
            colour = etree.Element(self._tag("color"))
            colour.set("rgb", "FF" + letters)
            font.insert(place, colour)
        return self._add("fonts", font)

    def _changed(self, style: int, fill: str, border: str | None) -> int:
        """Return a style with another fill, and with another border unless that is None."""
        xf = deepcopy(self._xf(style))
        xf.tail = None
        xf.set("fillId", str(self._add("fills", self._made(fill))))
        xf.set("applyFill", "1")
        if border is not None:
            xf.set("borderId", str(self._add("borders", self._made(border))))
            xf.set("applyBorder", "1")
        return self._add("cellXfs", xf)

    def _xf(self, style: int) -> Element:
        xfs = self._part("cellXfs")
        return xfs[style if style < len(xfs) else 0]

    def _add(self, name: str, element: Element) -> int:
        """Add an element unless there is the same one; return its number."""
        part = self._part(name)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = {}
            for number, one in enumerate(part):
                known.setdefault(_key(one), number)
        key = _key(element)
        if key not in known:
            known[key] = len(part)
            part.append(element)
        return known[key]

    def _part(self, name: str) -> Element:
        part = self._root.find(self._tag(name))
        if part is None:
            part = etree.Element(self._tag(name))
            before = [self._tag(one) for one in PARTS[: PARTS.index(name)]]
            place = max((at for at, one in enumerate(self._root, start=1) if one.tag in before), default=0)
            self._root.insert(place, part)
        return part

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"

    def _made(self, xml: str) -> Element:
        """Return an element of the style sheet's own namespace."""
        root = etree.Element(self._root.tag, nsmap=cast("dict[str, str]", self._root.nsmap))
        return _moved(parse(xml.encode()), root, self._namespace)


NO_FILL = '<fill><patternFill patternType="none"/></fill>'
PLAIN_FONT = '<font><sz val="11"/><name val="Calibri"/></font>'
GRAY_FILL = '<fill><patternFill patternType="gray125"/></fill>'
NO_BORDER = "<border><left/><right/><top/><bottom/><diagonal/></border>"
XF = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'


def _solid(colour: str) -> str:
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/><bgColor indexed="64"/></patternFill></fill>'
    )


def _frame(colour: str) -> str:
    sides = (f'<{side} style="thin"><color rgb="{colour}"/></{side}>' for side in ("left", "right", "top", "bottom"))
    return f"<border>{''.join(sides)}<diagonal/></border>"


def _colour(fill: Element) -> str:
    """Return the colour of a solid fill, in the form in which ours are written; "" for any other fill."""
    for pattern in fill.iterfind("{*}patternFill"):
        foreground = pattern.find("{*}fgColor")
        if pattern.get("patternType") == "solid" and foreground is not None:
            return foreground.get("rgb", "").upper()
    return ""


def _bare(element: Element) -> str:
    """Return an element as XML without namespaces."""
    return etree.tostring(_moved(element, None, ""), encoding="unicode")


def _moved(element: Element, parent: Element | None, namespace: str) -> Element:
    """Return a copy of an element in another namespace, or in none; what is of a foreign one is left out."""
    name = etree.QName(element).localname
    tag = f"{{{namespace}}}{name}" if namespace else name
    new = etree.Element(tag) if parent is None else etree.SubElement(parent, tag)
    for key, value in _plain_attributes(element):
        new.set(key, value)
    for child in element.iterchildren(tag="*"):
        if etree.QName(child).namespace == etree.QName(element).namespace and etree.QName(child).localname != "extLst":
            _moved(child, new, namespace)
    return new


def _plain_attributes(element: Element) -> Iterable[tuple[str, str]]:
    return ((str(key), str(value)) for key, value in element.attrib.items() if not str(key).startswith("{"))


def _key(element: Element) -> bytes:
    """Return a key that is equal for equal elements."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False)).strip()
