"""Undos in tests: a run that can be undone, what the server has of it, and a human who is at work there as well."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from importer.sandbox import Sandbox, SeenRequest
from tests.support.program import Finished, Program
from tests.support.tables import write_table

FOUND = "200"
HEADINGS = ("name", "dtype", "dnumber", "maximum", "enabled", "description")


def sheet(folder: Path, rows: int, *, label: str = "Spring", name: str = "campaigns.csv") -> Path:
    """Write a table of campaigns, every other of which dials at once."""
    lines = [
        (f"{label} {row:03}", "queue", f"01{row:03}", str(1 + row % 7), str(row % 2), f"Wave {row}")
        for row in range(rows)
    ]
    return write_table(folder / name, HEADINGS, lines)


def imported(program: Program, path: Path, *more: object) -> str:
    """Import a file without a question; return the ID of its run."""
    told = program("import", path, "--yes", "--json", *more)
    assert told.exit_code == 0, told.stderr
    return str(told.document["run"])


def undone(program: Program, run: str, *more: object) -> Finished:
    """Undo a run without a question."""
    return program("undo", run, "--yes", "--json", *more)


def names(sandbox: Sandbox) -> list[str]:
    """Return the names of the campaigns on the server, in the order of their IDs."""
    return [one["name"] for one in sandbox.campaigns()]


def rows_of(program: Program, run: str) -> dict[int, dict[str, Any]]:
    """Return the rows of a run as the list of it shows them, by number."""
    return {one["row"]: one for one in program("runs", run, "--json").document}


def newest_undo(program: Program) -> str | None:
    """Return the ID of the newest undo in the journal."""
    runs = program("runs", "--json").document
    return next((str(one["run"]) for one in runs if one["command"].startswith("undo ")), None)


@dataclass
class Human:
    """Somebody at work on the server, at random moments between two of our requests.

    `touched` are the campaigns that were edited, renamed, given numbers, switched on or deleted, each with how many
    requests the server had heard by then. `read` says the same of the last time that the undo has read a campaign,
    `counted` of its numbers. `own` are campaigns that the human has made.
    """

    sandbox: Sandbox
    chance: random.Random
    how_often: float
    heard: int = 0
    touched: dict[int, int] = field(default_factory=dict)
    given_numbers: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    were_on: set[int] = field(default_factory=set)
    turned_off: set[int] = field(default_factory=set)
    own: set[int] = field(default_factory=set)
    read: dict[int, int] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)
    at_work: bool = False
    kills: int = 0
    lost: int = 0

    def hear(self, request: SeenRequest) -> None:
        """Do something by hand, or nothing, before the answer to a request is seen."""
        self.heard += 1
        if request.action == "get" and request.code == FOUND:
            self.read[int(request.parameters["id"])] = self.heard
        elif request.action == "destinations/list" and request.code == FOUND:
            self.counted[int(request.parameters["campaign"])] = self.heard
        if self.at_work and self.chance.random() < self.how_often:
            self.do_something()

    def do_something(self) -> None:
        """Do something to a campaign that nobody has touched yet."""
        there = [one["id"] for one in self.sandbox.campaigns() if one["id"] not in {*self.touched, *self.own}]
        if not there:
            return
        campaign = self.chance.choice(there)
        self.chance.choice(self._deeds())(campaign)

    def _deeds(self) -> Sequence[Callable[[int], None]]:
        return (self._edit, self._rename, self._add_numbers, self._delete, self._make, self._switch)

    def _edit(self, campaign: int) -> None:
        self.sandbox.change_campaign(campaign, maximum=99)
        self.touched[campaign] = self.heard

    def _rename(self, campaign: int) -> None:
        self.sandbox.change_campaign(campaign, name=f"Mine {campaign}")
        self.touched[campaign] = self.heard

    def _add_numbers(self, campaign: int) -> None:
        self.sandbox.put_destinations(campaign, "442079460000", "442079460001")
        self.touched[campaign] = self.heard
        self.given_numbers.add(campaign)

    def _switch(self, campaign: int) -> None:
        is_on = next(one["enabled"] for one in self.sandbox.campaigns() if one["id"] == campaign)
        if is_on:
            # This looks as if the undo had done it; and, switched on again after that, as if nobody had done anything.
            self.were_on.add(campaign)
            self.turned_off.add(campaign)
        elif campaign in self.were_on:
            return
        else:
            self.touched[campaign] = self.heard
        self.sandbox.change_campaign(campaign, enabled=1 - is_on)

    def begin(self) -> None:
        """Begin the work: what is on now may be switched off by an undo."""
        self.were_on = {one["id"] for one in self.sandbox.campaigns() if one["enabled"]}
        self.at_work = True

    def _delete(self, campaign: int) -> None:
        self.sandbox.delete_campaign(campaign)
        self.touched[campaign] = self.heard
        self.deleted.add(campaign)

    def _make(self, _campaign: int) -> None:
        self.own.add(self.sandbox.add_campaign(name="By hand", dtype="queue", dnumber="1", enabled=0))

    def wronged(self) -> list[int]:
        """Return the campaigns that were touched before the undo read them for the last time, and are gone now."""
        there = {one["id"] for one in self.sandbox.campaigns()}
        lost = [one for one in self.touched if one not in there and one not in self.deleted]
        return [one for one in lost if self.touched[one] < self._last_look(one)]

    def in_the_window(self) -> int:
        """Return how many campaigns are gone that were touched after the last look at them."""
        there = {one["id"] for one in self.sandbox.campaigns()}
        lost = [one for one in self.touched if one not in there and one not in self.deleted]
        return len(lost) - len(self.wronged())

    def _last_look(self, campaign: int) -> int:
        looks = self.counted if campaign in self.given_numbers else self.read
        return looks.get(campaign, 0)
