"""Switch the campaigns of a run on or off."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from importer.delivery.context import RunContext
from importer.delivery.outcomes import events, rejected
from importer.delivery.part_lists import Covers, why_off
from importer.delivery.updating import SWITCH, kept_agents, turn
from importer.enswitch import Client
from importer.errors import OutcomeUnknown, RowRefused, StopRun, TryAgain
from importer.model import Attempt, Outcome, Row, Run, Status, row_name

STAGE = "switch"


@dataclass(frozen=True)
class Switch:
    """A request to enable or disable the campaigns of a run.

    Disabling applies to every campaign of the run. Enabling applies to those that the run created or updated and whose
    rows do not have `enabled` 0; with `every`, also to the others and to those that existed before the run.
    """

    enabled: bool
    every: bool = True

    def means(self, row: Row) -> bool:
        """Say whether the campaign of a row is to be switched."""
        if self.every or not self.enabled:
            return True
        return row.status is not Status.EXISTS and row.campaign.get(SWITCH) != "0"


@dataclass(frozen=True)
class Switchable:
    """How many campaigns are to be switched, how many calls they make at most, and how many are left unchanged."""

    campaigns: int
    calls: int
    left: int


@dataclass(frozen=True)
class Switched:
    """How many campaigns were switched, a sentence for each that could not be, and what stopped the others."""

    done: int
    failures: tuple[str, ...] = ()
    stopped: StopRun | None = None


def switchable(context: RunContext, asked: Switch) -> Switchable:
    """Return what a switch would do."""
    every, calls = context.journal.summary.to_enable(context.run.id, every=True)
    if asked.every or not asked.enabled:
        return Switchable(every, calls, 0)
    campaigns, calls = context.journal.summary.to_enable(context.run.id, every=False)
    return Switchable(campaigns, calls, every - campaigns)


def switch(context: RunContext, asked: Switch, covers: Covers) -> Switched:
    """Set `enabled` of the campaigns of a run. May be repeated.

    One with part of a list is not switched on, unless another list `covers` it.
    """
    run = context.run
    done: list[int] = []
    failures: list[str] = []

    def change(client: Client, row: Row) -> None:
        attempts: Sequence[Attempt]
        try:
            campaign_id = _switchable(context, asked, row, covers)
            kept = kept_agents(client, campaign_id, row.campaign)
            attempts = turn(context, client, campaign_id, kept, on=asked.enabled)
        except (RowRefused, OutcomeUnknown, TryAgain) as error:
            failures.append(f"Row {row_name(row.number)}, campaign {row.campaign_id}: {error.message}")
            outcome, attempts = _failed(run, row, error), error.attempts
        else:
            done.append(row.number)
            outcome = Outcome(row.status, row.campaign_id, code="204")
        for event in events(run, row, STAGE, outcome, attempts):
            context.observer.row(event)

    rows = context.journal.rows.with_status(run.id, Status.CREATED, Status.EXISTS, Status.UPDATED)
    stopped = None
    try:
        context.worker_pool.for_each(filter(asked.means, rows), change)
    except StopRun as error:
        stopped = error
    return Switched(len(done), tuple(failures), stopped)


def _switchable(context: RunContext, asked: Switch, row: Row, covers: Covers) -> str:
    """Return the ID of a row's campaign. Raises RowRefused if it must not be switched: no part of a list is dialled."""
    if row.campaign_id is None:
        raise RowRefused("Its ID is not known.", "")
    if asked.enabled and (why := why_off(context, row.number, row.campaign_id, covers)):
        raise RowRefused(why, "")
    return row.campaign_id


def _failed(run: Run, row: Row, error: RowRefused | OutcomeUnknown | TryAgain) -> Outcome:
    """Return what a failed switch leaves in the log: a row keeps its status and its campaign."""
    refused = rejected(run, row, error) if isinstance(error, RowRefused) else Outcome(row.status, message=error.message)
    return replace(refused, status=row.status, campaign_id=row.campaign_id)
