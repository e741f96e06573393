"""A workbook that is a zip archive: its parts in blocks, and the XML in them as events."""

import posixpath
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from xml.parsers import expat

from importer.errors import FileRefused
from importer.security import DAMAGED, Parts
from schemas.problem_codes import ProblemCode

LONGEST_PIECE = 1 << 26

Attributes = Mapping[str, str]


class NotReadable(Exception):
    """A reader cannot make sense of a workbook; another one may. It never leaves the process that reads."""


@contextmanager
def telling_damage() -> Iterator[None]:
    """Raise NotReadable for what is wrong with an archive."""
    try:
        yield
    except DAMAGED as error:
        raise NotReadable(f"its archive is damaged ({error})") from None


class Archive:
    """The parts of a workbook by name, regardless of their case and slashes."""

    def __init__(self, path: str) -> None:
        with telling_damage():
            self._parts = Parts(path)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def size(self, name: str) -> int:
        """Return what a part says that it unpacks to, in bytes."""
        return self._parts.size(name)

    def start(self, name: str, most: int) -> bytes:
        """Return the beginning of a part, up to a number of bytes."""
        found = b""
        for block in self.blocks(name):
            found += block
            if len(found) >= most:
                break
        return found[:most]

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part in blocks."""
        if name not in self:
            raise NotReadable(f"the part {name} is missing")
        with telling_damage():
            yield from self._parts.blocks(name)

    def pieces(self, name: str, end: bytes) -> Iterator[bytes]:
        """Yield a part in pieces that end where an element does; the last is what comes after the last of them."""
        rest = b""
        for block in self.blocks(name):
            block = rest + block
            cut = block.rfind(end) + len(end) if end in block else 0
            rest = block[cut:]
            if cut:
                yield block[:cut]
            elif len(rest) > LONGEST_PIECE:
                raise NotReadable("its XML is written in an unusual way")
        yield rest

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the parts that a part refers to: identifier to kind (the last word of its type) and name."""
        folder, file = posixpath.split(name)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = kind, target.lstrip("/")

        part = posixpath.join(folder, "_rels", file + ".rels")
        if part in self:
            read_xml(self.blocks(part), start)
        return found


def _ignore(*_: object) -> None:
    """Do nothing: the events nobody asked for."""


def feed_xml(
    blocks: Iterator[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = _ignore,
    text: Callable[[str], None] = _ignore,
    names: "Names | None" = None,
) -> Iterator[None]:
    """Read XML block by block, and yield after each. `names` says what its elements are called (None: as in OOXML).

    Attributes with a prefix are called by their namespace, a blank and their name. Entities are never defined nor
    fetched: a document type is refused.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    _hear(parser, start, end, text, OoxmlNames() if names is None else names)
    try:
        for block in blocks:
            parser.Parse(block, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise NotReadable(f"its XML is damaged: {error}") from None
    yield


def read_xml(
    blocks: Iterator[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = _ignore,
    text: Callable[[str], None] = _ignore,
    names: "Names | None" = None,
) -> None:
    """Read XML as a whole."""
    for _ in feed_xml(blocks, start, end, text, names):
        pass


def _hear(
    parser: expat.XMLParserType,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    names: "Names",
) -> None:
    """Hand the events of a parser on, those within a skipped element apart."""
    depth = 0

    def started(name: str, attributes: Attributes) -> None:
        local = names[name]
        if local is None:
            parser.StartElementHandler, parser.EndElementHandler = deeper, up
            parser.CharacterDataHandler = _ignore
            deeper()
        else:
            start(local, attributes)

    def deeper(*_: object) -> None:
        nonlocal depth
        depth += 1

    def up(_: str) -> None:
        nonlocal depth
        depth -= 1
        if not depth:
            listen()

    def listen() -> None:
        parser.StartElementHandler = started
        parser.EndElementHandler = lambda name: end(names[name] or "")
        parser.CharacterDataHandler = text

    listen()


Names = dict[str, str | None]
"""What elements are called, by namespace, a blank and name: "" counts for nothing, None is skipped with all in it.

A look into a dict, since XML asks for them by the million.
"""


class OoxmlNames(Names):
    """The elements of a part of an Office Open XML workbook: only those of the namespace of its root count.

    Extensions have elements of the same names (`x15:workbookPr`), and a part may offer several contents for one place.
    """

    def __missing__(self, name: str) -> str | None:
        namespace, _, local = name.rpartition(" ")
        if not self:
            self._own = namespace
        known = local if namespace == self._own else ""
        self[name] = None if local in ("extLst", "AlternateContent") else known
        return self[name]


def _refuse_document_type(*_: object) -> None:
    raise FileRefused(
        "the workbook defines XML entities, which no spreadsheet program does and which can be used for attacks. "
        "It is not read. Ask where the file comes from.",
        ProblemCode.ENTITIES,
    )
