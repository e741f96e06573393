"""Which rows of a run earlier runs have created already, as they are or edited since."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby

from importer.journal.conditions import LISTED, SUPERSEDED, UNSENT
from importer.journal.database import Database, hashed
from importer.journal.known import (
    MOST_NAMED,
    Edited,
    ExistingRow,
)
from importer.journal.records import as_existing_row
from importer.model import OnChange, Run

FORMER = (
    "SELECT run, row, former_fingerprints.fingerprint FROM former_fingerprints JOIN rows USING (run, row) "
    f"WHERE run = ? AND {UNSENT}"
)
"""What earlier versions would have given to the rows of a run as their fingerprints."""


class Recognition:
    """Looks the rows of a run up among those of earlier runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_existing(self, run: Run) -> list[tuple[int, ExistingRow]]:
        """Return the rows to be created whose campaign an earlier run created, each with the first row that did.

        Where another row has given the campaign other values since, it counts only if edited rows are campaigns of
        their own.
        """
        mine = (
            f"SELECT run, row, fingerprint FROM rows WHERE run = ? AND {UNSENT} AND fingerprint <> '' "
            f"UNION ALL {FORMER} AND NOT read_before"
        )
        found = self._earlier(run, mine, superseded=run.on_change is OnChange.CREATE)
        return [(number, as_existing_row(record)) for number, record in found.items()]

    def read_otherwise(self, run: Run) -> list[Edited]:
        """Return the rows to be created that an earlier run created from the same cells, which it read otherwise.

        Only for the rows that `find_existing` has left over.
        """
        found = self._earlier(run, f"{FORMER} AND read_before", superseded=False)
        return [Edited(number, (as_existing_row(record),), read_before=True) for number, record in found.items()]

    def named(self, run: Run) -> list[Edited]:
        """Return the rows to be created for which a results file has the ID of a campaign that an earlier run created.

        Only for the rows that `find_existing` has left over. A campaign that another row of the run stands for does not
        count.
        """
        found = self._database.read(
            "SELECT mine.row AS number, rows.run, rows.row, rows.status, rows.campaign_id, 0 AS read_before FROM ("
            "SELECT row, named_id, (SELECT rows.run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.campaign_id = mine.named_id AND rows.run <> mine.run "
            f"AND status IN ({LISTED}) AND server = ? AND account = ? AND NOT {SUPERSEDED} ORDER BY rows.run LIMIT 1"
            f") AS earlier FROM rows AS mine WHERE run = ? AND {UNSENT} AND named_id <> '' AND NOT EXISTS ("
            "SELECT 1 FROM rows AS theirs WHERE theirs.campaign_id = mine.named_id AND theirs.run = mine.run)"
            ") AS mine JOIN rows ON rows.campaign_id = mine.named_id AND rows.run = mine.earlier ORDER BY mine.row",
            (run.server, run.account, run.id),
        )
        return [Edited(record["number"], (as_existing_row(record),)) for record in found]

    def edited(self, run: Run) -> Iterator[Edited]:
        """Yield the rows to be created that have the name and customer of campaigns that earlier runs created.

        Only for the rows that `find_existing` has left. Campaigns that other rows of the run stand for do not count.
        """
        mine = self._database.stream(
            f"SELECT row, name, customer FROM rows AS mine WHERE run = ? AND {UNSENT} AND EXISTS ("
            "SELECT 1 FROM rows WHERE rows.name IN (mine.name, hashed(mine.name)) AND rows.customer = mine.customer "
            "AND rows.campaign_id IS NOT NULL AND rows.run <> mine.run) ORDER BY name, customer, row",
            (run.id,),
        )
        for (name, customer), rows in groupby(mine, key=lambda record: (record["name"], record["customer"])):
            if made := self._made(run, name, customer):
                yield from (Edited(record["row"], made) for record in rows)

    def similar(self, run: Run) -> Iterator[tuple[int, ExistingRow, str]]:
        """Yield the valid rows whose names look like those of campaigns that earlier runs created, and are not equal.

        Each with the first row that did, and the name of that; what stands for it where its texts are removed.
        """
        mine = self._database.stream(
            "SELECT row, name, folded, customer FROM rows AS mine WHERE run = ? AND status = 'valid' AND EXISTS ("
            "SELECT 1 FROM rows WHERE rows.folded IN (mine.folded, hashed(mine.folded)) "
            "AND rows.customer = mine.customer AND rows.campaign_id IS NOT NULL AND rows.run <> mine.run) "
            "ORDER BY folded, name, customer, row",
            (run.id,),
        )
        names = ("folded", "name", "customer")
        for (plain, name, customer), rows in groupby(mine, key=lambda record: tuple(record[one] for one in names)):
            found = self._database.read(
                "SELECT rows.run, rows.row, rows.status, rows.campaign_id, rows.name, 0 AS read_before "
                "FROM rows JOIN runs ON runs.id = rows.run WHERE folded IN (?, ?) AND customer = ? "
                "AND campaign_id IS NOT NULL AND rows.name NOT IN (?, ?) AND rows.run <> ? "
                f"AND status IN ({LISTED}) AND server = ? AND account = ? ORDER BY rows.run, rows.row LIMIT 1",
                (plain, hashed(plain), customer, name, hashed(name), run.id, run.server, run.account),
            )
            if found:
                yield from ((record["row"], as_existing_row(found[0]), found[0]["name"]) for record in rows)

    def _earlier(self, run: Run, mine: str, *, superseded: bool) -> dict[int, sqlite3.Row]:
        """Return the rows of earlier runs that made campaigns of the fingerprints in `mine`, by the numbers there.

        `mine` is a query of run, row and fingerprint. Each fingerprint is looked up once, whatever number of runs have
        it: the first that has made the campaign is taken.
        """
        found = self._database.read(
            "SELECT mine.row AS number, rows.run, rows.row, rows.status, rows.campaign_id, 0 AS read_before FROM ("
            "SELECT mine.row, mine.fingerprint, (SELECT rows.run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.fingerprint = mine.fingerprint AND rows.fingerprint <> '' AND rows.run <> mine.run "
            f"AND status IN ({LISTED}) AND server = ? AND account = ? {'' if superseded else f'AND NOT {SUPERSEDED}'} "
            f"ORDER BY rows.run LIMIT 1) AS earlier FROM ({mine}) AS mine) AS mine "
            "JOIN rows ON rows.run = mine.earlier AND rows.fingerprint = mine.fingerprint "
            "AND rows.fingerprint <> '' ORDER BY mine.row",
            (run.server, run.account, *[run.id] * mine.count("?")),
        )
        return {record["number"]: record for record in reversed(found)}

    def _made(self, run: Run, name: str, customer: str) -> tuple[ExistingRow, ...]:
        """Return the first few campaigns of a name and customer that earlier runs created, one row for each."""
        found = self._database.read(
            "SELECT rows.run, min(rows.row) AS row, min(rows.status) AS status, rows.campaign_id, 0 AS read_before "
            "FROM (SELECT campaign_id, min(rows.run) AS run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE name IN (?, ?) AND customer = ? AND campaign_id IS NOT NULL "
            f"AND status IN ({LISTED}) AND server = ? AND account = ? AND rows.run <> ? AND NOT {SUPERSEDED} "
            "AND NOT EXISTS (SELECT 1 FROM rows AS mine WHERE mine.campaign_id = rows.campaign_id AND mine.run = ?) "
            f"GROUP BY campaign_id ORDER BY campaign_id LIMIT {MOST_NAMED + 1}) AS made "
            "JOIN rows ON rows.campaign_id = made.campaign_id AND rows.run = made.run "
            "GROUP BY rows.run, rows.campaign_id ORDER BY rows.campaign_id",
            (name, hashed(name), customer, run.server, run.account, run.id, run.id),
        )
        return tuple(map(as_existing_row, found))
