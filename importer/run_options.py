"""What a user may say about how a file is to be read, and the bounds within which it is read."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.headings import parameter_of

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class ReadingOptions:
    """How to read a file; what is None is found out from the file.

    `header_row` is the number of the row that holds the headings, `no_header` says that there is none. `skip_hidden`
    leaves out rows that are hidden or filtered out. `max_rows` and `max_file_size` (bytes) bound the file,
    `max_unpacked` (bytes) what a workbook may unpack to, `memory` (bytes) and `seconds` the process that reads a
    workbook: the seconds are those that it may be silent. `heading_of` knows the headings: it returns what one means,
    or None.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    no_header: bool = False
    skip_hidden: bool = False
    max_rows: int = 2_000_000
    max_file_size: int = 500 * MEBIBYTE
    max_unpacked: int = 2_000 * MEBIBYTE
    memory: int = 1_000 * MEBIBYTE
    seconds: float = 20.0
    heading_of: Callable[[str], str | None] = parameter_of


DEFAULTS = ReadingOptions()
