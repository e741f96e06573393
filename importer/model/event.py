"""What happens while a command works, and who is notified of it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from importer.model.status import Status


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to a row: it reached a status, or an attempt failed and another will follow (None).

    `stage` is "check", "dry run", "create", "settle", "load" or "undo", `attempt` counts the requests of that stage for
    the row from 1 (0: none was sent), `seconds` is how long this one took. `answer` is the server's code, or the kind
    of failure. What happens to the numbers of a row does not change its status (None).
    """

    run: str
    row: int
    stage: str
    status: Status | None
    attempt: int = 0
    seconds: float = 0.0
    campaign_id: str | None = None
    answer: str = ""
    key: str = ""
    message: str = ""


@dataclass(frozen=True)
class Attempt:
    """One request: how many seconds it took, and how it failed: the kind of error and its message, "" if it did not."""

    seconds: float
    failure: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long a stage took, from `began` on (seconds since the command began), and how its rows came in.

    `rows_by_slice` counts the rows done in each of equal slices of its time.
    """

    stage: str
    rows: int
    began: float
    seconds: float
    rows_by_slice: tuple[int, ...] = ()


class Observer(Protocol):
    """Is notified of the progress of the work, to show it, time it or log it; called from several threads."""

    def stage(self, message: str, rows: int | None, what: str = "row") -> None:
        """A stage begins; `rows` is how many rows it has, None if that is not known; `what` is what they are."""

    def row(self, event: Event) -> None:
        """Something has happened to a row."""

    def note(self, message: str) -> None:
        """There is something the user should know before anything is sent."""


@runtime_checkable
class RowCounter(Protocol):
    """An observer that only counts rows, so that it need not be notified of each while a file is checked."""

    def count_rows(self, rows: int, wrong: int) -> None:
        """Rows have finished the current stage; something is wrong with some of them."""


class Unobserved:
    """An observer that does nothing."""

    def stage(self, message: str, rows: int | None, what: str = "row") -> None:
        """A stage begins."""

    def row(self, event: Event) -> None:
        """Something has happened to a row."""

    def note(self, message: str) -> None:
        """There is something worth knowing."""

    def count_rows(self, rows: int, wrong: int) -> None:
        """Rows have finished a stage."""


UNOBSERVED = Unobserved()
