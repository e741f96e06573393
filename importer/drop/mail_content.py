"""What an e-mail says about a file: its outcome first, then what to do, what is wrong, and where everything is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from importer.drop.numbers_work import FOR_A_PERSON
from importer.drop.os_errors import shown
from importer.errors import UNDONE, FileRefused, WrongUsage
from importer.journal import command_with
from importer.model import Group, Status, counted
from importer.notify import Content, Kind, Tally, tallied
from importer.report import Report
from importer.results import WORKBOOKS

KINDS = 50
"""How many kinds of problems an e-mail lists."""

TALLIES: Mapping[Status, Tally] = {
    Status.CREATED: Tally.CREATED,
    Status.UPDATED: Tally.UPDATED,
    Status.EXISTS: Tally.EARLIER,
    Status.INVALID: Tally.NEED_FIXING,
    Status.REJECTED: Tally.NEED_FIXING,
    Status.FAILED: Tally.FAILED,
    Status.CHANGED: Tally.EDITED,
    Status.SENDING: Tally.IN_DOUBT,
    Status.IN_DOUBT: Tally.IN_DOUBT,
    Status.VALID: Tally.NOT_SENT,
    Status.READY: Tally.NOT_SENT,
}

_ROW = re.compile(r"!(\d+):\1$")
"""The end of a place that is a whole row of a sheet: Sales!5:5."""

Places = Sequence[tuple[str, Path]]
"""Files with what they are called."""


class _Given(TypedDict):
    """What is said about every file that has no report."""

    brief: str
    places: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]


def outcome(report: Report) -> str:
    """Return what became of the rows in a few words: 1,952 created, 48 need fixing."""
    return tallied(_tallies(report))


def of_report(name: str, report: Report, places: Places, folder: str, journal: Path) -> Content:
    """Return what is reported about a file that was imported, or whose import stopped.

    `places` are the file, its results and its page, where they are now; `folder` is the one that it arrived in, and the
    commands to type are for `journal`.
    """
    tallies = _tallies(report)
    several = bool(report.sheets)
    kinds = [*_stop_reason(report), *(_kind(group, several=several) for group in report.groups[:KINDS])]
    return Content(
        title=name,
        outcome=_stopped(name, report) if report.stopped else _outcome(name, report, tallies),
        tallies=tallies,
        brief=f"stopped, {tallied(tallies)}" if report.stopped else "",
        in_results=_in_results(report),
        to_do=tuple(_to_do(report, journal)),
        kinds=tuple(kinds),
        more_kinds=max(0, len(report.groups) - KINDS),
        at_least=_has_more(report),
        notes=report.notes,
        places=as_texts(places),
        facts=_facts(folder, report),
    )


def not_imported(
    name: str, reason: str, refusal: FileRefused | WrongUsage | None, places: Places, folder: str
) -> Content:
    """Return what is reported about a file that was not imported: why, and what to do."""
    if refusal is None:
        return Content(name, f"{name} was not imported. {reason}", **_plain("not imported", places, folder))
    kinds = (
        Kind(
            severity="error", code=str(refusal.problem_code or ""), column="", cells=(), more=0, message=refusal.message
        ),
    )
    to_do = ("fix the file and put it into the folder again.",)
    given = _plain("not imported", places, folder)
    return Content(name, f"{name} was not imported, because it cannot be used.", kinds=kinds, to_do=to_do, **given)


def imported_before(name: str, reason: str, places: Places, folder: str) -> Content:
    """Return what is reported about a file whose content was imported before."""
    given = _plain("imported before, nothing sent", places, folder)
    return Content(name, f"{name} was imported before. {reason}", **given)


def waits_for_a_person(name: str, reason: str, code: str, path: Path, folder: str) -> Content:
    """Return what is reported about a file that cannot be moved from where it arrived."""
    kinds = (
        Kind(severity="error", code=code, column="", cells=(), more=0, message=f"It stays where it is: {reason}."),
    )
    to_do = ("fix this, and the next pass imports the file.",)
    given = _plain("cannot be imported yet", [("File", path)], folder)
    return Content(name, f"{name} cannot be imported yet.", kinds=kinds, to_do=to_do, **given)


def unusable_folder(folder: Path, message: str, code: str) -> Content:
    """Return what is reported about a folder in which nothing can be imported."""
    kinds = (Kind(severity="error", code=code, column="", cells=(), more=0, message=message),)
    to_do = ("fix this; the next pass imports the files that wait there.",)
    name = shown(folder.name)
    first = f"Nothing can be imported from {shown(folder)} at the moment."
    given = _plain("nothing can be imported", (), shown(folder))
    return Content(name, first, kinds=kinds, to_do=to_do, **given)


def _plain(brief: str, places: Places, folder: str) -> _Given:
    return {"brief": brief, "places": as_texts(places), "facts": (("Folder", folder),)}


def _tallies(report: Report) -> dict[Tally, int]:
    counts: Counter[Tally] = Counter()
    for status, number in report.counts.items():
        counts[TALLIES[status]] += number
    return dict(counts)


def _outcome(name: str, report: Report, tallies: Mapping[Tally, int]) -> str:
    """Return in one sentence what became of a file's rows."""
    created, rows = tallies.get(Tally.CREATED, 0), report.rows
    if not rows:
        return f"{name} has no rows."
    if created == rows:
        return (
            f"The campaign in {name} was created." if rows == 1 else f"All {rows:,} campaigns in {name} were created."
        )
    if report.count(Status.CREATED, Status.UPDATED, Status.EXISTS) == rows:
        return f"Every campaign in {name} is on the server: {tallied(tallies)}."
    rest = tallied({tally: number for tally, number in tallies.items() if tally is not Tally.CREATED})
    if not created:
        return f"Nothing was created from {name}: {rest}."
    verb = "was" if created == 1 else "were"
    return f"{created:,} of {counted(rows, 'row')} in {name} {verb} created; {rest}."


def _stopped(name: str, report: Report) -> str:
    return f"The import of {name} stopped before it finished: {outcome(report)}."


def _stop_reason(report: Report) -> Iterator[Kind]:
    if report.stopped is not None:
        yield Kind(
            severity="error",
            code=str(report.stopped.problem_code or ""),
            column="",
            cells=(),
            more=0,
            message=report.stopped.message,
        )


def _in_results(report: Report) -> str:
    """Return what to do in the results, once they are open."""
    if report.stopped or not report.results or not report.count(Status.INVALID, Status.REJECTED):
        return ""
    cells = Path(report.results).suffix.lower() in WORKBOOKS
    what = "the red cells" if cells else "the rows whose import_status is invalid or rejected"
    return f"fix {what} and put the file into the folder again"


def _to_do(report: Report, journal: Path) -> Iterator[str]:
    """Yield the further sentences on what to do."""
    if report.stopped and report.stopped.problem_code not in FOR_A_PERSON:
        yield "Fix what stopped it. The next pass continues where this one ended."
        return
    if lacking := _again(report, journal, _lacks_numbers):
        yield f"Some campaigns lack numbers. To load these once their reason is fixed, type {lacking}."
    if _in_results(report) and report.count(Status.CREATED, Status.UPDATED, Status.EXISTS):
        yield "Rows already created are skipped."
    if doubtful := _again(report, journal, lambda one: one.count(Status.IN_DOUBT, Status.SENDING)):
        yield (
            f"Type {doubtful} to look up the rows in doubt on the server. If they stay in doubt, check the server "
            "yourself, then record what you found with campaign-importer settle."
        )
    elif failed := _again(report, journal, lambda one: one.count(Status.FAILED)):
        yield f"Type {failed} to send the failed rows again."
    if report.count(Status.CHANGED) > report.to_update:
        yield (
            'To update the campaigns of the edited rows, set on_change = "update" in drop.toml and put the file '
            "into the folder again."
        )
    if held := _again(report, journal, lambda one: one.held, "--on-existing", "create"):
        yield f"Some rows are on the server already: check these campaigns. To create them anyway, type {held}."


def _lacks_numbers(report: Report) -> bool:
    return any(load.loaded < load.to_load for load in report.loads)


def _again(report: Report, journal: Path, concerns: Callable[[Report], int], *words: str) -> str:
    """Return the commands that apply the runs which have such rows; "" if there are none."""
    return " and ".join(command_with(journal, "apply", one.run, *words) for one in report.runs if concerns(one))


def _kind(group: Group, *, several: bool) -> Kind:
    """Return a kind of problem; its cells are named with their sheets if the file has `several`."""
    first = group.first[0]
    columns = {problem.column or "" for problem in group.first}
    places = (problem.where for problem in group.first if problem.cell or problem.row)
    cells = tuple(_ROW.sub(r" row \1", place) if several else place.rpartition("!")[2] for place in places)
    return Kind(
        severity=first.severity.value,
        code=first.problem_code,
        column=columns.pop() if len(columns) == 1 else "",
        cells=cells,
        more=group.count - len(cells) if cells else 0,
        message=first.message,
        example=not group.alike,
    )


def _has_more(report: Report) -> bool:
    """Return whether a run has more kinds of problems than its report lists."""
    undone = {code.value for code in UNDONE.values()}
    named = sum(group.count for group in report.groups if group.first[0].problem_code not in undone)
    return named < report.error_count + report.warning_count


def _facts(folder: str, report: Report) -> tuple[tuple[str, str], ...]:
    server = f"{report.server} (account {report.account})" if report.account else report.server
    several = bool(report.sheets)
    known = (
        ("Sheets" if several else "Sheet", report.source.sheet or ""),
        ("Runs" if several else "Run", ", ".join(one.run for one in report.runs)),
        ("Server", server),
        ("Folder", folder),
    )
    return tuple((name, text) for name, text in known if text)


def as_texts(places: Places) -> tuple[tuple[str, str], ...]:
    """Return files with what they are called, and their paths."""
    return tuple((name, str(path.absolute())) for name, path in places)
