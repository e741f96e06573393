"""One file of a drop folder: imported or continued, reported, and archived with its results."""

import errno
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

from importer import pipeline, reading
from importer.drop.archiving import destination, file_away, named_after
from importer.drop.claims import Claimed, Claims, Filing
from importer.drop.config import Handling
from importer.drop.file_runs import FileRuns
from importer.drop.os_errors import reported
from importer.drop.outcome import FileOutcome, message_about, tell
from importer.drop.places import Disposition
from importer.errors import FileRefused, Interrupted, LimitExceeded, StopRun, WrongUsage
from importer.files import digest_of
from importer.model import ExitCode, Status
from importer.notify import Outbox
from importer.reading import TablesOf
from importer.report import Report, of_sheets
from importer.results import write_bug_report
from importer.run_options import OutputOptions
from importer.session import Session
from schemas.problem_codes import ProblemCode

PASSES = 2
"""After this many passes that ended while working on a file without progress, it is left to a person."""

OF_THE_SYSTEM = frozenset(
    (errno.EAGAIN, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
)
"""System errors that do not depend on the file."""


@dataclass(frozen=True)
class DropJob:
    """One file on its way through a pass."""

    session: Session
    handling: Handling
    tables_of: TablesOf
    claims: Claims
    claimed: Claimed
    outbox: Outbox

    @cached_property
    def runs(self) -> FileRuns:
        """The runs that are made of the file."""
        return FileRuns(self.session, self.claimed, self.tables_of, self.handling.on_partial)

    def handle(self) -> FileOutcome:
        """Do what `_handle` does; a pass that a person ends meanwhile is not counted against the file."""
        with self.session.worker_pool.stop.noting(partial(self.claims.interrupt, self.claimed)):
            return self._handle()

    def _handle(self) -> FileOutcome:
        """Import a file, or continue with it, and archive it; if something stops the run, the file stays where it is.

        An unexpected error affects this file alone: it is archived with the details of the error, and so is
        a file over which passes have ended without a trace, as if it had crashed them. Raises StopRun for what would
        happen with any other file as well.
        """
        try:
            if self.claims.begin(self.claimed, self.runs.progress()) >= PASSES:
                return self._left_to_a_person(
                    ExitCode.UNEXPECTED,
                    f"{PASSES} passes ended while working on this file without making progress: the file may have "
                    f"caused that. [{ProblemCode.ENDED_PASSES}]",
                )
            filed = self._work()
        except (StopRun, KeyboardInterrupt):
            self.claims.end(self.claimed)
            raise
        except OSError as error:
            if error.errno not in OF_THE_SYSTEM:
                return self._bug()
            self.claims.end(self.claimed)
            with reported(self.claimed.inbox):
                raise
        except Exception:  # noqa: BLE001 -- one bad file costs one file
            return self._bug()
        if filed.place is None:
            self.claims.end(self.claimed)
        return filed

    def _work(self) -> FileOutcome:
        claimed = self.claimed
        try:
            reading.refuse_raw_name(claimed.path)
            digest = _digest(claimed.path)
            if before := self.runs.imported_before(digest):
                reason = f"The same content was already imported by run {before}. Nothing was sent."
                return self._put_away(Disposition.DUPLICATE, ExitCode.DONE, None, reason)
            reports = self.runs.import_all(digest)
        except (FileRefused, WrongUsage) as error:
            # It will not be in processing/ when people read this.
            message = error.message.replace(str(claimed.path), claimed.name)
            refusal = type(error)(message, error.problem_code)
            reason = f"{message} [{refusal.problem_code}]"
            return self._put_away(Disposition.QUARANTINE, refusal.exit_code, None, reason, refusal)
        report = of_sheets(reports)
        if isinstance(report.stopped, LimitExceeded):
            return self._beyond(report.stopped)
        if report.stopped is None:
            page = claimed.path.with_name(f"{claimed.path.stem}.results.{datetime.now():%Y%m%d-%H%M%S}.html")  # noqa: DTZ005
            options = OutputOptions(page=page if self.handling.report else None)
            report = of_sheets(pipeline.hand_back_each(self.session, reports, options))
        if report.stopped is not None:
            reason = f"{report.stopped.message} [{report.stopped.problem_code}] The next pass continues with it."
            stays = FileOutcome(
                name=claimed.name,
                place=None,
                path=claimed.path,
                exit_code=report.exit_code,
                report=report,
                reason=reason,
            )
            if not isinstance(report.stopped, Interrupted):
                self._tell(stays, f"{report.runs[0].run} {report.stopped.problem_code}")
            return stays
        return self._put_away(_place(report), report.exit_code, report, None)

    def _bug(self) -> FileOutcome:
        """Archive a file on which the program itself failed; the details are beside the journal.

        If that fails as well, the file stays where it is.
        """
        details = write_bug_report(self.session.journal.path.parent)
        reason = (
            "This is a bug in campaign-importer, not an error in the file. Please send the file "
            f'{details} as the README says under "Reporting a bug". [{ProblemCode.BUG}]'
        )
        try:
            return self._left_to_a_person(ExitCode.UNEXPECTED, reason)
        except (StopRun, OSError):
            raise
        except Exception:  # noqa: BLE001 -- one bad file costs one file, even if archiving it fails
            stays = FileOutcome(
                name=self.claimed.name, place=None, path=self.claimed.path, exit_code=ExitCode.UNEXPECTED, reason=reason
            )
            self._tell(stays, f"{self._key} {ProblemCode.BUG}")
            return stays

    def _beyond(self, error: LimitExceeded) -> FileOutcome:
        """Archive a file that would start more than a limit allows."""
        higher = [word for name, number in error.needed.items() for word in (f"--max-{name}", number)]
        return self._left_to_a_person(error.exit_code, f"{error.message} [{error.problem_code}]", *higher)

    def _left_to_a_person(self, code: ExitCode, reason: str, *options: object) -> FileOutcome:
        if runs := [run.id for run in self.runs.begun()]:
            again = "; ".join(self.session.journal.command("apply", run, *options) for run in runs)
            reason += f" Its rows are in run {' and '.join(runs)}. To continue with them: {again}"
        return self._put_away(Disposition.QUARANTINE, code, None, reason)

    def _put_away(
        self,
        place: Disposition,
        code: ExitCode,
        report: Report | None,
        reason: str | None,
        refusal: FileRefused | WrongUsage | None = None,
    ) -> FileOutcome:
        claimed = self.claimed
        day = datetime.now().astimezone().date()
        extras = _files_of(report) if report else self._written_before()
        filed, *moved = destination(claimed, place, day, extras)
        if report is not None:
            # Programs and the journal get the places where things are from now on.
            later = {str(extra): str(path) for extra, path in zip(extras, moved, strict=True)}
            report = _moved(report, str(filed.absolute()), later)
        there = FileOutcome(
            name=claimed.name,
            place=place,
            path=filed,
            exit_code=code,
            report=report,
            reason=reason or "",
            refusal=refusal,
        )
        key = report.runs[0].run if report else self._key
        message = message_about(there, key, claimed, self.session.journal.path, extras)
        heard = partial(put_away, self.session, self.outbox)
        runs = [one.run for one in report.runs] if report else [run.id for run in self.runs.begun()]
        return replace(there, path=file_away(self.claims, claimed, place, day, extras, reason, message, runs, heard))

    @property
    def _key(self) -> str:
        """What distinguishes the file from all other claimed files, the same in every pass."""
        return f"{self.claimed.path.stem} {self.claimed.since.isoformat()}"

    def _written_before(self) -> list[Path]:
        """Return the results that an earlier pass finished writing, as the journal has them."""
        results = dict.fromkeys(run.results for run in self.runs.begun() if run.results)
        return [path for path in map(Path, results) if path.exists()]

    def _tell(self, stays: FileOutcome, key: str) -> None:
        tell(self.session, self.outbox, message_about(stays, key, self.claimed, self.session.journal.path))


def _files_of(report: Report) -> list[Path]:
    """Return the files that were written for a report: the results of its runs, and the page."""
    return list(map(Path, dict.fromkeys(filter(None, (*(one.results for one in report.runs), report.page)))))


def _moved(report: Report, path: str, later: Mapping[str, str]) -> Report:
    """Return a report, and those that it sums up, with the new path of the file; `later` has those of its results."""
    return replace(
        report,
        source=replace(report.source, path=path),
        results=later.get(report.results or ""),
        page=later.get(report.page or ""),
        sheets=tuple(_moved(sheet, path, later) for sheet in report.sheets),
    )


def put_away(session: Session, outbox: Outbox, claimed: Claimed, filed: Path, filing: Filing) -> bool:
    """Record in the journal where a file and its results are from now on, and notify people. May be repeated.

    Returns whether people will be notified: the outbox has the message.
    """
    for run in filing.runs:
        # A journal that was restored from a backup meanwhile may not have the run: the file is archived all the same.
        with suppress(WrongUsage):
            _record_places(session, claimed, filed, run)
    if filing.message is None:
        return True
    moves = {one.source: filed.with_name(one.name) for one in filing.moves} | {claimed.path: filed}
    places = {str(before.absolute()): str(after.absolute()) for before, after in moves.items()}
    return tell(session, outbox, filing.message.moved(places))


def _record_places(session: Session, claimed: Claimed, filed: Path, run: str) -> None:
    results = session.journal.runs.get(run).results
    name = named_after(Path(results).name, claimed.path.stem, filed.stem) if results else None
    beside = filed.absolute()
    session.journal.runs.file_moved(run, str(beside), str(beside.with_name(name)) if name else None)


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror}). Make it readable and put it into the folder again."
        raise FileRefused(message, ProblemCode.UNREADABLE) from None


def _place(report: Report) -> Disposition:
    if report.count(Status.IN_DOUBT, Status.SENDING):
        return Disposition.IN_DOUBT
    if report.exit_code is ExitCode.DONE:
        return Disposition.DONE
    if report.count(Status.INVALID, Status.REJECTED, Status.FAILED):
        return Disposition.FAILED
    return Disposition.EXISTING if report.held else Disposition.CHANGED
