"""What a person sees: progress, counts, problems, and what to do next. All of it goes to standard error."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from importer.cli.streams import say_at_once
from importer.cli.wording import hints
from importer.model import WRONG, Event, Group, Problem, Severity, Status, Tone, counted
from importer.report import Report
from importer.security import visible, visible_lines
from schemas.problem_codes import ProblemCode

SHOWN = 10
"""How many kinds of problems are shown, or how many problems of a file that is only looked at."""

REFRESH = 0.1
"""Seconds between two looks of the progress: drawing costs more than a row."""

COLOURS: Mapping[Tone, str] = {Tone.GOOD: "green", Tone.WAITING: "cyan", Tone.BAD: "red", Tone.DOUBTFUL: "yellow"}

STYLES: Mapping[Severity, str] = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


class Screen:
    """A terminal, or what stands in for one; hears the stages of the work and shows them.

    `quiet` leaves only errors, those of rows and files too; `verbose` adds each stage as a line of its own where
    progress is drawn. `color` says whether colours are wanted. `to_type` makes the line that a person types to start
    another command, from its name and words.
    """

    def __init__(self, *, quiet: bool, verbose: bool, color: bool, to_type: Callable[..., str]) -> None:
        self.to_type = to_type
        self.color = color
        self._console = Console(stderr=True, no_color=not color or None, highlight=False, soft_wrap=True)
        self._quiet = quiet
        self._lines = not quiet and (verbose or not self._console.is_terminal)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[rows]}", markup=False),
            _Rate(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failures]}", style="red", markup=False),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )
        self._task: TaskID | None = None
        self._counting = threading.Lock()
        self._done = self._failed = 0
        self._total: int | None = None
        self._drawn = 0.0

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

    def stage(self, message: str, rows: int | None) -> None:
        """A stage begins; whatever the name of a file holds, it is one line."""
        message = visible(message)
        self._clear()
        self._progress.start()
        self._done, self._failed, self._total = 0, 0, rows
        self._task = self._progress.add_task(message, total=rows, rows="", failures="")
        if self._lines:
            self._say(f"{message} …" if rows is None else f"{message}: {counted(rows, 'row')} …")

    def row(self, event: Event) -> None:
        """Something has happened to a row: a stage shows how many are done, how fast, and how many went wrong."""
        if event.status is None or self._task is None or self._progress.disable:
            return
        with self._counting:
            self._done += 1
            self._failed += event.status in WRONG
            now = time.monotonic()
            if now - self._drawn > REFRESH or self._done == self._total:
                self._drawn = now
                rows = f"{self._done:,}" if self._total is None else f"{self._done:,}/{self._total:,}"
                failures = f"{self._failed:,} wrong" if self._failed else ""
                self._progress.update(self._task, completed=self._done, rows=rows, failures=failures)

    def note(self, message: str) -> None:
        """Say at once what the user should know."""
        self.say(message)

    def say(self, message: str) -> None:
        """Say something to a person who wants to hear it."""
        if not self._quiet:
            self._say(message)

    def insist(self, message: str) -> None:
        """Say that something is wrong with what was worked on, even to one who wants quiet."""
        self._say(message)

    def complain(self, message: str, problem_code: str = "") -> None:
        """Say what went wrong, even to one who wants quiet; `problem_code` is its code in the catalogue."""
        self.rest()
        self._console.print(
            Text.assemble(("Error: ", "bold red"), visible_lines(message), (_code(problem_code), "dim"))
        )

    def cry(self, message: str) -> None:
        """Say something from a signal handler, where nothing that takes a lock may be called."""
        show_cursor = "\x1b[?25h" if self._console.is_terminal else ""
        say_at_once(f"{show_cursor}\n{message}\n")

    def report(self, report: Report) -> None:
        """Show what a command did with a file."""
        self.rest()
        groups = [group for group in report.groups if self._is_shown(group.first[0].severity)]
        if groups or not self._quiet:
            sheet = f", sheet {report.source.sheet}" if report.source.sheet else ""
            self._say(f"{report.source.path}{sheet}: {counted(report.rows, 'row')}")
        if not self._quiet:
            self._console.print(_counts(report.counts))
        self._groups(groups, report)
        for note in report.notes:
            self.say(note)
        if report.stopped is not None:
            self.complain(report.stopped.message, report.stopped.problem_code)
        if report.results:
            self.say(f"Results: {report.results}")
        if report.rejects:
            self.say(f"Rejects: {report.rejects}")
        if report.page:
            self.say(f"Report: {report.page}")

    def objections(self, notes: Iterable[str], refusals: Iterable[str], problems: Sequence[Problem]) -> None:
        """Say how a file was understood, and what an import would object to."""
        for message in notes:
            self.say(message)
        for refusal in refusals:
            self.insist(f"An import would refuse this: {refusal}")
        for severity in filter(self._is_shown, STYLES):
            told = [problem for problem in problems if problem.severity is severity]
            self._problems(told[:SHOWN], len(told), severity)

    def advise(self, report: Report) -> None:
        """Say what to do next."""
        for hint in hints(report, self.to_type):
            self.say(hint)

    def _clear(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None

    def _is_shown(self, severity: Severity) -> bool:
        return severity in STYLES and not (self._quiet and severity is not Severity.ERROR)

    def _groups(self, told: Sequence[Group], report: Report) -> None:
        """Show the problems, the same mistake in many cells as one."""
        for severity, style in STYLES.items():
            groups = [group for group in told if group.first[0].severity is severity]
            if not groups:
                continue
            number = sum(group.count for group in groups)
            self._say(f"{counted(number, severity)}:")
            for group in groups[:SHOWN]:
                self._group(group, style)
            if len(groups) > SHOWN:
                where = "the results show them all" if report.results else "--results FILE shows them all"
                self._say(f"  and {len(groups) - SHOWN} other kinds; {where}.")

    def _group(self, group: Group, style: str) -> None:
        """Show a problem: where it is, what it is, what was found, its code in the catalogue."""
        first = group.first[0]
        if first.problem_code == ProblemCode.EDITED:
            self._edited(group, style)
            return
        found = f" Found: {first.found!r}." if first.found and group.count == 1 else ""
        example = "" if group.alike else f" (That is {first.where}; the others are alike.)"
        where, message = visible(_places(group)), visible(f"{first.message}{found}{example}")
        self._console.print(Text.assemble("  ", (where, style), "  ", message, (_code(first.problem_code), "dim")))

    def _edited(self, group: Group, style: str) -> None:
        """Show each of the first edited rows, because no two of them have the same old and new values."""
        for problem in group.first:
            where, message, code = visible(problem.where), visible(problem.message), _code(problem.problem_code)
            self._console.print(Text.assemble("  ", (where, style), "  ", message, (code, "dim")))
        if more := group.count - len(group.first):
            self._say(f"  and {more:,} more edited rows, which the results show.")

    def _problems(self, problems: Iterable[Problem], count: int, severity: Severity) -> None:
        shown = list(problems)
        if not shown:
            return
        first = f", the first {len(shown)}" if count > len(shown) else ""
        self._say(f"{counted(count, severity)}{first}:")
        for problem in shown:
            self._group(Group(1, (problem,), alike=True), STYLES[severity])

    def _say(self, message: str) -> None:
        self._console.print(Text(visible_lines(message)))


class _Rate(ProgressColumn):
    """Rows a second, as they come in just now."""

    def render(self, task: Task) -> Text:
        """Return the rate, or nothing as long as there is none."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} rows/s" if speed else "", style="cyan")


def _code(problem_code: str) -> str:
    return f" [{problem_code}]" if problem_code else ""


def _places(group: Group) -> str:
    """Return where a problem is: the first cells and how many there are; the sheet is named once."""
    first, *others = (problem.where for problem in group.first)
    sheet, separator, _ = first.rpartition("!")
    cells = ", ".join([first, *(where.removeprefix(f"{sheet}{separator}") for where in others)])
    return cells if group.count == len(group.first) else f"{cells} and {group.count - len(group.first):,} more"


def _counts(counts: Mapping[Status, int]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for status in Status:
        if counts.get(status):
            table.add_row(Text(f"  {status.value}", style=COLOURS[status.tone]), str(counts[status]))
    return table
