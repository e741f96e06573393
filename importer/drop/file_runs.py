"""The runs that are made of one claimed file: one of its table, or one of each of several sheets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from importer import handing_back, numbers, pipeline
from importer.checking import numbers_columns
from importer.drop.archiving import in_quarantine
from importer.drop.claim_notes import Claimed
from importer.drop.config import Handling, OnPartial
from importer.drop.numbers_work import FOR_A_PERSON, NumbersWork, refused_for_now
from importer.drop.outcome import FileOutcome
from importer.drop.places import PROCESSING, Disposition
from importer.errors import FileRefused, LimitExceeded, WrongSettings, WrongUsage
from importer.files import digest_of
from importer.model import ExitCode, LoadStatus, Run, Status
from importer.numbers import TooManyRefused
from importer.reading import InputTable, TablesOf
from importer.report import Report, of_sheets
from importer.run_options import OutputOptions
from importer.run_report import within_limits
from importer.security import is_text
from importer.session import Session
from schemas.problem_codes import ProblemCode

_SENT = (Status.CREATED, Status.SENDING, Status.IN_DOUBT, Status.FAILED, Status.UPDATED)


@dataclass(frozen=True)
class FileRuns:
    """What is done with the tables of a file, and what an earlier pass has done with them."""

    session: Session
    claimed: Claimed
    tables_of: TablesOf
    handling: Handling
    numbers_work: NumbersWork

    def carry_out(self, digest: str) -> FileOutcome:
        """Import the file, or continue with that, and write its results; what the server stops leaves it where it is.

        Raises FileRefused for a file that cannot be read, LimitExceeded.
        """
        reports = self.import_all(digest)
        report = of_sheets(reports)
        if isinstance(report.stopped, LimitExceeded):
            raise report.stopped
        if not _goes_on(report):
            path = self.claimed.path
            page = path.with_name(f"{path.stem}.results.{datetime.now():%Y%m%d-%H%M%S}.html")  # noqa: DTZ005 -- the user's
            every = self.numbers_work.options.every_number
            options = OutputOptions(page=page if self.handling.report else None, every_number=every)
            report = of_sheets(handing_back.hand_back_each(self.session, reports, options))
        return FileOutcome(
            name=self.claimed.name,
            place=None if _goes_on(report) else _place(report),
            path=self.claimed.path,
            exit_code=report.exit_code,
            report=report,
            # A results workbook is a copy of the whole workbook.
            holds_numbers=any(one.loads for one in report.runs) and self._brings_numbers(report.runs[0]),
        )

    def begun(self) -> list[Run]:
        """Return the runs that were made of the file since it was claimed, one a sheet, in their order."""
        return begun_of(self.session, self.claimed)

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
        here = [run for run in runs if inbox_of(Path(run.source.path)) == self.claimed.inbox.absolute()]
        here = [run for run in here if self._has_same_numbers(run)]
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
        planned = self._read_numbers(planned)
        planned = within_limits(self.session.send_options.limits, planned)
        if planned[0].stopped:
            return planned
        all_or_nothing = self.handling.on_partial is OnPartial.NOTHING and not together.count(*_SENT)
        if all_or_nothing and together.count(Status.INVALID, Status.REJECTED):
            said = "Nothing was created, because some rows are wrong (on_partial)."
            return [planned[0].noting(said), *planned[1:]]
        return [self._with_notes(report) for report in pipeline.apply_each(self.session, planned)]

    def _with_notes(self, report: Report) -> Report:
        """Return a report with what there is to know about how its lists of numbers were read."""
        if not report.loads:
            return report
        return report.noting(*numbers.outcome_of(self.session.journal, report.run).found.get("notes", ()))

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
        tables = [table for table in tables if not begun or (table.sheet is not None and table.sheet not in known)]
        if self.claimed.beside is None and not self.handling.numbers_beside:
            return tables
        return [replace(table, options=replace(table.options, awaits_numbers=True)) for table in tables]

    def _read_numbers(self, planned: list[Report]) -> list[Report]:
        """Read the numbers for the campaigns that are planned: the list beside the file, and the sheet of a workbook.

        An earlier pass may have done it.

        Raises FileRefused and WrongUsage for a list that cannot be used; none of the campaigns is created then.
        """
        beside, session, work = self.claimed.beside, self.session, self.numbers_work
        run = planned[0].run
        if not numbers.are_awaited(session.journal, run):
            return planned
        if beside is None and self.handling.numbers_beside:
            raise self._without_list()
        if len(planned) > 1:
            message = (
                f"{self.claimed.path}: telephone numbers are for the campaigns of one sheet, but several are read."
            )
            raise WrongUsage(message, ProblemCode.CLASH)
        lists = replace(work.options.lists, sheets_of=self._own_sheet(planned[0]), follows_names=False)
        options = replace(work.options, lists=lists)
        try:
            numbers.plan_rows(session, run, [beside] if beside else [], options, work.order, work.sheet)
        except TooManyRefused as refused:
            raise refused_for_now(refused, self._command) from None
        except WrongSettings as wrong:
            if wrong.problem_code is not ProblemCode.NUMBER_FORMAT:
                raise
            raise self._without_format() from None
        finished = pipeline.finish_numbers(session, planned[0])
        return [replace(finished, loads=tuple(session.journal.number_loads.of(run)))]

    def _command(self, *more: object) -> str:
        """Return the command that imports the file, and the list beside it, from where they are archived."""
        filed, *lists = in_quarantine(self.claimed)
        named = [word for path in lists for word in ("--numbers", path)]
        work = self.numbers_work
        return self.session.journal.command("import", filed, *named, *work.words, *work.split_words, *more)

    def _without_list(self) -> FileRefused:
        """Return the error about campaigns of which it is no longer known which list belongs to them."""
        message = (
            f"{self.claimed.path}: the note about it is damaged, so it is not known which file has the telephone "
            f"numbers for its campaigns, and none is created. That file may still be in {self.claimed.path.parent}. "
            "Put both into the folder again."
        )
        return FileRefused(message, ProblemCode.NUMBERS_UNREAD)

    def _without_format(self) -> FileRefused:
        """Return the error about a file with numbers, where nobody has said how these are spelt."""
        message = (
            f"{self.claimed.path} has telephone numbers, but number_format is not set: how the server spells them. Set "
            "it in drop.toml, and put the file into the folder again."
        )
        return FileRefused(message, ProblemCode.NUMBER_FORMAT)

    def _own_sheet(self, planned: Report) -> Mapping[Path, tuple[str, ...]]:
        """Return the workbook with its sheet of numbers, if it has one."""
        if planned.source.text is not None or planned.migration is not None:
            return {}
        return numbers.own_sheet(self.claimed.path, self.numbers_work.options.lists.reading)

    def _brings_numbers(self, report: Report) -> bool:
        """Return whether the workbook itself has telephone numbers, in its sheet of numbers or in a column."""
        if report.source.text is not None:
            return False
        return bool(numbers_columns(report.source, ()) or self._own_sheet(report))

    def _has_same_numbers(self, run: Run) -> bool:
        """Return whether the file of a run was archived with the same list, all of which was loaded."""
        beside = self.claimed.beside
        if beside is None:
            return True
        path = Path(run.source.path)
        archived = path.with_name(f"{path.stem}{beside.name.removeprefix(self.claimed.path.stem)}")
        loads = self.session.journal.number_loads.of(run.id)
        are_loaded = all(load.status is LoadStatus.LOADED for load in loads)
        return are_loaded and archived.is_file() and digest_of(archived) == digest_of(beside)

    def _begun(self, digest: str) -> list[Run]:
        return _newest_of(self.session, self.claimed, digest)


def begun_of(session: Session, claimed: Claimed) -> list[Run]:
    """Return the runs that were made of a file since it was claimed, one a sheet, in their order."""
    if not is_text(str(claimed.path.absolute())):
        return []
    try:
        digest = digest_of(claimed.path)
    except OSError:
        return []
    return _newest_of(session, claimed, digest)


def _newest_of(session: Session, claimed: Claimed, digest: str) -> list[Run]:
    server, path = session.server, str(claimed.path.absolute())
    return session.journal.runs.newest_of(server.identity, server.username, path, digest, claimed.place)


def _goes_on(report: Report) -> bool:
    """Return whether the next pass continues with a file, because something else than its numbers stopped it."""
    return report.stopped is not None and report.stopped.problem_code not in FOR_A_PERSON


def _place(report: Report) -> Disposition:
    loads = [load.status for one in report.runs for load in one.loads]
    if report.count(Status.IN_DOUBT, Status.SENDING) or LoadStatus.IN_DOUBT in loads:
        return Disposition.IN_DOUBT
    if report.exit_code is ExitCode.DONE:
        return Disposition.DONE
    if report.count(Status.INVALID, Status.REJECTED, Status.FAILED) or report.stopped or report.loads_code:
        return Disposition.FAILED
    return Disposition.EXISTING if report.held else Disposition.CHANGED


def inbox_of(path: Path) -> Path | None:
    """Return the folder in which a file arrived that is at work or archived now; None for a file from elsewhere."""
    up = 1 if path.parent.name == PROCESSING else 2
    return path.parents[up] if len(path.parents) > up else None
