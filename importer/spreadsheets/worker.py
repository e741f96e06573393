"""The process in which a workbook is read: `python -m importer.spreadsheets.worker`.

A reader that takes all memory, hangs or crashes takes this process with it and nothing else. Requests come in and
answers go out as lines of JSON, so that nothing a reader makes of a file can do harm outside either. Pandas is not
imported here: it would double the time that a small workbook takes.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from importer.errors import FileRefused
from importer.spreadsheets.archive import NotReadable
from importer.spreadsheets.containers import look
from importer.spreadsheets.rows import MOST_CELLS, Batch, SheetInfo, SheetRow, packed
from schemas.problem_codes import ProblemCode

try:
    import resource
except ImportError:  # pragma: no cover -- Windows; there only the time is limited
    resource = None  # type: ignore[assignment]

MOST_IN_BATCH = 128 << 20
"""Characters of the texts of some thousand rows."""
MOST_MERGED = 100_000
"""Ranges of merged cells."""


class Reader(Protocol):
    """What every reader of workbooks can do."""

    sheets: tuple[SheetInfo, ...]

    def head(self, sheet: str, last: int) -> Iterable[SheetRow]:
        """Yield the rows of a sheet up to the row of a number."""
        ...

    def batches(self, sheet: str) -> Iterator[Batch]:
        """Yield the rows of a sheet in batches."""
        ...


def main() -> None:
    """Serve the requests of one parent."""
    job = json.loads(sys.stdin.readline())
    _limit_memory(job["memory"])
    # What is read is thrown away batch by batch: looking for circles in it would cost a third of the time.
    gc.disable()
    work = _Work(job["path"], job["shown"], job["max_unpacked"])
    try:
        for line in sys.stdin:
            for answer in work.answers(json.loads(line)):
                _send(answer)
    except FileRefused as error:
        _send({"refused": error.message, "fault": error.problem_code})
    except NotReadable as error:
        _send({"unreadable": str(error)})
    except BrokenPipeError:
        # The parent has seen enough. What is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _limit_memory(most: int) -> None:
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


@dataclass
class _Work:
    """The file that is worked on, what it is called in messages, what it may unpack to, and who has it open."""

    path: str
    shown: str
    max_unpacked: int
    reader: Reader | None = None

    def answers(self, request: dict[str, Any]) -> Iterator[dict[str, object]]:
        """Yield the answers to a request. Raises FileRefused with a sentence for the user, and NotReadable."""
        if "look" in request:
            kind, biggest = look(self.path, self.shown, self.max_unpacked)
            yield {"kind": kind.value, "biggest": biggest}
        elif "losses" in request:
            from importer.annotation import warnings  # with it comes what is needed for nothing else here

            yield {"losses": warnings(self.path, request["losses"])}
        else:
            try:
                yield from self._read(request)
            except FileRefused as error:
                raise FileRefused(f"{self.shown}: {error.message}", error.problem_code) from None

    def _read(self, request: dict[str, Any]) -> Iterator[dict[str, object]]:
        if "open" in request:
            self.reader = READERS[request["open"]](self.path)
            yield {"sheets": [asdict(sheet) for sheet in self.reader.sheets]}
            return
        assert self.reader is not None  # noqa: S101 -- it is opened first
        if "head" in request:
            yield {"rows": [_plain(row) for row in self.reader.head(request["head"], request["last"])]}
            return
        total = cells = merged = 0
        for batch in self.reader.batches(request["read"]):
            columns = [packed(column) for column in batch.columns]
            size = sum(len(column) if isinstance(column, str) else sum(map(len, column)) for column in columns)
            total += size
            cells += len(batch.numbers) * len(columns)
            merged += len(batch.merged)
            if size > MOST_IN_BATCH or total > self.max_unpacked or cells > MOST_CELLS:
                raise _too_much_text()
            if merged > MOST_MERGED:
                raise _too_much_merged()
            yield {"batch": vars(batch) | {"columns": columns, "displays": _displays(batch)}}
        yield {"end": True}


def _too_much_text() -> FileRefused:
    return FileRefused(
        "it has far more cells or text than a table of campaigns: something stored once in the file may be repeated in "
        "any number of cells. Reading was stopped: attacks are built like this. Remove what is not a campaign.",
        ProblemCode.INFLATED,
    )


def _too_much_merged() -> FileRefused:
    return FileRefused(
        f"more than {MOST_MERGED:,} ranges of cells are merged. That is not a table of campaigns. Unmerge them in "
        "Excel (Home, Merge & Center), or copy the values to a new workbook.",
        ProblemCode.TOO_MUCH_WRONG,
    )


def _displays(batch: Batch) -> dict[int, list[list[object]]]:
    """Return how numbers are displayed as JSON has it: by position, the number of the row and the three texts."""
    return {
        position: [[row, display.shown, display.stored, display.before] for row, display in found.items()]
        for position, found in batch.displays.items()
    }


def _plain(row: SheetRow) -> list[object]:
    return [row.number, [[position, text] for position, (text, _, _) in row.cells.items()]]


def _send(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message))
    sys.stdout.write("\n")
    sys.stdout.flush()


# Each reader is imported by those who ask for it: a library that is not needed costs time and memory.


def _careful_xlsx(path: str) -> Reader:
    from importer.spreadsheets.exact import CarefulReader
    from importer.spreadsheets.xlsx import XlsxWorkbook

    return CarefulReader(XlsxWorkbook(path))


def _careful_xlsb(path: str) -> Reader:
    from importer.spreadsheets.exact import CarefulReader
    from importer.spreadsheets.xlsb import XlsbWorkbook

    return CarefulReader(XlsbWorkbook(path))


def _careful_xls(path: str) -> Reader:
    from importer.spreadsheets.exact import CarefulReader
    from importer.spreadsheets.xls import XlsWorkbook

    return CarefulReader(XlsWorkbook(path))


def _careful_ods(path: str) -> Reader:
    from importer.spreadsheets.exact import CarefulReader
    from importer.spreadsheets.ods import OdsWorkbook

    return CarefulReader(OdsWorkbook(path))


def _fast_xlsx(path: str) -> Reader:
    from importer.spreadsheets.xlsx_quick import QuickReader

    return QuickReader(path)


def _fast_ods(path: str) -> Reader:
    from importer.spreadsheets.calamine import FastReader
    from importer.spreadsheets.ods_scan import scan_content

    return FastReader(path, lambda _: scan_content(path))


def _fast(path: str) -> Reader:
    from importer.spreadsheets.calamine import FastReader

    return FastReader(path)


READERS: dict[str, Callable[[str], Reader]] = {
    "xlsx": _careful_xlsx,
    "xlsb": _careful_xlsb,
    "xls": _careful_xls,
    "ods": _careful_ods,
    "fast-xlsx": _fast_xlsx,
    "fast-ods": _fast_ods,
    "fast": _fast,
}

if __name__ == "__main__":
    main()
