"""What a file is, by its content: names lie."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from importer.errors import FileRefused
from importer.files import similar_name
from importer.run_options import MEBIBYTE, ReadingOptions
from importer.security import is_text
from importer.spreadsheets import OLE, SAVE_AS, START, UNPACK, ZIP
from schemas.problem_codes import ProblemCode

OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
SETTLED_SECONDS = 3.0
"""A file whose last change is longer ago is not being written."""


FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
"""The first bytes of files that another program may save as a table."""

PACKED = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh91AY", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
)
"""Those of files that have the table in them, as dumps of databases often come."""


def is_text_file(path: Path, options: ReadingOptions) -> bool:
    """Say whether a file is a text, or else what may be a workbook, by its beginning alone: `containers` knows more.

    Raises FileRefused with its true name where it is nothing that can be read.
    """
    start = _start(path, options)
    if start.startswith((*ZIP, OLE, *OLD_BIFF)):
        return False
    for kinds, cure in ((FOREIGN, SAVE_AS), (PACKED, UNPACK)):
        for mark, name in kinds:
            if start.startswith(mark) and (len(mark) > 2 or b"\0" in start):
                raise FileRefused(f"{path} is {name}, not a table. {cure}", ProblemCode.NO_TABLE)
    _refuse_markup(path, start)
    return True


def refuse_growing(path: Path, sleep: Callable[[float], None] = time.sleep) -> None:
    """Refuse a file whose size changes within a second: somebody is still writing it.

    A file that was not written to for a while is not waited for. One that is not there is refused elsewhere.
    """
    # Path.is_file raises where a folder above may not be entered.
    if not os.path.isfile(path) or time.time() - path.stat().st_mtime > SETTLED_SECONDS:  # noqa: PTH113
        return
    size = path.stat().st_size
    sleep(1.0)
    later = path.stat().st_size
    if later != size:
        raise FileRefused(
            f"{path} is still being written: it had {size:,} bytes, and a second later {later:,}. "
            "Try again when it is complete.",
            ProblemCode.GROWING,
        )


def refuse_raw_name(path: Path) -> None:
    """Refuse a file whose name, with its folders, is not text that a journal and documents could hold."""
    if not is_text(str(path.absolute())):
        raise FileRefused(
            f"The name of {path} is not text in UTF-8. Rename the file or its folder, and try again.",
            ProblemCode.ENCODING,
        )


def _start(path: Path, options: ReadingOptions) -> bytes:
    try:
        with path.open("rb") as file:
            start = file.read(START)
            size = file.seek(0, 2)
    except FileNotFoundError:
        message = f"There is no file {path}.{similar_name(path) or ' Check the name and the folder.'}"
        raise FileRefused(message, ProblemCode.NO_FILE) from None
    except IsADirectoryError:
        raise FileRefused(f"{path} is a folder. Name a file in it.", ProblemCode.NO_FILE) from None
    except OSError as error:
        message = (
            f"{path} cannot be read: {error.strerror}. Get permission to read it, or copy it to a folder of your own."
        )
        raise FileRefused(message, ProblemCode.UNREADABLE) from None
    if not start.strip():
        raise FileRefused(f"{path} is empty. It needs a row of headings and rows below it.", ProblemCode.EMPTY)
    if size > options.max_file_size:
        raise FileRefused(
            f"{path} is {size / MEBIBYTE:,.1f} MiB; the limit is {options.max_file_size / MEBIBYTE:,.1f} MiB. "
            "Split the file, or raise the limit with --max-file-size.",
            ProblemCode.TOO_LARGE,
        )
    return start


def _refuse_markup(path: Path, start: bytes) -> None:
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="replace")
    text = text.lstrip("\ufeff\xef\xbb\xbf \t\r\n").lower()
    saved_as = (
        f"saved as {path.suffix}" if path.suffix.lower() not in (".html", ".htm", ".xml", "") else "that is not a table"
    )
    if text.startswith("<?xml") and "office:spreadsheet" in text:
        raise FileRefused(
            f"{path}: this is an XML spreadsheet of Excel 2003 {saved_as}. Open it in Excel and save it as .xlsx.",
            ProblemCode.FOREIGN_FORMAT,
        )
    if re.match(r"<(!doctype\s+html|html|head|body|table|meta|style)\b", text) or (
        text.startswith("<") and re.search(r"<(html|table)\b", text)
    ):
        raise FileRefused(
            f"{path}: this is an HTML page {saved_as}: perhaps a web page was downloaded instead of the file, or a "
            "program wrote a web page and called it a workbook. Open it in Excel and save it as .xlsx.",
            ProblemCode.FOREIGN_FORMAT,
        )
    if text.startswith("mime-version:"):
        message = f"{path}: this is a web archive {saved_as}. Open it in Excel and save it as .xlsx."
        raise FileRefused(message, ProblemCode.FOREIGN_FORMAT)
    if text.startswith("<?xml"):
        message = f"{path}: this is an XML file {saved_as}. Open it in Excel and save it as .xlsx."
        raise FileRefused(message, ProblemCode.FOREIGN_FORMAT)
