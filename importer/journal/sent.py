"""What was last sent for campaigns besides the values of rows: their switch, and what updates have overwritten."""

import json
from collections.abc import Mapping

from importer.journal.database import Database
from importer.journal.run_records import understood

SWITCHED = (
    "INSERT INTO switched (server, campaign_id, enabled, is_sure) VALUES (:server, :campaign, :enabled, :sure) "
    "ON CONFLICT (server, campaign_id) DO UPDATE SET enabled = excluded.enabled, is_sure = excluded.is_sure"
)


class SentTable:
    """What an undo compares campaigns with, and gives back to them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def switching(self, server: str, campaign_id: str, *, on: bool) -> None:
        """Write to disk that a campaign is about to be switched: from now on it may be on or off."""
        record = _switch_record(server, campaign_id, on=on, sure=False)
        self._database.change(lambda db: db.execute(SWITCHED, record))

    def switched(self, server: str, campaign_id: str, *, on: bool) -> None:
        """Queue the record that a campaign was switched."""
        record = _switch_record(server, campaign_id, on=on, sure=True)
        self._database.queue(lambda db: db.execute(SWITCHED, record))

    def last_switch(self, server: str, campaign_id: str) -> str | None:
        """Return the `enabled` that was last sent for a campaign since it was created.

        "" if it is not known whether that was done, None if nothing was sent.
        """
        query = "SELECT enabled, is_sure FROM switched WHERE server = :server AND campaign_id = :campaign"
        found = self._database.read(query, {"server": server, "campaign": campaign_id})
        return None if not found else str(found[0]["enabled"]) if found[0]["is_sure"] else ""

    def keep_image(self, run_id: str, row: int, fields: Mapping[str, str]) -> None:
        """Write to disk what a campaign was before a row updates it; the first image of a row is kept."""
        image = {"run": run_id, "row": row, "campaign": json.dumps(dict(fields))}
        self._database.change(
            lambda db: db.execute(
                "INSERT INTO images (run, row, campaign) VALUES (:run, :row, :campaign) "
                "ON CONFLICT (run, row) DO NOTHING",
                image,
            )
        )

    def image(self, run_id: str, row: int) -> Mapping[str, str] | None:
        """Return what a campaign was before a row updated it; None if that was not kept, or was removed."""
        query = "SELECT campaign FROM images WHERE run = :run AND row = :row"
        found = self._database.read(query, {"run": run_id, "row": row})
        return _as_fields(found[0]) if found else None


def _switch_record(server: str, campaign_id: str, *, on: bool, sure: bool) -> Mapping[str, object]:
    return {"server": server, "campaign": campaign_id, "enabled": int(on), "sure": int(sure)}


_as_fields = understood(lambda record: dict(json.loads(record["campaign"])))
