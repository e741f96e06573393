"""Numbers as they are stored, and the batches they are sent in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, overload

from importer.model import LoadStatus
from schemas.problem_codes import ProblemCode, problem_code_of


class NumberStatus(IntEnum):
    """The status of a number on the server, the most cautious last: of a number listed twice, it counts."""

    PENDING = 0
    FAILED = 1
    SUCCESS = 2
    CANCELLED = 3

    @property
    def word(self) -> str:
        """What the API calls it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "NumberStatus":
        """Return the status that the API calls so. Raises KeyError for another word."""
        return cls[word.upper()]


class DuplicateScope(StrEnum):
    """Among which numbers one is loaded only once."""

    LIST = "list"
    """Those of its campaign."""
    RUN = "run"
    """Those of all campaigns of the run."""
    SERVER = "server"
    """Those of all campaigns of the run and of the server."""


class JudgedNumber(NamedTuple):
    """A number on its way into a list, or what stands in its place.

    `e164` is 0 if the text is not a number, `row` its row in the table `source`. `problem_code` says why it is not
    loaded (None: it is), `message` the same in words. `text` is as it stands in its cell, as are `wrong_status`,
    what its row says in the place of a status, and `zone`, the time zone that it names.
    """

    e164: int
    row: int = 0
    source: int = 0
    status: NumberStatus = NumberStatus.PENDING
    problem_code: ProblemCode | None = None
    text: str = ""
    country: str = ""
    message: str = ""
    wrong_status: str = ""
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class StoredNumber:
    """A number of a run and what became of it, for its user.

    `list_row` is the row of its campaign (0: the campaign existed before), `source` the name of its table, `is_loaded`
    says that the server has taken it. `status` and `zone` are as a list would have them: "" for pending, and
    where no zone is named.
    """

    list_row: int
    campaign_id: str
    source: str
    row: int
    e164: int
    text: str
    country: str
    problem_code: ProblemCode | None
    message: str
    is_loaded: bool
    status: str
    zone: str


def as_stored_number(record: Any) -> StoredNumber:
    """Convert a record of numbers, with what is kept of them elsewhere."""
    problem_code = code_of(record["verdict"])
    return StoredNumber(
        list_row=record["list_row"],
        campaign_id=record["campaign_id"],
        source=record["name"] or "",
        row=record["row"],
        e164=record["e164"],
        text=record["written"] or (f"+{record['e164']}" if record["e164"] else ""),
        country=record["country"],
        problem_code=problem_code,
        message=record["why"] or (problem_code.title if problem_code else ""),
        is_loaded=problem_code is None and bool(record["sent"]),
        status=record["wrong_status"] or (NumberStatus(record["status"]).word if record["status"] else ""),
        zone=record["zone"],
    )


def code_of(verdict: str | None) -> ProblemCode | None:
    """Return why a number is not loaded; None: it is."""
    return None if verdict is None else problem_code_of(verdict)


@dataclass(frozen=True, kw_only=True)
class NumberList:
    """The numbers of one campaign; `there` is how many it had before (None: the server was not asked yet).

    `is_doubted` says that a request for it was not answered, and may yet be carried out.
    """

    number: int
    row: int
    campaign_id: str
    switch_on: bool
    there: int | None
    status: LoadStatus
    message: str
    is_doubted: bool = False


class BatchState(StrEnum):
    """Where a batch stands."""

    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    LOADED = "loaded"


class ToSend(NamedTuple):
    """A number to send: its position in the list, and its text if it is to be sent as it is written."""

    at: int
    e164: int
    text: str | None


class NumbersToSend(Sequence[ToSend]):
    """Numbers to send, kept as columns of equal length; `e164` and `at` are as in ToSend.

    Objects for each number that live as long as a request add up to collections of garbage that delay all requests.
    """

    def __init__(self, at: Sequence[int], e164: Sequence[int], texts: Sequence[str | None]) -> None:
        self.at = at
        self.e164 = e164
        self._texts = texts

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[ToSend]:
        return map(ToSend, self.at, self.e164, self._texts)

    @overload
    def __getitem__(self, place: int) -> ToSend: ...
    @overload
    def __getitem__(self, place: slice) -> "NumbersToSend": ...
    def __getitem__(self, place: int | slice) -> "ToSend | NumbersToSend":
        if isinstance(place, int):
            return ToSend(self.at[place], self.e164[place], self._texts[place])
        return NumbersToSend(self.at[place], self.e164[place], self._texts[place])


@dataclass(frozen=True)
class NumberBatch:
    """The numbers to load of a list with one status, from one position to another: `numbers` are sent together."""

    list_number: int
    status: NumberStatus
    first: int
    last: int
    numbers: NumbersToSend
