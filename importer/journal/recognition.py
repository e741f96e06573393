"""Which rows of a run earlier runs have already created, unchanged or edited since."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby, islice
from operator import itemgetter

from importer.journal.conditions import LISTED, SUPERSEDED, UNSENT
from importer.journal.database import Database, Record
from importer.journal.hashing import hashed
from importer.journal.known import (
    MOST_NAMED,
    Edited,
    ExistingRow,
)
from importer.journal.records import as_existing_row
from importer.model import OnChange, Run

FORMER = (
    "SELECT run, row, former_fingerprints.fingerprint FROM former_fingerprints JOIN rows USING (run, row) "
    f"WHERE run = :run AND {UNSENT}"
)
"""The fingerprints that earlier versions would have given to the rows of a run."""

ASKED_AT_ONCE = 50
"""Number of rows looked up in one statement; each additional parameter makes all of them slower."""


class Recognition:
    """Looks up the rows of a run among those of earlier runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_existing(self, run: Run) -> list[tuple[int, ExistingRow]]:
        """Return the rows to be created whose campaign an earlier run created, each with the first row that did.

        If another row has since given the campaign other values, it counts only if edited rows become separate
        campaigns.
        """
        mine = (
            f"SELECT run, row, fingerprint FROM rows WHERE run = :run AND {UNSENT} AND fingerprint <> '' "
            f"UNION ALL {FORMER} AND read_before = 0"
        )
        earlier = self._earlier(run, mine, superseded=run.on_change is OnChange.CREATE)
        return [(number, as_existing_row(record)) for number, record in earlier.items()]

    def read_otherwise(self, run: Run) -> list[Edited]:
        """Return the rows to be created that an earlier run created from the same cells, which it read differently.

        Only for the rows that `find_existing` has left over.
        """
        earlier = self._earlier(run, f"{FORMER} AND read_before = 1", superseded=False)
        return [Edited(number, (as_existing_row(record),), read_before=True) for number, record in earlier.items()]

    def named(self, run: Run) -> list[Edited]:
        """Return the rows to be created for which a results file has the ID of a campaign that an earlier run created.

        Only for the rows that `find_existing` has left over. A campaign that belongs to another row of the run does not
        count.
        """
        records = self._database.read(
            "SELECT mine.row AS number, rows.run, rows.row, rows.status, rows.campaign_id, 0 AS read_before FROM ("
            "SELECT row, named_id, (SELECT rows.run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.campaign_id = mine.named_id AND rows.run <> mine.run "
            f"AND status IN ({LISTED}) AND server = :server AND account = :account AND NOT {SUPERSEDED} "
            f"ORDER BY rows.run LIMIT 1) AS earlier FROM rows AS mine "
            f"WHERE run = :run AND {UNSENT} AND named_id <> '' AND NOT EXISTS ("
            "SELECT 1 FROM rows AS theirs WHERE theirs.campaign_id = mine.named_id AND theirs.run = mine.run)"
            ") AS mine JOIN rows ON rows.campaign_id = mine.named_id AND rows.run = mine.earlier ORDER BY mine.row",
            _scope(run),
        )
        return [Edited(record["number"], (as_existing_row(record),)) for record in records]

    def edited(self, run: Run) -> Iterator[Edited]:
        """Yield the rows to be created that have the name and customer of campaigns that earlier runs created.

        Only for the rows that `find_existing` has left over. Campaigns that belong to other rows of the run do not
        count.
        """
        mine = self._database.stream(
            f"SELECT row, name, customer FROM rows WHERE run = :run AND {UNSENT} ORDER BY name, customer, row",
            {"run": run.id},
        )
        familiar = self._familiar(run, mine, "name")
        for (name, customer), rows in groupby(familiar, key=itemgetter("name", "customer")):
            if made := self._made(run, name, customer):
                yield from (Edited(record["row"], made) for record in rows)

    def similar(self, run: Run) -> Iterator[tuple[int, ExistingRow, str]]:
        """Yield the valid rows whose names resemble, but do not equal, those of campaigns that earlier runs created.

        Each with the first row that did, and the name of that row, or its hash if its texts were removed.
        """
        mine = self._database.stream(
            "SELECT row, name, folded, customer FROM rows WHERE run = :run AND status = 'valid' "
            "ORDER BY folded, name, customer, row",
            {"run": run.id},
        )
        familiar = self._familiar(run, mine, "folded")
        for (plain, name, customer), rows in groupby(familiar, key=itemgetter("folded", "name", "customer")):
            others = self._database.read(
                "SELECT rows.run, rows.row, rows.status, rows.campaign_id, rows.name, 0 AS read_before "
                "FROM rows JOIN runs ON runs.id = rows.run WHERE folded IN (:folded, :folded_hash) "
                "AND customer = :customer AND campaign_id IS NOT NULL AND rows.name NOT IN (:name, :name_hash) "
                f"AND rows.run <> :run AND status IN ({LISTED}) AND server = :server AND account = :account "
                "ORDER BY rows.run, rows.row LIMIT 1",
                {
                    "folded": plain,
                    "folded_hash": hashed(plain),
                    "name": name,
                    "name_hash": hashed(name),
                    "customer": customer,
                    **_scope(run),
                },
            )
            if others:
                yield from ((record["row"], as_existing_row(others[0]), others[0]["name"]) for record in rows)

    def _earlier(self, run: Run, mine: str, *, superseded: bool) -> dict[int, sqlite3.Row]:
        """Return the rows of earlier runs that created campaigns with the fingerprints in `mine`, by row number.

        `mine` is a query for run, row and fingerprint. Each fingerprint is looked up once, however many runs have it:
        the first run that created the campaign is used.
        """
        records = self._database.read(
            "SELECT mine.row AS number, rows.run, rows.row, rows.status, rows.campaign_id, 0 AS read_before FROM ("
            "SELECT mine.row, mine.fingerprint, (SELECT rows.run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.fingerprint = mine.fingerprint AND rows.fingerprint <> '' AND rows.run <> mine.run "
            f"AND status IN ({LISTED}) AND server = :server AND account = :account "
            f"{'' if superseded else f'AND NOT {SUPERSEDED}'} ORDER BY rows.run LIMIT 1) AS earlier "
            f"FROM ({mine}) AS mine) AS mine JOIN rows ON rows.run = mine.earlier "
            "AND rows.fingerprint = mine.fingerprint AND rows.fingerprint <> '' ORDER BY mine.row",
            _scope(run),
        )
        return {record["number"]: record for record in reversed(records)}

    def _familiar(self, run: Run, mine: Iterator[Record], column: str) -> Iterator[Record]:
        """Yield the rows whose text in a column, or its hash, equals that of a campaign's row in another run."""
        pruned = self._database.read("SELECT 1 FROM runs WHERE pruned IS NOT NULL LIMIT 1")
        text_of = itemgetter(column, "customer")
        while page := list(islice(mine, ASKED_AT_ONCE)):
            texts = dict.fromkeys(map(text_of, page))
            hashes = {text: (hashed(text[0]), text[1]) for text in texts} if pruned else {}
            known = self._held_by_others(run, column, [*texts, *hashes.values()])
            yield from (one for one in page if text_of(one) in known or hashes.get(text_of(one)) in known)

    def _held_by_others(self, run: Run, column: str, texts: list[tuple[str, str]]) -> set[tuple[str, str] | None]:
        """Return which of the texts, each with a customer, rows of other runs with a campaign have in a column."""
        values = ", ".join(f"(:text{at}, :customer{at})" for at in range(len(texts)))
        parameters = {"run": run.id}
        for at, (text, customer) in enumerate(texts):
            parameters[f"text{at}"], parameters[f"customer{at}"] = text, customer
        records = self._database.read(
            f"WITH asked (text, customer) AS (VALUES {values}) SELECT text, customer FROM asked WHERE EXISTS ("
            f"SELECT 1 FROM rows WHERE rows.{column} = asked.text AND rows.customer = asked.customer "
            "AND rows.campaign_id IS NOT NULL AND rows.run <> :run)",
            parameters,
        )
        return {(record["text"], record["customer"]) for record in records}

    def _made(self, run: Run, name: str, customer: str) -> tuple[ExistingRow, ...]:
        """Return the first few campaigns with a name and customer that earlier runs created, one row for each."""
        records = self._database.read(
            "SELECT rows.run, min(rows.row) AS row, min(rows.status) AS status, rows.campaign_id, 0 AS read_before "
            "FROM (SELECT campaign_id, min(rows.run) AS run FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE name IN (:name, :name_hash) AND customer = :customer AND campaign_id IS NOT NULL "
            f"AND rows.run <> :run AND status IN ({LISTED}) AND server = :server AND account = :account "
            f"AND NOT {SUPERSEDED} "
            "AND NOT EXISTS (SELECT 1 FROM rows AS mine WHERE mine.campaign_id = rows.campaign_id AND mine.run = :run) "
            f"GROUP BY campaign_id ORDER BY campaign_id LIMIT {MOST_NAMED + 1}) AS made "
            "JOIN rows ON rows.campaign_id = made.campaign_id AND rows.run = made.run "
            "GROUP BY rows.run, rows.campaign_id ORDER BY rows.campaign_id",
            {"name": name, "name_hash": hashed(name), "customer": customer, **_scope(run)},
        )
        return tuple(map(as_existing_row, records))


def _scope(run: Run) -> dict[str, str]:
    """Return the parameters of a query about a run's server and account."""
    return {"run": run.id, "server": run.server, "account": run.account}
