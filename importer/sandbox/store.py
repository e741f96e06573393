"""What the sandbox holds: the truth that the tests look at."""

from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from importer.sandbox.database import Row, SandboxDatabase
from importer.sandbox.destination_store import DestinationStore
from importer.sandbox.directory import Directory
from importer.sandbox.history import History, HistoryEvent


class CampaignStore:
    """Campaigns, their destinations, and what became of them; every write is committed when its method returns."""

    def __init__(self, database: str | Path) -> None:
        self._database = SandboxDatabase(database)
        self._made: dict[int, float] = {}
        self._columns = {row["name"] for row in self._database.rows("PRAGMA table_info(campaigns)")}
        self.lock = self._database.lock
        self.history = History()
        self.directory = Directory(self.lock)
        self.switched_on = {row["id"] for row in self._database.rows("SELECT id FROM campaigns WHERE enabled")}
        self.destinations = DestinationStore(self._database, self.history, self.switched_on)

    def close(self) -> None:
        """Give the database back."""
        self._database.close()

    def add_campaign(self, columns: Mapping[str, Any]) -> int:
        """Store a campaign, columns left out at their defaults, and return its new ID."""
        names = self._known(columns)
        marks = ", ".join(f":{name}" for name in names)
        with self.lock:
            # Column names are checked above; values are bound.
            new = self._database.write(f"INSERT INTO campaigns ({', '.join(names)}) VALUES ({marks})", columns)  # noqa: S608
            self._made[new] = monotonic()
            self._switch(new, on=bool(columns.get("enabled", 1)))
        return new

    def made_within(self, seconds: float) -> set[int]:
        """Return the IDs of the campaigns that this process stored in the last N seconds."""
        since = monotonic() - seconds
        return {campaign for campaign, moment in self._made.copy().items() if moment >= since}

    def change_campaign(self, campaign: int, columns: Mapping[str, Any]) -> None:
        """Overwrite the given columns of one campaign."""
        changes = ", ".join(f"{name} = :{name}" for name in self._known(columns))
        with self.lock:
            self._database.write(f"UPDATE campaigns SET {changes} WHERE id = :id", {**columns, "id": campaign})  # noqa: S608
            if "enabled" in columns and bool(columns["enabled"]) != (campaign in self.switched_on):
                self._switch(campaign, on=bool(columns["enabled"]))

    def delete_campaign(self, campaign: int) -> None:
        """Remove a campaign and its destinations."""
        with self.lock:
            self._database.write("DELETE FROM campaigns WHERE id = ?", (campaign,))
            self.switched_on.discard(campaign)
            self.destinations.remove(campaign)

    def campaign(self, campaign: int) -> Row | None:
        """Look one campaign up."""
        rows = self._database.rows("SELECT * FROM campaigns WHERE id = ?", (campaign,))
        return rows[0] if rows else None

    def campaigns(self, customer: int | None = None) -> list[Row]:
        """Return all campaigns, or those of one customer, in the order of their IDs."""
        if customer is None:
            return self._database.rows("SELECT * FROM campaigns ORDER BY id")
        return self._database.rows("SELECT * FROM campaigns WHERE customer = ? ORDER BY id", (customer,))

    def _switch(self, campaign: int, *, on: bool) -> None:
        if on:
            self.switched_on.add(campaign)
        else:
            self.switched_on.discard(campaign)
        self.history.add(HistoryEvent("on" if on else "off", campaign, on, self.destinations.count(campaign)))

    def _known(self, columns: Mapping[str, Any]) -> list[str]:
        unknown = [name for name in columns if name not in self._columns]
        if unknown:
            raise ValueError(f"The table campaigns has no column {', '.join(unknown)}.")
        return list(columns)
