"""The log of a run: one JSON line for everything that happens to a row, in a stable format.

With `--anonymise` a line has no text that came from the user or the server, so it can go into a support case.
"""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from importer.errors import WrongUsage
from importer.model import Event, Observer, sheet_row
from schemas.problem_codes import ProblemCode

FORMAT = 1
"""The version of the format, in every line; it increases only when a key changes its meaning or is removed."""


class RowLog:
    """Appends what happens to rows to a file, and passes it on to an observer. Safe to use from several threads.

    Raises WrongUsage if the file cannot be written. A later write error does not stop a run: the rows come
    first, and `complaint` says what went wrong.
    """

    def __init__(self, path: Path, observer: Observer, *, anonymise: bool) -> None:
        self.complaint = ""
        self._observer = observer
        self._anonymise = anonymise
        self._lock = threading.Lock()
        try:
            self._file: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            message = f"--log {path}: the file cannot be written ({error.strerror}). Name another file."
            raise WrongUsage(message, ProblemCode.OUTPUT) from None
        self._path = path

    def __enter__(self) -> "RowLog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
        except OSError as failure:
            self._complain(failure)

    def stage(self, message: str, rows: int | None, what: str = "row") -> None:
        """A stage begins."""
        self._observer.stage(message, rows, what)

    def note(self, message: str) -> None:
        """There is something the user should know."""
        self._observer.note(message)

    def row(self, event: Event) -> None:
        """Something has happened to a row."""
        with self._lock:
            try:
                self._file.write(self._line(event) + "\n")
            except OSError as failure:
                self._complain(failure)
        self._observer.row(event)

    def _line(self, event: Event) -> str:
        known = {
            "format": FORMAT,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "run": event.run,
            "row": sheet_row(event.row),
            "stage": event.stage,
            "attempt": event.attempt,
            "status": event.status,
            "seconds": round(event.seconds, 4),
            "answer": event.answer or None,
        }
        details = {"id": event.campaign_id, "key": event.key or None, "message": event.message or None}
        if self._anonymise:
            details = dict.fromkeys(details, None)
        return json.dumps({**known, **details}, ensure_ascii=False)

    def _complain(self, failure: OSError) -> None:
        self.complaint = f"The log {self._path} is not complete: {failure.strerror}."
