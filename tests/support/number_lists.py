"""Runs whose campaigns get telephone numbers, and what a stand-in server then has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from importer.enswitch import RetryPolicy
from importer.model import LoadStatus
from importer.numbers.loading import LoadOptions, LoadReport, WireFormat, load
from importer.numbers.storage import JudgedNumber, NumbersFile, NumberStatus
from importer.sandbox import Sandbox
from tests.support.in_process import InProcessImporter
from tests.support.tables import write_table

FIRST = 442080000000
"""A number of London; those after it are further ones."""

DIGITS = LoadOptions(number_format=WireFormat.DIGITS, country="GB", batch=50)

HEADINGS = ("name", "dtype", "dnumber", "enabled")


def numbers(first: int, count: int) -> list[int]:
    """Return telephone numbers, one after the other."""
    return [FIRST + first + at for at in range(count)]


@dataclass
class Loader:
    """A journal and a stand-in server, and loads on them in this process; no wait takes any time."""

    importer: InProcessImporter
    sandbox: Sandbox
    folder: Path
    options: LoadOptions = DIGITS
    runs: list[str] = field(default_factory=list)

    def prepare(
        self, lists: Sequence[Iterable[int]], *, enabled: str = "1", status: NumberStatus = NumberStatus.PENDING
    ) -> str:
        """Create a campaign for each list, off, and store its numbers; return the run."""
        names = [(f"Campaign {len(self.runs)}-{at}", "queue", "1", enabled) for at in range(len(lists))]
        path = write_table(self.folder / f"campaigns-{len(self.runs)}.csv", HEADINGS, names)
        run = self.importer.plan(path).run
        self.runs.append(run)
        with self.importer.session() as session, NumbersFile(self.importer.journal, run) as file:
            source = file.add_source("leads.csv")
            for row, some in enumerate(lists, start=2):
                number = file.list_for(row=row, switch_on=enabled == "1")
                file.add(
                    number, [JudgedNumber(one, row=at, source=source, status=status) for at, one in enumerate(some)]
                )
            file.close_lists()
            file.register(session.journal)
        self.importer.apply(run)
        return run

    def prepare_existing(self, campaign: int, some: Iterable[int], *, as_written: bool = False) -> str:
        """Store numbers for a campaign that exists, with their texts if they are to be sent so; return their run."""
        path = write_table(self.folder / f"campaigns-{len(self.runs)}.csv", HEADINGS, [("Other", "queue", "1", "0")])
        run = self.importer.plan(path).run
        self.runs.append(run)
        stored = NumbersFile(self.importer.journal, run, as_written=as_written)
        with self.importer.session() as session, stored as file:
            judged = [JudgedNumber(one, text=f"0{str(one)[2:5]} {str(one)[5:]}") for one in some]
            file.add(file.list_for(campaign_id=str(campaign)), judged)
            file.close_lists()
            file.register(session.journal)
        return run

    def load(self, run: str, options: LoadOptions | None = None, **changes: Any) -> LoadReport:
        """Load the numbers of a run, or go on with that; `changes` are those of the options."""
        with self.importer.session("load") as session:
            return load(session, run, replace(options or self.options, **changes))

    def held(self, run: str) -> list[Mapping[str, str]]:
        """Return what the server has for each campaign of a run, number by number."""
        return [self.sandbox.destinations(int(one or 0)) for one in self.importer.ids(run)]

    def are_on(self, run: str) -> list[int]:
        """Return `enabled` of each campaign of a run."""
        by_id = {one["id"]: one["enabled"] for one in self.sandbox.campaigns()}
        return [by_id[int(one or 0)] for one in self.importer.ids(run)]


def statuses(report: LoadReport) -> list[LoadStatus]:
    """Return the status of each list."""
    return [one.status for one in report.lists]


def loader(sandbox: Sandbox, journal: Path, folder: Path, *, workers: int = 1) -> Loader:
    """Return a loader with its journal, server and folder of files."""
    importer = InProcessImporter(
        journal, sandbox.url, retry_policy=RetryPolicy(tries=3, first=0.001, longest=0.001), timeout=5.0
    )
    importer.send_options = replace(importer.send_options, workers=workers)
    return Loader(importer, sandbox, folder)
