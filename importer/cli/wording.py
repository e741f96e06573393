"""What is said of a plan and of what to do next, in words."""

from collections.abc import Callable, Iterable

from importer.model import Status, counted
from importer.report import Report


def hints(report: Report, to_type: Callable[..., str]) -> list[str]:
    """Return what to do next."""
    again = to_type("apply", report.run)
    lines = []
    if report.stopped is not None and report.run:
        return [f"Next: {again}  continues where this run stopped."]
    if report.count(Status.INVALID, Status.REJECTED):
        where = " in the results or in your file," if report.results else ""
        lines.append(f"Next: fix these rows{where} and import the file again. Rows already created are skipped.")
    if left := report.count(Status.CHANGED) - report.to_update:
        message = "1 row was edited" if left == 1 else f"{left:,} rows were edited"
        lines.append(f"Next: {message} and not sent. Import the file with --on-change update or --on-change create.")
    if report.count(Status.IN_DOUBT, Status.SENDING):
        lines.append(f"Next: {again}  looks up the rows in doubt. The results say what to do if they stay in doubt.")
    elif report.run and (report.count(Status.READY, Status.VALID, Status.FAILED) > report.held or report.to_update):
        lines.append(
            f"Next: {again}  creates the ready campaigns{' and updates the edited ones' * bool(report.to_update)}."
        )
    if report.held:
        lines.append(
            f"Next: {again} --on-existing create  also creates what the server has already. Check the server first."
        )
    return lines


def question(reports: Iterable[Report], server: str) -> str:
    """Return what to ask before anything is created."""
    given = list(reports)
    ready = sum(report.count(Status.READY) for report in given)
    edited = sum(report.to_update for report in given)
    create = f"create {campaigns(ready)}" if ready or not edited else ""
    update = f"update {edited if ready else campaigns(edited)}" if edited else ""
    what = " and ".join(filter(None, (create, update)))
    return f"{what[0].upper()}{what[1:]} on {server}? {prospect(*given)}"


def prospect(*reports: Report) -> str:
    """Say what comes of creating the ready rows: how many are there already, and how much telephoning begins."""
    count = sum(report.existing for report in reports)
    existing = f"{count} of these campaigns {'is' if count == 1 else 'are'} already on the server. " if count else ""
    return f"{existing}{dialling(*reports)}"


def dialling(*reports: Report) -> str:
    """Say how much telephoning begins when the ready rows are created and the changed ones updated."""
    if not any(report.count(Status.READY) or report.to_update for report in reports):
        return "There is nothing to create."
    created = sum(report.dialling for report in reports)
    updated = sum(report.updates_dialling for report in reports)
    told = []
    if created:
        calls = _calls(sum(one.calls for one in reports))
        told.append(f"{created} of these campaigns will start dialling immediately ({calls}).")
    if updated:
        calls = _calls(sum(report.update_calls for report in reports))
        told.append(f"{campaigns(updated)} may dial once updated ({calls}).")
    return " ".join(told) or "None of these campaigns will start dialling."


def _calls(number: int) -> str:
    return f"up to {counted(number, 'call')} at the same time"


def campaigns(count: int) -> str:
    """Return a number of campaigns in words."""
    return counted(count, "campaign")
