"""The functions of `bulk/destinations`: the telephone numbers of one campaign, as the server has them.

What the server says is passed through `redact`, which hides telephone numbers besides the password, before it is logged
or becomes part of an error.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from importer.enswitch.client import Client
from importer.enswitch.envelope import SCALARS, Answer, plain
from importer.enswitch.transport import MEBIBYTE
from importer.errors import NoApiHere, OutcomeUnknown, WrongSettings
from importer.model import Attempt
from importer.security import Redact
from schemas.problem_codes import ProblemCode

LONGEST_PAGE = 32 * MEBIBYTE
"""Maximum size of a page of numbers in bytes: a server that ignores `limit` sends all of them."""

LONGEST_NUMBER = 64
"""How many characters of a number are read at most."""

MOST_COUNTED = 10**12

PENDING = "pending"
"""The status of a number that is still to be called."""


@dataclass(frozen=True)
class Put:
    """A request that put numbers into a campaign: how many the server says it added or replaced (None: it does not)."""

    count: int | None
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True)
class ListedNumber:
    """A number as the server lists it, and its status there (None: the server does not show it)."""

    text: str
    status: str | None

    @property
    def may_be_called(self) -> bool:
        """Whether it is still to be called, as far as the server shows."""
        return self.status in (None, PENDING)


class Destinations:
    """The numbers of one campaign on the server of a client."""

    def __init__(self, client: Client, campaign_id: str, redact: Redact) -> None:
        self._client = client
        self._campaign_id = campaign_id
        self._redact = _both(client.redact, redact)

    @property
    def campaign_id(self) -> str:
        """The ID of the campaign."""
        return self._campaign_id

    def put(self, numbers: Sequence[str], status: str) -> Put:
        """Add numbers with a status; one that is there already is replaced, so that it gets the status again.

        It is repeated only if the server certainly did not take it. Raises RowRefused (none was added), TooLarge,
        TryAgain (none was added, no attempts left), OutcomeUnknown (not known).
        """
        parameters = self._about(numbers, status)
        answer, attempts = self._client.submit("bulk/destinations/create", parameters, redact=self._redact)
        if answer.code == "201":
            error = OutcomeUnknown("The server responded with 201, which belongs to a dry run.")
            error.attempts = attempts
            raise error
        return Put(_count(answer), attempts)

    def check(self, numbers: Sequence[str], status: str) -> None:
        """Have the server check numbers (`validation=1`). Raises RowRefused if it refuses any of them."""
        parameters = {**self._about(numbers, status), "validation": "1"}
        answer, _ = self._client.repeat("bulk/destinations/create", parameters, redact=self._redact)
        if answer.code != "201":
            raise WrongSettings(
                f"The server responded to a check of telephone numbers with {answer.code} instead of 201: it seems not "
                f"to support validation=1, and may have added them to campaign {self._campaign_id}.",
                ProblemCode.NO_DRY_RUN,
            )

    def count(self) -> int:
        """Return how many numbers the campaign has. Raises OutcomeUnknown if the server does not say."""
        parameters = {"campaign": self._campaign_id, "count": "1"}
        answer, _ = self._client.repeat("bulk/destinations/list", parameters, redact=self._redact)
        count = 0 if answer.code == "204" else _count(answer)
        if count is None:
            raise OutcomeUnknown("The server's response does not say how many telephone numbers the campaign has.")
        return count

    def page(self, offset: int, limit: int) -> list[str]:
        """Return at most `limit` of the campaign's numbers from `offset` on, as `listed` does."""
        return [one.text for one in self.listed(offset, limit)]

    def listed(self, offset: int, limit: int) -> list[ListedNumber]:
        """Return at most `limit` of the campaign's numbers from `offset` on, in the order of their texts.

        A server that ignores both returns others. Raises NoApiHere for a response without a list.
        """
        return self._listed({"offset": str(offset), "limit": str(limit)})

    def first_by_status(self, *, descending: bool) -> list[ListedNumber]:
        """Return the first number in the order of their statuses, or the last.

        A server that ignores the order returns others, one that ignores the limit all of them. Raises RowRefused if it
        refuses to sort, NoApiHere for a response without a list.
        """
        return self._listed({"limit": "1", "sort": "status", "descending": str(int(descending))})

    def _listed(self, which: Mapping[str, str]) -> list[ListedNumber]:
        parameters = {"campaign": self._campaign_id, **which}
        answer, _ = self._client.repeat("bulk/destinations/list", parameters, most=LONGEST_PAGE, redact=self._redact)
        rows = [] if answer.code == "204" else answer.data
        if not isinstance(rows, list) or not all(
            isinstance(row, dict) and isinstance(row.get("dnumber"), SCALARS) for row in rows
        ):
            raise NoApiHere("The server's response is not a list of telephone numbers.")
        return [ListedNumber(plain(row["dnumber"])[:LONGEST_NUMBER].strip(), _status(row)) for row in rows]

    def update(self, numbers: Sequence[str], status: str) -> None:
        """Give numbers of the campaign, as the server lists them, another status. It may be repeated freely."""
        self._client.repeat("bulk/destinations/update", self._about(numbers, status), redact=self._redact)

    def _about(self, numbers: Sequence[str], status: str) -> dict[str, str]:
        return {"campaign": self._campaign_id, "dnumbers": ",".join(numbers), "status": status}


def _status(row: dict[str, Any]) -> str | None:
    status = row.get("status")
    return plain(status).strip().lower() if isinstance(status, SCALARS) else None


def _both(first: Redact, second: Redact) -> Redact:
    return lambda text: second(first(text))


def _count(answer: Answer) -> int | None:
    """Return the count in an answer; some servers send it as a string."""
    value = answer.data.get("count") if isinstance(answer.data, dict) else None
    text = plain(value).strip() if isinstance(value, SCALARS) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST_COUNTED)):
        return None
    return int(text)
