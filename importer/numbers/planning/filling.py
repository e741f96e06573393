"""Numbers of lists are judged into the file of a run."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from importer.errors import WrongUsage
from importer.model import ExitCode, Source, counted, place
from importer.numbers.check import Targets, check_numbers
from importer.numbers.findings.record import keep_record
from importer.numbers.findings.report import MANY_REFUSED, NumbersReport
from importer.numbers.lists.rows import NumberEntry
from importer.numbers.lists.tables import NumberTable
from importer.numbers.loading import LoadOptions, WireFormat, format_needed
from importer.numbers.options import NumberOptions
from importer.numbers.parsing.judging import Judgement
from importer.numbers.planning.about import keep_options
from importer.numbers.planning.elsewhere import leave_out_known
from importer.numbers.storage import Batches, DuplicateScope, JudgedNumber, NumbersFile, NumberStatus, Prints
from importer.session import Session
from schemas.number_statuses import NUMBER_STATUSES
from schemas.problem_codes import ProblemCode

MOST_NAMED = 10
"""How many campaigns that are not in the sheet are named, with their numbers counted."""


@dataclass(frozen=True, kw_only=True)
class LoadOrder:
    """What a user asks for besides the numbers.

    `status` is what those are on the server at first whose rows name none, `not_again` the time since which no earlier
    run has loaded them (None: it does not matter), `duplicates` among which numbers one is loaded once, `how` how they
    are sent. Up to the share `accept_refused` of the numbers, from 0 to 1, may be refused where that looks like a
    mistake.
    """

    how: LoadOptions
    status: NumberStatus = NumberStatus.PENDING
    not_again: datetime | None = None
    duplicates: DuplicateScope = DuplicateScope.RUN
    accept_refused: float = 0


def is_as_written(order: LoadOrder) -> bool:
    """Return whether the texts of all numbers are to be kept, because they are sent as they are."""
    return order.how.number_format is WireFormat.AS_IS


class TooManyRefused(WrongUsage):
    """So many numbers are refused that something else is likely to be wrong; `report` says what was found."""

    exit_code = ExitCode.NOTHING_SENT
    problem_code = ProblemCode.MANY_REFUSED

    def __init__(self, report: NumbersReport) -> None:
        share = 100 * report.refused_share
        which = "All numbers" if share == 100 else f"{math.floor(share)}% of the numbers"
        cure = "To go on without them" if share == 100 else "If the others are right"
        super().__init__(
            f"{which} are refused, so nothing is sent: the wrong column or the wrong country may have been read. "
            f"{cure}, add --accept-refused {math.ceil(share)}."
        )
        self.report = report


@dataclass(frozen=True)
class Filled:
    """What was found in lists of numbers, as the file of the run has it; and the first of their tables."""

    report: NumbersReport
    first: Source | None


def fill(
    session: Session,
    file: NumbersFile,
    files: Sequence[Path],
    options: NumberOptions,
    order: LoadOrder,
    targets: Targets,
) -> Filled:
    """Judge the numbers of some files into the lists of a run, which `targets` find.

    Raises TooManyRefused, FileRefused.
    """
    filling = _Filling(file, order.status, session.worker_pool.stop.check)
    found = check_numbers(files, options, lambda stage: session.stopwatch.stage(stage, None), filling.keep, targets)
    if order.not_again is not None:
        with Prints(session.journal.path, session.server.identity) as prints:
            file.not_again(prints, order.not_again.astimezone(UTC).isoformat())
    file.close_lists(order.duplicates)
    if order.duplicates is DuplicateScope.SERVER:
        leave_out_known(session, file, order.how.country, found.countries)
    report = replace(found.counting(file.counts()), notes=(*found.notes, *filling.notes()))
    if report.refused_share >= MANY_REFUSED and report.refused_share > order.accept_refused:
        raise TooManyRefused(report)
    refuse_without_format(session, file, order)
    keep_options(file, replace(order.how, countries=tuple(found.countries)))
    keep_record(session.journal.path, file.run_id, report)
    return Filled(report, filling.first)


def refuse_without_format(session: Session, file: NumbersFile, order: LoadOrder) -> None:
    """Raise WrongSettings if it is not known how the server writes numbers, with the ways there are."""
    first = None if order.how.number_format else Batches(file.database).first_to_load()
    if first is not None:
        raise format_needed(session.worker_pool.clients[0], first)


class _Filling:
    """Adds judged numbers to the lists of a file; `check` raises if a person asked to stop."""

    def __init__(self, file: NumbersFile, status: NumberStatus, check: Callable[[], None]) -> None:
        self._file = file
        self._status = status
        self._check = check
        self._sources: dict[tuple[str, str | None, int], int] = {}
        self._none = 0
        self._unknown: Counter[str] = Counter()
        self.first: Source | None = None

    def keep(self, table: NumberTable, entries: Sequence[NumberEntry], outcomes: Sequence[Judgement]) -> None:
        """Add numbers of a table, each with what keeps it from being loaded."""
        self._check()
        self.first = self.first or table.table.source
        self._unknown.update(one.message for one in outcomes if one.problem_code is ProblemCode.UNKNOWN_CAMPAIGN)
        judged = (
            (entry.list, self._judged(table, entry, outcome)) for entry, outcome in zip(entries, outcomes, strict=True)
        )
        by_list = sorted(judged, key=_first)
        for number, of_list in groupby(by_list, key=_first):
            self._file.add(number or self._without_campaign(), [one for _, one in of_list])

    def notes(self) -> list[str]:
        """Return how many numbers are for each campaign that is not in the sheet."""
        named = [
            f"{message} {counted(count, 'number')} refused." for message, count in self._unknown.most_common(MOST_NAMED)
        ]
        more = len(self._unknown) - len(named)
        return [*named, f"And {counted(more, 'more name')} of campaigns that cannot be used."] if more > 0 else named

    def _judged(self, table: NumberTable, entry: NumberEntry, outcome: Judgement) -> JudgedNumber:
        return JudgedNumber(
            e164=outcome.e164,
            row=entry.row,
            source=self._source(table.table.source, entry.position),
            status=self._status_of(entry.status),
            wrong_status="" if entry.status in NUMBER_STATUSES else entry.status,
            zone=entry.zone,
            problem_code=outcome.problem_code,
            text=entry.text,
            country=entry.country or outcome.country,
            message=outcome.message,
        )

    def _status_of(self, word: str) -> NumberStatus:
        """Return the status of a number: what its row names, else what the user says."""
        return NumberStatus.of(word) if word in NUMBER_STATUSES else self._status

    def _source(self, source: Source, position: int) -> int:
        """Return the column that a number stands in; with a row behind it, its name is that of a cell."""
        key = (source.path, source.sheet, position)
        if key not in self._sources:
            self._sources[key] = self._file.add_source(f"{Path(source.path).name} {column_place(source, position)}")
        return self._sources[key]

    def _without_campaign(self) -> int:
        """Return the list of the numbers that belong to no campaign."""
        if not self._none:
            self._none = self._file.list_for()
            self._file.leave_out(self._none)
        return self._none


def _first(pair: tuple[int, JudgedNumber]) -> int:
    return pair[0]


def column_place(source: Source, position: int) -> str:
    """Return the place of a column, such as Sheet1!B, to which the number of a row is added."""
    return place(source, position, 0)[:-1]
