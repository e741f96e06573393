"""The runs that are made of one claimed file: one of its table, or one of each of several sheets."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from importer import pipeline
from importer.drop.claims import Claimed
from importer.drop.config import OnPartial
from importer.drop.places import PROCESSING
from importer.files import digest_of
from importer.model import Run, Status
from importer.reading import InputTable, TablesOf
from importer.report import Report, of_sheets
from importer.run_report import within_limits
from importer.security import is_text
from importer.session import Session

_SENT = (Status.CREATED, Status.SENDING, Status.IN_DOUBT, Status.FAILED, Status.UPDATED)


@dataclass(frozen=True)
class FileRuns:
    """What is done with the tables of a file, and what an earlier pass has done with them."""

    session: Session
    claimed: Claimed
    tables_of: TablesOf
    on_partial: OnPartial

    def begun(self) -> list[Run]:
        """Return the runs that were made of the file since it was claimed, one a sheet, in their order."""
        if not is_text(self._path):
            return []
        try:
            digest = digest_of(self.claimed.path)
        except OSError:
            return []
        return self._begun(digest)

    def progress(self) -> str:
        """Return a measure of the progress on the file: every step in the journal changes it."""
        rows = self.session.journal.rows
        found = [[run.id, sorted(rows.counts(run.id).items())] for run in self.begun()]
        return json.dumps(found) if found else ""

    def imported_before(self, digest: str) -> str:
        """Return the runs that have finished every row of the same content; "" unless they have all its tables."""
        session = self.session
        if self._begun(digest):
            return ""
        runs = session.journal.runs.finished_of(session.server.identity, session.server.username, digest)
        here = [run for run in runs if _inbox_of(Path(run.source.path)) == self.claimed.inbox.absolute()]
        if not here:
            return ""
        tables = self.tables_of(self.claimed.path)
        found = [next((run.id for run in here if table.sheet in (None, run.source.sheet)), "") for table in tables]
        return " and ".join(found) if all(found) else ""

    def import_all(self, digest: str) -> list[Report]:
        """Plan all tables of the file, then apply the plans; or continue with what an earlier pass began.

        Nothing is created before every table is planned. Returns a report of each, up to the first that is stopped.
        Raises FileRefused for a file that cannot be read.
        """
        planned = self._plan_all(digest)
        together = of_sheets(planned)
        if together.stopped:
            return planned
        planned = within_limits(self.session.send_options.limits, planned)
        if planned[0].stopped:
            return planned
        all_or_nothing = self.on_partial is OnPartial.NOTHING and not together.count(*_SENT)
        if all_or_nothing and together.count(Status.INVALID, Status.REJECTED):
            said = "Nothing was created, because some rows are wrong (on_partial)."
            return [planned[0].noting(said), *planned[1:]]
        return pipeline.apply_each(self.session, planned)

    def _plan_all(self, digest: str) -> list[Report]:
        begun = self._begun(digest)
        reports: list[Report] = []
        for run in begun:
            reports.append(pipeline.finish_plan(self.session, run.id))
            if reports[-1].stopped:
                return reports
        for table in self._not_begun(begun):
            later = table.after([report.run for report in reports])
            reports.append(pipeline.plan(self.session, table.path, later.options))
            if reports[-1].stopped:
                return reports
        return reports

    def _not_begun(self, begun: Sequence[Run]) -> list[InputTable]:
        """Return the tables that have no run yet. Once anything was sent all have one, even if the settings are new."""
        rows = self.session.journal.rows
        if any(rows.counts(run.id).get(status) for run in begun for status in _SENT):
            return []
        tables, known = self.tables_of(self.claimed.path), {run.source.sheet for run in begun}
        return [table for table in tables if not begun or (table.sheet is not None and table.sheet not in known)]

    def _begun(self, digest: str) -> list[Run]:
        session = self.session
        return session.journal.runs.newest_of(
            session.server.identity, session.server.username, self._path, digest, self.claimed.since
        )

    @property
    def _path(self) -> str:
        return str(self.claimed.path.absolute())


def _inbox_of(path: Path) -> Path | None:
    """Return the folder in which a file arrived that is at work or archived now; None for a file from elsewhere."""
    up = 1 if path.parent.name == PROCESSING else 2
    return path.parents[up] if len(path.parents) > up else None
