"""Rows for which only the server knows what they created, and the campaigns known to belong to rows."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from importer.journal.conditions import (
    PAGE,
    RELEASE,
    UNKNOWN_FATE,
)
from importer.journal.database import Database
from importer.journal.known import (
    InDoubtRow,
    KnownCampaign,
)
from importer.journal.records import (
    ROW,
    as_row,
)
from importer.journal.runs import RunTable
from importer.model import Run


class DoubtTable:
    """What is known about campaigns on a server, and what is not."""

    def __init__(self, database: Database, runs: RunTable) -> None:
        self._database = database
        self._runs = runs

    def recover_interrupted(self, server: str, account: str) -> None:
        """Start afresh after the last run ended: rows being sent become in doubt, rows held back become ready.

        Only for the holder of the lock: no other process is sending to this server with this journal.
        """
        here = {"server": server, "account": account}
        mine = "run IN (SELECT id FROM runs WHERE server = :server AND account = :account)"

        def make(db: sqlite3.Connection) -> None:
            db.execute(
                "UPDATE rows SET status = 'in_doubt', "
                "message = 'It may have been sent: the program ended before the server responded.', "
                "left_by = (SELECT coalesce(max(tried), 0) FROM rows WHERE tried > 0) "
                f"WHERE status = 'sending' AND {mine}",
                here,
            )
            db.execute(f"{RELEASE} AND {mine}", here)

        self._database.change(make)

    def of(self, server: str, account: str) -> list[InDoubtRow]:
        """Return the rows, of all runs for a server and an account, for which only the server knows what they created.

        These are the rows in doubt that may have been sent, and those that were created but have no ID.
        """
        records = self._database.read(
            f"SELECT run, tried, left_by, {ROW} FROM rows "
            "JOIN contents USING (run, row) JOIN runs ON runs.id = run WHERE server = :server AND account = :account "
            f"AND {UNKNOWN_FATE} AND status <> 'sending' AND attempts > 0 ORDER BY runs.place, row",
            {"server": server, "account": account},
        )
        runs = {run_id: self._runs.get(run_id) for run_id in dict.fromkeys(record["run"] for record in records)}
        return [
            InDoubtRow(run=runs[record["run"]], row=as_row(record), tried=record["tried"], left_by=record["left_by"])
            for record in records
        ]

    def is_known(self, server: str, campaign_id: str) -> bool:
        """Say whether a campaign on a server is known to belong to a row."""
        query = (
            "SELECT 1 FROM rows JOIN runs ON runs.id = run "
            "WHERE server = :server AND campaign_id = :campaign_id LIMIT 1"
        )
        return bool(self._database.read(query, {"server": server, "campaign_id": campaign_id}))

    def known_among(
        self, server: str, campaign_ids: Iterable[str], *, account: str | None = None, since: int = 0
    ) -> set[str]:
        """Return which of the given campaigns on a server are known to belong to rows, of one account or of any.

        With `since`, only those that became known after this number of others.
        """
        # `+` stops the database from going through everything learnt if there are many IDs.
        known: set[str] = set()
        asked = iter(campaign_ids)
        while page := {f"id{place}": campaign_id for place, campaign_id in enumerate(islice(asked, PAGE))}:
            records = self._database.read(
                "SELECT DISTINCT campaign_id FROM rows JOIN runs ON runs.id = rows.run WHERE campaign_id IN "
                f"({', '.join(f':{name}' for name in page)}) AND server = :server "
                "AND account = coalesce(:account, account) AND +learnt > :since",
                {**page, "server": server, "account": account, "since": since},
            )
            known.update(record["campaign_id"] for record in records)
        return known

    def known_campaigns(self, run: Run, customer: str) -> Iterator[KnownCampaign]:
        """Yield the campaigns that rows have created for a customer on a run's server, newest first.

        For the account's own customer, only those that rows for this account have created.
        """
        query = (
            "SELECT campaign_id, learnt, tried, gone FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE customer = :customer AND status = 'created' AND campaign_id IS NOT NULL AND server = :server "
            "AND (customer <> '' OR account = :account) ORDER BY learnt DESC"
        )
        here = {"customer": customer, "server": run.server, "account": run.account}
        for record in self._database.stream(query, here):
            yield KnownCampaign(
                campaign_id=record["campaign_id"],
                id_sequence=record["learnt"],
                tried=record["tried"],
                gone=bool(record["gone"]),
            )
