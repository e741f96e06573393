"""A pass over a drop folder: what is left over first, then what has arrived; each file imported, told and put away.

Whatever ends a pass, the next one goes on: a file stays in `processing/` until its results are on disk, the journal
knows its run, and the outbox what is to be told.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from importer import pipeline
from importer.documents import document
from importer.dropping.arriving import Arrivals, Seen, look_twice
from importer.dropping.claims import Claimed
from importer.dropping.config import Drop, DropFolder, Handling, OnPartial
from importer.dropping.filing import PROCESSING, Place, destination, file_away
from importer.dropping.inbox import Inbox
from importer.errors import FileRefused, ImporterError, StopRun, WrongSettings
from importer.locking import only_run
from importer.model import ExitCode, Status
from importer.notifying import Message, Outbox
from importer.pipeline import Desk, Handover, Wishes
from importer.report import Report
from schemas.faults import Fault

Say = Callable[[str], None]

HOLDER = "campaign-importer"
"""The name under which the lock of a folder lies in `processing/`."""


@dataclass(frozen=True)
class Workplace:
    """What a folder's files are worked on with: how to open a desk for its server, and what runs are made of."""

    open_desk: Callable[[], AbstractContextManager[Desk]]
    wishes: Wishes


@dataclass(frozen=True)
class Filed:
    """What became of one file: its report (None: it could not be read, or was there before), and where it is now."""

    name: str
    place: Place | None
    path: Path
    exit_code: ExitCode
    report: Report | None = None
    reason: str = ""


@dataclass(frozen=True)
class Pass:
    """What a pass over all folders has done, and how long the next file that is not quiet yet has to be waited for."""

    filed: tuple[Filed, ...]
    troubles: tuple[ImporterError, ...]
    next_look: float | None = None

    @property
    def exit_code(self) -> ExitCode:
        """The worst of all files and of what kept folders from being worked on."""
        codes = [*(one.exit_code for one in self.filed), *(trouble.exit_code for trouble in self.troubles)]
        return ExitCode.worst(codes)

    @property
    def counts(self) -> dict[str, int]:
        """How many files were put where."""
        counts: dict[str, int] = {}
        for one in self.filed:
            place = str(one.place) if one.place else "processing"
            counts[place] = counts.get(place, 0) + 1
        return counts


class Night:
    """Looks after a drop folder; `places` has a workplace for each of its folders, by name. `say` is for the log."""

    def __init__(self, drop: Drop, places: Mapping[str, Workplace], outbox: Outbox, say: Say) -> None:
        self._drop = drop
        self._places = places
        self._outbox = outbox
        self._say = say
        self._arrivals = [Arrivals(folder) for folder in drop.folders]

    def once(self, sleep: Callable[[float], None]) -> Pass:
        """Handle all that is there, after waiting once for what may still be growing."""
        return self._work(look_twice(self._arrivals, sleep))

    def look(self) -> Pass:
        """Handle what is ready now, and leave what is not for the next look."""
        return self._work([one.look() for one in self._arrivals])

    def _work(self, seen: Sequence[Seen]) -> Pass:
        filed: list[Filed] = []
        troubles: list[ImporterError] = []
        for folder, found in zip(self._drop.folders, seen, strict=True):
            try:
                if found.trouble is not None:
                    raise found.trouble
                for one in self._folder(folder, found):
                    filed.append(one)
                    self._say(_line(one))
            except StopRun as error:
                troubles.append(error)
                self._say(f"{folder.path}: {error.message} [{error.fault}]")
            if any(one.report and one.report.stopped and one.report.exit_code >= ExitCode.INTERRUPTED for one in filed):
                break
        waits = [file.seconds for found in seen for file in found.waiting if file.seconds is not None]
        return Pass(tuple(filed), tuple(troubles), min(waits, default=None))

    def _folder(self, folder: DropFolder, seen: Seen) -> Iterator[Filed]:
        """Yield what becomes of the files of a folder, until something stops the work on its server."""
        inbox = Inbox(folder.path)
        if not seen.ready and not _holds_any(inbox.processing):
            return
        inbox.prepare()
        with only_run(inbox.processing / f".{HOLDER}", str(folder.path), "drop"):
            left = inbox.left_over()
            for stray in inbox.strays():
                self._say(f"{stray} was not put there by us and is left alone. Move it to {folder.path} to import it.")
            with self._places[folder.name].open_desk() as desk:
                for claimed in _claimed(inbox, left, seen):
                    one = _File(desk, folder.handling, self._places[folder.name].wishes, claimed, self._outbox).handle()
                    yield one
                    if one.place is None:
                        return


@dataclass(frozen=True)
class _File:
    """One file on its way through a pass."""

    desk: Desk
    handling: Handling
    wishes: Wishes
    claimed: Claimed
    outbox: Outbox

    def handle(self) -> Filed:
        """Import a file, or go on with it, and put it away; what stops the run leaves it where it is."""
        claimed = self.claimed
        try:
            digest = _digest(claimed.path)
            if before := self._imported_before(digest):
                reason = f"The same content was imported already, by run {before}. Nothing was sent."
                return self._put_away(Place.DUPLICATE, ExitCode.DONE, None, reason)
            report = self._report(digest)
        except FileRefused as error:
            return self._put_away(Place.QUARANTINE, error.exit_code, None, f"{error.message} [{error.fault}]")
        if report.stopped is not None:
            reason = f"{report.stopped.message} [{report.stopped.fault}] The next pass goes on with it."
            self._tell(None, report, reason, f"{report.run} {report.stopped.fault}", report.exit_code)
            return Filed(claimed.name, None, claimed.path, report.exit_code, report, reason)
        page = claimed.path.with_name(f"{claimed.path.stem}.results.{datetime.now():%Y%m%d-%H%M%S}.html")  # noqa: DTZ005
        report = pipeline.hand_back(self.desk, report, Handover(page=page if self.handling.report else None))
        return self._put_away(_place(report), report.exit_code, report, None)

    def _report(self, digest: str) -> Report:
        """Plan the file and apply the plan; or go on with the run that an earlier pass has begun for it."""
        desk, claimed = self.desk, self.claimed
        begun = desk.journal.run_of(desk.server.identity, desk.server.username, self._path, digest, claimed.since)
        report = pipeline.plan(desk, claimed.path, self.wishes) if begun is None else pipeline.finish_plan(desk, begun)
        if report.stopped:
            return report
        all_or_nothing = self.handling.on_partial is OnPartial.NOTHING and not report.count(*_SENT)
        if all_or_nothing and report.count(Status.INVALID, Status.REJECTED):
            return replace(
                report, notes=(*report.notes, "Nothing was created, because some rows are wrong (on_partial).")
            )
        return pipeline.apply(desk, report.run, report.timings)

    def _imported_before(self, digest: str) -> str | None:
        """Return the run that has brought every row of the same content to its end, if there is one."""
        desk, claimed = self.desk, self.claimed
        own = desk.journal.run_of(desk.server.identity, desk.server.username, self._path, digest, claimed.since)
        if own is not None:
            return None
        runs = desk.journal.finished_runs_of(desk.server.identity, desk.server.username, digest)
        return next((run.id for run in runs if _inbox_of(Path(run.source.path)) == claimed.inbox.absolute()), None)

    @property
    def _path(self) -> str:
        return str(self.claimed.path.absolute())

    def _put_away(self, place: Place, code: ExitCode, report: Report | None, reason: str | None) -> Filed:
        claimed = self.claimed
        day = datetime.now().astimezone().date()
        extras = [Path(path) for path in (report.results, report.page) if path] if report else []
        filed, *moved = destination(claimed, place, day, extras)
        key = report.run if report else f"{claimed.path.stem} {claimed.since.isoformat()}"
        if report is not None:
            # What is told, and what the journal knows, is where things are from now on.
            told = {str(extra): str(path) for extra, path in zip(extras, moved, strict=True)}
            report = replace(report, results=told.get(report.results or ""), page=told.get(report.page or ""))
        self._tell(place, report, reason or "", key, code, extras[0] if extras else None)
        filed = file_away(claimed, place, day, extras, reason)
        if report is not None and report.results:
            self.desk.journal.file_moved(report.run, str(filed.absolute()), report.results)
            self.outbox.moved(key, Path(report.results))
        return Filed(claimed.name, place, filed, code, report, reason or "")

    def _tell(
        self,
        place: Place | None,
        report: Report | None,
        reason: str,
        key: str,
        code: ExitCode,
        attachment: Path | None = None,
    ) -> None:
        """Have the outbox remember what there is to tell of the file, before it is put away."""
        name = self.claimed.name
        summary = {"name": name, "folder": str(self.claimed.inbox), "place": place and str(place), "reason": reason}
        outcome = _outcome(report) if report else str(place)
        message = Message(
            key=key,
            subject=f"{name}: {outcome}",
            body="\n".join([f"{name}: {outcome}", f"Folder: {self.claimed.inbox}", *_body(place, report, reason)]),
            summary={**summary, **(document(report) if report else {}), "exit_code": int(code)},
            failed=code is not ExitCode.DONE,
            attachment=attachment,
        )
        for words in self.outbox.put(message):
            self.desk.watch.note(words)


_SENT = (Status.CREATED, Status.SENDING, Status.IN_DOUBT, Status.FAILED, Status.UPDATED)


def _claimed(inbox: Inbox, left: Sequence[Claimed], seen: Seen) -> Iterator[Claimed]:
    """Yield what is left over, and then take one file after another: no more than is worked on at once."""
    yield from left
    for arrival in seen.ready:
        claimed = inbox.claim(arrival, datetime.now(UTC))
        if claimed is not None:
            yield claimed


def _holds_any(folder: Path) -> bool:
    return folder.is_dir() and any(not path.name.startswith(f".{HOLDER}") for path in folder.iterdir())


def _inbox_of(path: Path) -> Path | None:
    """Return the folder that a file arrived in which is at work or put away now; None for a file from elsewhere."""
    up = 1 if path.parent.name == PROCESSING else 2
    return path.parents[up] if len(path.parents) > up else None


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        words = f"{path} cannot be read ({error.strerror}). Give the right to read it, or take it away."
        raise WrongSettings(words, Fault.UNREADABLE) from None


def _place(report: Report) -> Place:
    if report.count(Status.IN_DOUBT, Status.SENDING):
        return Place.IN_DOUBT
    return Place.DONE if report.exit_code is ExitCode.DONE else Place.FAILED


def _outcome(report: Report) -> str:
    """Return the rows by status in one line, what needs a person first."""
    counts = [f"{report.counts[status]} {status}" for status in Status if report.counts.get(status)]
    return ", ".join(counts) or "no rows"


def _line(filed: Filed) -> str:
    where = f"{filed.place}: {filed.path}" if filed.place else f"stays at {filed.path}"
    outcome = _outcome(filed.report) if filed.report else filed.reason
    return f"{filed.name}: {outcome}; {where}"


def _body(place: Place | None, report: Report | None, reason: str) -> list[str]:
    """Return what else a person wants to know of a file, a line each."""
    lines = [f"Put into: {place}" if place else "It stays in processing.", *([reason] if reason else [])]
    if report is None:
        return lines
    lines.append(f"Run: {report.run} for {report.account} on {report.server}")
    for group in report.groups[:10]:
        first = group.first[0]
        lines.append(f"{group.count} × {first.where}: {first.message} [{first.fault}]")
    return [*lines, *report.notes, *([f"Results: {report.results}"] if report.results else [])]
