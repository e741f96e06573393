"""Numbers that are listed twice, or were loaded by an earlier run: found in the file, in flat memory.

Who is loaded does not depend on the order of rows and files. Of a number that one campaign lists twice, the more
cautious status counts, so that somebody who is cancelled once is cancelled; of campaigns, the first of the run's sheet
has the number, wherever it stands in the lists. The campaigns that one row was split into count as one: a person who is
listed in two of its zones is not called twice. Only numbers that may be loaded count: one that is refused in one place
does not keep the same number in another from being loaded.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from importer.journal import Database
from importer.model import PARTS_APART
from importer.numbers.storage.prints import PrintArray, Prints
from importer.numbers.storage.stored import DuplicateScope
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    import sqlite3

_SHEET_ROW = f"lists.row % {PARTS_APART}"

FIRST_CAMPAIGN = f"{_SHEET_ROW}, lists.row, length(lists.campaign_id), lists.campaign_id, lists.list"
"""The order in which campaigns come first: campaigns that existed by their IDs, then the rows of the sheet."""

AT_ONCE = 10_000

_FOUND_HERE = (ProblemCode.DUPLICATE, ProblemCode.IN_OTHER_CAMPAIGN, ProblemCode.NOT_CREATED_FOR)
"""The verdicts that are given here, and given anew each time."""

_MARK = """
UPDATE numbers SET verdict = twice.verdict FROM (
    SELECT list, at, CASE WHEN before = whole THEN :in_list ELSE :in_run END AS verdict FROM (
        SELECT list, at, whole, row_number() OVER by_number AS place, lag(whole) OVER by_number AS before
        FROM numbers JOIN (
            SELECT list AS ranked, left_out, row AS part, dense_rank() OVER (
                ORDER BY {row}, length(campaign_id), campaign_id, CASE WHEN row = 0 THEN list ELSE 0 END
            ) AS whole FROM lists
        ) ON ranked = list
        WHERE verdict IS NULL AND left_out = 0
        WINDOW by_number AS (PARTITION BY e164 ORDER BY whole, status DESC, part, at)
    ) WHERE place > 1 AND {among}
) AS twice WHERE numbers.list = twice.list AND numbers.at = twice.at
"""

_AMONG = {DuplicateScope.LIST: "before = whole", DuplicateScope.RUN: "1", DuplicateScope.SERVER: "1"}


def find(database: Database, scope: DuplicateScope) -> None:
    """Give the verdict of duplicates anew to all numbers of the run but the one of each that is loaded."""
    codes = ", ".join(f"'{code}'" for code in _FOUND_HERE)
    left_out = "(SELECT list FROM lists WHERE left_out = 1)"
    mark = _MARK.format(row=_SHEET_ROW, among=_AMONG[scope])
    words = {"in_list": ProblemCode.DUPLICATE, "in_run": ProblemCode.IN_OTHER_CAMPAIGN}
    database.change(lambda db: db.execute(f"UPDATE numbers SET verdict = NULL WHERE verdict IN ({codes})"))
    database.change(
        lambda db: db.execute(
            f"UPDATE numbers SET verdict = :code WHERE verdict IS NULL AND list IN {left_out}",
            {"code": ProblemCode.NOT_CREATED_FOR},
        )
    )
    database.change(lambda db: (db.execute(mark, words), db.execute("INSERT INTO closed (closed) VALUES (1)")))
    # One person is looked up by it, and what the server lists.
    database.change(lambda db: db.execute("CREATE INDEX IF NOT EXISTS numbers_by_number ON numbers (e164, list, at)"))


def find_loaded_before(database: Database, prints: Prints, run_id: str, since: str) -> int:
    """Give their verdict to numbers that other runs have loaded since a time; return how many there are."""
    code = {"code": ProblemCode.LOADED_BEFORE}
    database.change(lambda db: db.execute("UPDATE numbers SET verdict = NULL WHERE verdict = :code", code))
    return sum(
        _mark_known(database, prints, known, block)
        for known in prints.blocks(since, run_id)
        for block in _blocks(database)
    )


def _mark_known(database: Database, prints: Prints, known: PrintArray, block: Sequence[tuple[int, int, int]]) -> int:
    are_known = prints.are_in(known, [e164 for _, _, e164 in block])
    places = [
        {"list": one, "at": at, "code": ProblemCode.LOADED_BEFORE}
        for (one, at, _), is_known in zip(block, are_known.tolist(), strict=True)
        if is_known
    ]
    if places:
        database.change(partial(_set_verdicts, places))
    return len(places)


def _set_verdicts(places: list[dict[str, object]], db: "sqlite3.Connection") -> None:
    db.executemany("UPDATE numbers SET verdict = :code WHERE list = :list AND at = :at", places)


def _blocks(database: Database) -> Iterator[list[tuple[int, int, int]]]:
    numbers = database.stream("SELECT list, at, e164 FROM numbers WHERE verdict IS NULL", {})
    while block := [(one["list"], one["at"], one["e164"]) for one in islice(numbers, AT_ONCE)]:
        yield block
