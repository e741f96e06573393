"""Files of numbers that are no longer needed, and people who are to be forgotten."""

import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import phonenumbers

from importer.errors import WrongUsage
from importer.journal import Database, Journal, only_run
from importer.model import LoadStatus, NumberLoad
from importer.numbers.storage.numbers_file import open_numbers
from importer.numbers.storage.places import numbers_path, remove_file, runs_with_numbers
from importer.numbers.storage.prints import Prints

DONE = frozenset((LoadStatus.LOADED, LoadStatus.GONE))
NOT_BEGUN_OR_DONE = DONE | {LoadStatus.WAITING}

REMOVED = "(removed)"
"""What is left of a number in the place of a status or a time zone; it is neither."""

_NOT_A_DIGIT = re.compile(r"\D")

_WAS_SENT = (
    "EXISTS (SELECT 1 FROM batches WHERE batches.list = numbers.list AND batches.status = numbers.status "
    "AND numbers.at BETWEEN batches.first AND batches.last)"
)

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True)
class SentTo:
    """A campaign that a number was sent to, or may have been."""

    server: str
    campaign_id: str
    run: str


@dataclass(frozen=True)
class Forgotten:
    """From how many places of our own a number was removed, and which campaigns on servers may still have it."""

    places: int
    campaigns: tuple[SentTo, ...] = ()


def forget_number(journal: Path, e164: int) -> Forgotten:
    """Remove a number from all files of numbers and from the prints, so that no trace of it is left in them.

    Raises Locked if a run for the server of one of the files is in progress.
    """
    places = 0
    campaigns: list[SentTo] = []
    with Journal(journal) as opened:
        for run_id in runs_with_numbers(journal):
            with ExitStack() as stack:
                server = _server_of(opened, run_id)
                if server:
                    stack.enter_context(only_run(journal, server, "numbers forget"))
                database = stack.enter_context(closing(open_numbers(numbers_path(journal, run_id))))
                campaigns += [SentTo(server, one, run_id) for one in _sent_to(database, e164)]
                places += _remove(database, e164)
    with Prints(journal, "") as prints:
        places += prints.forget(e164)
    return Forgotten(places, tuple(campaigns))


def prunable_numbers(journal: Path, before: datetime) -> list[str]:
    """Return the runs from before a time whose numbers are no longer needed: loaded, or never begun to be.

    Those of a run that the journal has forgotten, because its lists were not read to the end, are needed by nobody.
    """
    return _of_runs(journal, before, lambda loads: all(load.status in NOT_BEGUN_OR_DONE for load in loads))


def loaded_numbers(journal: Path, before: datetime) -> list[str]:
    """Return those of `prunable_numbers` that nobody can load one day: they are loaded, or of a forgotten run."""
    return _of_runs(journal, before, lambda loads: bool(loads) and all(map(_is_done, loads)))


def _of_runs(journal: Path, before: datetime, are_meant: Callable[[Sequence[NumberLoad]], bool]) -> list[str]:
    kept = list(runs_with_numbers(journal))
    if not kept:
        return []
    with Journal(journal) as opened:
        known = {run.id: run.started for run in (*opened.runs.newest_first(), *opened.runs.unfinished())}
        return [
            run_id
            for run_id in kept
            if run_id not in known or (known[run_id] < before and are_meant(opened.number_loads.of(run_id)))
        ]


def _is_done(load: NumberLoad) -> bool:
    """Return whether nothing more can be sent; a load without a list stands for lists that are still to be read."""
    return bool(load.number) and (load.status in DONE or not load.to_load)


def remove_numbers(journal: Path, run_id: str) -> None:
    """Remove the numbers of a run. Only for the holder of the lock of its server. Raises OSError."""
    remove_file(numbers_path(journal, run_id))


def _server_of(journal: Journal, run_id: str) -> str:
    """Return the server of a run; "" for the file of a run that is not in this journal."""
    try:
        return journal.runs.get(run_id).server
    except WrongUsage:
        return ""


def _sent_to(database: Database, e164: int) -> list[str]:
    query = f"SELECT DISTINCT campaign_id FROM numbers JOIN lists USING (list) WHERE e164 = :number AND {_WAS_SENT}"
    return [one["campaign_id"] for one in database.read(query, {"number": e164})]


def _remove(database: Database, e164: int) -> int:
    """Remove a number, and texts that are not numbers and have its digits; return how many there were."""
    significant = phonenumbers.national_significant_number(phonenumbers.parse(f"+{e164}"))
    found = [(one["list"], one["at"]) for one in database.read(
        "SELECT list, at FROM numbers WHERE e164 = :number", {"number": e164}
    )]  # fmt: skip
    unread = "SELECT list, at, refused.text AS text FROM refused JOIN numbers USING (list, at) WHERE e164 = 0"
    found += [
        (one["list"], one["at"])
        for one in database.stream(unread, {})
        if significant in _NOT_A_DIGIT.sub("", one["text"])
    ]
    in_wrong_columns = [
        (REMOVED, REMOVED, one["list"], one["at"])
        for one in database.stream("SELECT list, at, status, zone FROM said", {})
        if significant in _NOT_A_DIGIT.sub("", f"{one['status']} {one['zone']}")
    ]
    if not found and not in_wrong_columns:
        return 0

    def make(db: "sqlite3.Connection") -> None:
        db.executemany("UPDATE said SET status = ?, zone = ? WHERE list = ? AND at = ?", in_wrong_columns)
        for table in ("numbers", "refused", "said", "present"):
            db.executemany(f"DELETE FROM {table} WHERE list = ? AND at = ?", found)
        db.execute("DELETE FROM listed")

    database.change(make)
    database.compact()
    return len(found) + len(in_wrong_columns)
