"""Lists of numbers are read, judged, deduplicated and scrubbed: what would be loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from importer.errors import FileRefused
from importer.model import Severity, counted, place
from importer.numbers.dnc.lists import DncList, limits_of, read_lists
from importer.numbers.findings.listing import Listing, listing_to
from importer.numbers.findings.report import Hits, NumberExample, NumbersReport, NumberTally, Verdict, verdict_of
from importer.numbers.lead_lists import LeadLists, list_of_row
from importer.numbers.lists.row_campaigns import ListOf, RowList
from importer.numbers.lists.rows import NumberEntry, RowReader, with_words
from importer.numbers.lists.sheet_cells import tables_and_cells
from importer.numbers.lists.tables import NumberTable
from importer.numbers.masking import masked
from importer.numbers.options import NumberOptions
from importer.numbers.parsing.judging import Judgement, NumberJudge
from importer.numbers.parsing.library import calling_code_of
from importer.numbers.sorted_numbers import Numbers, SortedNumbers
from importer.reading import Chunk, few_searches_for_cycles
from importer.security import without_numbers
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    # Time zones matter to few lists.
    from importer.numbers.zones import ZoneSplit

LISTED_BEFORE = "It is listed before."

Keep = Callable[[NumberTable, Sequence[NumberEntry], Sequence[Judgement]], None]
"""Takes numbers of a table, each with what keeps it from being loaded, except that it may be listed before."""


def _let_go(_table: NumberTable, _entries: Sequence[NumberEntry], _outcomes: Sequence[Judgement]) -> None:
    """Keep nothing: the numbers are only counted."""


@dataclass(frozen=True)
class Targets:
    """What finds the list of the campaign that a row names, one for each file; none: campaigns do not matter.

    `split` finds it by the time zone as well, if there is a campaign for each zone.
    """

    lists: Sequence[ListOf] = ()
    split: ZoneSplit | None = None


NO_TARGETS = Targets()


def check_numbers(
    files: Sequence[Path],
    options: NumberOptions,
    on_stage: Callable[[str], None] = lambda _: None,
    keep: Keep = _let_go,
    targets: Targets = NO_TARGETS,
) -> NumbersReport:
    """Check lists of numbers, in their order: of numbers that are listed twice, the first counts.

    `on_stage` is called with what begins, `keep` with the numbers, `targets` find their lists. Raises FileRefused for a
    list that cannot be read.
    """
    try:
        with few_searches_for_cycles():
            return _checked(files, options, on_stage, keep, targets)
    except FileRefused as refused:
        # What is said of a damaged file may quote what stands before the damage.
        paths = [*files, *(one.path for one in options.dnc.files)]
        raise FileRefused(without_numbers(refused.message, map(str, paths)), refused.problem_code) from None


def _checked(
    files: Sequence[Path],
    options: NumberOptions,
    on_stage: Callable[[str], None],
    keep: Keep,
    targets: Targets,
) -> NumbersReport:
    leads = LeadLists(options.leads) if options.leads else None
    how = replace(options.lists, among_several=len(files) > 1)
    if options.dnc.files or leads:
        on_stage("Reading the do-not-call lists")
    lists = read_lists(options.dnc, limits_of(options.lists.reading), options.rules.country)
    if leads:
        lists = (*lists, *leads.dnc(options.dnc, options.rules.country))
    with listing_to(options.listing, every_number=options.every_number) as listing:
        check = _Check(options, lists, listing, keep, targets.split)
        for file, list_of in zip_longest(files, targets.lists):
            on_stage(f"Checking {file.name}")
            if leads and file == leads.path:
                check.take_leads(leads, list_of or list_of_row)
                continue
            for table in tables_and_cells(file, how, check.note):
                check.take(table, list_of)
        check.compare_countries()
    return check.report(files)


class _Check:
    """One check: the numbers that were seen, and what has become of each."""

    def __init__(
        self,
        options: NumberOptions,
        lists: Sequence[DncList],
        listing: Listing | None,
        keep: Keep,
        split: ZoneSplit | None,
    ) -> None:
        self._options = options
        self._split = split
        self._judge = NumberJudge(options.rules)
        self._lists = lists
        self._listing = listing
        self._keep = keep
        self._rows: dict[int, int] = {}
        self._seen = SortedNumbers()
        self._tally = NumberTally()
        self._on = [one.words for one in lists]
        self._hits: Counter[int] = Counter()
        self._notes: list[str] = [one.note for one in lists if one.note]
        self._unused = 0

    def note(self, sentence: str) -> None:
        """Keep what the user should know, without numbers in it."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def take_leads(self, leads: LeadLists, list_of: ListOf) -> None:
        """Take the leads of an export."""
        self.take(leads.table(), list_of)
        for sentence in leads.notes():
            self.note(sentence)

    def take(self, table: NumberTable, list_of: ListOf | None) -> None:
        """Take the numbers of a table, chunk by chunk; `list_of` finds the lists of the campaigns that rows name."""
        for sentence in table.table.notes:
            self.note(without_numbers(sentence))
        options = self._options
        reader = RowReader(
            table,
            self._judge,
            options.rules.country,
            table.use or options.lists.use,
            list_of and self._noting_rows(list_of),
        )
        zones = self._split and self._split.zones_of(table)
        for chunk in table.table.chunks:
            self._odd(table, chunk)
            entries = reader.entries(chunk)
            if self._split and zones:
                entries = self._split.placed(chunk, entries, zones)
                self._rows |= self._split.rows
            if self._listing is not None:
                entries = with_words(entries, chunk, table.columns)
            self._settle(table, entries)
        self._unused += reader.unused

    def _noting_rows(self, list_of: ListOf) -> ListOf:
        """Return what finds the list that a row's campaign means, and notes the row of that campaign in the sheet."""

        def found(campaign: str) -> RowList:
            of_row = list_of(campaign)
            self._rows[of_row.number] = of_row.row
            return of_row

        return found

    def _odd(self, table: NumberTable, chunk: Chunk) -> None:
        """Note what is odd about rows, such as that they are hidden."""
        name = Path(table.table.source.path).name
        for problem in chunk.problems:
            if problem.severity is Severity.WARNING and problem.problem_code != ProblemCode.BEYOND:
                self.note(f"{name}, {problem.where}: {problem.message} [{problem.problem_code}]")

    def _settle(self, table: NumberTable, entries: Sequence[NumberEntry]) -> None:
        """Give each number its verdict: something is wrong with it, it must not be called, or it is listed before."""
        good = [at for at, entry in enumerate(entries) if entry.judgement.problem_code is None]
        numbers: Numbers = np.array([entries[at].judgement.e164 for at in good], dtype=np.int64)
        rows = self._rows_of([entries[at] for at in good])
        list_of = np.full(len(good), -1)
        for which in reversed(range(len(self._lists))):
            one = self._lists[which]
            list_of[one.holds(numbers) & (rows == one.row) if one.row else one.holds(numbers)] = which
        callable_ones = list_of < 0
        duplicate = np.zeros(len(good), dtype=np.bool_)
        duplicate[callable_ones] = ~self._seen.first_times(numbers[callable_ones])
        outcomes = [entry.judgement for entry in entries]
        for at, which in zip(good, list_of.tolist(), strict=True):
            if which >= 0:
                outcomes[at] = outcomes[at]._replace(problem_code=ProblemCode.ON_DNC, message=self._on[which])
                self._hits[which] += 1
        self._keep(table, entries, outcomes)
        for at in np.array(good)[duplicate].tolist():
            outcomes[at] = outcomes[at]._replace(problem_code=ProblemCode.DUPLICATE, message=LISTED_BEFORE)
        self._count(table, entries, outcomes)

    def _rows_of(self, entries: Sequence[NumberEntry]) -> Numbers:
        """Return the row in the sheet of the campaign of each number, if a do-not-call list is for one campaign."""
        if not any(one.row for one in self._lists):
            return np.zeros(len(entries), dtype=np.int64)
        return np.array([self._rows.get(entry.list, 0) for entry in entries], dtype=np.int64)

    def _count(self, table: NumberTable, entries: Sequence[NumberEntry], outcomes: Sequence[Judgement]) -> None:
        """Count numbers by their verdicts, and write them down with these."""
        for problem_code, count in Counter(one.problem_code for one in outcomes).items():
            self._tally.counts[verdict_of(problem_code)] += count
        loaded = [one for one in outcomes if one.problem_code is None]
        self._tally.countries.update(one.country for one in loaded)
        self._tally.readings.update(one.reading for one in loaded if one.reading)
        for entry, outcome in zip(entries, outcomes, strict=True):
            if entry.judgement.problem_code not in (None, ProblemCode.LEFT_OUT):
                self._explain(table, entry)
            if self._listing is not None:
                country = entry.country or outcome.country
                where, why = self._place(table, entry), outcome.problem_code
                words = {"campaign": entry.campaign, "status": entry.status, "zone": entry.zone}
                self._listing.write(where, entry.text, country, why, outcome.message, **words)

    def _explain(self, table: NumberTable, entry: NumberEntry) -> None:
        """Count a number that is refused or held by its reason, and keep the first few of each."""
        judged = entry.judgement
        if judged.problem_code is not None and self._tally.needs_example(judged.problem_code):
            shown = masked(entry.text, judged.e164)
            self._tally.keep(judged.problem_code, NumberExample(self._place(table, entry), shown, judged.message))

    @staticmethod
    def _place(table: NumberTable, entry: NumberEntry) -> str:
        source = table.table.source
        return f"{Path(source.path).name} {place(source, entry.position, entry.row)}"

    def compare_countries(self) -> None:
        """Raise FileRefused if no do-not-call list has a number of any country that would be called."""
        called = {calling_code_of(country) for country in self._tally.countries}
        given = [one for one in self._lists if not one.table]
        found = any(self._hits[at] for at, one in enumerate(self._lists) if not one.table)
        if not called or found or not all(one.is_of_numbers for one in given):
            return
        listed = frozenset[int]().union(*(one.calling_codes for one in given))
        if given and not called & listed:
            names = ", ".join(one.name for one in given)
            message = (
                f"None of the do-not-call lists ({names}) has a number with a calling code of the numbers to load "
                f"({', '.join(f'+{code}' for code in sorted(called))}). Use the lists of the country that is called."
            )
            raise FileRefused(message, ProblemCode.DNC_UNUSABLE)

    def report(self, files: Sequence[Path]) -> NumbersReport:
        """Return what was found."""
        tally = self._tally
        for one in self._lists:
            if one.skipped:
                lines, what = counted(one.skipped, "line"), "it" if one.skipped == 1 else "they"
                self.note(f"{one.name}: {lines} left out, because {what} cannot be read. [{ProblemCode.DNC_SKIPPED}]")
        return NumbersReport(
            files=files,
            counts={verdict: tally.counts[verdict] for verdict in Verdict},
            reasons=tally.reasons,
            hits=[Hits(one, self._hits[at]) for at, one in enumerate(self._lists)],
            countries=dict(tally.countries),
            readings=tally.readings,
            unused=self._unused,
            notes=self._notes,
            listing=self._listing.path if self._listing else None,
        )
