"""What a person is shown and asked before an import sends anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from importer import pipeline
from importer.cli.screen import prompts
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import prospect, question
from importer.model import OnChange, Status
from importer.report import Report
from importer.session import Session

LEAVE = "leave"
DECISIONS = {"update": OnChange.UPDATE, "create": OnChange.CREATE, LEAVE: OnChange.REPORT}
"""The possible answers about edited rows, and what each does."""


@dataclass(frozen=True)
class Agreement:
    """The decision about plans: whether a person saw them and was asked, and whether they are carried out."""

    plans: Sequence[Report]
    asked: bool = False
    go_on: bool = False


def agree(screen: Screen, session: Session, plans: Sequence[Report], *, ask: bool) -> Agreement:
    """Show plans and ask what to do; the answer has the resulting plans.

    Nobody is asked without `ask`, or if there is nothing to do. Raises Interrupted for Ctrl-C.
    """
    if any(plan.stopped for plan in plans):
        return Agreement(plans)
    if not ask:
        return Agreement(plans, go_on=_anything_to_do(plans))
    if not _anything_to_do(plans) and not any(map(_undecided, plans)):
        return Agreement(plans)
    for plan in plans:
        screen.proposal(plan)
    plans = _decided(screen, session, plans)
    # Rows that are to be another campaign were checked just now: what that was stopped over was shown to nobody.
    if any(plan.stopped for plan in plans) or not _anything_to_do(plans):
        return Agreement(plans, asked=True)
    agreed_to = [plan.if_agreed for plan in plans]
    may_dial = sum(plan.dialling + plan.updates_dialling for plan in agreed_to)
    message = question(agreed_to, session.server.identity, _customers(session, plans))
    go_on = prompts.confirm(screen, message, dialling=may_dial, stopped=_later(screen, plans))
    for plan in plans if go_on else ():
        pipeline.agree(session, plan.run)
    return Agreement(plans, asked=True, go_on=go_on)


def announce(screen: Screen, plan: Report) -> None:
    """Say what carrying out a plan will start, where nobody is asked."""
    if _anything_to_do([plan]):
        screen.rest()
        screen.say(prospect(plan))


def _customers(session: Session, plans: Sequence[Report]) -> list[str]:
    """Return the customers of the campaigns that plans would create or change; "" is the account's own."""
    return sorted({customer for plan in plans for customer in session.journal.summary.customers(plan.run)})


def _decided(screen: Screen, session: Session, reports: Sequence[Report]) -> list[Report]:
    """Ask what to do with the edited rows; return the resulting plans."""
    edited = sum(report.count(Status.CHANGED) for report in filter(_undecided, reports))
    if not edited:
        return list(reports)
    message = (
        f"{edited:,} rows were edited since their campaigns were created. Update these campaigns, create a new one for "
        "each row, or leave them as they are?"
        if edited > 1
        else "1 row was edited since its campaign was created. Update it, create a new campaign, or leave it as it is?"
    )
    answer = prompts.choose(screen, message, tuple(DECISIONS), default=LEAVE, stopped=_later(screen, reports))
    if answer == LEAVE:
        return list(reports)
    return [
        pipeline.decide_on_change(session, report, DECISIONS[answer]) if _undecided(report) else report
        for report in reports
    ]


def _undecided(report: Report) -> bool:
    """Return whether a plan has edited rows that would be left as they are."""
    return report.on_change is OnChange.REPORT and bool(report.count(Status.CHANGED))


def _anything_to_do(reports: Sequence[Report]) -> bool:
    numbers = any(load.to_load and load.is_open for report in reports for load in report.loads)
    return numbers or any(report.count(Status.READY) or report.to_update for report in reports)


def _later(screen: Screen, reports: Sequence[Report]) -> str:
    # Each command has a line by itself: what is broken in two cannot be copied.
    commands = [screen.to_type("apply", report.run) for report in reports]
    return "\n  ".join(("Nothing was created. To continue:", *commands))
