"""What became of one file of a drop folder, as it is reported to people and programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from importer.documents import document, failed_document
from importer.drop import mail_content
from importer.drop.claims import Claimed
from importer.drop.os_errors import shown
from importer.drop.places import Disposition
from importer.errors import FileRefused, WrongUsage
from importer.model import ExitCode
from importer.notify import Content, Message, Outbox
from importer.report import Report
from importer.session import Session


@dataclass(frozen=True, kw_only=True)
class FileOutcome:
    """What became of one file: its report (None: it could not be read, or was imported before), and where it is now.

    Without a place it is still where it was being worked on or, if that could not begin, where it arrived. `refusal` is
    set if it was not imported for a reason that has a code.
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
        """What programs are sent: the document of `--json` for an imported file, even if this one was not."""
        if self.report is not None:
            about = document(self.report)
        else:
            message, problem_code = (
                (self.refusal.message, self.refusal.problem_code) if self.refusal else (self.reason, None)
            )
            about = failed_document(Path(shown(self.path)), message, self.exit_code, problem_code)
        known = {"name": shown(self.name), "place": self.place and str(self.place), "reason": self.reason or None}
        return {**known, **about, "exit_code": int(self.exit_code)}


def tell(session: Session, outbox: Outbox, message: Message) -> bool:
    """Have the outbox remember a message, report if that fails, and return whether it did not."""
    failures = outbox.put(message)
    for failure in failures:
        session.stopwatch.note(failure)
    return not failures


def message_about(
    filed: FileOutcome, key: str, claimed: Claimed, journal: Path, extras: Sequence[Path] = ()
) -> Message:
    """Return the message about a file, which names it and its `extras` where they are before they are archived.

    `key` is that of the message; the commands in it are for `journal`.
    """
    folder = shown(claimed.inbox)
    return Message(
        key=key,
        content=_content(filed, claimed, journal, extras, folder),
        summary={**filed.document, "folder": folder, "reason": filed.reason},
        failed=filed.exit_code is not ExitCode.DONE,
        attachments=tuple(extras),
    )


def _content(filed: FileOutcome, claimed: Claimed, journal: Path, extras: Sequence[Path], folder: str) -> Content:
    name = shown(filed.name)
    names = ("Report" if extra.suffix == ".html" else "Results" for extra in extras)
    places = [("File", claimed.path), *zip(names, extras, strict=True)]
    if filed.report is not None:
        return mail_content.of_report(name, filed.report, places, folder, journal)
    if filed.place is Disposition.DUPLICATE:
        return mail_content.imported_before(name, filed.reason, places, folder)
    return mail_content.not_imported(name, filed.reason, filed.refusal, places, folder)
