"""What the server lists for a campaign, compared with what is to be loaded: all in the file, in flat memory."""

from collections.abc import Iterable

from importer.journal import Database
from schemas.problem_codes import ProblemCode

_LISTED = "e164 IN (SELECT e164 FROM listed WHERE list = :list)"
_BATCHED = (
    "EXISTS (SELECT 1 FROM batches WHERE batches.list = numbers.list AND batches.status = numbers.status "
    "AND numbers.at BETWEEN batches.first AND batches.last AND batches.state = '{state}')"
)

_TO_LOAD = "numbers.list = :list AND verdict IS NULL"
_MISSING = f"{_TO_LOAD} AND {_BATCHED.format(state='loaded')} AND NOT {_LISTED}"


class ListedNumbers:
    """The numbers that the server lists for one campaign, as far as its pages were read."""

    def __init__(self, database: Database, list_number: int) -> None:
        self._database = database
        self._list = {"list": list_number}

    def clear(self) -> None:
        """Forget what was listed."""
        self._database.change(lambda db: db.execute("DELETE FROM listed WHERE list = :list", self._list))

    def add(self, numbers: Iterable[int]) -> None:
        """Add numbers of a page."""
        records = [{**self._list, "e164": one} for one in numbers]
        statement = "INSERT OR IGNORE INTO listed (list, e164) VALUES (:list, :e164)"
        self._database.change(lambda db: db.executemany(statement, records))

    def missing(self) -> int:
        """Return how many numbers of loaded batches are not listed."""
        return self._count(_MISSING)

    def first_missing(self) -> int:
        """Return the first of these numbers; there must be one."""
        query = f"SELECT e164 FROM numbers WHERE {_MISSING} ORDER BY at LIMIT 1"
        return int(self._database.read(query, self._list)[0]["e164"])

    def unsent_missing(self) -> int:
        """Return how many numbers to load are not listed, of a list of which nothing was sent."""
        return self._count(f"{_TO_LOAD} AND NOT {_LISTED}")

    def ours(self) -> int:
        """Return how many numbers of batches are listed."""
        sent = " OR ".join(_BATCHED.format(state=state) for state in ("in_doubt", "loaded"))
        return self._count(f"{_TO_LOAD} AND ({sent}) AND {_LISTED}")

    def any_listed_since(self) -> bool:
        """Say whether numbers of the list were sent, or may have been, that are on a do-not-call list since."""
        # In this order: few have words beside them, if any.
        words = "refused CROSS JOIN numbers USING (list, at) WHERE refused.list = :list AND verdict = :code"
        query = f"SELECT EXISTS (SELECT 1 FROM {words}) AS any"
        record = {**self._list, "code": ProblemCode.LISTED_SINCE}
        return bool(self._database.read(query, record)[0]["any"])

    def set_present(self) -> None:
        """Record which numbers of batches in doubt the server has: they are not sent again."""
        query = f"SELECT list, at FROM numbers WHERE {_TO_LOAD} AND {_BATCHED.format(state='in_doubt')} AND {_LISTED}"
        self._database.change(lambda db: db.execute(f"INSERT OR IGNORE INTO present (list, at) {query}", self._list))

    def set_there_already(self) -> int:
        """Give that verdict to numbers that were never sent and are listed; return how many there are."""
        sent = " OR ".join(_BATCHED.format(state=state) for state in ("sending", "in_doubt", "loaded"))
        statement = f"UPDATE numbers SET verdict = :code WHERE {_TO_LOAD} AND NOT ({sent}) AND {_LISTED}"
        record = {**self._list, "code": ProblemCode.THERE_ALREADY}
        return self._database.change(lambda db: db.execute(statement, record).rowcount)

    def set_missing_in_doubt(self) -> None:
        """Put loaded batches in doubt whose numbers are not all listed."""
        number = (
            "SELECT 1 FROM numbers WHERE numbers.list = batches.list AND numbers.status = batches.status "
            "AND numbers.at BETWEEN batches.first AND batches.last AND verdict IS NULL "
            f"AND NOT numbers.{_LISTED}"
        )
        statement = (
            f"UPDATE batches SET state = 'in_doubt' WHERE list = :list AND state = 'loaded' AND EXISTS ({number})"
        )
        self._database.change(lambda db: db.execute(statement, self._list))

    def _count(self, condition: str) -> int:
        return int(self._database.read(f"SELECT count(*) AS n FROM numbers WHERE {condition}", self._list)[0]["n"])
