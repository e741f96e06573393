"""What a file that may be a workbook is, recognised by its contents; in the process that reads it."""

from collections.abc import Iterable

from importer.errors import FileRefused
from importer.security import DAMAGED, MEBIBYTE, Parts, PartTooLarge
from importer.spreadsheets.file_kind import OLE, SAVE_AS, START, UNPACK, ZIP, FileKind
from schemas.problem_codes import ProblemCode

BLOCK = 1 << 20

MANIFEST = "META-INF/manifest.xml"
ZIPPED = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("index/", "an Apple Numbers, Pages or Keynote document"),
)
COMPOUND = ("EncryptedPackage", "WordDocument")


def look(path: str, shown: str, most: int) -> tuple[FileKind, int]:
    """Tell what a file is, and how long the XML of its biggest sheet is, in bytes (0: it holds none).

    `shown` is what the file is called in messages, `most` the number of bytes that it may unpack to. Raises FileRefused
    with its true name where it is nothing that can be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 -- the readers take paths as text
        start = file.read(START)
    if start.startswith(ZIP):
        return _zipped(path, shown, most)
    if start.startswith(OLE):
        _refuse_other_compounds(path, shown)
    return FileKind.XLS, 0


def _zipped(path: str, shown: str, most: int) -> tuple[FileKind, int]:
    try:
        with Parts(path) as archive:
            sizes = {name: part.file_size for name, part in archive.parts.items()}
            unpacked, locked = archive.unpacked, archive.is_locked or _is_locked_ods(archive)
    except PartTooLarge as error:
        raise _inflated(f"{shown}: {error}.") from None
    except (*DAMAGED, ValueError):
        raise FileRefused(
            f"{shown} is a damaged workbook: its archive cannot be opened; perhaps it was not copied completely. "
            "Copy it again, or open it in Excel and save it as .xlsx.",
            ProblemCode.DAMAGED,
        ) from None
    if locked:
        raise _protected(shown)
    if unpacked > most:
        raise _inflated(
            f"{shown} would unpack to {unpacked / MEBIBYTE:,.0f} MiB; at most {most / MEBIBYTE:,.0f} are read."
        )
    # In OpenDocument all sheets are one part.
    sheets = (size for name, size in sizes.items() if "worksheets" in name or name == "content.xml")
    return _kind_of_archive(shown, sizes), max(sheets, default=0)


def _inflated(message: str) -> FileRefused:
    return FileRefused(
        f"{message} It is not opened: this is how attacks are built. Copy the table to a new workbook and save that.",
        ProblemCode.INFLATED,
    )


def _is_locked_ods(archive: Parts) -> bool:
    return MANIFEST in archive and b"encryption-data" in archive.whole(MANIFEST)


def _protected(shown: str) -> FileRefused:
    return FileRefused(
        f"{shown}: the workbook is protected by a password. Open it in Excel, remove the password "
        "(File, Info, Protect Workbook, Encrypt with Password) and save it.",
        ProblemCode.PROTECTED,
    )


def _kind_of_archive(shown: str, names: Iterable[str]) -> FileKind:
    if "content.xml" in names:
        return FileKind.ODS
    if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in names):
        return FileKind.XLSB
    if any(name.endswith("workbook.xml") or name.startswith("xl/") for name in names):
        return FileKind.XLSX
    for folder, name in ZIPPED:
        if any(member.startswith(folder) for member in names):
            raise FileRefused(f"{shown} is {name}, not a table. {SAVE_AS}", ProblemCode.NO_TABLE)
    raise FileRefused(f"{shown} is a zip archive, not a workbook. {UNPACK}", ProblemCode.NO_TABLE)


def _refuse_other_compounds(path: str, shown: str) -> None:
    """Refuse an OLE container that holds something else than a workbook, by the names in its directory."""
    marks = {name: name.encode("utf-16-le") for name in COMPOUND}
    found: set[str] = set()
    rest = b""
    with open(path, "rb") as file:  # noqa: PTH123 -- the readers take paths as text
        while block := file.read(BLOCK):
            block = rest + block
            found |= {name for name, mark in marks.items() if mark in block}
            rest = block[-max(map(len, marks.values())) :]
    if "EncryptedPackage" in found:
        raise _protected(shown)
    if "WordDocument" in found:
        raise FileRefused(f"{shown} is a Word document, not a table. {SAVE_AS}", ProblemCode.NO_TABLE)
