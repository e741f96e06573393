"""The stages of an import, run in this process on a journal and a server; no wait takes any time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from importer import history, pipeline
from importer.enswitch import RetryPolicy, Server
from importer.model import Event, RowResult, Secret
from importer.report import Report
from importer.run_options import ImportOptions, SendOptions
from importer.session import Session, open_session
from importer.shutdown import Stop

SETTLE_WAIT = 77.0
"""Distinguished from every other wait by its length, also if some of it is over already."""


def is_settle_wait(seconds: float) -> bool:
    """Say whether a wait is the one for requests that may still be carried out, or what is left of it."""
    return SETTLE_WAIT / 2 < seconds <= SETTLE_WAIT


class QuickStop(Stop):
    """Never waits: notes for how long it was asked to, and does what the test wants done meanwhile."""

    def __init__(self, meanwhile: Callable[[float], None] | None = None) -> None:
        super().__init__()
        self.slept: list[float] = []
        self.meanwhile = meanwhile

    def sleep(self, seconds: float) -> None:
        """Return at once."""
        self.slept.append(seconds)
        if self.meanwhile is not None:
            self.meanwhile(seconds)
        self.check()


class Quiet:
    """Hears how the work goes on and keeps it to itself."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, words: str, rows: int | None, what: str = "row") -> None:
        """A stage begins."""
        self.stages.append(words)

    def row(self, event: Event) -> None:
        """Something has happened to a row."""

    def note(self, words: str) -> None:
        """There is something that the user should know."""


@dataclass
class InProcessImporter:
    """A journal, a server, and the commands run on them in this process; no wait takes any time."""

    journal: Path
    url: str
    send_options: SendOptions = field(default_factory=lambda: SendOptions(workers=1, settle_wait=SETTLE_WAIT))
    timeout: float = 5.0
    username: str = "admin"
    retry_policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(tries=3, first=0.001, longest=0.001))
    stop: QuickStop = field(default_factory=QuickStop)
    observer: Quiet = field(default_factory=Quiet)

    @property
    def server(self) -> Server:
        """Where and as whom."""
        return Server(
            self.url,
            self.username,
            Secret("secret"),
            timeout=self.timeout,
            connect_timeout=self.timeout,
            retry_policy=self.retry_policy,
        )

    @contextmanager
    def session(self, command: str = "import", **changes: Any) -> Iterator[Session]:
        """Open the journal and hold the lock; `changes` are those of the manner."""
        send_options = replace(self.send_options, **changes)
        with open_session(self.server, self.journal, send_options, self.observer, command, self.stop) as session:
            yield session

    def plan(self, path: Path, **import_options: Any) -> Report:
        """Run the command `plan`."""
        with self.session("plan") as session:
            return pipeline.plan(session, path, ImportOptions(**import_options))

    def apply(self, run: str, **changes: Any) -> Report:
        """Run the command `apply`."""
        with self.session("apply", **changes) as session:
            return pipeline.apply(session, run)

    def load(self, path: Path, import_options: ImportOptions | None = None, **changes: Any) -> Report:
        """Run the command `import`, whose question is answered with yes."""
        with self.session(**changes) as session:
            planned = pipeline.plan(session, path, import_options or ImportOptions())
            return planned if planned.stopped else pipeline.apply(session, planned.run)

    def rows(self, run: str) -> list[RowResult]:
        """Return what the results of a run say."""
        return list(history.rows_of(self.journal, run))

    def statuses(self, run: str) -> list[str]:
        """Return the status of every row of a run."""
        return [row.outcome.status.value for row in self.rows(run)]

    def ids(self, run: str) -> list[str | None]:
        """Return the campaign's ID of every row of a run."""
        return [row.outcome.campaign_id for row in self.rows(run)]
