"""The batches of a list: each is on disk as `sending` before it leaves, and keeps its bounds from then on.

A batch is cut from what is behind the last one when its turn comes. So nothing has to be cut again when batches become
smaller, and what was never sent is always what is behind the last batch.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from importer.journal import Database, Pending
from importer.numbers.storage.stored import BatchState, NumberBatch, NumberStatus, NumbersToSend, ToSend
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    import sqlite3

_WHOSE = "list = :list AND status = :status"
_MINE = f"{_WHOSE} AND first = :first"
_WITHIN = f"{_WHOSE} AND at BETWEEN :first AND :last"
_NOT_PRESENT = "NOT EXISTS (SELECT 1 FROM present WHERE present.list = numbers.list AND present.at = numbers.at)"


class Batches:
    """The batches of a file of numbers. One thread at a time may work on a list."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recover_interrupted(self) -> None:
        """Start afresh after a process that ended: what it was sending is in doubt. Only for the holder of the lock."""
        self._database.change(
            lambda db: (
                db.execute("UPDATE batches SET state = 'in_doubt' WHERE state = 'sending'"),
                db.execute(
                    "UPDATE lists SET doubted = 1 WHERE list IN (SELECT list FROM batches WHERE state = 'in_doubt')"
                ),
            )
        )

    def set_doubted(self, list_number: int, *, is_doubted: bool) -> None:
        """Write to disk whether a request for a list was not answered, and may yet be carried out."""
        change = {"list": list_number, "doubted": int(is_doubted)}
        self._database.change(lambda db: db.execute("UPDATE lists SET doubted = :doubted WHERE list = :list", change))

    def statuses(self) -> Mapping[int, Sequence[NumberStatus]]:
        """Return the statuses that numbers to load have, by list: one reading of all numbers, beside others."""
        found: dict[int, list[NumberStatus]] = {}
        query = "SELECT DISTINCT list, status FROM numbers WHERE verdict IS NULL"
        # Sorted here: an order in the query would sort all numbers.
        for list_number, status in sorted((one["list"], one["status"]) for one in self._database.stream(query, {})):
            found.setdefault(list_number, []).append(NumberStatus(status))
        return found

    def to_call(self) -> Mapping[int, int]:
        """Return how many numbers to load will be called, by list: those whose status is pending."""
        query = "SELECT list, count(*) AS n FROM numbers WHERE verdict IS NULL AND status = :status GROUP BY list"
        found = self._database.read(query, {"status": int(NumberStatus.PENDING)})
        return {one["list"]: one["n"] for one in found}

    def end(self, list_number: int, status: NumberStatus) -> int:
        """Return the last position of the last batch with a status; what is behind it was never sent."""
        query = f"SELECT coalesce(max(last), 0) AS last FROM batches WHERE {_WHOSE}"
        return int(self._database.read(query, {"list": list_number, "status": int(status)})[0]["last"])

    def next(self, list_number: int, status: NumberStatus, behind: int, size: int) -> NumberBatch | None:
        """Return the next numbers to load with a status, at most `size`; None if there are none behind a position."""
        numbers = self._numbers(
            f"{_WHOSE} AND at > :behind AND verdict IS NULL ORDER BY at LIMIT :size",
            {"list": list_number, "status": int(status), "behind": behind, "size": size},
        )
        return NumberBatch(list_number, status, min(numbers.at), max(numbers.at), numbers) if numbers else None

    def claim(self, batch: NumberBatch, moment: str) -> Pending[None]:
        """Start to record that a batch is about to be sent; wait for it before it leaves."""
        record = {**_key(batch), "last": batch.last, "size": len(batch.numbers), "sent": moment}

        def make(db: "sqlite3.Connection") -> None:
            db.execute(
                "INSERT INTO batches (list, status, first, last, state, size, sent) "
                "VALUES (:list, :status, :first, :last, 'sending', :size, :sent)",
                record,
            )

        return self._database.begin_claim(make)

    def in_doubt(self, list_number: int) -> list[NumberBatch]:
        """Return the batches in doubt of a list, with the numbers that the server is not known to have."""
        query = "SELECT status, first, last FROM batches WHERE list = :list AND state = 'in_doubt' ORDER BY first"
        found = self._database.read(query, {"list": list_number})
        return [self._batch(list_number, NumberStatus(one["status"]), one["first"], one["last"]) for one in found]

    def next_in_doubt(self, list_number: int, size: int) -> NumberBatch | None:
        """Return the first batch in doubt of a list; one of more than `size` numbers is replaced by halves in doubt."""
        while in_doubt := self.in_doubt(list_number):
            batch = in_doubt[0]
            if not batch.numbers:
                self.record(batch, BatchState.LOADED)
                self.flush()
            elif len(batch.numbers) > size:
                self._split(batch)
            else:
                return batch
        return None

    def record(self, batch: NumberBatch, state: BatchState) -> None:
        """Queue what became of a batch; its size is then that of its numbers that were to be loaded."""
        record = {**_key(batch), "last": batch.last, "state": state}
        self._database.queue(
            lambda db: db.execute(
                "UPDATE batches SET state = :state, size = (SELECT count(*) FROM numbers "
                f"WHERE {_WITHIN} AND verdict IS NULL) WHERE {_MINE}",
                record,
            )
        )

    def give_back(self, batch: NumberBatch) -> None:
        """Remove a batch that was certainly not taken: its numbers are cut anew."""
        self._database.change(lambda db: db.execute(f"DELETE FROM batches WHERE {_MINE}", _key(batch)))

    def _split(self, batch: NumberBatch) -> None:
        """Replace a batch in doubt by two halves in doubt: together, they have the same numbers."""
        middle = sorted(batch.numbers.at)[len(batch.numbers) // 2]
        record = {**_key(batch), "last": batch.last, "middle": middle}
        self._database.change(
            lambda db: (
                db.execute(
                    "INSERT INTO batches (list, status, first, last, state, size, sent) "
                    f"SELECT list, status, :middle, last, 'in_doubt', 0, sent FROM batches WHERE {_MINE}",
                    record,
                ),
                db.execute(f"UPDATE batches SET last = :middle - 1, state = 'in_doubt' WHERE {_MINE}", record),
            )
        )

    def reject(self, batch: NumberBatch, number: ToSend, words: str) -> None:
        """Record that the server refuses a number, in its words."""
        record = {"list": batch.list_number, "at": number.at, "words": words, "code": ProblemCode.NUMBER_REJECTED}
        written = number.text or f"+{number.e164}"
        self._database.change(
            lambda db: (
                db.execute("UPDATE numbers SET verdict = :code WHERE list = :list AND at = :at", record),
                db.execute(
                    "INSERT INTO refused (list, at, text, country, message) VALUES (:list, :at, :text, '', :words) "
                    "ON CONFLICT (list, at) DO UPDATE SET message = :words",
                    {**record, "text": written},
                ),
            )
        )

    def rejected(self) -> int:
        """Return how many numbers of the run the server refuses."""
        # In this order: few are refused, if any.
        query = "SELECT count(*) AS n FROM refused CROSS JOIN numbers USING (list, at) WHERE verdict = :code"
        return int(self._database.read(query, {"code": ProblemCode.NUMBER_REJECTED})[0]["n"])

    def refused_by_all(self) -> list[int]:
        """Return the numbers that the server refuses, without those that it may have in another list of the run."""
        refused = "SELECT e164 FROM refused CROSS JOIN numbers USING (list, at) WHERE verdict = :code"
        query = (
            f"{refused} EXCEPT SELECT e164 FROM numbers JOIN batches ON batches.list = numbers.list "
            "AND batches.status = numbers.status AND numbers.at BETWEEN batches.first AND batches.last "
            f"WHERE e164 IN ({refused}) AND verdict IS NULL"
        )
        return [one["e164"] for one in self._database.read(query, {"code": ProblemCode.NUMBER_REJECTED})]

    def loaded(self, list_number: int) -> int:
        """Return how many numbers of a list are in batches that are loaded."""
        query = "SELECT coalesce(sum(size), 0) AS n FROM batches WHERE list = :list AND state = 'loaded'"
        return int(self._database.read(query, {"list": list_number})[0]["n"])

    def size_in_doubt(self, list_number: int) -> int:
        """Return how many numbers of a list are in batches in doubt, with those that the server has."""
        query = (
            "SELECT count(*) AS n FROM batches JOIN numbers ON numbers.list = batches.list "
            "AND numbers.status = batches.status AND numbers.at BETWEEN batches.first AND batches.last "
            "WHERE batches.list = :list AND state = 'in_doubt' AND verdict IS NULL"
        )
        return int(self._database.read(query, {"list": list_number})[0]["n"])

    def set_loaded(self, list_number: int) -> None:
        """Record that the server has all batches in doubt of a list."""
        for batch in self.in_doubt(list_number):
            self.record(batch, BatchState.LOADED)
        self.clear_present(list_number)

    def clear_present(self, list_number: int) -> None:
        """Forget which numbers of batches in doubt the server has."""
        self._database.change(lambda db: db.execute("DELETE FROM present WHERE list = :list", {"list": list_number}))

    def to_load(self, list_number: int) -> int:
        """Return how many numbers of a list are to be loaded, or are."""
        query = "SELECT count(*) AS n FROM numbers WHERE list = :list AND verdict IS NULL"
        return int(self._database.read(query, {"list": list_number})[0]["n"])

    def all_loaded(self, list_number: int) -> NumbersToSend:
        """Return the numbers of the batches of a list that are loaded."""
        query = (
            "SELECT numbers.at AS at, e164, text FROM batches JOIN numbers ON numbers.list = batches.list "
            "AND numbers.status = batches.status AND numbers.at BETWEEN batches.first AND batches.last "
            "WHERE batches.list = :list AND state = 'loaded' AND verdict IS NULL"
        )
        return self._columns(query, {"list": list_number})

    def may_be_there(self, list_number: int) -> Iterator[int]:
        """Yield the numbers of a list that were sent, or may have been, also those that are on a list since."""
        query = (
            "SELECT e164 FROM batches JOIN numbers ON numbers.list = batches.list "
            "AND numbers.status = batches.status AND numbers.at BETWEEN batches.first AND batches.last "
            "WHERE batches.list = :list AND (verdict IS NULL OR verdict = :since)"
        )
        asked = {"list": list_number, "since": ProblemCode.LISTED_SINCE}
        return (int(one["e164"]) for one in self._database.stream(query, asked))

    def first_to_load(self) -> ToSend | None:
        """Return the first number of the run that is to be loaded."""
        found = self._numbers("verdict IS NULL ORDER BY list, at LIMIT 1", {})
        return found[0] if found else None

    def flush(self) -> None:
        """Wait until everything queued is on disk."""
        self._database.flush()

    def _batch(self, list_number: int, status: NumberStatus, first: int, last: int) -> NumberBatch:
        numbers = self._numbers(
            f"{_WITHIN} AND verdict IS NULL AND {_NOT_PRESENT} ORDER BY at",
            {"list": list_number, "status": int(status), "first": first, "last": last},
        )
        return NumberBatch(list_number, status, first, last, numbers)

    def _numbers(self, condition: str, parameters: dict[str, object]) -> NumbersToSend:
        return self._columns(f"SELECT at, e164, text FROM numbers WHERE {condition}", parameters)

    def _columns(self, query: str, parameters: dict[str, object]) -> NumbersToSend:
        """Return numbers to send; SQLite promises no order.

        It makes the columns: reading record by record would take the interpreter from other threads each time.
        """
        arrays = f"SELECT json_group_array(at), json_group_array(e164), json_group_array(text) FROM ({query})"
        at, e164, texts = map(json.loads, self._database.read(arrays, parameters)[0])
        return NumbersToSend(at, e164, texts)


def _key(batch: NumberBatch) -> dict[str, object]:
    return {"list": batch.list_number, "status": int(batch.status), "first": batch.first}
