"""What a check of numbers has found: how many numbers there are of each verdict, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from importer.model import ExitCode, counted
from importer.numbers.dnc.lists import DncList
from importer.numbers.parsing.judging import ReadAs
from schemas.problem_codes import ProblemCode

EXAMPLES = 3
"""How many numbers are shown of each reason."""

MANY_REFUSED = 0.3
"""From which share of refused numbers on it is likely that something else is wrong."""


class Verdict(StrEnum):
    """What becomes of a number: each has exactly one."""

    LOAD = "to load"
    DUPLICATE = "duplicate"
    DNC = "on a do-not-call list"
    LEFT_OUT = "left out before"
    LOADED_BEFORE = "loaded before"
    HELD = "held"
    REFUSED = "refused"


def verdict_of(problem_code: ProblemCode | None) -> Verdict:
    """Return the verdict on a number that has this problem."""
    match problem_code:
        case None:
            return Verdict.LOAD
        case ProblemCode.DUPLICATE | ProblemCode.IN_OTHER_CAMPAIGN | ProblemCode.ELSEWHERE:
            return Verdict.DUPLICATE
        case ProblemCode.ON_DNC | ProblemCode.LISTED_SINCE:
            return Verdict.DNC
        case ProblemCode.LEFT_OUT:
            return Verdict.LEFT_OUT
        case ProblemCode.LOADED_BEFORE | ProblemCode.THERE_ALREADY:
            return Verdict.LOADED_BEFORE
        case _:
            return Verdict.HELD if problem_code.startswith("W") else Verdict.REFUSED


def by_verdict(problem_codes: Mapping[ProblemCode | None, int]) -> dict[Verdict, int]:
    """Return how many numbers have each verdict; it is given how many have each problem."""
    counts = Counter[Verdict]()
    for problem_code, count in problem_codes.items():
        counts[verdict_of(problem_code)] += count
    return {verdict: counts[verdict] for verdict in Verdict}


@dataclass(frozen=True)
class NumberExample:
    """A number with a problem: its file and cell, the number with most digits hidden, and what is wrong with it."""

    place: str
    masked: str
    message: str


@dataclass(frozen=True)
class Reason:
    """Why numbers are held or refused: how many there are, and the first few of them."""

    problem_code: ProblemCode
    count: int
    examples: Sequence[NumberExample]

    @property
    def verdict(self) -> Verdict:
        """Whether they are held or refused."""
        return verdict_of(self.problem_code)


@dataclass(frozen=True)
class Hits:
    """A do-not-call list, and how many numbers were found on it."""

    dnc: DncList
    count: int


@dataclass(frozen=True, kw_only=True)
class NumbersReport:
    """What a check has found. `readings` counts numbers that were not read to the letter, `countries` those to load.

    `not_created_for` is how many of those refused are for campaigns that are not created, for no fault of the list.
    `unused` is how many further numbers of rows were left out, because only the first good one of a row is taken.
    """

    files: Sequence[Path]
    counts: Mapping[Verdict, int]
    reasons: Sequence[Reason] = ()
    hits: Sequence[Hits] = ()
    countries: Mapping[str, int]
    readings: Mapping[ReadAs, int]
    unused: int = 0
    notes: Sequence[str] = ()
    listing: Path | None = None
    not_created_for: int = 0

    def counting(self, verdicts: Mapping[ProblemCode | None, int]) -> "NumbersReport":
        """Return the report with the counts of a file of numbers, where more is known: what else was loaded before."""
        not_created_for = verdicts.get(ProblemCode.NOT_CREATED_FOR, 0)
        return replace(self, counts=by_verdict(verdicts), not_created_for=not_created_for)

    @property
    def refused_share(self) -> float:
        """Which share of the numbers is refused for what they are, from 0 to 1."""
        return (self.counts[Verdict.REFUSED] - self.not_created_for) / self.total if self.total else 0.0

    @property
    def total(self) -> int:
        """The number of numbers."""
        return sum(self.counts.values())

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: numbers that are listed twice or must not be called are no mistake."""
        wrong = self.counts[Verdict.HELD] or self.counts[Verdict.REFUSED]
        return ExitCode.SOME_WRONG if wrong else ExitCode.DONE


def headline(report: NumbersReport) -> str:
    """Return the counts in one sentence; they add up."""
    of_lists = [f"{hit.count:,} on {hit.dnc.name}" for hit in report.hits if hit.count]
    counts = report.counts
    parts = [
        f"{counts[Verdict.LOAD]:,} to load",
        counted(counts[Verdict.DUPLICATE], "duplicate") if counts[Verdict.DUPLICATE] else "",
        *of_lists,
        f"{counts[Verdict.LEFT_OUT]:,} left out before" if counts[Verdict.LEFT_OUT] else "",
        f"{counts[Verdict.LOADED_BEFORE]:,} loaded before" if counts[Verdict.LOADED_BEFORE] else "",
        f"{counts[Verdict.HELD]:,} held" if counts[Verdict.HELD] else "",
        f"{counts[Verdict.REFUSED]:,} refused" if counts[Verdict.REFUSED] else "",
    ]
    return f"{counted(report.total, 'number')}: {', '.join(filter(None, parts))}"


def remarks(report: NumbersReport) -> Iterable[str]:
    """Yield what else is worth knowing, as sentences."""
    if report.refused_share >= MANY_REFUSED:
        share = f"{report.refused_share:.0%}"
        yield f"{share} of the numbers are refused: check that the right column and the right country are read."
    yield from report.notes
    for reading, (problem_code, sentence) in _READINGS.items():
        if count := report.readings[reading]:
            yield f"{sentence}: {counted(count, 'number')}. [{problem_code}]"
    if report.unused:
        yield (
            f"Only the first good number of a row is loaded; left out: {report.unused:,}. --column-use all loads every "
            "number, and a person with several is called at each."
        )
    if report.countries:
        listed = ", ".join(f"{name or 'unknown'} {count:,}" for name, count in _in_order(report.countries))
        yield f"Countries: {listed}."


def _in_order(countries: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(countries.items(), key=lambda one: (-one[1], one[0]))


_READINGS: Mapping[ReadAs, tuple[ProblemCode, str]] = {
    ReadAs.WITHOUT_PLUS: (
        ProblemCode.WITHOUT_PLUS,
        "Read with a plus in front, because the number begins with its calling code",
    ),
    ReadAs.WITHOUT_ZERO: (ProblemCode.WITHOUT_ZERO, "Read with the zero that is missing in front"),
    ReadAs.STRIPPED: (ProblemCode.PREFIX_STRIPPED, "Read without the digits of --strip-prefix"),
}


class NumberTally:
    """Counts numbers as they get their verdicts."""

    def __init__(self) -> None:
        self.counts: Counter[Verdict] = Counter()
        self.countries: Counter[str] = Counter()
        self.readings: Counter[ReadAs] = Counter()
        self._of_codes: Counter[ProblemCode] = Counter()
        self._examples: dict[ProblemCode, list[NumberExample]] = {}

    def needs_example(self, problem_code: ProblemCode) -> bool:
        """Count a number with a problem; return whether another example of it is wanted."""
        self._of_codes[problem_code] += 1
        return len(self._examples.setdefault(problem_code, [])) < EXAMPLES

    def keep(self, problem_code: ProblemCode, example: NumberExample) -> None:
        """Keep an example of a problem."""
        self._examples[problem_code].append(example)

    @property
    def reasons(self) -> list[Reason]:
        """Why numbers are refused or held, the most frequent reason first."""
        found = [Reason(code, count, self._examples[code]) for code, count in self._of_codes.most_common()]
        return sorted(found, key=lambda reason: reason.verdict is Verdict.HELD)
