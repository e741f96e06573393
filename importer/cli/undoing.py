"""An undo as a person sees it: the plan, the question, and what has become of it."""

from collections.abc import Iterator
from typing import Any

from importer.cli.screen import prompts
from importer.cli.screen.printing import put
from importer.cli.screen.screen import Screen
from importer.cli.screen.wording import Hint, campaigns
from importer.cli.server.connecting import session
from importer.cli.values.server import ServerValues
from importer.documents import document
from importer.model import ExitCode, Status, Undo, UndoStep, counted
from importer.report import Report
from importer.run_options import OutputOptions
from importer.session import Session
from importer.shutdown import gently
from importer.undo import (
    Prospect,
    UndoOrder,
    agree,
    find_undo,
    hand_back_undo,
    plan_undo,
    prospect_of,
    report_of_undo,
    undo_run,
)

MOST_BY_ONE_KEY = 20
"""How many campaigns may be deleted after a single key press; for more, their number is typed."""

NOTHING = "Nothing was undone."


def undo(
    values: ServerValues, screen: Screen, run: str, order: UndoOrder, output: OutputOptions, *, ask: bool
) -> ExitCode:
    """Plan the undo of a run, ask if a person is to be asked, carry it out and hand back its results."""
    with session(values, screen, "undo", run) as opened:
        with gently(opened.worker_pool.stop):
            planned = plan_undo(opened, run, order)
            before, prospect = report_of_undo(opened, planned), prospect_of(opened, planned)
        if prospect.is_empty:
            screen.report(before)
            screen.say("There is nothing to undo.")
            return _told(values, screen, planned, before)
        if ask:
            screen.proposal(before, screen.report)
        if ask and not _agreed(screen, opened, prospect, run):
            screen.say(NOTHING)
            return _told(values, screen, planned, before)
        with gently(opened.worker_pool.stop):
            planned = agree(opened, planned, order.backup)
            return _carried_out(values, screen, opened, planned, output, before if ask else None)


def continue_undo(values: ServerValues, screen: Screen, run: str, output: OutputOptions) -> ExitCode:
    """Continue an undo that was interrupted."""
    with session(values, screen, "apply", run) as opened, gently(opened.worker_pool.stop):
        return _carried_out(values, screen, opened, find_undo(opened, run), output, None)


def _carried_out(
    values: ServerValues, screen: Screen, opened: Session, undoing: Undo, output: OutputOptions, before: Report | None
) -> ExitCode:
    """Carry out an undo, hand back its results, and show what has become of it; `before` is what a person has seen."""
    done = hand_back_undo(opened, undoing, undo_run(opened, undoing), output)
    if before is None:
        screen.report(done)
    else:
        screen.outcome(done, before)
    return _told(values, screen, undoing, done)


def _told(values: ServerValues, screen: Screen, undoing: Undo, report: Report) -> ExitCode:
    """Suggest what to do next, print the document, and return the exit code."""
    screen.suggest(*_hints(screen, undoing, report))
    put(values, _document(undoing, report))
    return report.exit_code


def _agreed(screen: Screen, opened: Session, prospect: Prospect, run: str) -> bool:
    message = " ".join(_question(prospect, run, opened.server.identity))
    return prompts.confirm_number(screen, message, prospect.deletions, MOST_BY_ONE_KEY, stopped=NOTHING)


def _question(prospect: Prospect, run: str, server: str) -> Iterator[str]:
    """Yield the sentences of the question: what is done to how many campaigns, and what of them may dial again."""
    words = {
        UndoStep.DELETE: "delete",
        UndoStep.SWITCH_OFF: "switch off",
        UndoStep.RESTORE: "give former values back to",
        UndoStep.CANCEL: "cancel the numbers loaded into",
    }
    parts = [f"{word} {campaigns(prospect.steps[step])}" for step, word in words.items() if prospect.steps.get(step)]
    what = ", ".join(parts) or f"record that {campaigns(prospect.gone)} {'is' if prospect.gone == 1 else 'are'} gone"
    yield f"Undo run {run} on {server}: {what}?"
    if prospect.switched_on:
        one = prospect.switched_on == 1
        yield f"{prospect.switched_on:,} of them {'is' if one else 'are'} switched on again and may dial."


def _hints(screen: Screen, undoing: Undo, report: Report) -> Iterator[Hint]:
    left = report.count(Status.UNTOUCHED, Status.DELETING, Status.FAILED)
    if left and undoing.agreed:
        yield Hint("to continue this undo", screen.to_type("apply", undoing.run))
    elif left:
        yield Hint("to look again and decide", screen.to_type("undo", undoing.undone))
    if report.count(Status.IN_DOUBT):
        rows = counted(report.count(Status.IN_DOUBT), "row")
        yield Hint(f"to look up {rows} in doubt first", screen.to_type("apply", undoing.undone))
    if report.count(Status.DELETED):
        yield Hint("correct the file and import it again: its rows are created anew.")


def _document(undoing: Undo, report: Report) -> dict[str, Any]:
    return {**document(report), "undone": undoing.undone, "backup": undoing.backup or None}
