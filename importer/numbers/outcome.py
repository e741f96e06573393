"""A run of numbers is loaded, or found out about: what its file and the journal know of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from importer.errors import StopRun, WrongUsage
from importer.journal import Journal
from importer.model import ExitCode, LoadStatus, NumberCounts, NumberLoad, counted, row_name
from importer.numbers.findings.record import kept_record
from importer.numbers.findings.report import Verdict, by_verdict
from importer.numbers.loading import LoadReport, load
from importer.numbers.options import COMMAND
from importer.numbers.planning.about import kept_options
from importer.numbers.storage import Batches, NumbersFile
from importer.session import Session, run_for
from schemas.problem_codes import ProblemCode

LOADED = "loaded"
"""What became of a number that the server has."""

BY_VERDICT = "Numbers by verdict"
"""What a report calls how many numbers there are of each verdict."""

SHOWN = 10
"""How many campaigns that lack numbers are named."""


@dataclass(frozen=True, kw_only=True)
class NumbersOutcome:
    """What became of the numbers of a run.

    `found` is what was found in their lists, as `evidence` says it, `counts` are the numbers by verdict by now,
    `campaigns` how far each campaign has come. `stopped` is the error that stopped the load before it was through.
    `listing` is the file with the numbers that were not loaded; with `has_every_number` the others are in it as well.
    """

    run: str
    found: Mapping[str, Any]
    counts: Mapping[Verdict, int]
    campaigns: tuple[NumberLoad, ...]
    notes: tuple[str, ...] = ()
    stopped: StopRun | None = None
    load_code: ExitCode = ExitCode.DONE
    listing: Path | None = None
    has_every_number: bool = False

    @property
    def loaded(self) -> int:
        """How many numbers the server has."""
        return sum(one.loaded for one in self.campaigns)

    @property
    def to_load(self) -> int:
        """How many numbers were to be loaded."""
        return sum(one.to_load for one in self.campaigns)

    @property
    def left(self) -> int:
        """How many numbers are not loaded, and are not to be."""
        return sum(self.counts.values()) - self.counts[Verdict.LOAD]

    @property
    def by_now(self) -> Mapping[str, int]:
        """How many numbers the server has, how many are still to be loaded, and how many have each other verdict."""
        counts = {LOADED: self.loaded} | {str(verdict): count for verdict, count in self.counts.items()}
        # Numbers that were forgotten after the load are no longer among those to load.
        counts[str(Verdict.LOAD)] = max(counts[str(Verdict.LOAD)] - self.loaded, 0)
        return {verdict: count for verdict, count in counts.items() if count}

    @property
    def unfinished(self) -> bool:
        """Whether numbers are still to be loaded."""
        return any(one.status is not LoadStatus.LOADED for one in self.campaigns if one.to_load)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: that of the load, else for numbers that are wrong or held, all of them or some."""
        wrong = self.counts[Verdict.REFUSED] + self.counts[Verdict.HELD]
        if wrong and wrong == sum(self.counts.values()) and not self.to_load and self.stopped is None:
            return ExitCode.NOTHING_SENT
        return ExitCode.worst((self.load_code, ExitCode.SOME_WRONG if wrong else ExitCode.DONE))


def load_run(session: Session, run_id: str) -> NumbersOutcome:
    """Load the numbers of a run, or go on with it. What stops it is in the outcome."""
    run = run_for(session, run_id)
    session.stopwatch.turn_to(run.id)
    with open_numbers_of(session.journal, run_id) as file:
        options = kept_options(file)
        if run.command == COMMAND:
            if not file.counts().get(None):
                return outcome_of(session.journal, run_id)
            if not session.journal.number_loads.of(run_id):
                file.register(session.journal)
    report = load(session, run_id, options)
    return _loaded(outcome_of(session.journal, run_id), report)


def to_call(journal: Journal, run_id: str) -> Mapping[int, int]:
    """Return how many numbers of a run will be called, by list. Raises WrongUsage if they are not kept."""
    with open_numbers_of(journal, run_id) as file:
        return Batches(file.database).to_call()


def outcome_of(journal: Journal, run_id: str) -> NumbersOutcome:
    """Return what became of the numbers of a run so far; if they were removed, until then.

    Raises WrongUsage if it never had any.
    """
    found = kept_record(journal.path, run_id)
    if are_kept(journal, run_id):
        with open_numbers_of(journal, run_id) as file:
            counts, campaigns = by_verdict(file.counts()), tuple(file.loads())
    elif found:
        counts = {verdict: found["counts"].get(verdict, 0) for verdict in Verdict}
        campaigns = tuple(load for load in journal.number_loads.of(run_id) if load.number)
    else:
        raise numbers_gone(run_id)
    return NumbersOutcome(run=run_id, found=found, counts=counts, campaigns=campaigns)


def _loaded(outcome: NumbersOutcome, report: LoadReport) -> NumbersOutcome:
    return replace(outcome, notes=tuple(report.notes), stopped=report.stopped, load_code=report.exit_code)


def are_kept(journal: Journal, run_id: str) -> bool:
    """Return whether the numbers of a run are still there."""
    return NumbersFile.exists(journal.path, run_id)


def numbers_gone(run_id: str) -> WrongUsage:
    """Return the error about a run whose numbers are not there."""
    message = (
        f"The run {run_id} has no telephone numbers, or they were removed some time after they were loaded. Load their "
        "file again."
    )
    return WrongUsage(message, ProblemCode.NUMBERS_GONE)


def open_numbers_of(journal: Journal, run_id: str) -> NumbersFile:
    """Open the numbers of a run. Raises WrongUsage if they are not kept."""
    if not are_kept(journal, run_id):
        raise numbers_gone(run_id)
    return NumbersFile(journal.path, run_id)


def counts_in(journal: Journal, run_id: str, loads: Sequence[NumberLoad]) -> tuple[NumberCounts, ...]:
    """Return how many numbers of a run there are by verdict, by country and on each do-not-call list.

    `loads` are its campaigns that get numbers; without any, it has none.
    """
    if not loads:
        return ()
    outcome = outcome_of(journal, run_id)
    countries = {country or "unknown": count for country, count in outcome.found.get("countries", {}).items()}
    lists = {Path(one["file"]).name: one["hits"] for one in outcome.found.get("dnc", ())}
    found = (
        NumberCounts(BY_VERDICT, outcome.by_now),
        NumberCounts("Good numbers by country", dict(sorted(countries.items(), key=lambda one: (-one[1], one[0])))),
        NumberCounts("Numbers on do-not-call lists", lists),
    )
    return tuple(one for one in found if one.counts)


def sentences(outcome: NumbersOutcome) -> Iterator[str]:
    """Yield how many numbers were loaded, which campaigns needed none, and what is to be known of the first others."""
    lacking = [one for one in outcome.campaigns if one.status is not LoadStatus.LOADED]
    done = [one for one in outcome.campaigns if one.status is LoadStatus.LOADED]
    complete = [one for one in done if not one.to_load]
    remarked = [one for one in done if one.to_load and one.message]
    filled = counted(sum(bool(one.loaded) for one in outcome.campaigns), "campaign")
    into = f" into {filled}" if outcome.loaded else ""
    if outcome.to_load:
        yield f"{outcome.loaded:,} of {counted(outcome.to_load, 'number')} loaded{into}."
    if len(complete) > 1:
        yield f"{len(complete):,} campaigns have all of their numbers already, so nothing was sent to them."
    else:
        yield from map(loaded_words, complete)
    yield from map(loaded_words, remarked[:SHOWN])
    yield from map(loaded_words, lacking[:SHOWN])
    if (more := len(lacking) - SHOWN) > 0:
        yield f"And {counted(more, 'more campaign')} without all numbers."
    yield from outcome.notes


def loaded_words(load: NumberLoad) -> str:
    """Return how many numbers of a campaign are loaded, and why the others are not."""
    named = [
        f"Row {row_name(load.row)}" if load.row else "",
        f"campaign {load.campaign_id}" if load.campaign_id else "",
    ]
    what = ", ".join(filter(None, named))
    count = f"{load.loaded:,} of {counted(load.to_load, 'number')} loaded."
    said = (count if load.to_load or not load.message else "", load.message)
    return f"{what[:1].upper()}{what[1:]}: {' '.join(filter(None, said))}"
