"""A pass over a drop folder: what was left over first, then new files; each is imported, reported and archived.

If anything ends a pass, the next one continues: a file stays in `processing/` until its results are on disk, the
journal knows its run, and the outbox has the notifications.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from importer.documents import failed_document
from importer.drop import mail_content, numbers_content
from importer.drop.arrivals import Arrivals, look_twice, refuse_foreign
from importer.drop.claim_notes import Claimed
from importer.drop.config import Drop, DropFolder
from importer.drop.file_runs import FileRuns
from importer.drop.inbox import Inbox
from importer.drop.job import DropJob, FileWork, put_away
from importer.drop.mail_content import outcome
from importer.drop.number_runs import NumberRuns, campaigns_for
from importer.drop.numbers_work import NumbersWork
from importer.drop.os_errors import reported, shown
from importer.drop.outcome import FileOutcome
from importer.drop.places import PROCESSING, Disposition
from importer.drop.seen import SeenFiles, Waiting
from importer.enswitch import Server
from importer.errors import FileRefused, ImporterError, Interrupted, Locked, StopRun
from importer.journal import only_pass
from importer.model import ExitCode
from importer.notify import Message, Outbox
from importer.numbers import COMMAND, Scrub, went_well
from importer.reading import TablesOf
from importer.session import Session
from schemas.problem_codes import ProblemCode

Say = Callable[[str], None]

CODES: Mapping[Disposition, ExitCode] = {
    Disposition.DONE: ExitCode.DONE,
    Disposition.DUPLICATE: ExitCode.DONE,
    Disposition.FAILED: ExitCode.SOME_WRONG,
    Disposition.CHANGED: ExitCode.SOME_WRONG,
    Disposition.EXISTING: ExitCode.SOME_WRONG,
    Disposition.IN_DOUBT: ExitCode.IN_DOUBT,
    Disposition.QUARANTINE: ExitCode.USAGE,
}
"""The exit codes of files that an earlier pass handled."""


@dataclass(frozen=True)
class FolderContext:
    """What is needed to work on a folder's files.

    Its server, how to open a session for that, what finds the tables of campaigns, and what is done with telephone
    numbers.
    """

    server: Server
    open_session: Callable[[], AbstractContextManager[Session]]
    tables_of: TablesOf
    numbers_work: Callable[[], NumbersWork]


@dataclass(frozen=True)
class PollResult:
    """What a pass over all folders has done, and how long until the next waiting file is ready.

    `scrubs` are the comparisons with do-not-call lists that were made after it.
    """

    filed: tuple[FileOutcome, ...]
    troubles: tuple[ImporterError, ...]
    next_look: float | None = None
    scrubs: tuple[Scrub, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """The worst exit code of all files, and of what kept folders from being worked on."""
        codes = [*(one.exit_code for one in self.filed), *(trouble.exit_code for trouble in self.troubles)]
        return ExitCode.worst([*codes, *(one.exit_code for one in self.scrubs if not went_well(one))])

    @property
    def counts(self) -> dict[str, int]:
        """How many files went to which place."""
        counts: dict[str, int] = {}
        for one in self.filed:
            place = str(one.place) if one.place else PROCESSING if one.path.parent.name == PROCESSING else "waiting"
            counts[place] = counts.get(place, 0) + 1
        return counts


class Poller:
    """Processes a drop folder; `places` has a workplace for each of its folders, by name.

    `say` writes to the log, `insist` writes what is wrong even with --quiet. What is remembered
    about its files is beside the `journal`.
    """

    def __init__(
        self,
        drop: Drop,
        places: Mapping[str, FolderContext],
        outbox: Outbox,
        journal: Path,
        *,
        say: Say,
        insist: Say,
    ) -> None:
        self._drop = drop
        self._places = places
        self._outbox = outbox
        self._say = say
        self._insist = insist
        self._journal = journal
        self._told_of: set[tuple[Path, str, date]] = set()
        self._arrivals = [Arrivals(folder) for folder in drop.folders]

    def once(self, sleep: Callable[[float], None]) -> PollResult:
        """Handle all files, after waiting once for those that may still be growing."""
        try:
            seen = look_twice(self._arrivals, sleep)
        except Interrupted as request:
            return PollResult((), (request,))
        return self._work(seen)

    def look(self) -> PollResult:
        """Handle what is ready now, and leave the rest for the next look."""
        return self._work([one.look() for one in self._arrivals])

    def _work(self, seen: Sequence[SeenFiles]) -> PollResult:
        filed: list[FileOutcome] = []
        troubles: list[ImporterError] = []
        for folder, found in zip(self._drop.folders, seen, strict=True):
            try:
                if found.trouble is not None:
                    raise found.trouble
                for one in self._folder(folder, found):
                    filed.append(one)
                    tell = self._say if one.exit_code is ExitCode.DONE else self._insist
                    tell(_line(one))
            except Interrupted as request:
                troubles.append(request)
                break
            except StopRun as error:
                troubles.append(error)
                self._tell(folder, error)
            if any(one.stopped and one.exit_code >= ExitCode.INTERRUPTED for one in filed):
                break
        waits = [file.seconds for found in seen for file in found.waiting if file.seconds is not None]
        return PollResult(tuple(filed), tuple(troubles), min(waits, default=None))

    def _tell(self, folder: DropFolder, error: ImporterError) -> None:
        """Report why a folder cannot be worked on: in the log, and to people once a day."""
        where, reason = f"{shown(folder.path)}: ", shown(error.message)
        message = f"{where}{reason.removeprefix(where)} [{error.problem_code}]"
        self._insist(message)
        if isinstance(error, Locked):
            # A run that takes longer than the timer's interval is not worth an alarm.
            return
        known = {"name": None, "folder": shown(folder.path), "place": None, "reason": error.message}
        summary = {**failed_document(None, error.message, error.exit_code, error.problem_code), **known}
        content = mail_content.unusable_folder(folder.path, error.message, str(error.problem_code))
        self._put(
            Message(
                key=f"{shown(folder.path)} {error.problem_code} {_today()}",
                content=content,
                summary=summary,
                failed=True,
            )
        )

    def _tell_of_stray(self, folder: DropFolder, stray: Path) -> None:
        """Report a file in `processing/` that was not claimed by a pass: in the log, and to people once a day."""
        words = (
            f"{shown(stray)} belongs to no import and is left alone: somebody put it there, or the folder was renamed "
            f"during the import. To import it, move it to {shown(folder.path)}; rows already created are skipped."
        )
        self._insist(words)
        known = {"name": shown(stray.name), "folder": shown(folder.path), "place": None, "reason": words}
        summary = {**failed_document(stray, words, ExitCode.USAGE, ProblemCode.UNREADABLE), **known}
        content = mail_content.not_imported(shown(stray.name), words, None, [("File", stray)], shown(folder.path))
        self._put(
            Message(
                key=f"{shown(stray)} {ProblemCode.UNREADABLE} {_today()}", content=content, summary=summary, failed=True
            )
        )

    def _waits_for_a_person(self, folder: DropFolder, waiting: Sequence[Waiting]) -> Iterator[FileOutcome]:
        """Yield the files that stay where they arrived until a person acts; people are notified once a day."""
        for one in waiting:
            key = (one.path, one.reason, _today())
            if not one.needs_person or key in self._told_of:
                continue
            self._told_of.add(key)
            reason = f"It stays where it is: {one.reason}. [{ProblemCode.UNREADABLE}]"
            name = shown(one.path.name)
            refusal = FileRefused(f"It stays where it is: {one.reason}.", ProblemCode.UNREADABLE)
            waits = FileOutcome(
                name=one.path.name, place=None, path=one.path, exit_code=ExitCode.USAGE, reason=reason, refusal=refusal
            )
            summary = {**waits.document, "folder": shown(folder.path)}
            code, where = str(ProblemCode.UNREADABLE), shown(folder.path)
            content = mail_content.waits_for_a_person(name, one.reason, code, one.path, where)
            self._put(Message(key=" ".join(map(shown, map(str, key))), content=content, summary=summary, failed=True))
            yield waits

    def _put(self, message: Message) -> None:
        for failure in self._outbox.put(message):
            self._insist(failure)

    def _folder(self, folder: DropFolder, seen: SeenFiles) -> Iterator[FileOutcome]:
        """Yield what becomes of the files of a folder, until something stops the work on its server."""
        yield from self._waits_for_a_person(folder, seen.waiting)
        with reported(folder.path):
            refuse_foreign(folder)  # it may have changed since it was looked at
        inbox = Inbox(folder.path, self._journal.with_name(f"{self._journal.name}.claims"))
        if not seen.ready and not inbox.holds_any():
            return
        with only_pass(self._journal, folder.path):
            inbox.prepare()
            with self._places[folder.name].open_session() as session:
                yield from self._work_on(folder, seen, inbox, session)

    def _work_on(self, folder: DropFolder, seen: SeenFiles, inbox: Inbox, session: Session) -> Iterator[FileOutcome]:
        yield from map(_put_away_before, inbox.put_away_begun(partial(put_away, session, self._outbox)))
        left = inbox.left_over()
        for stray in inbox.strays():
            self._tell_of_stray(folder, stray)
        for claimed in _claimed(inbox, left, seen, session.journal.runs.last_place):
            if isinstance(claimed, Waiting):
                yield from self._waits_for_a_person(folder, [claimed])
                continue
            work = self._work_of(folder, session, claimed)
            one = DropJob(session, work, inbox.claims, claimed, self._outbox).handle()
            yield one
            if one.stopped is not None and one.place is None:
                return

    def _work_of(self, folder: DropFolder, session: Session, claimed: Claimed) -> FileWork:
        """Return what is to be done with a file: what an earlier pass began, else what drop.toml says."""
        place = self._places[folder.name]
        numbers_work = place.numbers_work()
        campaigns = FileRuns(session, claimed, place.tables_of, folder.handling, numbers_work)
        numbers = NumberRuns(session, claimed, campaigns_for(claimed.name, folder.handling), numbers_work)
        if begun := campaigns.begun():
            return numbers if begun[0].command == COMMAND else campaigns
        return numbers if numbers.campaigns else campaigns


def _claimed(
    inbox: Inbox, left: Sequence[Claimed], seen: SeenFiles, last_place: Callable[[], int]
) -> Iterator[Claimed | Waiting]:
    """Yield what was left over, then claim one file after another: no more than are worked on at a time."""
    yield from left
    for arrival in seen.ready:
        claimed = inbox.claim(arrival, datetime.now(UTC), last_place())
        if claimed is not None:
            yield claimed


def _today() -> date:
    return datetime.now().astimezone().date()


def _put_away_before(path: Path) -> FileOutcome:
    """Return what an earlier pass did with a file that this one only archived."""
    place = Disposition(path.parent.parent.name)
    return FileOutcome(
        name=path.name,
        place=place,
        path=path,
        exit_code=CODES[place],
        reason="Handled by an earlier pass, which was interrupted.",
    )


def _line(filed: FileOutcome) -> str:
    where = f"{filed.place}: {shown(filed.path)}" if filed.place else f"stays at {shown(filed.path)}"
    why = f". {shown(filed.reason)}" if filed.stopped and filed.reason else ""
    result = shown(filed.reason).removesuffix(".")
    if filed.report is not None:
        result = ", ".join(filter(None, (outcome(filed.report), numbers_content.of_campaigns(filed.report.runs))))
    elif filed.numbers is not None:
        result = numbers_content.in_short(filed.numbers)
    name = shown(filed.name)
    # What is said of a file that cannot be used begins with its name.
    return f"{result if result.startswith(name) else f'{name}: {result}'}; {where}{why}"
