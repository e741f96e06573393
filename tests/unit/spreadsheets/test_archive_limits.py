"""Archives that unpack to far more than they are: no part is read as a whole beyond its bound, whatever it claims."""

import ast
import random
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from importer.annotation import CannotCopy
from importer.annotation.losses import losses, warnings
from importer.annotation.package import MOST_PARTS, Package
from importer.annotation.rows import XmlRows
from importer.annotation.texts import elements
from importer.errors import FileRefused
from importer.preview import raw_rows
from importer.reading import open_table
from importer.run_options import ReadingOptions
from importer.security import archives
from importer.security.archives import DAMAGED, MOST_LISTED, MOST_WHOLE, Parts, PartTooLarge
from importer.spreadsheets.containers import look
from tests.support.paths import ROOT
from tests.support.program import Program
from tests.support.workbooks import TABLE, write_ods, write_xlsx

WRITERS = {"annotation/package.py", "annotation/plain.py", "annotation/graft.py"}
"""The modules that write archives of ours."""
UNPACKING = {"zipfile", "tarfile", "gzip", "bz2", "lzma", "shutil.unpack_archive"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules of the importer by their paths, parsed."""
    root = ROOT / "importer"
    for path in sorted(root.rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


OF_ARCHIVES = {name for name, value in vars(archives).items() if getattr(value, "__module__", "") == archives.__name__}
"""What `archives` gives to others, who import it from the face of its package."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls in a module with the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")), node


@pytest.mark.slow
def test_archives_are_opened_in_one_place() -> None:
    """Only `archives` opens what others have packed; the others that know the library write, or read what we wrote."""
    for name, tree in modules():
        check_opening(name, tree)


def check_opening(name: str, tree: ast.Module) -> None:
    """Fail where a module opens an archive of others."""
    imported = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    if not imported & UNPACKING or name == "security/archives.py":
        return
    assert name in WRITERS, f"{name} unpacks archives; let importer.security.archives do that"
    for called, node in calls(tree):
        if called == "ZipFile":
            of_ours = any(word == "BytesIO" for word, _ in calls(node.args[0]))
            assert of_ours or ast.unparse(node.args[1]) == "'w'", f"{name}:{node.lineno} opens an archive of others"


@pytest.mark.slow
def test_no_part_is_read_without_a_bound() -> None:
    """Where archives are read, every `read` says how much at most, and blocks are joined by what counts them."""
    for name, tree in modules():
        check_reading(name, tree)


def check_reading(name: str, tree: ast.Module) -> None:
    """Fail where a module reads a part of an archive without a bound."""
    reads_archives = any(
        isinstance(node, ast.ImportFrom)
        and (
            node.module in ("importer.security.archives", "importer.spreadsheets.archive")
            or (node.module == "importer.security" and bool(OF_ARCHIVES & {alias.name for alias in node.names}))
        )
        for node in ast.walk(tree)
    )
    if not (reads_archives or name == "security/archives.py"):
        return
    for called, node in calls(tree):
        where = f"{name}:{node.lineno}"
        if called in ("read", "read1", "readall", "readlines"):
            assert node.args, f"{where} reads without a bound"
        if called == "join" and node.args and not isinstance(node.args[0], ast.GeneratorExp | ast.ListComp):
            within = [word for word, _ in calls(node.args[0])]
            assert "blocks" not in within, f"{where} joins the blocks of a part without a bound"


def repacked(source: Path, target: Path, change: Callable[[str, bytes], bytes], **others: bytes) -> Path:
    """Write an archive with each part changed, and others besides, and return its path."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
        for name, content in others.items():
            new.writestr(name, content)
    return target


def longer(part: str, size: int = MOST_WHOLE + 1) -> Callable[[str, bytes], bytes]:
    """Return what makes a part longer by blanks before its last end tag."""

    def change(name: str, content: bytes) -> bytes:
        cut = content.rfind(b"</")
        return content[:cut] + b" " * size + content[cut:] if name == part else content

    return change


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small workbook."""
    return write_xlsx(tmp_path / "book.xlsx", TABLE)


def test_a_part_is_read_up_to_its_bound(tmp_path: Path) -> None:
    """A part of the longest length is read, one of a byte more is not, and memory stays with the bound."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fits", b" " * MOST_WHOLE)
        archive.writestr("too long", b" " * (MOST_WHOLE + 1))
        archive.writestr("far too long", b" " * (3 * MOST_WHOLE))
    with Parts(path) as parts:
        assert parts.whole("FITS") == b" " * MOST_WHOLE
        tracemalloc.start()
        for name in ("too long", "far too long"):
            with pytest.raises(PartTooLarge, match=name):
                parts.whole(name)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < MOST_WHOLE * 1.2


def test_a_part_that_claims_to_be_short_is_not_read_on(tmp_path: Path) -> None:
    """What the directory says of a part is a bound, and more than it says is damage, never read."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b" " * (1 << 22))
    claimed = path.read_bytes().replace((1 << 22).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(claimed)
    with Parts(path) as parts, pytest.raises(DAMAGED):
        assert len(parts.whole("a")) <= 100


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_know_no_bound_are_refused(tmp_path: Path, way: int) -> None:
    """No office program packs so, and a block of it may unpack to gigabytes at once."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", way) as archive:
        archive.writestr("a", b" " * 1000)
    with Parts(path) as parts, pytest.raises(DAMAGED):
        parts.whole("a")


def test_a_list_of_parts_without_end_is_refused(tmp_path: Path) -> None:
    """The list of the parts is bounded like a part, and refused before it is taken into memory."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MOST_LISTED // 200 + 2):
            archive.writestr(f"xl/{number:0200}", "")
    with pytest.raises(DAMAGED):
        Parts(path)
    with pytest.raises(FileRefused, match="is a damaged workbook"):
        open_table(path)


PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml")


@pytest.mark.parametrize("part", PARTS)
def test_a_workbook_with_a_part_that_is_too_long(bare: Program, book: Path, tmp_path: Path, part: str) -> None:
    """Its rows are read, its copy is refused with a sentence, and the results are a plain workbook."""
    path = repacked(book, tmp_path / "long.xlsx", longer(part))
    told = bare("validate", path, "--json", "--results", tmp_path / "out.xlsx")
    assert told.exit_code in (0, 3), told.stderr
    assert "plain workbook, not a copy of yours" in " ".join(told.document["notes"])
    assert openpyxl.load_workbook(told.document["results"]).sheetnames[-1] == "Results"


def after(start: bytes, filler: bytes) -> Iterator[bytes]:
    """Yield the beginning of a sheet, and then the same block for ever."""
    yield start
    while True:
        yield filler


@pytest.mark.slow
@pytest.mark.parametrize(
    "start",
    [
        b"<worksheet>",
        b'<worksheet><sheetData><row r="1">',
        b'<worksheet><sheetData><row r="1"/>',
        b"<worksheet><sheetData></sheetData>",
    ],
    ids=["before the rows", "within a row", "between rows", "after the rows"],
)
def test_a_sheet_without_end_around_its_rows(start: bytes) -> None:
    """What stands before and after the rows, and a single row, are bounded too."""
    with pytest.raises(CannotCopy, match="too long"):
        list(XmlRows(after(start, b" " * (1 << 20))))


def test_an_element_without_end_in_a_part(book: Path) -> None:
    """What is looked for in a part element by element does not take it into memory where there is no end of one."""

    class Endless(Package):
        def blocks(self, name: str) -> Iterator[bytes]:
            """Yield an element that does not end."""
            return after(b"<sst><si><t>", b"x" * (1 << 20)) if name == "endless" else super().blocks(name)

    with Parts(book) as parts, pytest.raises(CannotCopy, match="too long"):
        list(elements(Endless(parts), "endless", "si"))


def test_a_manifest_that_is_too_long(tmp_path: Path) -> None:
    """Whether an .ods file is locked is not looked for without an end."""
    path = repacked(
        write_ods(tmp_path / "a.ods", TABLE), tmp_path / "b.ods", longer("META-INF/manifest.xml", 2 * MOST_WHOLE)
    )
    with pytest.raises(FileRefused, match=r"its part META-INF/manifest.xml has more than 16 MiB"):
        open_table(path)


def test_a_workbook_of_too_many_parts_is_not_copied(book: Path, tmp_path: Path) -> None:
    """Each part may refer to all others: beyond a number of them nothing is copied."""
    path = repacked(book, tmp_path / "b.xlsx", lambda _, content: content, **{f"x{n}": b"" for n in range(MOST_PARTS)})
    with pytest.raises(CannotCopy, match="parts"):
        losses(path, "Campaigns")


def test_one_text_in_very_many_cells(tmp_path: Path) -> None:
    """A long text that stands once in the file and in any number of cells is not multiplied without a bound."""
    path = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "dtype", "dnumber"])
        for row in range(1, 1_200):
            sheet.write_row(row, 0, ["x" * 32_000] * 10)
    assert path.stat().st_size < 200_000
    with pytest.raises(FileRefused, match="far more cells or text than a table of campaigns"):
        for _ in raw_rows(path):
            pass


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return an archive with some bytes changed: often in its directory, which is at the end."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed)) if chance.random() < 0.5 else -chance.randrange(1, 600) % len(changed)
        changed[at] = chance.choice([0, 1, 8, 12, 14, 0x50, 0x7F, 0xFF, chance.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_damaged_archives_are_told_for_what_they_are(tmp_path: Path, suffix: str) -> None:
    """Whatever is damaged in an archive, each that looks into it says so in its own way, and nothing else is raised."""
    chance = random.Random(17)
    whole = (write_xlsx if suffix == ".xlsx" else write_ods)(tmp_path / f"whole{suffix}", TABLE).read_bytes()
    path = tmp_path / f"damaged{suffix}"
    for _ in range(400):
        path.write_bytes(damaged(whole, chance))
        with suppress(FileRefused):
            look(str(path), path.name, 1 << 30)
        for sentence in warnings(str(path), "Campaigns"):
            assert sentence
        with suppress(*DAMAGED, PartTooLarge, ValueError), Parts(path) as parts:
            for name in parts.parts:
                parts.whole(name)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
def test_damaged_archives_in_the_process_that_reads(tmp_path: Path, suffix: str) -> None:
    """In the process that reads, damage ends in a table or a refusal, within its time."""
    chance = random.Random(18)
    whole = (write_xlsx if suffix == ".xlsx" else write_ods)(tmp_path / f"whole{suffix}", TABLE).read_bytes()
    path = tmp_path / f"damaged{suffix}"
    for _ in range(12):
        path.write_bytes(damaged(whole, chance))
        with suppress(FileRefused):
            for _ in open_table(path, options=ReadingOptions(seconds=20), for_copy=True).chunks:
                pass
