"""One file of a drop folder: what is in it is imported or loaded, reported, and archived with its results."""

import errno
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from importer import reading
from importer.drop.archiving import destination, file_away, named_after
from importer.drop.claim_notes import Claimed, Filing
from importer.drop.claims import Claims
from importer.drop.os_errors import reported
from importer.drop.outcome import FileOutcome, message_about, tell
from importer.drop.places import Disposition
from importer.errors import FileRefused, Interrupted, LimitExceeded, StopRun, WrongUsage
from importer.files import digest_of
from importer.model import ExitCode, Run
from importer.notify import Outbox
from importer.results import write_bug_report
from importer.session import Session
from schemas.problem_codes import ProblemCode

PASSES = 2
"""After this many passes that ended while working on a file without progress, it is left to a person."""

OF_THE_SYSTEM = frozenset(
    (errno.EAGAIN, errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
)
"""System errors that do not depend on the file."""


class FileWork(Protocol):
    """What is done with the content of a file."""

    def begun(self) -> list[Run]:
        """Return the runs that were made of the file since it was claimed."""

    def progress(self) -> str:
        """Return a measure of the progress on the file: every step in the journal changes it."""

    def imported_before(self, digest: str) -> str:
        """Return the runs that have finished the same content; "" if there are none."""

    def carry_out(self, digest: str) -> FileOutcome:
        """Do the work, or continue it; the outcome has the place to archive the file in, none if it stays.

        Raises FileRefused and WrongUsage for a file that cannot be used, LimitExceeded.
        """


@dataclass(frozen=True)
class DropJob:
    """One file on its way through a pass."""

    session: Session
    work: FileWork
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
            if self.claims.begin(self.claimed, self.work.progress()) >= PASSES:
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
            if before := self.work.imported_before(digest):
                reason = f"The same content was already imported by run {before}. Nothing was sent."
                return self._put_away(self._without_report(Disposition.DUPLICATE, ExitCode.DONE, reason))
            outcome = self.work.carry_out(digest)
        except LimitExceeded as error:
            return self._beyond(error)
        except (FileRefused, WrongUsage) as error:
            # It will not be in processing/ when people read this.
            message = error.message.replace(str(claimed.path), claimed.name)
            if claimed.beside is not None:
                message = message.replace(str(claimed.beside), claimed.beside.name)
            refusal = type(error)(message, error.problem_code)
            reason = f"{message} [{refusal.problem_code}]"
            refused = self._without_report(Disposition.QUARANTINE, refusal.exit_code, reason)
            return self._put_away(replace(refused, refusal=refusal))
        if outcome.place is not None:
            return self._put_away(outcome)
        if (stopped := outcome.stopped) is not None:
            outcome = replace(
                outcome, reason=f"{stopped.message} [{stopped.problem_code}] The next pass continues with it."
            )
            if not isinstance(stopped, Interrupted):
                self._tell(outcome, f"{outcome.runs[0]} {stopped.problem_code}")
        return outcome

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
            stays = self._without_report(None, ExitCode.UNEXPECTED, reason)
            self._tell(stays, f"{self._key} {ProblemCode.BUG}")
            return stays

    def _beyond(self, error: LimitExceeded) -> FileOutcome:
        """Archive a file that would start more than a limit allows."""
        higher = [word for name, number in error.needed.items() for word in (f"--max-{name}", number)]
        return self._left_to_a_person(error.exit_code, f"{error.message} [{error.problem_code}]", *higher)

    def _left_to_a_person(self, code: ExitCode, reason: str, *options: object) -> FileOutcome:
        if runs := [run.id for run in self.work.begun()]:
            again = "; ".join(self.session.journal.command("apply", run, *options) for run in runs)
            reason += f" Its rows are in run {' and '.join(runs)}. To continue with them: {again}"
        return self._put_away(self._without_report(Disposition.QUARANTINE, code, reason))

    def _without_report(self, place: Disposition | None, code: ExitCode, reason: str) -> FileOutcome:
        return FileOutcome(name=self.claimed.name, place=place, path=self.claimed.path, exit_code=code, reason=reason)

    def _put_away(self, outcome: FileOutcome) -> FileOutcome:
        claimed, place = self.claimed, outcome.place
        assert place is not None  # noqa: S101 -- a file that stays is not archived
        day = datetime.now().astimezone().date()
        extras = [*(outcome.files if outcome.runs else self._written_before()), *self._list_beside()]
        filed, *moved = destination(claimed, place, day, extras)
        # Programs and the journal get the places where things are from now on.
        if not outcome.runs:
            loads = self.session.journal.number_loads
            outcome = replace(outcome, holds_numbers=any(loads.of(run.id) for run in self.work.begun()))
        there = outcome.moved(filed, {str(extra): str(path) for extra, path in zip(extras, moved, strict=True)})
        key = there.runs[0] if there.runs else self._key
        message = message_about(there, key, claimed, self.session.journal.path, extras)
        heard = partial(put_away, self.session, self.outbox)
        runs = there.runs or [run.id for run in self.work.begun()]
        reason = there.reason or None
        return replace(there, path=file_away(self.claims, claimed, place, day, extras, reason, message, runs, heard))

    def _list_beside(self) -> list[Path]:
        """Return the list that was claimed with the file, unless somebody has removed it since."""
        beside = self.claimed.beside
        return [beside] if beside is not None and beside.exists() else []

    @property
    def _key(self) -> str:
        """What distinguishes the file from all other claimed files, the same in every pass."""
        return f"{self.claimed.path.stem} {self.claimed.since.isoformat()}"

    def _written_before(self) -> list[Path]:
        """Return the results that an earlier pass finished writing, as the journal has them."""
        results = dict.fromkeys(run.results for run in self.work.begun() if run.results)
        return [path for path in map(Path, results) if path.exists()]

    def _tell(self, stays: FileOutcome, key: str) -> None:
        tell(self.session, self.outbox, message_about(stays, key, self.claimed, self.session.journal.path))


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
