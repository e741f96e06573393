"""The rows of an .xlsx sheet that are written alike: what is between their values is read once, and then compared.

    <row r="2" spans="1:3"><c r="A2" t="s"><v>16</v></c><c r="B2" s="1"/><c r="C2"><v>1800</v></c></row>

Without its values, such a row is a shape: the next row has the same, with another number in the places of the 2. Only
rows are taken that are written in this simplest of ways; all others are for the careful reader.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, zip_longest
from typing import NamedTuple

from importer.model import column_number
from importer.ooxml import LAST_COLUMN, LAST_ROW

MOST_SHAPES = 1_000
"""Shapes that are remembered."""
LONGEST = 1 << 16
"""Bytes of a shape; longer rows are for the careful reader."""
VALUE = b"\0"
"""What stands for a value in a shape; no XML holds it."""
END = b"</row>"

# <row r="2" spans="1:3" x14ac:dyDescent="0.25">; the texts of attributes are ASCII, without quotes and references
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"((?: [A-Za-z0-9:]+="[ !#-%(-;=?-~]*")*)>')
_HIDDEN = re.compile(rb' hidden="(?:1|true|on)"')
# <c r="A2" s="4" t="s">, then a value or nothing
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,5})")?(?: t="(n|s|b)")?(?:>(\0)</c>|/>)')


@dataclass(frozen=True)
class ValuePlace:
    """Where a value of a shape belongs: its position from 0, its style, and the type that the file gives it."""

    position: int
    style: int
    kind: str


@dataclass(frozen=True, eq=False)
class Shape:
    """What rows that are written alike have between their values, and where these belong.

    `pieces` are what stands before, between and behind the numbers of the row.
    """

    pieces: tuple[bytes, ...]
    places: tuple[ValuePlace, ...]

    @cached_property
    def count(self) -> int:
        """The number of values."""
        return len(self.places)

    @cached_property
    def width(self) -> int:
        """The number of columns up to the last value."""
        return max((place.position for place in self.places), default=-1) + 1


class ShapedRows(NamedTuple):
    """Rows below each other that have one shape, and their values as they are in the file, one row after the other."""

    shape: Shape
    numbers: Sequence[int]
    values: Sequence[bytes]

    @property
    def width(self) -> int:
        """The number of columns up to the last value."""
        return self.shape.width

    @property
    def xml(self) -> Iterator[tuple[int, bytes]]:
        """Each row as it is in the file, with its number."""
        count = self.shape.count
        for at, number in enumerate(self.numbers):
            between = (b"%d" % number).join(self.shape.pieces)
            yield number, _written(between, self.values[at * count : (at + 1) * count])


class Shapes:
    """Finds the shapes of rows. `last` is the number of the last row, also of those that others have read."""

    def __init__(self) -> None:
        self.last = 0
        self._known: defaultdict[bytes, list[Shape]] = defaultdict(list)
        self._count = 0
        self._shape = Shape((END,), ())  # no row is like this

    def rows(self, piece: bytes) -> Iterator[ShapedRows | bytes]:
        """Yield the rows of a piece of XML that ends with one; those that are written otherwise come as they are.

        `last` is expected to be the last of these before the next rows are asked for.
        """
        parts = piece.replace(b"</v>", b"<v>").split(b"<v>")
        if not _is_simple(piece, len(parts)):
            yield piece
            return
        values = parts[1::2]
        numbers: list[int] = []
        odd: list[bytes] = []
        begun = at = 0
        for between in VALUE.join(parts[::2]).split(END)[:-1]:
            end = at + between.count(VALUE)
            if not odd and (b"%d" % (self.last + 1)).join(self._shape.pieces) == between:
                found: tuple[Shape, int] | None = (self._shape, self.last + 1)
            else:
                if numbers:
                    yield ShapedRows(self._shape, numbers, values[begun:at])
                numbers, begun = [], at
                found = self._find(between)
                if found and odd:
                    yield b"".join(odd)
                    odd = []
                    found = self._find(between)
            if found:
                self._shape, self.last = found
                numbers.append(self.last)
            else:
                odd.append(_written(between, values[at:end]))
            at = end
        if numbers:
            yield ShapedRows(self._shape, numbers, values[begun:at])
        elif odd:
            yield b"".join(odd)

    def _find(self, between: bytes) -> tuple[Shape, int] | None:
        """Return the shape and the number of a row; None if it is written in another way, or not in its order."""
        row = _ROW.match(between)
        if row is None or not self.last < int(row[1]) <= LAST_ROW or len(between) > LONGEST:
            return None
        # Rows may be alike without their numbers and have other styles, which are numbers as well.
        number, key = row[1], between.replace(row[1], b"#")
        found = next((shape for shape in self._known.get(key, ()) if number.join(shape.pieces) == between), None)
        if found is None and self._count < MOST_SHAPES and (found := _read(row, between)):
            self._known[key].append(found)
            self._count += 1
        return (found, int(number)) if found else None


def _is_simple(piece: bytes, parts: int) -> bool:
    """Say whether all values of a piece of XML end before </c>, by the parts into which their marks cut it.

    Then as many begin as end, and it does not matter which of the two a mark was.
    """
    return VALUE not in piece and piece.count(b"</v></c>") == piece.count(b"</v>") == parts // 2 and parts % 2 == 1


def _written(between: bytes, values: Sequence[bytes]) -> bytes:
    """Return a row as it is in the file."""
    marked = (b"<v>%b</v>" % value for value in values)
    return b"".join(chain.from_iterable(zip_longest(between.split(VALUE), marked, fillvalue=b""))) + END


def _read(row: re.Match[bytes], between: bytes) -> Shape | None:
    """Read what a row has between its values; return None if it is written in another way."""
    if _HIDDEN.search(row[2]) or b"xmlns" in row[2]:
        return None
    pieces, places, at, begun = [between[: row.start(1)]], [], row.end(), row.end(1)
    last = 0
    while at < len(between):
        cell = _CELL.match(between, at)
        if cell is None or cell[2] != row[1]:
            return None
        column = column_number(cell[1].decode())
        if not last < column <= LAST_COLUMN:
            return None
        pieces.append(between[begun : cell.start(2)])
        at, begun, last = cell.end(), cell.end(2), column
        if cell[5]:
            places.append(ValuePlace(column - 1, int(cell[3] or b"0"), (cell[4] or b"n").decode()))
    return Shape((*pieces, between[begun:]), tuple(places))
