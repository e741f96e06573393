"""The notes of a sheet: comments, and the drawing that says where their boxes are."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from lxml import etree

from importer.annotation.lines import CannotCopy
from importer.annotation.package import MAIN, STRICT_MAIN, Element, parse, serialise
from importer.annotation.texts import fitting
from importer.model import column_letters
from importer.ooxml import place_of, unescape, without_controls

AUTHOR = "campaign-importer"
FIRST_LINE = "campaign-importer:"
BULLET = "• "
BLOCK = 1024
"""How many shapes share a block of numbers."""

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
"""Repeated in every shape of ours: other programs use other prefixes."""
EMPTY_VML = f"""<xml {NAMESPACES}>
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>
</xml>""".encode()
SHAPE_TYPE = f"""<v:shapetype {NAMESPACES} id="_x0000_t202" \
coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
"""
SHAPE = """<v:shape {namespaces} id="_x0000_s{id}" type="#_x0000_t202" style='position:absolute;\
margin-left:60pt;margin-top:2pt;width:{points_wide}pt;height:{points_high}pt;z-index:{order};\
visibility:hidden' fillcolor="#fff4ce" \
o:insetmode="auto"><v:fill color2="#fff4ce"/><v:shadow on="t" color="black" obscured="t"/>\
<v:path o:connecttype="none"/><v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div>\
</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>\
<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>
"""

BOX_WIDTH = 330
"""The width of a note in pixels, some 50 characters."""
BOX_LETTERS = 46
LINE_HEIGHT = 17
ROW_HEIGHT = 20
HIGHEST = 30
"""Lines that a note shows at most; one can scroll to the others."""

_ID = re.compile(rb"_x0000_s(\d+)")
_MAP = re.compile(rb"(<(?:\w+:)?idmap\b[^>]*\bdata\s*=\s*[\"'])([^\"']*)")
_SHAPE = re.compile(rb"<((?:\w+:)?)shape\s[^>]*>.*?</\1shape>\s*", re.DOTALL)
_ROW = re.compile(rb"<(?:\w+:)?Row>\s*(\d+)\s*</")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*(\d+)\s*</")

Place = tuple[int, int]
"""A column and a row, from 1."""
Width = Callable[[int], int]
"""Gives the width of a column (from 1) in pixels."""


class Notes:
    """The notes of one sheet: the user's stay, ours of an earlier run go, new ones come.

    `threaded` are the cells whose comments are conversations and cannot take a note; `blocks` the numbers of blocks
    that other drawings use; `width` gives the widths of columns.
    """

    def __init__(
        self,
        comments: bytes | None = None,
        vml: bytes | None = None,
        *,
        threaded: frozenset[str] = frozenset(),
        blocks: Iterable[int] = (),
        width: Width = lambda _: 64,
        strict: bool = False,
    ) -> None:
        namespace = STRICT_MAIN if strict else MAIN
        empty = f'<comments xmlns="{namespace}"><authors/><commentList/></comments>'.encode()
        self._root = parse(comments or empty)
        self._namespace = etree.QName(self._root).namespace or namespace
        self._list = self._part("commentList", len(self._root))
        self._vml = vml or EMPTY_VML
        if b"\0" in self._vml or b"</xml>" not in self._vml:
            raise CannotCopy("The drawing of the sheet's comments has an unusual structure.")
        self._threaded = threaded
        self._other_blocks = set(blocks)
        self._width = width
        self._shapes: list[tuple[Place, list[str]]] = []
        self.changed = False
        self._before = self._forget()
        self._author: str | None = None

    def _forget(self) -> dict[str, Element]:
        """Take our words out of the comments; return what is left of them by cells."""
        left: dict[str, Element] = {}
        gone: set[Place] = set()
        for comment in list(self._list.iterchildren(f"{{{self._namespace}}}comment")):
            reference = comment.get("ref", "").upper()
            left[reference] = comment
            if FIRST_LINE in "".join(map(str, comment.itertext())):
                self.changed = True
                if not self._without_ours(comment):
                    self._list.remove(left.pop(reference))
                    gone.add(place_of(reference))
        if gone:
            self._vml = _SHAPE.sub(lambda found: b"" if _place_of(found[0]) in gone else found[0], self._vml)
        return left

    def _without_ours(self, comment: Element) -> str:
        """Take our words out of a comment and return the user's, "" if there are none."""
        pieces = list(comment.iter(f"{{{self._namespace}}}t"))
        whole = "".join(unescape(one.text or "") for one in pieces)
        start, end = _ours_in(whole)
        at = 0
        for piece in pieces:
            text = unescape(piece.text or "")
            kept = text[: max(start - at, 0)] + text[max(end - at, 0) :]
            if kept != text:
                piece.text = without_controls(kept)
            at += len(text)
        return (whole[:start] + whole[end:]).strip()

    def add(self, column: int, row: int, messages: Sequence[str]) -> bool:
        """Add messages to a cell, both from 1, below the user's own comment; False where that is not possible."""
        reference = f"{column_letters(column)}{row}"
        if reference in self._threaded:
            return False
        lines = [FIRST_LINE, *(BULLET + " ".join(message.split()) for message in messages)]
        comment = self._before.get(reference)
        if comment is None:
            comment = etree.SubElement(self._list, self._tag("comment"))
            comment.set("ref", reference)
            comment.set("authorId", self._own_author())
            self._shapes.append(((column, row), lines))
            self._write(comment, "\n".join(lines))
        else:
            self._write(comment, "\n" + "\n".join(lines))
        self.changed = True
        return True

    def _write(self, comment: Element, message: str) -> None:
        text = comment.find(self._tag("text"))
        if text is None:
            text = etree.Element(self._tag("text"))
            comment.insert(0, text)
        plain = text.find(self._tag("t"))
        if plain is not None:
            text.remove(plain)
            run = etree.Element(self._tag("r"))
            run.append(plain)
            text.insert(0, run)
        runs = [one for one in text if one.tag == self._tag("r")]
        run = etree.Element(self._tag("r"))
        text.insert(list(text).index(runs[-1]) + 1 if runs else 0, run)
        properties = etree.SubElement(run, self._tag("rPr"))
        for name, key, value in (("sz", "val", "9"), ("color", "indexed", "81"), ("rFont", "val", "Tahoma")):
            etree.SubElement(properties, self._tag(name)).set(key, value)
        inside = etree.SubElement(run, self._tag("t"))
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        inside.text = without_controls(fitting(message))

    def _own_author(self) -> str:
        if self._author is None:
            authors = self._part("authors", 0)
            names = [one.text for one in authors]
            if AUTHOR not in names:
                etree.SubElement(authors, self._tag("author")).text = AUTHOR
                names.append(AUTHOR)
            self._author = str(names.index(AUTHOR))
        return self._author

    def __len__(self) -> int:
        """Return how many comments the sheet has."""
        return len(self._list)

    def comments(self) -> bytes:
        """Return the part with the words."""
        if not len(self._part("authors", 0)):
            etree.SubElement(self._part("authors", 0), self._tag("author")).text = AUTHOR
        return serialise(self._root)

    def drawing(self) -> bytes:
        """Return the part with the boxes."""
        if not self._shapes:
            return self._vml
        free = _free_numbers(self._vml, self._other_blocks)
        numbers = [next(free) for _ in self._shapes]
        shapes = (
            self._shape(number, order, *shape)
            for order, (number, shape) in enumerate(zip(numbers, self._shapes, strict=True), start=1)
        )
        typed = "" if b'id="_x0000_t202"' in self._vml else SHAPE_TYPE
        more = (typed + "".join(shapes)).encode()
        before, _, after = self._vml.rpartition(b"</xml>")
        return _with_blocks(before + more + b"</xml>" + after, {number // BLOCK for number in numbers})

    def _shape(self, number: int, order: int, place: Place, lines: list[str]) -> str:
        column, row = place
        shown = min(sum(1 + len(line) // BOX_LETTERS for line in lines) + 1, HIGHEST)
        height = shown * LINE_HEIGHT
        right, inset = self._right_of(column + 1, BOX_WIDTH)
        top = max(row - 2, 0)
        rows, rest = divmod(height, ROW_HEIGHT)
        return SHAPE.format(
            namespaces=NAMESPACES,
            id=number,
            order=order,
            points_wide=BOX_WIDTH * 3 // 4,
            points_high=height * 3 // 4,
            anchor=f"{column}, 15, {top}, 2, {right}, {inset}, {top + rows}, {rest}",
            row=row - 1,
            column=column - 1,
        )

    def _right_of(self, column: int, width: int) -> Place:
        """Return in which column (from 0), and how far in it, a box ends that begins in a column (from 1)."""
        width += 15
        while column < 16_000 and width > self._width(column):
            width -= self._width(column)
            column += 1
        return column - 1, width

    def _part(self, name: str, place: int) -> Element:
        part = self._root.find(self._tag(name))
        if part is None:
            part = etree.Element(self._tag(name))
            self._root.insert(place, part)
        return part

    def _tag(self, name: str) -> str:
        return f"{{{self._namespace}}}{name}"


def blocks_of(vml: bytes) -> set[int]:
    """Return the blocks of numbers that a drawing uses."""
    named = {int(one) for found in _MAP.findall(vml) for one in found[1].split(b",") if one.strip().isdigit()}
    return named | {int(number) // BLOCK for number in _ID.findall(vml)}


def _ours_in(text: str) -> tuple[int, int]:
    """Return where our words begin and end in a comment: the first line and the lines with a bullet behind it."""
    start = end = -1
    position = 0
    for line in text.splitlines(keepends=True):
        if start < 0 and line.strip() == FIRST_LINE:
            start = position
        elif start >= 0 > end and not line.startswith(BULLET):
            end = position
        position += len(line)
    if start < 0:
        return len(text), len(text)
    at = start - 1 if start and text[start - 1] == "\n" else start
    return at, position if end < 0 else end


def _place_of(shape: bytes) -> Place | None:
    if b'ObjectType="Note"' not in shape:
        return None
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    return (int(column[1]) + 1, int(row[1]) + 1) if row and column else None


def _free_numbers(vml: bytes, others: set[int]) -> Iterator[int]:
    """Yield numbers for shapes: those left in the drawing's last block, then those of unused blocks."""
    taken = others | blocks_of(vml)
    block = max(taken, default=0)
    while True:
        block += 1
        yield from range(block * BLOCK + 1, (block + 1) * BLOCK)


def _with_blocks(vml: bytes, blocks: set[int]) -> bytes:
    """Return a drawing that says which blocks it uses."""
    found = _MAP.search(vml)
    if found is None:
        return vml
    named = [one.strip() for one in found[2].split(b",") if one.strip()]
    named += [b"%d" % block for block in sorted(blocks) if b"%d" % block not in named]
    return vml[: found.start(2)] + b",".join(named) + vml[found.end(2) :]
