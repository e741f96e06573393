"""Texts in the XML of a workbook: how they are written, and how those of a few cells are read back."""

import re
from collections.abc import Iterator, Mapping
from typing import IO, TypeVar, cast

from lxml import etree

from importer.annotation.lines import CannotCopy
from importer.annotation.package import Element, Package
from importer.ooxml import unescape, without_controls

CELL_CHARACTERS = 32_767
LONGEST_ELEMENT = 1 << 26
"""Bytes from the end of one cell, or shared text, to that of the next."""
FORMULA_STARTS = ("=", "+", "-", "@")

UNUSUAL = re.compile("[&<>\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""What cannot be written to XML as it is."""
FORBIDDEN = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What a workbook cannot hold in any way."""

RawText = tuple[str, str]
"""The type of a cell, and its text or the number of its shared text."""

Key = TypeVar("Key")


def escape(text: str) -> str:
    """Return a text as a cell's XML has it: control characters as _xHHHH_, and what looks like that escaped too."""
    if not UNUSUAL.search(text):
        return text
    return without_controls(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fitting(text: str) -> str:
    """Return a text of ours as far as a cell can hold it."""
    text = FORBIDDEN.sub("\ufffd", text)
    if len(text) <= CELL_CHARACTERS // 2:
        return text
    # Excel counts in UTF-16.
    if len(text) + sum(character > "\uffff" for character in text) <= CELL_CHARACTERS:
        return text
    return text.encode("utf-16-le")[: 2 * (CELL_CHARACTERS - 1)].decode("utf-16-le", "ignore") + "…"


class PartReader:
    """A part as something that can be read from, as lxml wants it.

    `unheard` is the number of bytes that were read since somebody last set it to 0; beyond a limit, reading stops.
    """

    def __init__(self, package: Package, name: str) -> None:
        self._blocks = package.blocks(name)
        self.unheard = 0

    def read(self, _size: int = -1) -> bytes:
        """Return the next block. Raises CannotCopy."""
        block = next(self._blocks, b"")
        self.unheard += len(block)
        if self.unheard > LONGEST_ELEMENT:
            raise CannotCopy("An element of the workbook is too long.")
        return block


def elements(package: Package, name: str, tag: str) -> Iterator[Element]:
    """Yield the elements of a part that have a name, regardless of their namespace, each only until the next."""
    source = PartReader(package, name)
    try:
        found = etree.iterparse(
            cast(IO[bytes], source),
            tag=f"{{*}}{tag}",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
        )
        for _, element in found:
            source.unheard = 0
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise CannotCopy(f"The part {name} of the workbook is damaged ({error}).") from None


def text_of(element: Element) -> str:
    """Return the text of a shared string or an inline one: its runs joined, phonetic readings left out."""
    phonetic = {one for reading in element.iter("{*}rPh") for one in reading.iter("{*}t")}
    texts = (one for one in element.iter("{*}t") if one not in phonetic)
    return unescape("".join(one.text or "" for one in texts))


def shared_texts(package: Package, wanted: frozenset[int]) -> dict[int, str]:
    """Return some of the texts that cells refer to by number."""
    parts = package.related(package.main, "sharedStrings")
    found: dict[int, str] = {}
    if not wanted or not parts:
        return found
    for number, element in enumerate(elements(package, parts[0], "si")):
        if number in wanted:
            found[number] = text_of(element)
            if len(found) == len(wanted):
                break
    return found


def raw_text(cell: Element) -> RawText:
    """Return what a cell (an element `c`) holds, as `cell_texts` takes it."""
    kind = cell.get("t", "n")
    return kind, text_of(cell) if kind == "inlineStr" else "".join(one.text or "" for one in cell.iterfind("{*}v"))


def cell_texts(package: Package, raw: Mapping[Key, RawText]) -> dict[Key, str]:
    """Return the texts of cells by their keys; those that hold none are left out."""
    numbers = frozenset(int(text) for kind, text in raw.values() if kind == "s" and text.strip().isdigit())
    shared = shared_texts(package, numbers)
    found = {}
    for key, (kind, text) in raw.items():
        shown = shared.get(int(text), "") if kind == "s" and text.strip().isdigit() else text
        if shown:
            found[key] = unescape(shown) if kind == "str" else shown
    return found
