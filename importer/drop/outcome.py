"""What became of one file of a drop folder, as it is reported to people and programs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from importer.documents import document, failed_document, numbers_document
from importer.drop import mail_content, numbers_content
from importer.drop.claim_notes import Claimed
from importer.drop.os_errors import shown
from importer.drop.places import Disposition
from importer.errors import FileRefused, ImporterError, WrongUsage
from importer.model import ExitCode
from importer.notify import Content, Message, Outbox
from importer.numbers import NumbersOutcome
from importer.report import Report
from importer.session import Session


@dataclass(frozen=True, kw_only=True)
class FileOutcome:
    """What became of one file, and where it is now.

    `report` is about its campaigns, `numbers` about its telephone numbers; neither is set if it could not be read, or
    was imported before. With `holds_numbers` its results have telephone numbers in them. Without a place it is still
    where it was being worked on or, if that could not begin, where it arrived. `refusal` is set if it was not imported
    for a reason that has a code.
    """

    name: str
    place: Disposition | None
    path: Path
    exit_code: ExitCode
    report: Report | None = None
    numbers: NumbersOutcome | None = None
    holds_numbers: bool = False
    reason: str = ""
    refusal: FileRefused | WrongUsage | None = None

    @property
    def stopped(self) -> ImporterError | None:
        """What stopped the work on it before it was done."""
        about = self.report or self.numbers
        return about.stopped if about else None

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that were made of it."""
        if self.numbers is not None:
            return (self.numbers.run,)
        return tuple(one.run for one in self.report.runs) if self.report else ()

    @property
    def files(self) -> list[Path]:
        """The files that were written for it: the results of its runs, and the page."""
        if self.numbers is not None:
            return [self.numbers.listing] if self.numbers.listing else []
        about = self.report
        written = (
            (*(one.results for one in about.runs), about.page, *(one.listing for one in about.runs)) if about else ()
        )
        return list(map(Path, dict.fromkeys(filter(None, written))))

    def moved(self, path: Path, later: Mapping[str, str]) -> "FileOutcome":
        """Return the outcome with the new path of the file; `later` has those of what was written for it."""
        report, numbers = self.report, self.numbers
        if report is not None:
            report = _moved(report, str(path.absolute()), later)
        if numbers is not None and numbers.listing is not None:
            numbers = replace(numbers, listing=Path(later[str(numbers.listing)]))
        return replace(self, path=path, report=report, numbers=numbers)

    @property
    def document(self) -> dict[str, Any]:
        """What programs are sent: the document of `--json` for an imported file, even if this one was not."""
        if self.report is not None:
            about = document(self.report)
        elif self.numbers is not None:
            file = shown(self.path.absolute())
            about = {**numbers_document(self.numbers), "file": file, "files": [file]}
        else:
            message, problem_code = (
                (self.refusal.message, self.refusal.problem_code) if self.refusal else (self.reason, None)
            )
            about = failed_document(Path(shown(self.path)), message, self.exit_code, problem_code)
        known = {"name": shown(self.name), "place": self.place and str(self.place), "reason": self.reason or None}
        return {**known, **about, "exit_code": int(self.exit_code)}


def _moved(report: Report, path: str, later: Mapping[str, str]) -> Report:
    """Return a report, and those that it sums up, with the new path of the file; `later` has those of its results."""
    return replace(
        report,
        source=replace(report.source, path=path),
        results=later.get(report.results or ""),
        page=later.get(report.page or ""),
        listing=later.get(report.listing or ""),
        notes=tuple(_with_new_places(note, later) for note in report.notes),
        sheets=tuple(_moved(sheet, path, later) for sheet in report.sheets),
    )


def _with_new_places(note: str, later: Mapping[str, str]) -> str:
    for before, after in later.items():
        note = note.replace(before, after)
    return note


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
        attachments=tuple(one for one in extras if one != claimed.beside and _may_be_sent(one, filed)),
    )


_LISTING = re.compile(r"\.numbers\.[0-9]{8}-[0-9]{6}.*\.csv\Z")
"""The names of files of numbers that were not loaded. These are not sent by e-mail, and neither are lists."""


def _may_be_sent(extra: Path, filed: FileOutcome) -> bool:
    return extra.suffix == ".html" or not (filed.holds_numbers or _LISTING.search(extra.name))


def _called(extra: Path, claimed: Claimed) -> str:
    """Return what an e-mail calls a file that is archived with another."""
    if extra == claimed.beside:
        return "Telephone numbers"
    if _LISTING.search(extra.name):
        return "Numbers that were not loaded"
    return "Report" if extra.suffix == ".html" else "Results"


def _content(filed: FileOutcome, claimed: Claimed, journal: Path, extras: Sequence[Path], folder: str) -> Content:
    name = shown(filed.name)
    names = (_called(extra, claimed) for extra in extras)
    places = [("File", claimed.path), *zip(names, extras, strict=True)]
    if filed.report is not None:
        return mail_content.of_report(name, filed.report, places, folder, journal)
    if filed.numbers is not None:
        return numbers_content.of_numbers(name, filed.numbers, places, folder, journal, stays=filed.place is None)
    if filed.place is Disposition.DUPLICATE:
        return mail_content.imported_before(name, filed.reason, places, folder)
    return mail_content.not_imported(name, filed.reason, filed.refusal, places, folder)
