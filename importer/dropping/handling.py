"""One file of a drop folder: imported or gone on with, told, and put away with its results."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from importer import pipeline
from importer.digest import digest_of
from importer.documents import document
from importer.dropping.claims import Claimed
from importer.dropping.config import Handling, OnPartial
from importer.dropping.filing import PROCESSING, Place, destination, file_away, named_after
from importer.dropping.trouble import shown
from importer.errors import FileRefused, WrongSettings
from importer.model import ExitCode, Status
from importer.notifying import Message, Outbox
from importer.pipeline import Desk, Handover, Wishes
from importer.report import Report
from schemas.faults import Fault


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
class Task:
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
            if not _is_text(str(claimed.path)):
                raise FileRefused(
                    "The name of the file is no text in UTF-8. Rename it, and drop it again.", Fault.ENCODING
                )
            digest = _digest(claimed.path)
            if before := self._imported_before(digest):
                reason = f"The same content was imported already, by run {before}. Nothing was sent."
                return self._put_away(Place.DUPLICATE, ExitCode.DONE, None, reason)
            report = self._report(digest)
        except FileRefused as error:
            return self._put_away(Place.QUARANTINE, error.exit_code, None, f"{error.message} [{error.fault}]")
        if report.stopped is None:
            page = claimed.path.with_name(f"{claimed.path.stem}.results.{datetime.now():%Y%m%d-%H%M%S}.html")  # noqa: DTZ005
            report = pipeline.hand_back(self.desk, report, Handover(page=page if self.handling.report else None))
        if report.stopped is not None:
            reason = f"{report.stopped.message} [{report.stopped.fault}] The next pass goes on with it."
            self._tell(None, report, reason, f"{report.run} {report.stopped.fault}", report.exit_code)
            return Filed(claimed.name, None, claimed.path, report.exit_code, report, reason)
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
        filed = file_away(claimed, place, day, extras, reason, partial(put_away, self.desk))
        if report is not None and report.results:
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
        name = shown(self.claimed.name)
        summary = {"name": name, "folder": shown(self.claimed.inbox), "place": place and str(place), "reason": reason}
        result = outcome(report) if report else str(place)
        message = Message(
            key=key,
            subject=f"{name}: {result}",
            body="\n".join([f"{name}: {result}", f"Folder: {self.claimed.inbox}", *_body(place, report, reason)]),
            summary={**summary, **(document(report) if report else {}), "exit_code": int(code)},
            failed=code is not ExitCode.DONE,
            attachment=attachment,
        )
        for words in self.outbox.put(message):
            self.desk.watch.note(words)


_SENT = (Status.CREATED, Status.SENDING, Status.IN_DOUBT, Status.FAILED, Status.UPDATED)


def _inbox_of(path: Path) -> Path | None:
    """Return the folder that a file arrived in which is at work or put away now; None for a file from elsewhere."""
    up = 1 if path.parent.name == PROCESSING else 2
    return path.parents[up] if len(path.parents) > up else None


def put_away(desk: Desk, claimed: Claimed, filed: Path) -> None:
    """Have the journal know where a file and its results are from now on. May be repeated."""
    at_work = str(claimed.path.absolute())
    if not _is_text(at_work):
        return
    digest = _digest(filed)
    run_id = desk.journal.run_of(desk.server.identity, desk.server.username, at_work, digest, claimed.since)
    results = desk.journal.run(run_id).results if run_id else None
    if run_id and results:
        name = named_after(Path(results).name, claimed.path.stem, filed.stem)
        desk.journal.file_moved(run_id, str(filed.absolute()), str(filed.absolute().with_name(name)))


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _digest(path: Path) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        words = f"{path} cannot be read ({error.strerror}). Give the right to read it, or take it away."
        raise WrongSettings(words, Fault.UNREADABLE) from None


def _place(report: Report) -> Place:
    if report.count(Status.IN_DOUBT, Status.SENDING):
        return Place.IN_DOUBT
    if report.exit_code is ExitCode.DONE:
        return Place.DONE
    return Place.FAILED if report.count(Status.INVALID, Status.REJECTED, Status.FAILED) else Place.CHANGED


def outcome(report: Report) -> str:
    """Return the rows by status in one line, what needs a person first."""
    counts = [f"{report.counts[status]} {status}" for status in Status if report.counts.get(status)]
    return ", ".join(counts) or "no rows"


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
