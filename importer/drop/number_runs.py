"""The run that is made of one claimed file of telephone numbers, which go into a campaign that exists."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from importer import numbers
from importer.drop.archiving import in_quarantine
from importer.drop.claim_notes import Claimed
from importer.drop.config import Handling
from importer.drop.file_runs import begun_of, inbox_of
from importer.drop.numbers_content import advice
from importer.drop.numbers_work import FOR_A_PERSON, NumbersWork, refused_for_now
from importer.drop.outcome import FileOutcome
from importer.drop.places import Disposition
from importer.errors import FileRefused, WrongUsage
from importer.model import ExitCode, LoadStatus, Run
from importer.numbers import NumbersOutcome, TooManyRefused
from importer.session import Session
from schemas.problem_codes import ProblemCode


def campaigns_for(name: str, handling: Handling) -> Mapping[str, str]:
    """Return the campaigns that drop.toml has the numbers of a file loaded into, by the patterns that it fits."""
    rules = handling.numbers_for.items()
    return {pattern: campaign for pattern, campaign in rules if fnmatchcase(name.lower(), pattern.lower())}


@dataclass(frozen=True)
class NumberRuns:
    """What is done with a file of numbers, and what an earlier pass has done with it.

    `campaigns` are those of `campaigns_for`.
    """

    session: Session
    claimed: Claimed
    campaigns: Mapping[str, str]
    work: NumbersWork

    def begun(self) -> list[Run]:
        """Return the run that was made of the file since it was claimed."""
        return begun_of(self.session, self.claimed)

    def progress(self) -> str:
        """Return a measure of the progress on the file: every batch that is loaded changes it."""
        journal = self.session.journal
        known = [numbers.outcome_of(journal, run.id) for run in self.begun() if numbers.are_kept(journal, run.id)]
        found = [[one.run, [[load.loaded, load.status] for load in one.campaigns]] for one in known]
        return json.dumps(found) if found else ""

    def imported_before(self, digest: str) -> str:
        """Return a run that has loaded all numbers of the same content into the same campaign; "" if there is none."""
        if self.begun():
            return ""
        journal, server = self.session.journal, self.session.server
        for run_id in journal.number_loads.finished_of(server.identity, server.username, digest):
            path = Path(journal.runs.get(run_id).source.path)
            here = inbox_of(path) == self.claimed.inbox.absolute() and path.parent.parent.name == Disposition.DONE
            same = {load.campaign_id for load in journal.number_loads.of(run_id)} == set(self.campaigns.values())
            if here and same:
                return run_id
        return ""

    def carry_out(self, digest: str) -> FileOutcome:  # noqa: ARG002 -- the run has it from the file
        """Load the numbers, or continue with that; what the server stops leaves the file where it is.

        Raises FileRefused and WrongUsage for a file that cannot be used, with what a person can do.
        """
        begun = self.begun()
        run = begun[0].id if begun else self._plan()
        outcome = numbers.load_run(self.session, run)
        place = _place(outcome)
        if place is not None and (outcome.left or self.work.options.every_number):
            outcome = self._with_listing(outcome)
        reason = "" if place in (None, Disposition.DONE) else " ".join(advice(outcome, self.session.journal.path))
        return FileOutcome(
            name=self.claimed.name,
            place=place,
            path=self.claimed.path,
            exit_code=outcome.exit_code,
            numbers=outcome,
            reason=reason,
        )

    def _plan(self) -> str:
        """Check the numbers, and return the run that would load them."""
        campaign = self._campaign()
        path, work = self.claimed.path, self.work
        try:
            return numbers.plan_load(self.session, [path], work.options, campaign, work.order).run
        except TooManyRefused as refused:
            raise refused_for_now(refused, lambda *more: self._command(campaign, *more)) from None
        except FileRefused as refused:
            message = f"{refused.message} To load it once that is settled: {self._command(campaign)}"
            raise FileRefused(message, refused.problem_code) from None
        except WrongUsage as wrong:
            # A person has named the campaign in drop.toml, not on a command line.
            message = wrong.message.replace("--campaign", "numbers_for in drop.toml: campaign", 1)
            raise WrongUsage(message, wrong.problem_code) from None

    def _campaign(self) -> str:
        if len(found := set(self.campaigns.values())) == 1:
            return found.pop()
        rules = ", ".join(f'"{pattern}" = "{campaign}"' for pattern, campaign in self.campaigns.items())
        message = (
            f"{self.claimed.path} fits several rules of numbers_for in drop.toml ({rules}), so it is not clear which "
            "campaign its numbers are for. Correct the rules, and put the file into the folder again."
        )
        raise WrongUsage(message, ProblemCode.CLASH)

    def _command(self, campaign: str, *more: object) -> str:
        """Return the command that loads the file from where it is archived."""
        (filed,) = in_quarantine(self.claimed)
        words = ("load", filed, "--campaign", campaign, *self.work.words, *more)
        return self.session.journal.command("numbers", *words)

    def _with_listing(self, outcome: NumbersOutcome) -> NumbersOutcome:
        """Write the numbers that were not loaded, or all, beside the file."""
        journal, every = self.session.journal, self.work.options.every_number
        target = numbers.default_listing(self.claimed.path, datetime.now())  # noqa: DTZ005 -- the user's clock
        outcome = numbers.write_listing(journal, outcome, target, every_number=every)
        journal.runs.keep_results_path(outcome.run, str(outcome.listing))
        return outcome


def _place(outcome: NumbersOutcome) -> Disposition | None:
    """Return where a file is archived; None if the next pass continues with it."""
    if outcome.stopped is not None and outcome.stopped.problem_code not in FOR_A_PERSON:
        return None
    if any(load.status is LoadStatus.IN_DOUBT for load in outcome.campaigns):
        return Disposition.IN_DOUBT
    return Disposition.DONE if outcome.exit_code is ExitCode.DONE else Disposition.FAILED
