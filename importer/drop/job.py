"""One file of a drop folder: imported or continued, reported, and archived with its results."""

import errno
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from importer import pipeline, reading
from importer.drop.archiving import destination, file_away, named_after
from importer.drop.claims import Claimed, Claims, Filing
from importer.drop.config import Handling, OnPartial
from importer.drop.os_errors import reported
from importer.drop.outcome import FileOutcome, message_about, tell
from importer.drop.places import PROCESSING, Disposition
from importer.errors import FileRefused, Interrupted, StopRun, WrongUsage
from importer.files import digest_of
from importer.model import ExitCode, Status
from importer.notify import Outbox
from importer.report import Report
from importer.results import write_bug_report
from importer.run_options import ImportOptions, OutputOptions
from importer.security import is_text
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
    import_options: ImportOptions
    claims: Claims
    claimed: Claimed
    outbox: Outbox

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
            if self.claims.begin(self.claimed, self._progress()) >= PASSES:
                return self._left_to_a_person(
                    f"{PASSES} passes ended while working on this file without making progress: the file may have "
                    f"caused that. [{ProblemCode.ENDED_PASSES}]"
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
            if before := self._imported_before(digest):
                reason = f"The same content was already imported by run {before}. Nothing was sent."
                return self._put_away(Disposition.DUPLICATE, ExitCode.DONE, None, reason)
            report = self._report(digest)
        except (FileRefused, WrongUsage) as error:
            # It will not be in processing/ when people read this.
            message = error.message.replace(str(claimed.path), claimed.name)
            refusal = type(error)(message, error.problem_code)
            reason = f"{message} [{refusal.problem_code}]"
            return self._put_away(Disposition.QUARANTINE, refusal.exit_code, None, reason, refusal)
        if report.stopped is None:
            page = claimed.path.with_name(f"{claimed.path.stem}.results.{datetime.now():%Y%m%d-%H%M%S}.html")  # noqa: DTZ005
            report = pipeline.hand_back(
                self.session, report, OutputOptions(page=page if self.handling.report else None)
            )
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
                self._tell(stays, f"{report.run} {report.stopped.problem_code}")
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
            return self._left_to_a_person(reason)
        except (StopRun, OSError):
            raise
        except Exception:  # noqa: BLE001 -- one bad file costs one file, even if archiving it fails
            stays = FileOutcome(
                name=self.claimed.name, place=None, path=self.claimed.path, exit_code=ExitCode.UNEXPECTED, reason=reason
            )
            self._tell(stays, f"{self._key} {ProblemCode.BUG}")
            return stays

    def _left_to_a_person(self, reason: str) -> FileOutcome:
        run = self._run()
        if run is not None:
            again = self.session.journal.command("apply", run)
            reason += f" Its rows are in run {run}. To continue with them: {again}"
        return self._put_away(Disposition.QUARANTINE, ExitCode.UNEXPECTED, None, reason)

    def _run(self) -> str | None:
        """Return the run that was made from the file since it was claimed, if there is one."""
        session, claimed = self.session, self.claimed
        if not is_text(self._path):
            return None
        try:
            digest = digest_of(claimed.path)
        except OSError:
            return None
        return session.journal.runs.newest_of(
            session.server.identity, session.server.username, self._path, digest, claimed.since
        )

    def _progress(self) -> str:
        """Return a measure of the progress on the file: every step in the journal changes it."""
        run = self._run()
        return json.dumps([run, sorted(self.session.journal.rows.counts(run).items())]) if run else ""

    def _report(self, digest: str) -> Report:
        """Plan the file and apply the plan; or continue the run that an earlier pass began for it."""
        session, claimed = self.session, self.claimed
        begun = session.journal.runs.newest_of(
            session.server.identity, session.server.username, self._path, digest, claimed.since
        )
        report = (
            pipeline.plan(session, claimed.path, self.import_options)
            if begun is None
            else pipeline.finish_plan(session, begun)
        )
        if report.stopped:
            return report
        all_or_nothing = self.handling.on_partial is OnPartial.NOTHING and not report.count(*_SENT)
        if all_or_nothing and report.count(Status.INVALID, Status.REJECTED):
            return replace(
                report, notes=(*report.notes, "Nothing was created, because some rows are wrong (on_partial).")
            )
        return pipeline.apply(session, report.run)

    def _imported_before(self, digest: str) -> str | None:
        """Return the run that has finished every row of the same content, if there is one."""
        session, claimed = self.session, self.claimed
        own = session.journal.runs.newest_of(
            session.server.identity, session.server.username, self._path, digest, claimed.since
        )
        if own is not None:
            return None
        runs = session.journal.runs.finished_of(session.server.identity, session.server.username, digest)
        return next((run.id for run in runs if _inbox_of(Path(run.source.path)) == claimed.inbox.absolute()), None)

    @property
    def _path(self) -> str:
        return str(self.claimed.path.absolute())

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
        extras = [Path(path) for path in (report.results, report.page) if path] if report else self._written_before()
        filed, *moved = destination(claimed, place, day, extras)
        if report is not None:
            # Programs and the journal get the places where things are from now on.
            later = {str(extra): str(path) for extra, path in zip(extras, moved, strict=True)}
            source = replace(report.source, path=str(filed.absolute()))
            results, page = later.get(report.results or ""), later.get(report.page or "")
            report = replace(report, source=source, results=results, page=page)
        there = FileOutcome(
            name=claimed.name,
            place=place,
            path=filed,
            exit_code=code,
            report=report,
            reason=reason or "",
            refusal=refusal,
        )
        message = message_about(there, report.run if report else self._key, claimed, self.session.journal.path, extras)
        heard = partial(put_away, self.session, self.outbox)
        run = report.run if report else self._run()
        return replace(there, path=file_away(self.claims, claimed, place, day, extras, reason, message, run, heard))

    @property
    def _key(self) -> str:
        """What distinguishes the file from all other claimed files, the same in every pass."""
        return f"{self.claimed.path.stem} {self.claimed.since.isoformat()}"

    def _written_before(self) -> list[Path]:
        """Return the results that an earlier pass finished writing, as the journal has them."""
        run = self._run()
        results = self.session.journal.runs.get(run).results if run else None
        return [path for path in [Path(results or "")] if results and path.exists()]

    def _tell(self, stays: FileOutcome, key: str) -> None:
        tell(self.session, self.outbox, message_about(stays, key, self.claimed, self.session.journal.path))


_SENT = (Status.CREATED, Status.SENDING, Status.IN_DOUBT, Status.FAILED, Status.UPDATED)


def _inbox_of(path: Path) -> Path | None:
    """Return the folder in which a file arrived that is at work or archived now; None for a file from elsewhere."""
    up = 1 if path.parent.name == PROCESSING else 2
    return path.parents[up] if len(path.parents) > up else None


def put_away(session: Session, outbox: Outbox, claimed: Claimed, filed: Path, filing: Filing) -> bool:
    """Record in the journal where a file and its results are from now on, and notify people. May be repeated.

    Returns whether people will be notified: the outbox has the message.
    """
    if filing.run is not None:
        # A journal that was restored from a backup meanwhile may not have the run: the file is archived all the same.
        with suppress(WrongUsage):
            _record_places(session, claimed, filed, filing.run)
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
