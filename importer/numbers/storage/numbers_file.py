"""The file of a run's numbers: who is to be called by which campaign, and who is not."""

import json
from collections.abc import Collection, Iterator, Sequence
from importlib.resources import files
from itertools import islice
from pathlib import Path

from importer.errors import WrongSettings
from importer.journal import Database, FileTroubles, Journal, Pending
from importer.model import LoadStatus, NumberLoad
from importer.numbers.storage import duplicates
from importer.numbers.storage.places import numbers_path
from importer.numbers.storage.prints import Prints
from importer.numbers.storage.stored import (
    DuplicateScope,
    JudgedNumber,
    NumberList,
    StoredNumber,
    as_stored_number,
    code_of,
)
from schemas.problem_codes import ProblemCode

NUMBERS = FileTroubles(
    name="file of numbers",
    copying="",
    another="import the numbers again",
    restore="import the numbers again, once you know from the server who was called",
    loss="people could be called twice",
)

PAGE = 10_000


def open_numbers(path: Path) -> Database:
    """Open a file of numbers, or make it. Raises Locked and WrongSettings as the journal does."""
    new = files("importer.numbers.storage").joinpath("numbers.sql").read_text(encoding="utf-8")
    return Database(path, new, (), NUMBERS)


class NumbersFile:
    """The numbers of one run, in a file beside the journal. Safe to use from several threads, except for adding.

    With `as_written`, the texts of all numbers are kept, to be sent as they are. Raises Locked if another program has
    the file, WrongSettings if it cannot be used.
    """

    def __init__(self, journal: Path, run_id: str, *, as_written: bool = False) -> None:
        try:
            self.path = numbers_path(journal, run_id)
        except OSError as error:
            raise NUMBERS.unusable(journal.with_name("numbers"), error) from None
        self.run_id = run_id
        self.database = open_numbers(self.path)
        self._as_written = as_written
        self._ends: dict[int, int] = {}
        self._adding: Pending[object] = self.database.begin(lambda _: None)

    @staticmethod
    def exists(journal: Path, run_id: str) -> bool:
        """Say whether a run has a file of numbers."""
        return numbers_path(journal, run_id).exists()

    def close(self) -> None:
        """Write what is pending and close the file."""
        self.database.close()

    def __enter__(self) -> "NumbersFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add_source(self, name: str) -> int:
        """Add a table that numbers come from, such as "leads.xlsx Sheet1"; return its number."""
        return self.database.change(
            lambda db: int(db.execute("INSERT INTO sources (name) VALUES (:name)", {"name": name}).lastrowid or 0)
        )

    def list_for(self, *, row: int = 0, campaign_id: str = "", switch_on: bool = False) -> int:
        """Return the list for a row of the run's sheet, or for a campaign that exists; it is made when first asked for.

        `switch_on` says that the campaign is to be on once the server has all numbers; one that exists and is off
        stays off without it.
        """
        known = {"row": row, "campaign": campaign_id, "on": int(switch_on)}
        same = "row = :row" if row else "row = 0 AND campaign_id = :campaign"
        found = self.database.read(f"SELECT list FROM lists WHERE {same}", known)
        if found:
            return int(found[0]["list"])
        insert = "INSERT INTO lists (row, campaign_id, switch_on) VALUES (:row, :campaign, :on)"
        return self.database.change(lambda db: int(db.execute(insert, known).lastrowid or 0))

    def add(self, list_number: int, numbers: Sequence[JudgedNumber]) -> None:
        """Append numbers to a list, thousands at a time. They are on disk when the lists are closed."""
        end = self._end_of(list_number)
        self._ends[list_number] = end + len(numbers)
        places = list(enumerate(numbers, start=end + 1))
        kept = [
            (list_number, at, one.e164, one.problem_code, int(one.status), one.source, one.row,
             one.text if self._as_written else None)
            for at, one in places
        ]  # fmt: skip
        refused = [
            (list_number, at, one.text, one.country, one.message) for at, one in places if one.problem_code is not None
        ]
        said = [(list_number, at, one.wrong_status, one.zone) for at, one in places if one.wrong_status or one.zone]
        # One block is prepared while the one before it is written, so that no more than two are in memory.
        self._adding.wait()
        self._adding = self.database.begin(
            lambda db: (
                db.executemany("INSERT INTO numbers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", kept),
                db.executemany("INSERT INTO refused VALUES (?, ?, ?, ?, ?)", refused),
                db.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", said),
                db.execute("DELETE FROM closed"),
            )
        )

    def leave_out(self, list_number: int) -> None:
        """Leave out a list whose campaign is not created: its numbers do not keep other campaigns from calling them."""
        self.database.change(
            lambda db: db.execute("UPDATE lists SET left_out = 1 WHERE list = :list", {"list": list_number})
        )

    def renumber(self, list_number: int, row: int) -> None:
        """Give a list another row, whose place among the rows of the others is the same."""
        change = {"list": list_number, "row": row}
        self.database.change(lambda db: db.execute("UPDATE lists SET row = :row WHERE list = :list", change))

    def leave_out_numbers(self, numbers: Collection[int], but_for: Collection[int]) -> None:
        """Give numbers that another campaign on the server has that verdict, but for those of some lists."""
        self.raise_if_begun()
        record = {
            "code": ProblemCode.ELSEWHERE,
            "numbers": json.dumps(list(numbers)),
            "own": json.dumps(list(but_for)),
        }
        statement = (
            "UPDATE numbers SET verdict = :code WHERE verdict IS NULL AND e164 IN (SELECT value FROM "
            "json_each(:numbers)) AND list NOT IN (SELECT value FROM json_each(:own))"
        )
        self.database.change(lambda db: db.execute(statement, record))

    def close_lists(self, duplicates_of: DuplicateScope = DuplicateScope.RUN) -> None:
        """All numbers are added: find those that are listed twice. Again only as long as nothing was sent."""
        self._adding.wait()
        self.raise_if_begun()
        duplicates.find(self.database, duplicates_of)

    @property
    def is_closed(self) -> bool:
        """Whether all numbers are added: what was interrupted before has duplicates, or lacks numbers."""
        return bool(self.database.read("SELECT 1 FROM closed"))

    def not_again(self, prints: Prints, since: str) -> int:
        """Give numbers that earlier runs have loaded since a time (ISO 8601, UTC) that verdict; return how many."""
        self._adding.wait()
        self.raise_if_begun()
        return duplicates.find_loaded_before(self.database, prints, self.run_id, since)

    def only_in(self, list_numbers: Collection[int]) -> Iterator[int]:
        """Yield the numbers to load of some lists that no other list has."""
        theirs = "list IN (SELECT value FROM json_each(:lists))"
        query = (
            f"SELECT DISTINCT e164 FROM numbers WHERE verdict IS NULL AND {theirs} AND e164 NOT IN "
            f"(SELECT e164 FROM numbers WHERE verdict IS NULL AND NOT {theirs})"
        )
        found = self.database.stream(query, {"lists": json.dumps(sorted(list_numbers))})
        return (int(one["e164"]) for one in found)

    def counts(self, list_number: int | None = None) -> dict[ProblemCode | None, int]:
        """Return how many numbers of a list (None: of all) have each verdict; None is "to load"."""
        found = self.database.read(
            "SELECT verdict, count(*) AS n FROM numbers WHERE :list IS NULL OR list = :list GROUP BY verdict",
            {"list": list_number},
        )
        return {code_of(one["verdict"]): one["n"] for one in found}

    def lists(self) -> list[NumberList]:
        """Return the lists that are not left out, in the order in which campaigns come first."""
        query = "SELECT * FROM lists WHERE left_out = 0"
        return [
            NumberList(
                number=one["list"],
                row=one["row"],
                campaign_id=one["campaign_id"],
                switch_on=bool(one["switch_on"]),
                there=one["there"],
                status=LoadStatus(one["status"]),
                message=one["message"],
                is_doubted=bool(one["doubted"]),
            )
            for one in self.database.read(f"{query} ORDER BY {duplicates.FIRST_CAMPAIGN}")
        ]

    def has_all_of(self, list_number: int, other: "NumbersFile", other_list: int) -> bool:
        """Say whether a list has all numbers to load of a list of another run, or its campaign has them already."""
        query = (
            "SELECT count(DISTINCT e164) AS n FROM numbers WHERE list = :list "
            "AND (verdict IS NULL OR verdict = :there) AND e164 IN (SELECT value FROM json_each(:numbers))"
        )
        asked = {"list": list_number, "there": ProblemCode.THERE_ALREADY}
        numbers = other.database.stream(
            "SELECT DISTINCT e164 FROM numbers WHERE list = :list AND verdict IS NULL", {"list": other_list}
        )
        while block := [one["e164"] for one in islice(numbers, PAGE)]:
            if self.database.read(query, {**asked, "numbers": json.dumps(block)})[0]["n"] < len(block):
                return False
        return True

    def record(self, one: NumberList) -> None:
        """Write to disk how far a list has come."""
        record = {
            "list": one.number,
            "campaign": one.campaign_id,
            "there": one.there,
            "on": int(one.switch_on),
            "status": one.status,
            "message": one.message,
        }
        self.database.change(
            lambda db: db.execute(
                "UPDATE lists SET campaign_id = :campaign, there = :there, switch_on = :on, status = :status, "
                "message = :message WHERE list = :list",
                record,
            )
        )

    def record_switch_on(self, list_number: int) -> None:
        """Write to disk that the campaign of a list is to be on at the end."""
        self.database.change(
            lambda db: db.execute("UPDATE lists SET switch_on = 1 WHERE list = :list", {"list": list_number})
        )

    def loads(self) -> list[NumberLoad]:
        """Return how far each list has come, as counts. Of one that is loaded, nothing is left to count."""
        query = (
            "SELECT list, loaded, CASE status WHEN 'loaded' THEN loaded ELSE "
            "(SELECT count(*) FROM numbers WHERE numbers.list = so_far.list AND verdict IS NULL) END AS to_load FROM "
            "(SELECT list, status, (SELECT coalesce(sum(size), 0) FROM batches WHERE batches.list = lists.list "
            "AND state = 'loaded') AS loaded FROM lists) AS so_far"
        )
        counts = {one["list"]: one for one in self.database.read(query)}
        return [
            NumberLoad(
                run=self.run_id,
                number=one.number,
                row=one.row,
                campaign_id=one.campaign_id,
                to_load=counts[one.number]["to_load"],
                loaded=counts[one.number]["loaded"],
                status=one.status,
                message=one.message,
            )
            for one in self.lists()
        ]

    def register(self, journal: Journal) -> None:
        """Tell the journal which campaigns get numbers: from now on these are created off."""
        journal.number_loads.register(self.run_id, self.loads())

    def not_loaded(self) -> Iterator[StoredNumber]:
        """Yield the numbers that are not loaded, each with the reason."""
        return self._numbers("verdict IS NOT NULL")

    def every_number(self) -> Iterator[StoredNumber]:
        """Yield all numbers."""
        return self._numbers("1")

    def raise_if_begun(self) -> None:
        """Raise WrongSettings if numbers of this file were sent."""
        if self.database.read("SELECT 1 FROM batches LIMIT 1"):
            message = f"Numbers of run {self.run_id} were sent, so its lists cannot be changed any more."
            raise WrongSettings(message, ProblemCode.LOAD_BEGUN)

    def _end_of(self, list_number: int) -> int:
        if list_number not in self._ends:
            query = "SELECT coalesce(max(at), 0) AS last FROM numbers WHERE list = :list"
            self._ends[list_number] = self.database.read(query, {"list": list_number})[0]["last"]
        return self._ends[list_number]

    def _numbers(self, condition: str) -> Iterator[StoredNumber]:
        query = (
            "SELECT lists.row AS list_row, campaign_id, name, numbers.row AS row, e164, verdict, "
            "coalesce(refused.text, numbers.text, '') AS written, coalesce(country, '') AS country, "
            "coalesce(refused.message, '') AS why, numbers.status AS status, "
            "coalesce(said.status, '') AS wrong_status, coalesce(zone, '') AS zone, coalesce(("
            # Batches do not overlap: the last one that begins before a number has it, or none.
            "SELECT state = 'loaded' AND last >= numbers.at FROM batches WHERE batches.list = numbers.list "
            "AND batches.status = numbers.status AND first <= numbers.at ORDER BY first DESC LIMIT 1), 0) AS sent "
            "FROM numbers JOIN lists USING (list) "
            "LEFT JOIN sources USING (source) LEFT JOIN refused USING (list, at) LEFT JOIN said USING (list, at) "
            f"WHERE {condition} ORDER BY list, at"
        )
        return map(as_stored_number, self.database.stream(query, {}))
