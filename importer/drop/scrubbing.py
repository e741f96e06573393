"""Day by day, numbers that were loaded are compared with the do-not-call lists again: lists change after a load."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from importer import numbers
from importer.documents import failed_document, scrub_document
from importer.drop import numbers_content
from importer.drop.config import Drop
from importer.drop.config.model import ScrubSettings
from importer.drop.os_errors import shown
from importer.drop.poller import FolderContext, PollResult, Say
from importer.errors import ImporterError, Interrupted, Locked, StopRun
from importer.journal import Journal
from importer.model import LoadStatus, NumberLoad, Run
from importer.notify import Message, Outbox
from importer.numbers import NumberOptions, Scrub
from importer.session import Session

AFTER_TROUBLE = timedelta(hours=1)
"""How long a process that stays waits before it tries again what went wrong."""


Account = tuple[str, str]
"""A server, and a user name on it: each has its own runs."""


class Scrubber:
    """Compares the numbers of earlier runs after a pass, if drop.toml says so; the arguments are those of a Poller.

    The records of the runs say what was compared. When to look at them again is in memory, so that a process that
    stays does not open the journal at every look.
    """

    def __init__(
        self, drop: Drop, places: Mapping[str, FolderContext], outbox: Outbox, journal: Path, *, say: Say, insist: Say
    ) -> None:
        self._drop = drop
        self._places = places
        self._outbox = outbox
        self._journal = journal
        self._say = say
        self._insist = insist
        self._next: dict[Account, datetime] = {}

    def after(self, passed: PollResult) -> PollResult:
        """Return what a pass has done, and what was compared after it: nothing if it was interrupted."""
        settings, now = self._drop.scrub, datetime.now().astimezone()
        if settings is None or not self._journal.exists():
            return passed
        done: list[Scrub] = []
        troubles: list[ImporterError] = []
        for account, places in self._by_account().items():
            if _is_too_early(now, self._next.get(account, now)) or _is_interrupted((*passed.troubles, *troubles)):
                continue
            self._next[account] = now + AFTER_TROUBLE
            try:
                mine = list(self._scrub(places, _due(self._journal, places[0], settings, now)))
            except StopRun as error:
                troubles.append(error)
                self._tell_trouble(places[0], error)
                continue
            done += mine
            if all(map(numbers.went_well, mine)):
                self._next[account] = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return replace(passed, scrubs=tuple(done), troubles=(*passed.troubles, *troubles))

    def _by_account(self) -> Mapping[Account, Sequence[FolderContext]]:
        found: dict[Account, list[FolderContext]] = {}
        for place in self._places.values():
            found.setdefault(_account(place), []).append(place)
        return found

    def _scrub(self, places: Sequence[FolderContext], runs: Sequence[Run]) -> Iterator[Scrub]:
        if not runs:
            return
        with places[0].open_session() as session:
            for one in _compared(session, runs, _together(places)):
                self._tell(places[0], one)
                yield one

    def _tell(self, place: FolderContext, done: Scrub) -> None:
        well = numbers.went_well(done)
        content = numbers_content.of_scrub(done, place.server.identity, self._journal)
        (self._say if well else self._insist)(content.outcome)
        if done.is_any or not well:
            key = f"scrub {done.run} {datetime.now().astimezone().date()}"
            self._put(Message(key=key, content=content, summary=scrub_document(done), failed=not well))

    def _tell_trouble(self, place: FolderContext, error: ImporterError) -> None:
        """Report why nothing can be compared: in the log, and to people once a day."""
        self._insist(f"{shown(error.message)} [{error.problem_code}]")
        if isinstance(error, (Locked, Interrupted)):
            return
        server = place.server.identity
        content = numbers_content.no_scrub(server, error.message, str(error.problem_code))
        summary = failed_document(None, error.message, error.exit_code, error.problem_code)
        key = f"scrub {server} {error.problem_code} {datetime.now().astimezone().date()}"
        self._put(Message(key=key, content=content, summary=summary, failed=True))

    def _put(self, message: Message) -> None:
        for failure in self._outbox.put(message):
            self._insist(failure)


def _account(place: FolderContext) -> Account:
    return place.server.identity, place.server.username


def _is_interrupted(troubles: Sequence[ImporterError]) -> bool:
    return any(isinstance(one, Interrupted) for one in troubles)


def _due(journal: Path, place: FolderContext, settings: ScrubSettings, now: datetime) -> list[Run]:
    """Return the runs for a server whose numbers are to be compared again, oldest first."""
    with Journal(journal) as opened:
        return [
            run
            for run in reversed(opened.runs.newest_first(since=now - settings.within))
            if (run.server, run.account) == _account(place)
            and any(map(_may_have_numbers, opened.number_loads.of(run.id)))
            and _is_due(numbers.last_scrub(journal, run.id) or run.started, settings.every, now)
        ]


def _may_have_numbers(load: NumberLoad) -> bool:
    """Return whether a campaign has numbers of its run, or gets some yet."""
    return bool(load.number) and (load.loaded > 0 or load.status not in (LoadStatus.LOADED, LoadStatus.GONE))


def _is_too_early(now: datetime, following: datetime) -> bool:
    # Later than that only if the clock was set back since.
    return now < following <= now + timedelta(days=1)


def _is_due(last: datetime, every: timedelta, now: datetime) -> bool:
    # Whole days: a timer that comes a minute earlier than the day before must not leave out a night. What was done
    # tomorrow was done by a clock that was wrong, nobody knows when. Each has its own day: the clocks may have changed.
    since = now.date() - last.astimezone().date()
    return since >= every or since < timedelta(0)


def _together(places: Sequence[FolderContext]) -> NumberOptions:
    """Return how the folders of a server have numbers read: the do-not-call lists of all of them count."""
    options = [place.numbers_work().options for place in places]
    files = dict.fromkeys(file for one in options for file in one.dnc.files)
    return replace(options[0], dnc=replace(options[0].dnc, files=tuple(files)))


def _compared(session: Session, runs: Sequence[Run], options: NumberOptions) -> Iterator[Scrub]:
    """Compare and cancel the numbers of runs, one after the other, until something stops it.

    Raises FileRefused for a do-not-call list that cannot be used.
    """
    reading = numbers.limits_of(options.lists.reading)
    read = lru_cache(maxsize=1)(partial(numbers.read_for_scrub, session, options.dnc, reading))
    for run in runs:
        country = options.rules.country or numbers.country_of_run(session, run.id)
        found = numbers.find_listed(session, run.id, read(country), country)
        done = numbers.cancel_listed(session, found) if found.is_any else found
        numbers.keep_evidence(session, done)
        yield done
        if done.stopped is not None:
            return
