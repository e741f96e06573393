"""In which form an export is: recognised by its beginning, and by its name only where that says more."""

import codecs
import re
from enum import Enum
from pathlib import Path

from importer.errors import FileRefused
from importer.migration.exports.sql.splitter import Word, words
from importer.reading import MARKS
from schemas.problem_codes import ProblemCode

START = 1 << 16


class Form(Enum):
    """The forms of exports that are not spreadsheets."""

    SQL = "sql"
    JSON = "json"
    TERRAFORM = "terraform"
    ROWS = "rows"
    """Text with delimiters, or a workbook."""


_SQL = {
    "INSERT": ("INTO", "IGNORE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"),
    "REPLACE": ("INTO", "LOW_PRIORITY", "DELAYED"),
    "CREATE": ("TABLE", "DATABASE", "SCHEMA", "TEMPORARY", "OR", "USER", "VIEW"),
    "DROP": ("TABLE", "DATABASE", "SCHEMA", "VIEW"),
    "LOCK": ("TABLE", "TABLES"),
    "START": ("TRANSACTION",),
    "DELETE": ("FROM",),
    "TRUNCATE": ("TABLE",),
    "ALTER": ("TABLE", "DATABASE"),
}
_OTHER_SQL = ("SET", "USE", "UNLOCK", "BEGIN", "COMMIT", "DELIMITER", "UPDATE", "COPY", "SELECT", "FLUSH", "GRANT")
_TERRAFORM = frozenset((b"resource", b"terraform", b"provider", b"variable", b"data", b"locals", b"module", b"output"))
_JSON = re.compile(r"[\[{]\s*(?:[\[{\"\]}]|\Z)")


def form_of(path: Path) -> Form:
    """Return the form of a file.

    Raises FileRefused for forms that look readable and are not: XML and boxed tables from MySQL's programs.
    """
    try:
        with path.open("rb") as file:
            start = _as_ascii(file.read(START))
    except OSError:
        return Form.ROWS  # the readers of rows say what is wrong with a file that cannot be opened
    suffix = path.suffix.lower()
    text = start.decode("latin-1").lstrip("\ufeff \t\r\n")
    _refuse_lookalikes(path, text)
    if suffix == ".sql" or _begins_sql(start):
        return Form.SQL
    if suffix == ".json" or _JSON.match(text):
        return Form.JSON
    if suffix == ".tf" or _begins_terraform(start):
        return Form.TERRAFORM
    return Form.ROWS


def _as_ascii(start: bytes) -> bytes:
    for mark, name in MARKS:
        if start.startswith(mark):
            text = codecs.getincrementaldecoder(name)(errors="replace").decode(start)
            return text.removeprefix("\ufeff").encode("utf-8")
    if start[1:2] == b"\0":
        return start.decode("utf-16-le", errors="replace").encode("utf-8")
    return start


def _refuse_lookalikes(path: Path, text: str) -> None:
    if text.startswith("<") and re.search(r"<(mysqldump|pma_xml_export|resultset)\b", text):
        raise FileRefused(
            f"{path} is an XML export, which cannot be read. Export it as SQL or CSV (mysqldump without --xml).",
            ProblemCode.FOREIGN_FORMAT,
        )
    if text.startswith("+-"):
        raise FileRefused(
            f"{path} is a table as mysql draws it on the screen. Run mysql with -B, or export the table as CSV.",
            ProblemCode.FOREIGN_FORMAT,
        )


def _begins_sql(start: bytes) -> bool:
    if re.match(rb"\s*(?:--[ \t\r\n]|/\*)", start):
        found = _first(start, 1)
        return not found or found[0].is_one_of(*_SQL, *_OTHER_SQL)
    first = _first(start, 3)
    if len(first) < 3 or first[0].quoted:
        return False
    verb, second = (word.text.upper().decode("latin-1") for word in first[:2])
    if verb == "SET":
        return second == "NAMES" or second.startswith("@") or first[2].text == b"="
    if verb == "USE":
        return first[2].text == b";"
    return second in _SQL.get(verb, ())


def _begins_terraform(start: bytes) -> bool:
    first = _first(start, 2)
    if len(first) < 2 or first[0].text not in _TERRAFORM:
        return False
    return first[1].quoted or first[1].text == b"{"


def _first(start: bytes, count: int) -> list[Word]:
    found = words(start)
    return [word for _, word in zip(range(count), found, strict=False)]
