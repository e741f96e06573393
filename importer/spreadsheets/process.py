"""A workbook is read in a separate process, limited in memory and silence; if it dies, that is reported."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from importer.errors import FileRefused
from importer.security import child_environment
from importer.spreadsheets.cells import Display
from importer.spreadsheets.file_kind import FileKind
from importer.spreadsheets.rows import Batch, Record, SheetInfo, unpacked
from schemas.problem_codes import ProblemCode, problem_code_of

if TYPE_CHECKING:
    # The process that reads imports this module too, and does without what the options know of headings.
    from importer.run_options import ReadingOptions

PATIENCE = 0.5
"""Seconds that a process is given to end before it is asked again, less politely."""

MOST_TOLD = 2_000
"""Bytes of a process's last words that are logged."""

log = logging.getLogger(__name__)


class ReaderFailed(Exception):
    """A reader could not read a workbook, or died of it; another one may be asked. `problem_code` is the kind."""

    def __init__(self, message: str, problem_code: ProblemCode = ProblemCode.DAMAGED) -> None:
        super().__init__(message)
        self.problem_code = problem_code


class ReaderProcess:
    """A workbook in a separate process: `look` tells what it is, and a reader has it open from `open` on."""

    def __init__(self, path: Path, options: "ReadingOptions") -> None:
        self.reader = ""
        self.sheets: tuple[SheetInfo, ...] = ()
        self.path = path
        self._seconds = options.seconds
        self._silent = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the session
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "importer.spreadsheets.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for this process to deal with
        )
        log.debug("The reading process %d begins with %s", self._process.pid, path)
        # A table that nobody goes through is forgotten, and its process with it.
        self._end = weakref.finalize(self, _end, self._process, self._errors)
        try:
            self._send(
                {
                    "path": str(path.absolute()),
                    "shown": str(path),
                    "memory": options.memory,
                    "max_unpacked": options.max_unpacked,
                }
            )
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "ReaderProcess":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def look(self) -> tuple[FileKind, int]:
        """Return what the file is, and how long the XML of its biggest sheet is, in bytes (0: it holds none)."""
        self._send({"look": True})
        found = self._receive()
        log.debug("%s is %s, and its biggest sheet has %s bytes", self.path, found["kind"], found["biggest"])
        return FileKind(found["kind"]), int(found["biggest"])

    def open(self, reader: str) -> None:
        """Have a reader open the workbook; `sheets` are known from then on."""
        self.reader = reader
        log.debug("The reading process %d opens it with the reader %s", self._process.pid, reader)
        self._send({"open": reader})
        self.sheets = tuple(SheetInfo(**sheet) for sheet in self._receive()["sheets"])

    def losses(self, sheet: str) -> tuple[str, ...]:
        """Return what a copy of the workbook with marks on a sheet could not carry, as sentences for the user."""
        self._send({"losses": sheet})
        return tuple(self._receive()["losses"])

    def head(self, sheet: str, last: int) -> list[Record]:
        """Return the rows of a sheet that hold anything, up to the row of a number."""
        self._send({"head": sheet, "last": last})
        return [_record(number, dict(cells)) for number, cells in self._receive()["rows"] if cells]

    def batches(self, sheet: str) -> Iterator[Batch]:
        """Ask for the rows of a sheet; return them once the first are there, so that a failure is seen at once."""
        self._send({"read": sheet})
        return self._rest(self._receive())

    def _rest(self, message: dict[str, Any]) -> Iterator[Batch]:
        while "batch" in message:
            yield _batch(message["batch"])
            message = self._receive()

    def close(self) -> None:
        """End the process, no matter what it is doing."""
        if self._end.alive:
            self._end()
            log.debug("The reading process %d has ended with %d", self._process.pid, self._process.returncode)

    def _send(self, request: dict[str, object]) -> None:
        assert self._process.stdin is not None  # noqa: S101 -- it is a pipe
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 -- it is a pipe
        timer = threading.Timer(self._seconds, self._lose_patience)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
            timer.join()
        if not line.endswith(b"\n"):
            raise self._death()
        message: dict[str, Any] = json.loads(line)
        if "refused" in message:
            raise FileRefused(message["refused"], problem_code_of(message["fault"]))
        if "unreadable" in message:
            raise ReaderFailed(message["unreadable"])
        return message

    def _lose_patience(self) -> None:
        self._silent = True
        self._process.kill()

    def _death(self) -> ReaderFailed:
        code = self._process.wait()
        self._errors.seek(0)
        errors = self._errors.read()[-MOST_TOLD:].decode("utf-8", "replace")
        log.debug("The reading process %d died with %d; its last words: %s", self._process.pid, code, errors)
        if self._silent:
            message = f"reading it took longer than {self._seconds:g} seconds (--reader-seconds allows more)"
        else:
            message = "the program that reads it crashed (--reader-memory allows it more memory)"
        return ReaderFailed(message, ProblemCode.READER_ENDED)


def _end(process: subprocess.Popen[bytes], errors: IO[bytes]) -> None:
    """End a process: it goes by itself when nobody listens any more, or else it is made to."""
    for pipe in (process.stdin, process.stdout):
        with suppress(BrokenPipeError):
            pipe.close()  # type: ignore[union-attr] # both are pipes
    for make_it_end in (_let_it_end, process.terminate, process.kill):
        make_it_end()
        try:
            process.wait(PATIENCE)
            break
        except subprocess.TimeoutExpired:
            continue
    errors.close()


def _let_it_end() -> None:
    """Do nothing: the worker ends when its pipes are closed."""


def _environment() -> dict[str, str]:
    """Return the environment of the worker: it finds this very package, and one heap serves all its threads."""
    root = str(Path(__file__).parents[2])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    own = {"PYTHONPATH": os.pathsep.join(paths), "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}
    return child_environment(own)


def _record(number: int, cells: dict[int, str]) -> Record:
    return number, [cells.get(position, "") for position in range(max(cells) + 1)]


def _batch(plain: dict[str, Any]) -> Batch:
    kinds = {int(position): letters for position, letters in plain["kinds"].items()}
    merged = [(top, left, bottom, right) for top, left, bottom, right in plain["merged"]]
    displays = {
        int(position): {row: Display(*texts) for row, *texts in found} for position, found in plain["displays"].items()
    }
    columns = [unpacked(column) for column in plain["columns"]]
    return Batch(
        numbers=plain["numbers"],
        columns=columns,
        kinds=kinds,
        hidden=plain["hidden"],
        merged=merged,
        displays=displays,
        hidden_columns=[(first, last) for first, last in plain["hidden_columns"]],
    )
