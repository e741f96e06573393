"""What a person is shown and asked before an import sends anything."""

from collections.abc import Sequence

from importer import pipeline
from importer.cli import prompts
from importer.cli.screen import Screen
from importer.cli.wording import dialling, question
from importer.model import OnChange, Status
from importer.report import Report
from importer.session import Session

LEAVE = "leave"
DECISIONS = {"update": OnChange.UPDATE, "create": OnChange.CREATE, LEAVE: OnChange.REPORT}
"""What a person may answer about edited rows, and what becomes of them then."""


def agreed(screen: Screen, session: Session, planned: Sequence[Report], *, ask: bool) -> tuple[list[Report], bool]:
    """Show the plans and ask what is to be done; return the plans as they are then, and whether to carry them out.

    Nobody is asked without `ask`, nor where there is nothing to do. Raises Interrupted for Ctrl-C.
    """
    reports = list(planned)
    if any(report.stopped for report in reports):
        return reports, False
    if not ask:
        if anything := _anything_to_do(reports):
            screen.say(dialling(*reports))
        return reports, anything
    if not _anything_to_do(reports) and not any(map(_undecided, reports)):
        return reports, False
    for report in reports:
        screen.report(report)
    reports = _decided(screen, session, reports)
    if not _anything_to_do(reports):
        return reports, False
    agreed_to = [report.if_agreed for report in reports]
    may_dial = sum(report.dialling + report.updates_dialling for report in agreed_to)
    message = question(agreed_to, session.server.identity)
    go_on = prompts.confirm(screen, message, dialling=may_dial, stopped=_later(screen, reports))
    for report in reports if go_on else ():
        pipeline.agree(session, report.run)
    return reports, go_on


def _decided(screen: Screen, session: Session, reports: Sequence[Report]) -> list[Report]:
    """Ask what becomes of the rows that were edited; return the plans as they are then."""
    edited = sum(report.count(Status.CHANGED) for report in filter(_undecided, reports))
    if not edited:
        return list(reports)
    message = (
        f"{edited} rows were edited since their campaigns were created. Update these campaigns, create another for "
        "each, or leave them?"
        if edited > 1
        else "A row was edited since its campaign was created. Update this campaign, create another, or leave it?"
    )
    answer = prompts.choose(screen, message, tuple(DECISIONS), default=LEAVE, stopped=_later(screen, reports))
    if answer == LEAVE:
        return list(reports)
    return [
        pipeline.decide_on_change(session, report, DECISIONS[answer]) if _undecided(report) else report
        for report in reports
    ]


def _undecided(report: Report) -> bool:
    """Say whether a plan has rows that were edited and that would be left as they are."""
    return report.on_change is OnChange.REPORT and bool(report.count(Status.CHANGED))


def _anything_to_do(reports: Sequence[Report]) -> bool:
    return any(report.count(Status.READY) or report.to_update for report in reports)


def _later(screen: Screen, reports: Sequence[Report]) -> str:
    commands = " and ".join(screen.to_type("apply", report.run) for report in reports)
    return f"Nothing was created. To continue: {commands}"
