"""The telephone numbers of campaigns, as counts: the numbers themselves are in a separate file for each run."""

import sqlite3
from collections.abc import Iterable

from importer.journal.arrivals import load_record, register_loads
from importer.journal.database import Database, Record
from importer.journal.lacking_numbers import loads_into
from importer.journal.run_records import understood
from importer.model import PARTS_APART, LoadStatus, NumberLoad

NUMBER_LOAD = "run, number, row, number_loads.campaign_id, to_load, loaded, number_loads.status, number_loads.message"
"""The columns of a NumberLoad."""


class NumberLoadTable:
    """The campaigns of all runs that telephone numbers are loaded into, and how far that has come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def register(self, run_id: str, loads: Iterable[NumberLoad]) -> None:
        """Write to disk which campaigns of a run get numbers, in place of what was known; theirs are created off."""
        registered = list(loads)
        self._database.change(lambda db: register_loads(db, run_id, registered))

    def record(self, load: NumberLoad) -> None:
        """Write to disk how far the numbers of a campaign have come."""
        self._database.change(
            lambda db: db.execute(
                "UPDATE number_loads SET campaign_id = :campaign_id, to_load = :to_load, loaded = :loaded, "
                "status = :status, message = :message WHERE run = :run AND number = :number",
                load_record(load),
            )
        )

    def give_up(self, run_id: str) -> None:
        """Forget the campaigns of a run for which nothing was sent: their numbers are gone.

        They may be switched on from then on, except those that had no number to load at all. The run itself is not
        applied again without numbers: it awaits them.
        """
        mine = {"run": run_id, "status": LoadStatus.WAITING}

        def make(db: sqlite3.Connection) -> None:
            given_up = "FROM number_loads WHERE run = :run AND status = :status AND to_load > 0"
            db.execute(
                "INSERT INTO number_loads (run, number, row, campaign_id, to_load, loaded, status, message) "
                f"SELECT :run, 0, 0, '', 0, 0, :status, '' WHERE EXISTS (SELECT 1 {given_up} AND row > 0) "
                "AND NOT EXISTS (SELECT 1 FROM number_loads WHERE run = :run AND number = 0)",
                mine,
            )
            db.execute(f"DELETE {given_up}", mine)

        self._database.change(make)

    def of(self, run_id: str) -> list[NumberLoad]:
        """Return the campaigns of a run that get numbers, in the order of the rows of its sheet."""
        query = f"SELECT {NUMBER_LOAD} FROM number_loads WHERE run = :run ORDER BY row % :apart, row, number"
        found = self._database.read(query, {"run": run_id, "apart": PARTS_APART})
        return list(map(_as_number_load, found))

    def finished_of(self, server: str, account: str, digest: str) -> list[str]:
        """Return the runs that have loaded all numbers of a file with this content, newest first."""
        query = (
            "SELECT id FROM runs WHERE staged = 1 AND server = :server AND account = :account AND digest = :digest "
            "AND EXISTS (SELECT 1 FROM number_loads WHERE run = id AND row = 0) "
            "AND NOT EXISTS (SELECT 1 FROM number_loads WHERE run = id AND (row > 0 OR status <> 'loaded')) "
            "ORDER BY place DESC"
        )
        known = {"server": server, "account": account, "digest": digest}
        return [str(one["id"]) for one in self._database.read(query, known)]

    def into(self, run_id: str, row: int, campaign_id: str) -> list[NumberLoad]:
        """Return the loads into the campaign of a row, by any run for its server, newest first."""
        query = loads_into(f"{NUMBER_LOAD}, place", run=":run", row=":row", campaign=":campaign")
        query += " ORDER BY place DESC"
        found = self._database.read(query, {"run": run_id, "row": row, "campaign": campaign_id})
        return list(map(_as_number_load, found))

    def left_off_by(self, run_id: str, campaign_id: str) -> list[NumberLoad]:
        """Return the loads of other runs for the server that created a campaign off, and are not complete."""
        return [one for one in self.unfinished_by_others(run_id, campaign_id) if one.row]

    def unfinished_by_others(self, run_id: str, campaign_id: str) -> list[NumberLoad]:
        """Return the loads of other runs for the server into a campaign that are not complete."""
        loads = self.into(run_id, 0, campaign_id)
        return [one for one in loads if one.run != run_id and one.status is not LoadStatus.LOADED]


@understood
def _as_number_load(record: Record) -> NumberLoad:
    return NumberLoad(
        run=record["run"],
        number=record["number"],
        row=record["row"],
        campaign_id=record["campaign_id"],
        to_load=record["to_load"],
        loaded=record["loaded"],
        status=LoadStatus(record["status"]),
        message=record["message"],
    )
