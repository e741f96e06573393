"""Lists of numbers become a run: they are judged, kept in its file of numbers, and wait to be loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from importer.model import Source
from importer.numbers.campaigns import CampaignState, look_up
from importer.numbers.check import Targets
from importer.numbers.findings.report import NumbersReport, Verdict
from importer.numbers.lists.row_campaigns import RowList
from importer.numbers.options import COMMAND, NumberOptions
from importer.numbers.planning.filling import LoadOrder, fill, is_as_written
from importer.numbers.storage import Batches, NumbersFile, remove_numbers
from importer.session import Session
from importer.staging import new_run


@dataclass(frozen=True, kw_only=True)
class LoadPlan:
    """A run that may be loaded: the campaign that gets the numbers, and what was found in their lists.

    `to_call` is how many of the numbers are still to be called.
    """

    run: str
    campaign: CampaignState
    report: NumbersReport
    to_call: int

    @property
    def to_load(self) -> int:
        """How many numbers would be loaded."""
        return self.report.counts[Verdict.LOAD]


def plan_load(
    session: Session, files: Sequence[Path], options: NumberOptions, campaign_id: str, order: LoadOrder
) -> LoadPlan:
    """Check lists of numbers for a campaign that exists, and keep them; nothing is sent.

    The journal hears of the load when it begins: one that nobody wants does not keep the campaign off. Raises
    FileRefused for a list that cannot be read, WrongUsage if there is no such campaign, TooManyRefused.
    """
    campaign = look_up(session, campaign_id)
    run = new_run(
        session.journal.runs.new_id(),
        COMMAND,
        Source(path=str(files[0].absolute()), sheet=None, headings=()),
        session.server,
    )
    session.stopwatch.turn_to(run.id)
    # Before its numbers: what a process that is killed leaves of them is found by its run.
    session.journal.runs.start(run)
    try:
        with NumbersFile(session.journal.path, run.id, as_written=is_as_written(order)) as file:
            number = file.list_for(campaign_id=campaign_id)
            targets = Targets([lambda _: RowList(number)] * len(files))
            found = fill(session, file, files, options, order, targets)
            to_call = Batches(file.database).to_call().get(number, 0)
            session.journal.runs.read_from(replace(run, source=found.first or run.source))
            session.journal.runs.finish_staging(run.id)
    except BaseException:
        remove_numbers(session.journal.path, run.id)
        raise
    return LoadPlan(run=run.id, campaign=campaign, report=found.report, to_call=to_call)
