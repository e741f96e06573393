"""A workbook as a zip archive of parts: what is not changed is written as it was read."""

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from lxml import etree

from importer.annotation.lines import CannotCopy
from importer.security import MOST_WHOLE, Parts, PartTooLarge, canonical, joined

BLOCK = 1 << 20
LEVEL = 3
"""How hard parts are compressed: sheets shrink to a tenth at any level, and the higher ones take twice as long."""

MOST_PARTS = 10_000
"""Parts of a workbook that is copied; each may refer to all others."""

TYPES = "[Content_Types].xml"
CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

STRICT = {
    MAIN: STRICT_MAIN,
    OFFICE: STRICT_OFFICE,
    "http://schemas.openxmlformats.org/drawingml/2006/main": "http://purl.oclc.org/ooxml/drawingml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "http://purl.oclc.org/ooxml/drawingml/chart",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": (
        "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing"
    ),
}
"""The namespaces of a strict workbook by those of a transitional one."""

Element = etree._Element


@dataclass(frozen=True)
class Relation:
    """What a part refers to: `kind` is the last word of its type, `target` a part, or an address where `external`."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type, such as worksheet."""
        return self.type.rpartition("/")[2]


def parse(xml: bytes) -> Element:
    """Return the root of a small part. Raises CannotCopy for damaged XML and for a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise CannotCopy(f"A part of the workbook is damaged ({error}).") from None
    if b"<!DOCTYPE" in xml:
        raise CannotCopy("A part of the workbook has a document type, which spreadsheet programs never write.")
    return root


def serialise(root: Element) -> bytes:
    """Return a part as bytes, with the declaration that Excel writes."""
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))


class Package:
    """The parts of a workbook, read from an archive (None: there are none yet) and changed in memory."""

    def __init__(self, archive: Parts | None = None) -> None:
        self._archive = archive
        self._infos = archive.parts if archive else {}
        self._old = {key: info.filename for key, info in self._infos.items()}
        self._order = list(self._old)
        self._names = dict(self._old)
        self._new: dict[str, bytes | IO[bytes]] = {}
        self._beginnings: dict[str, Callable[[bytes], bytes]] = {}
        if archive is None:
            self.put(TYPES, f'<Types xmlns="{CONTENT}"/>'.encode())
        if len(self._names) > MOST_PARTS:
            raise CannotCopy(f"The workbook has more than {MOST_PARTS:,} parts.")
        if TYPES.lower() not in self._names:
            raise CannotCopy("The workbook has no list of its parts.")
        self._types = parse(self.read(TYPES))
        self.default("rels", "application/vnd.openxmlformats-package.relationships+xml")
        self.default("xml", "application/xml")
        self._relations: dict[str, Element] = {}

    def __contains__(self, name: str) -> bool:
        return canonical(name) in self._names

    @property
    def names(self) -> list[str]:
        """The names of all parts, in their order."""
        return [self._names[key] for key in self._order]

    def read(self, name: str, most: int = MOST_WHOLE) -> bytes:
        """Return a part as bytes. Raises CannotCopy where it is missing, or longer than a number of bytes."""
        try:
            return joined(name, self.blocks(name), most)
        except PartTooLarge as error:
            raise CannotCopy(f"In the workbook, {error}.") from None

    def change_beginning(self, name: str, change: Callable[[bytes], bytes]) -> None:
        """Have the first block of a part changed whenever it is read; the part may be of any length."""
        self._beginnings[canonical(name)] = change

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part in blocks."""
        blocks = self._blocks(name)
        if (change := self._beginnings.get(canonical(name))) is not None:
            yield change(next(blocks, b""))
        yield from blocks

    def _blocks(self, name: str) -> Iterator[bytes]:
        key = canonical(name)
        content = self._new.get(key)
        if isinstance(content, bytes):
            yield content
        elif content is not None:
            content.seek(0)
            yield from _blocks_of(content)
        elif key in self._old and self._archive is not None:
            yield from self._archive.blocks(key)
        else:
            raise CannotCopy(f"The workbook has no part {name}.")

    def put(self, name: str, content: bytes | IO[bytes], content_type: str = "") -> None:
        """Set a part's content; a new part comes last. `content_type` is given for a part that is new."""
        key = canonical(name)
        if key not in self._names:
            self._names[key] = name
            self._order.append(key)
        self._new[key] = content
        if content_type:
            self.declare(name, content_type)

    def declare(self, name: str, content_type: str) -> None:
        """Say of what type a part is."""
        self._forget_type(name)
        override = etree.SubElement(self._types, f"{{{CONTENT}}}Override")
        override.set("PartName", "/" + name)
        override.set("ContentType", content_type)

    def default(self, ending: str, content_type: str) -> None:
        """Say of what type the parts are whose names end like this, unless that is said already."""
        defaults = self._types.findall(f"{{{CONTENT}}}Default")
        if not any(one.get("Extension", "").lower() == ending for one in defaults):
            new = etree.Element(f"{{{CONTENT}}}Default")
            new.set("Extension", ending)
            new.set("ContentType", content_type)
            self._types.insert(len(defaults), new)

    def drop(self, name: str) -> None:
        """Remove a part and its own relations."""
        for key in (canonical(name), canonical(_relations_part(name))):
            if key in self._names:
                self._order.remove(key)
                self._forget_type(self._names.pop(key))
                self._new.pop(key, None)
        self._relations.pop(canonical(_relations_part(name)), None)

    def _forget_type(self, name: str) -> None:
        for override in self._types.findall(f"{{{CONTENT}}}Override"):
            if canonical(override.get("PartName", "")) == canonical(name):
                self._types.remove(override)

    def free_name(self, pattern: str) -> str:
        """Return a name that no part has; the pattern holds %d."""
        number = 1
        while pattern % number in self:
            number += 1
        return pattern % number

    def relations(self, part: str) -> list[Relation]:
        """Return what a part ("" for the package) refers to."""
        folder = posixpath.dirname(part)
        found = []
        for one in self._relations_of(part):
            if not isinstance(one.tag, str):
                continue
            external = one.get("TargetMode") == "External"
            target = one.get("Target", "").replace("\\", "/")
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found.append(Relation(one.get("Id", ""), one.get("Type", ""), target, external))
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts of a kind that a part refers to and that are there."""
        return [
            one.target for one in self.relations(part) if one.kind == kind and not one.external and one.target in self
        ]

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part refer to another one and return the identifier; `kind` is the last word of the type."""
        root = self._relations_of(part)
        taken = {one.get("Id", "").lower() for one in root}
        number = len(root) + 1
        while f"rid{number}" in taken:
            number += 1
        new = etree.SubElement(root, f"{{{RELATIONS}}}Relationship")
        new.set("Id", f"rId{number}")
        new.set("Type", f"{STRICT_OFFICE if self.strict else OFFICE}/{kind}")
        new.set("Target", "/" + target if part else target)
        self._keep_relations(part)
        return f"rId{number}"

    def unrelate(self, part: str, target: str) -> None:
        """Let a part no longer refer to another one."""
        root = self._relations_of(part)
        gone = {one.id for one in self.relations(part) if canonical(one.target) == canonical(target)}
        for one in list(root):
            if one.get("Id") in gone:
                root.remove(one)
        self._keep_relations(part)

    def _relations_of(self, part: str) -> Element:
        name = canonical(_relations_part(part))
        if name not in self._relations:
            xml = self.read(name) if name in self else f'<Relationships xmlns="{RELATIONS}"/>'.encode()
            self._relations[name] = parse(xml)
        return self._relations[name]

    def _keep_relations(self, part: str) -> None:
        self.put(_relations_part(part), serialise(self._relations_of(part)))

    @property
    def strict(self) -> bool:
        """Whether the workbook is a strict one, whose namespaces have other names."""
        return any(one.type.startswith(STRICT_OFFICE) for one in self.relations(""))

    @property
    def main(self) -> str:
        """The part that is the workbook."""
        found = self.related("", "officeDocument")
        return found[0] if found else "xl/workbook.xml"

    def save(self, target: zipfile.ZipFile) -> None:
        """Write all parts to an archive, the list of the parts first."""
        self.put(TYPES, serialise(self._types))
        key = TYPES.lower()
        for name in [key, *(one for one in self._order if one != key)]:
            content = self._new.get(name)
            time = self._infos[name].date_time if name in self._infos else (1980, 1, 1, 0, 0, 0)
            info = zipfile.ZipInfo(self._names[name].replace("\\", "/"), time)
            info.compress_type = zipfile.ZIP_DEFLATED
            # The archive's level is for parts whose entries it makes itself.
            info._compresslevel = target.compresslevel  # type: ignore[attr-defined]
            if isinstance(content, bytes) and name not in self._beginnings:
                target.writestr(info, content)
                continue
            with target.open(info, "w", force_zip64=True) as part:
                for block in self.blocks(name):
                    part.write(block)


def new_archive(target: BinaryIO, level: int = LEVEL) -> zipfile.ZipFile:
    """Return an archive that is to be written."""
    return zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=level)


def _blocks_of(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(BLOCK):
        yield block


def _relations_part(part: str) -> str:
    folder, file = posixpath.split(part)
    return posixpath.join(folder, "_rels", file + ".rels")
