"""What a person sees: progress, counts, problems, and what to do next. All of it goes to standard error."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from importer.model import ExitCode, Problem, RowResult, Run, Severity, Status
from importer.report import Report

SHOWN = 10
"""How many objections are shown of a file that is only looked at."""

RUN_HEADINGS = ("run", "started", "command", "file", "account and server", "rows")
ROW_HEADINGS = ("row", "status", "id", "message")

COLOURS: Mapping[Status, str] = {
    Status.CREATED: "green",
    Status.EXISTS: "green",
    Status.READY: "cyan",
    Status.VALID: "cyan",
    Status.INVALID: "red",
    Status.REJECTED: "red",
    Status.FAILED: "red",
    Status.IN_DOUBT: "yellow",
    Status.SENDING: "yellow",
}


class Screen:
    """A terminal, or what stands in for one; hears the stages of the work and shows them.

    `quiet` leaves errors alone; `verbose` adds each stage as a line of its own where progress is drawn.
    """

    def __init__(self, *, quiet: bool, verbose: bool, color: bool) -> None:
        self._console = Console(stderr=True, no_color=not color or None, highlight=False, soft_wrap=True)
        self._quiet = quiet
        self._lines = not quiet and (verbose or not self._console.is_terminal)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> "Screen":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest()

    def rest(self) -> None:
        """Take the progress off the screen."""
        self._progress.stop()
        self._clear()

    def stage(self, words: str, rows: int | None) -> None:
        """A stage begins."""
        self._clear()
        self._progress.start()
        self._task = self._progress.add_task(words, total=rows)
        if self._lines:
            self._say(f"{words} …" if rows is None else f"{words}: {_rows(rows)} …")

    def row(self, _status: Status) -> None:
        """A row has reached a status."""
        if self._task is not None:
            self._progress.advance(self._task)

    def say(self, words: str) -> None:
        """Say something to a person who wants to hear it."""
        if not self._quiet:
            self._say(words)

    def complain(self, words: str) -> None:
        """Say what went wrong, even to one who wants quiet."""
        self.rest()
        self._console.print(Text.assemble(("Error: ", "bold red"), words))

    def cry(self, words: str) -> None:
        """Say something from a signal handler, where nothing that takes a lock may be called."""
        show_cursor = "\x1b[?25h" if self._console.is_terminal else ""
        os.write(sys.stderr.fileno(), f"{show_cursor}\n{words}\n".encode())

    def report(self, report: Report) -> None:
        """Show what a command did with a file."""
        self.rest()
        if not self._quiet:
            sheet = f", sheet {report.source.sheet}" if report.source.sheet else ""
            self._say(f"{report.source.path}{sheet}: {_rows(report.rows)}")
            self._console.print(_counts(report.counts))
            self._problems(report.errors, report.error_count, Severity.ERROR)
            self._problems(report.warnings, report.warning_count, Severity.WARNING)
            for note in report.notes:
                self._say(note)
        if report.stopped is not None:
            self.complain(report.stopped.message)
        if report.results:
            self.say(f"Results: {report.results}")

    def objections(self, notes: Iterable[str], refusals: Iterable[str], problems: Sequence[Problem]) -> None:
        """Say how a file was understood, and what an import would object to."""
        for words in (*notes, *(f"An import would refuse this: {refusal}" for refusal in refusals)):
            self.say(words)
        for severity in (Severity.ERROR, Severity.WARNING):
            told = [problem for problem in problems if problem.severity is severity]
            if not self._quiet:
                self._problems(told[:SHOWN], len(told), severity)

    def advise(self, report: Report) -> None:
        """Say what to do next."""
        for hint in _hints(report):
            self.say(hint)

    def _clear(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None

    def _problems(self, problems: Iterable[Problem], count: int, severity: Severity) -> None:
        shown = list(problems)
        if not shown:
            return
        style = "red" if severity is Severity.ERROR else "yellow"
        first = f", the first {len(shown)}" if count > len(shown) else ""
        self._say(f"{count} {severity.value}{'s' if count != 1 else ''}{first}:")
        for problem in shown:
            where = problem.cell or (f"row {problem.row}" if problem.row else problem.column or "")
            found = f" Found: {problem.found!r}." if problem.found else ""
            self._console.print(Text.assemble("  ", (where, style), "  ", problem.message, found))

    def _say(self, words: str) -> None:
        self._console.print(Text(words))


def document(report: Report) -> dict[str, Any]:
    """Return what `--json` tells of a report."""
    return {
        "run": report.run or None,
        "file": report.source.path,
        "sheet": report.source.sheet,
        "rows": report.rows,
        "counts": _all_counts(report.counts),
        "errors": report.error_count,
        "warnings": report.warning_count,
        "dialling": report.dialling,
        "calls": report.calls,
        "results": report.results,
        "notes": list(report.notes),
        "message": report.stopped.message if report.stopped else None,
        "exit_code": int(report.exit_code),
    }


def put_json(document: object) -> None:
    """Put a JSON document on standard output."""
    put_line(json.dumps(document, ensure_ascii=False, indent=2))


def put_line(line: str) -> None:
    """Put a line of data on standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def put_table(headings: Iterable[str], lines: Iterable[Iterable[str]], *, color: bool) -> None:
    """Put a table of data on standard output."""
    table = Table(*headings, box=None, pad_edge=False, header_style="bold")
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    console = Console(no_color=not color or None, highlight=False)
    if not console.is_terminal:
        # A file or a pipe has no width: nothing is to be cut or wrapped.
        console.width = 1_000_000
    console.print(table)


def run_line(run: Run, counts: Mapping[Status, int]) -> list[str]:
    """Return the cells of a run in the list of runs."""
    told = ", ".join(f"{counts[status]} {status.value}" for status in Status if counts.get(status))
    when = run.started.astimezone().strftime("%Y-%m-%d %H:%M")
    return [run.id, when, run.command, run.source.path, f"{run.account}@{run.server}", told]


def run_document(run: Run, counts: Mapping[Status, int]) -> dict[str, Any]:
    """Return what `--json` tells of a run in the list of runs."""
    return {
        "run": run.id,
        "started": run.started.isoformat(),
        "command": run.command,
        "file": run.source.path,
        "server": run.server,
        "account": run.account,
        "counts": _all_counts(counts),
    }


def row_line(row: RowResult) -> list[str]:
    """Return the cells of a row in the list of a run's rows."""
    return [str(row.number), row.outcome.status.value, row.outcome.campaign_id or "", row.message]


def row_document(row: RowResult) -> dict[str, Any]:
    """Return what `--json` tells of a row."""
    return {
        "row": row.number,
        "status": row.outcome.status.value,
        "id": row.outcome.campaign_id,
        "code": row.outcome.code,
        "key": row.outcome.key,
        "message": row.message,
    }


def _counts(counts: Mapping[Status, int]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for status in Status:
        if counts.get(status):
            table.add_row(Text(f"  {status.value}", style=COLOURS[status]), str(counts[status]))
    return table


def _hints(report: Report) -> list[str]:
    """Return what to do next."""
    again = f"campaign-importer apply {report.run}"
    hints = []
    if report.stopped is not None and report.run:
        return [f"Next: {again}  goes on where this ended, once the cause is gone."]
    if report.count(Status.INVALID, Status.REJECTED):
        where = "in the results file or in your own" if report.results else "in your file"
        hints.append(f"Next: mend the rows {where} and import it; what is created already is not sent again.")
    if report.count(Status.IN_DOUBT, Status.SENDING):
        hints.append(f"Next: {again}  looks up the rows in doubt; the results say what to do if they stay so.")
    elif report.run and report.count(Status.READY, Status.VALID, Status.FAILED):
        hints.append(f"Next: {again}  creates what is ready.")
    return hints


def question(reports: Iterable[Report], server: str) -> str:
    """Return what to ask before anything is created."""
    given = list(reports)
    ready = sum(report.count(Status.READY) for report in given)
    return f"Create {ready} campaign{'s' if ready != 1 else ''} on {server}? {dialling(*given)}"


def dialling(*reports: Report) -> str:
    """Say how much telephoning begins when the ready rows are created."""
    campaigns = sum(report.dialling for report in reports)
    calls = sum(report.calls for report in reports)
    if not campaigns:
        return "None of them starts dialling."
    start = "starts" if campaigns == 1 else "start"
    return f"{campaigns} of them {start} dialling at once, with up to {calls} concurrent calls."


def failed_document(path: str | None, message: str, exit_code: ExitCode) -> dict[str, Any]:
    """Return what `--json` tells of a file or a command that came to nothing."""
    return {
        "run": None,
        "file": path,
        "rows": 0,
        "counts": {},
        "results": None,
        "message": message,
        "exit_code": exit_code,
    }


def _all_counts(counts: Mapping[Status, int]) -> dict[str, int]:
    return {status.value: counts.get(status, 0) for status in Status}


def _rows(count: int) -> str:
    return f"{count} row{'s' if count != 1 else ''}"
