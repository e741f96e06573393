"""How a command ended, in a sentence or two: above the summary of a workbook, and above the page."""

from importer.model import UNDO_LEAVES, Status, counted
from importer.report import Report

UNDONE = (Status.DELETED, Status.SWITCHED_OFF, Status.RESTORED, Status.CANCELLED)


def headline(report: Report) -> str:
    """Return how a command ended, the worst first."""
    if report.stopped is not None:
        return "The import stopped before it finished."
    if not report.rows:
        return "There are no rows."
    return " ".join(_sentences(report))


def _sentences(report: Report) -> list[str]:
    doubtful = report.count(Status.IN_DOUBT, Status.SENDING, Status.DELETING)
    wrong = report.count(Status.INVALID, Status.REJECTED)
    edited = report.count(Status.CHANGED) - (report.to_update - report.left)
    left = report.count(Status.FAILED) + edited + report.held
    found = []
    if doubtful:
        what = "deleted" if report.count(Status.DELETING) else "created"
        found.append(f"For {_of(doubtful, report)} we could not confirm whether the campaign was {what}.")
    if wrong:
        found.append(f"{_of(wrong, report)} {'needs' if wrong == 1 else 'need'} fixing.")
    if left:
        found.append(f"{_of(left, report)} {'was' if left == 1 else 'were'} not sent, or not created.")
    if kept := report.count(*UNDO_LEAVES):
        found.append(f"{_of(kept, report)} {'was' if kept == 1 else 'were'} kept.")
    return [*(found or ["No row needs fixing."]), _done(report)]


def _done(report: Report) -> str:
    """Return what was done, or would be done next."""
    if undone := report.count(*UNDONE):
        return f"{counted(undone, 'row')} {'is' if undone == 1 else 'are'} undone."
    done = report.count(Status.CREATED, Status.EXISTS, Status.UPDATED)
    ready = report.count(Status.READY) - report.held
    if done:
        return f"{counted(done, 'campaign')} {'is' if done == 1 else 'are'} on the server."
    if ready > 0:
        return f"{counted(ready, 'campaign')} {'is' if ready == 1 else 'are'} ready to be created."
    return "Nothing was sent." if report.check_only else "Nothing was created."


def _of(number: int, report: Report) -> str:
    return f"{number:,} of {counted(report.rows, 'row')}"
