"""Numbers of lists that are not loaded yet, and got onto a do-not-call list meanwhile: they are sent no more."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from importer.journal import Database
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    import sqlite3

AT_ONCE = 10_000

MAY_BE_LOADED = (
    ProblemCode.DUPLICATE,
    ProblemCode.IN_OTHER_CAMPAIGN,
    ProblemCode.NOT_CREATED_FOR,
    ProblemCode.LOADED_BEFORE,
)
"""Verdicts that are given anew until something is sent: the number may be one to load then."""

_CODES = ", ".join(f"'{code}'" for code in MAY_BE_LOADED)
_WAS_SENT = (
    "EXISTS (SELECT 1 FROM batches WHERE batches.list = numbers.list AND batches.status = numbers.status "
    "AND numbers.at BETWEEN batches.first AND batches.last)"
)


class Unfinished(NamedTuple):
    """A number that was sent, or may be; `is_to_load` says that no other verdict has kept it from that so far."""

    at: int
    e164: int
    is_to_load: bool


class UnfinishedNumbers:
    """The numbers of one list that is not loaded to its end."""

    def __init__(self, database: Database, list_number: int) -> None:
        self._database = database
        self._list = {"list": list_number}

    def blocks(self) -> Iterator[list[Unfinished]]:
        """Yield the numbers, many at a time."""
        query = (
            "SELECT at, e164, verdict IS NULL AS to_load FROM numbers "
            f"WHERE list = :list AND (verdict IS NULL OR verdict IN ({_CODES})) ORDER BY at"
        )
        found = self._database.stream(query, self._list)
        while block := [Unfinished(one["at"], one["e164"], bool(one["to_load"])) for one in islice(found, AT_ONCE)]:
            yield block

    def set_listed(self, found: Sequence[tuple[int, str]]) -> None:
        """Give numbers, by their positions, the verdict that they are on a do-not-call list, with why in words.

        What was sent, or may have been, is told apart: the server may have it.
        """
        if not found:
            return
        places = [at for at, _ in found]
        batches = {**self._list, "first": min(places), "last": max(places)}
        records = [
            {**self._list, "at": at, "why": why, "on": ProblemCode.ON_DNC, "since": ProblemCode.LISTED_SINCE}
            for at, why in found
        ]

        def make(db: "sqlite3.Connection") -> None:
            db.executemany(
                "INSERT INTO refused (list, at, text, country, message) SELECT list, at, "
                "coalesce(text, '+' || e164), '', :why FROM numbers WHERE list = :list AND at = :at "
                "ON CONFLICT (list, at) DO UPDATE SET message = :why",
                records,
            )
            db.executemany(
                f"UPDATE numbers SET verdict = CASE WHEN verdict IS NULL AND {_WAS_SENT} THEN :since ELSE :on END "
                "WHERE list = :list AND at = :at",
                records,
            )
            db.execute(
                "UPDATE batches SET size = (SELECT count(*) FROM numbers WHERE numbers.list = batches.list "
                "AND numbers.status = batches.status AND at BETWEEN first AND last AND verdict IS NULL) "
                "WHERE list = :list AND first <= :last AND last >= :first",
                batches,
            )

        self._database.change(make)
