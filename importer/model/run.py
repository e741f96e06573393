"""A run, and the table it was made from."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from importer.model.cell import column_letters
from importer.model.status import OnChange, OnExisting

if TYPE_CHECKING:
    from importer.model.migration import MigrationReport


@dataclass(frozen=True, kw_only=True)
class Source:
    """The table a run was made from.

    `path` is the file, `sheet` its sheet (None for text files), `headings` the headings as the user wrote them, in
    order, `digest` the SHA-256 of the file's bytes, `kind` what the file is ("xlsx", "text"). `header_row` is the
    row of the headings (0: there is none), `places` the column of the file, from 0, of each heading. `text` is how a
    text file is written.
    """

    path: str
    sheet: str | None
    headings: tuple[str, ...]
    digest: str = ""
    encoding: str | None = None
    kind: str = ""
    header_row: int = 0
    places: tuple[int, ...] = ()
    text: "TextForm | None" = None


def place(source: Source, position: int, row: int) -> str:
    """Return the place of a cell, such as Campaigns!F17, or F17 in a text file; columns count from 0."""
    address = f"{column_letters(position + 1)}{row}"
    return f"{source.sheet}!{address}" if source.sheet else address


@dataclass(frozen=True)
class TextForm:
    """How a text file is written, so that its results can be written in the same way.

    `quoting` is "doubled", "backslash", "backslash_quote", "single" or "none"; `first_line` comes before all rows
    (`sep=;`).
    """

    delimiter: str
    _: KW_ONLY
    quoting: str = "doubled"
    first_line: str = ""
    newline: str = "\r\n"


READING = 2
"""The number of the current way of reading cells, stored with runs; those of version 0.1.0 have none."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One file on its way to one server, as the journal knows it.

    `server` is the server's host and port, which identify it, `url` the address that was given. `positions` maps
    the parameters in the file to their columns, from 0. `results` is where its newest results were written.
    `on_change` says what to do with rows that were edited since they were created, `on_existing` with those that the
    server already has, `pruned` that its contents were removed. `migration` is set for the export of an old
    dialler, and has the campaigns that were skipped. `split` says by what each row is split into campaigns
    ("timezone"), "" if it is one campaign. `os_user`, a user of the operating system, made the run on the computer
    `host`; "" if not known.
    """

    id: str
    started: datetime
    command: str
    source: Source
    server: str = ""
    url: str = ""
    account: str = ""
    disabled: bool = False
    marker: bool = False
    positions: Mapping[str, int] = field(default_factory=dict)
    results: str | None = None
    on_change: OnChange = OnChange.REPORT
    pruned: bool = False
    migration: "MigrationReport | None" = None
    on_existing: OnExisting = OnExisting.REPORT
    split: str = ""
    os_user: str = ""
    host: str = ""
