"""What became of one file of a drop folder, in what people and programs hear of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importer.documents import document, failed_document
from importer.drop.os_errors import shown
from importer.drop.places import Disposition
from importer.errors import FileRefused, WrongUsage
from importer.model import ExitCode, Status
from importer.notify import Message, Outbox
from importer.report import Report
from importer.session import Session


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file: its report (None: it could not be read, or was there before), and where it is now.

    Without a place it is still where it was worked on or, if that could not begin, where it arrived. `refusal` is there
    where it was not imported for a reason that has a code.
    """

    name: str
    place: Disposition | None
    path: Path
    exit_code: ExitCode
    report: Report | None = None
    reason: str = ""
    refusal: FileRefused | WrongUsage | None = None

    @property
    def document(self) -> dict[str, Any]:
        """What is told to programs: all that `--json` tells of a file that is imported, whatever became of this one."""
        if self.report is not None:
            told = document(self.report)
        else:
            message, problem_code = (
                (self.refusal.message, self.refusal.problem_code) if self.refusal else (self.reason, None)
            )
            told = failed_document(Path(shown(self.path)), message, self.exit_code, problem_code)
        known = {"name": shown(self.name), "place": self.place and str(self.place), "reason": self.reason or None}
        return {**known, **told, "exit_code": int(self.exit_code)}


def tell(session: Session, outbox: Outbox, message: Message) -> None:
    """Have the outbox remember a message, and say where that fails."""
    for words in outbox.put(message):
        session.stopwatch.note(words)


def message_about(filed: FileOutcome, key: str, inbox: Path, attachment: Path | None = None) -> Message:
    """Return what people are to hear of a file that arrived in a folder; `key` is that of the message."""
    name, report, folder = shown(filed.name), filed.report, shown(inbox)
    result = outcome(report) if report else str(filed.place or "not imported")
    more = _body(filed.place, report, filed.reason)
    return Message(
        key=key,
        subject=f"{name}: {result}",
        body="\n".join([f"{name}: {result}", f"Folder: {folder}", *more]),
        summary={**filed.document, "folder": folder, "reason": filed.reason},
        failed=filed.exit_code is not ExitCode.DONE,
        attachment=attachment,
    )


def outcome(report: Report) -> str:
    """Return the rows by status in one line, what needs a person first."""
    counts = [f"{report.counts[status]} {status}" for status in Status if report.counts.get(status)]
    return ", ".join(counts) or "no rows"


def _body(place: Disposition | None, report: Report | None, reason: str) -> list[str]:
    """Return what else a person wants to know of a file, a line each."""
    lines = [f"Put into: {place}" if place else "It stays in processing.", *([reason] if reason else [])]
    if report is None:
        return lines
    lines.append(f"Run: {report.run} for {report.account} on {report.server}")
    for group in report.groups[:10]:
        first = group.first[0]
        lines.append(shown(f"{group.count} × {first.where}: {first.message} [{first.problem_code}]"))
    return [*lines, *report.notes, *([f"Results: {shown(report.results)}"] if report.results else [])]
