"""A run of numbers is loaded, or found out about: what its file and the journal know of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from importer.errors import StopRun, WrongUsage
from importer.journal import Journal
from importer.model import ExitCode, LoadStatus, NumberLoad, counted, row_name
from importer.numbers.about import kept_options
from importer.numbers.listing import ENDING, listing_to
from importer.numbers.loading import LoadReport, load
from importer.numbers.options import COMMAND
from importer.numbers.record import kept_record
from importer.numbers.report import Verdict, by_verdict
from importer.numbers.retention import remove_old_numbers
from importer.numbers.storage import NumbersFile
from importer.session import Session, run_for
from schemas.problem_codes import ProblemCode

SHOWN = 10
"""How many campaigns that lack numbers are named."""


@dataclass(frozen=True, kw_only=True)
class NumbersOutcome:
    """What became of the numbers of a run.

    `found` is what was found in their lists, as `evidence` says it, `counts` are the numbers by verdict by now,
    `campaigns` how far each campaign has come. `stopped` is the error that stopped the load before it was through.
    """

    run: str
    found: Mapping[str, Any]
    counts: Mapping[Verdict, int]
    campaigns: tuple[NumberLoad, ...]
    notes: tuple[str, ...] = ()
    stopped: StopRun | None = None
    load_code: ExitCode = ExitCode.DONE
    listing: Path | None = None

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
    def unfinished(self) -> bool:
        """Whether numbers are still to be loaded."""
        return any(one.status is not LoadStatus.LOADED for one in self.campaigns if one.to_load)

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: that of the load, else for numbers that are wrong or held."""
        wrong = self.counts[Verdict.REFUSED] or self.counts[Verdict.HELD]
        if wrong and not self.to_load and self.stopped is None:
            return ExitCode.NOTHING_SENT
        return ExitCode.worst((self.load_code, ExitCode.SOME_WRONG if wrong else ExitCode.DONE))


def load_run(session: Session, run_id: str) -> NumbersOutcome:
    """Load the numbers of a run, or go on with it. What stops it is in the outcome."""
    run = run_for(session, run_id)
    session.stopwatch.turn_to(run.id)
    with _open(session.journal, run_id) as file:
        options = kept_options(file)
        if run.command == COMMAND:
            if not file.counts().get(None):
                return outcome_of(session.journal, run_id)
            if not session.journal.number_loads.of(run_id):
                file.register(session.journal)
    report = load(session, run_id, options)
    remove_old_numbers(session)
    return _loaded(outcome_of(session.journal, run_id), report)


def outcome_of(journal: Journal, run_id: str) -> NumbersOutcome:
    """Return what became of the numbers of a run so far; if they were removed, until then.

    Raises WrongUsage if it never had any.
    """
    found = kept_record(journal.path, run_id)
    if are_kept(journal, run_id):
        with _open(journal, run_id) as file:
            counts, campaigns = by_verdict(file.counts()), tuple(file.loads())
    elif found:
        counts = {verdict: found["counts"].get(verdict, 0) for verdict in Verdict}
        campaigns = tuple(journal.number_loads.of(run_id))
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


def _open(journal: Journal, run_id: str) -> NumbersFile:
    if not are_kept(journal, run_id):
        raise numbers_gone(run_id)
    return NumbersFile(journal.path, run_id)


def sentences(outcome: NumbersOutcome) -> Iterator[str]:
    """Yield how many numbers were loaded, and the first campaigns that lack some."""
    lacking = [one for one in outcome.campaigns if one.status is not LoadStatus.LOADED or not one.to_load]
    count = counted(len(outcome.campaigns), "campaign")
    yield f"{outcome.loaded:,} of {counted(outcome.to_load, 'number')} loaded into {count}."
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
    count = counted(load.to_load, "number")
    return " ".join(filter(None, (f"{what[:1].upper()}{what[1:]}: {load.loaded:,} of {count} loaded.", load.message)))


def write_listing(journal: Journal, outcome: NumbersOutcome, target: Path, *, every_number: bool) -> NumbersOutcome:
    """Write the numbers of a run that were not loaded, or all, to a file that can be read again as a list."""
    with _open(journal, outcome.run) as file, listing_to(target, every_number=every_number) as listing:
        assert listing is not None  # noqa: S101 -- a target is given
        for one in file.every_number() if every_number else file.not_loaded():
            listing.write(f"{one.source}{one.row or ''}", one.text, one.country, one.problem_code, one.message)
        return replace(outcome, listing=listing.path)


def default_listing(path: Path, now: datetime) -> Path:
    """Return the default place of the numbers of a list that were not loaded: beside it, with the time in the name."""
    stem = re.sub(r"\.numbers\.[0-9-]+$", "", path.stem)
    return path.with_name(f"{stem[:100]}.numbers.{now:%Y%m%d-%H%M%S}{ENDING}")
