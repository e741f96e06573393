"""What the server's lists showed, before a run sent anything and when it was asked again."""

import sqlite3
from collections.abc import Iterable, Iterator

from importer.journal.changes import find_same, insert_new_problems
from importer.journal.conditions import NEVER_SENT
from importer.journal.database import Database
from importer.journal.known import (
    NOT_CHECKED,
    NOT_LISTED,
    Baseline,
    Existing,
)
from importer.model import Problem, Run
from schemas.problem_codes import ProblemCode


class ListingTable:
    """What the server's lists showed, by customer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, run_id: str, customer: str, campaign_ids: Iterable[str]) -> None:
        """Record which campaigns a customer had before the first create of a run, replacing any earlier record."""
        here = {"run": run_id, "customer": customer}
        listed = [{**here, "campaign_id": campaign_id} for campaign_id in campaign_ids]

        def make(db: sqlite3.Connection) -> None:
            for table in ("listings", "listed"):
                db.execute(f"DELETE FROM {table} WHERE run = :run AND customer = :customer", here)
            db.execute(
                "INSERT INTO listings (run, customer, learnt) "
                "SELECT :run, :customer, coalesce(max(learnt), 0) FROM rows WHERE learnt IS NOT NULL",
                here,
            )
            db.executemany(
                "INSERT INTO listed (run, customer, campaign_id) VALUES (:run, :customer, :campaign_id) "
                "ON CONFLICT (run, customer, campaign_id) DO NOTHING",
                listed,
            )

        self._database.change(make)

    def get(self, run_id: str, customer: str) -> Baseline | None:
        """Return what a customer had before the first create of a run; None if that was never listed."""
        here = {"run": run_id, "customer": customer}
        taken = self._database.read("SELECT learnt FROM listings WHERE run = :run AND customer = :customer", here)
        if not taken:
            return None
        query = "SELECT campaign_id, gone FROM listed WHERE run = :run AND customer = :customer"
        listed = self._database.read(query, here)
        ids = frozenset(record["campaign_id"] for record in listed)
        return Baseline(
            taken[0]["learnt"], ids, frozenset(record["campaign_id"] for record in listed if record["gone"])
        )

    def shows(self, run_id: str, customer: str, campaign_id: str) -> bool:
        """Say whether the list of a customer from before the first create of a run showed a campaign."""
        query = "SELECT 1 FROM listed WHERE run = :run AND customer = :customer AND campaign_id = :campaign_id"
        return bool(self._database.read(query, {"run": run_id, "customer": customer, "campaign_id": campaign_id}))

    def unsent_customers(self, run_id: str) -> dict[str, bool]:
        """Return the customers of a run's unsent ready rows, and for each whether creates of other rows were sent.

        "" is the account's own. Once a create may have been sent, a list could show what it created, so it does not
        count as one from before the run.
        """
        records = self._database.read(
            "SELECT customer, max(attempts) > 0 AS begun FROM rows WHERE run = :run "
            f"GROUP BY customer HAVING count(CASE WHEN {NEVER_SENT} THEN 1 END) > 0 ORDER BY customer",
            {"run": run_id},
        )
        return {record["customer"]: bool(record["begun"]) for record in records}

    def keep_gone(self, server: str, runs: Iterable[str], customer: str, campaign_ids: Iterable[str]) -> None:
        """Record that campaigns of a customer are gone, including those that were listed before some runs."""
        gone = list(campaign_ids)
        listed = [
            {"run": run_id, "customer": customer, "campaign_id": campaign_id} for run_id in runs for campaign_id in gone
        ]

        def make(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE rows SET gone = 1 "
                "WHERE campaign_id = :campaign_id AND run IN (SELECT id FROM runs WHERE server = :server)",
                ({"campaign_id": campaign_id, "server": server} for campaign_id in gone),
            )
            db.executemany(
                "UPDATE listed SET gone = 1 WHERE run = :run AND customer = :customer AND campaign_id = :campaign_id",
                listed,
            )

        self._database.change(make)

    def keep_existing(self, run: Run, existing: Iterable[Existing]) -> None:
        """Record what a list shows for ready rows.

        It says nothing about a row whose campaign another row may have created: its outcome depends on that row.
        """
        shown = list(existing)

        def make(db: sqlite3.Connection) -> None:
            for one in shown:
                here = {"run": run.id, "row": one.row.number}
                noted = (
                    one if not find_same(db, run, one.row) else Existing(row=one.row, there="", message="", problems=())
                )
                db.execute(
                    "UPDATE rows SET there = :there, message = :message, "
                    "agreed = CASE WHEN :there = '' THEN '' ELSE agreed END WHERE run = :run AND row = :row",
                    {**here, "there": noted.there, "message": noted.message},
                )
                db.execute(
                    "DELETE FROM problems WHERE run = :run AND row = :row AND fault = :fault",
                    {**here, "fault": ProblemCode.ON_SERVER},
                )
                insert_new_problems(db, run.id, noted.problems)

        self._database.change(make)

    def agree(self, run_id: str) -> None:
        """Record that ready rows are to be created although the server's list already shows campaigns like them."""
        self._database.change(
            lambda db: db.execute(
                "UPDATE rows SET agreed = there, message = '' "
                "WHERE run = :run AND status = 'ready' AND there <> agreed",
                {"run": run_id},
            )
        )

    def existing_of(self, run_id: str, customer: str) -> Iterator[tuple[int, str]]:
        """Yield the rows of a customer that earlier runs created, each with its campaign."""
        query = (
            "SELECT row, campaign_id FROM rows WHERE run = :run AND status = 'exists' AND customer = :customer "
            "AND campaign_id IS NOT NULL ORDER BY row"
        )
        for record in self._database.stream(query, {"run": run_id, "customer": customer}):
            yield record["row"], record["campaign_id"]

    def keep_unlisted(self, run_id: str, problems: Iterable[Problem]) -> None:
        """Record for which rows a list does not show the campaigns that earlier runs created."""
        noted = list(problems)

        def make(db: sqlite3.Connection) -> None:
            db.executemany(
                "UPDATE rows SET message = replace(message, :before, :after) WHERE run = :run AND row = :row",
                ({"before": NOT_CHECKED, "after": NOT_LISTED, "run": run_id, "row": one.row} for one in noted),
            )
            insert_new_problems(db, run_id, noted)

        self._database.change(make)
