"""What a person sees: progress, counts, problems, and what to do next. All of it goes to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from importer import model
from importer.cli.screen import drawing
from importer.cli.screen.paths import from_here
from importer.cli.screen.streams import is_pipe, say_at_once
from importer.errors import ImporterError, Interrupted
from importer.model import WRONG, Severity, Tone, counted
from importer.security import visible, visible_lines

if TYPE_CHECKING:
    from importer.cli.screen.progress import StageProgress
    from importer.cli.screen.wording import Hint
    from importer.model import EditedRow, Event, Group, Problem
    from importer.report import Report

SHOWN = 10
"""How many kinds of problems are shown, or how many problems of a file that is only shown."""

COLOURS: Mapping[Tone, str] = {Tone.GOOD: "green", Tone.WAITING: "cyan", Tone.BAD: "red", Tone.DOUBTFUL: "yellow"}

STYLES: Mapping[Severity, str] = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


class Screen:
    """A terminal, or what stands in for one; hears the stages of the work and shows them.

    A terminal gets lines that break between words, and a pipe one line for each thing that is said. `quiet` leaves
    only errors, those of rows and files too; `verbose` adds a line where each stage begins. `color` says whether
    colours are wanted. `to_type` makes the line that a person types to start another command, from its name and words.
    """

    def __init__(self, *, quiet: bool, verbose: bool, color: bool, to_type: Callable[..., str]) -> None:
        self.to_type = to_type
        self.color = color
        self._is_pipe = is_pipe(sys.stderr)
        self._terminal = not self._is_pipe and self._console.is_terminal
        self._quiet = quiet
        self._lines = not quiet and (verbose or not self._terminal)
        self._progress: StageProgress | None = None

    @cached_property
    def _console(self) -> drawing.Console:
        console = drawing.Console(stderr=True, no_color=not self.color or None, highlight=False)
        console.soft_wrap = not console.is_terminal
        return console

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest()

    def rest(self, *, failed: bool = False) -> None:
        """Take the progress off the screen; a stage that `failed` before any row was done leaves no line."""
        if self._progress is not None:
            self._progress.rest(failed=failed)

    def stage(self, message: str, rows: int | None, what: str = "row") -> None:
        """A stage begins; shown on one line, no matter what characters a file name contains."""
        message = visible(message)
        if self._terminal and not self._quiet:
            self._progress = self._progress or self._drawn_progress()
            self._progress.begin(message, rows, what)
        if self._lines:
            self.insist(f"{message} …" if rows is None else f"{message}: {counted(rows, what)} …")

    def row(self, event: Event) -> None:
        """Something has happened to a row: a stage shows how many are done, how fast, and how many went wrong."""
        if event.status is not None:
            self.count_rows(1, int(event.status in WRONG))

    def count_rows(self, rows: int, wrong: int) -> None:
        """Rows have finished a stage."""
        if self._progress is not None:
            self._progress.count(rows, wrong)

    def _drawn_progress(self) -> StageProgress:
        # Pipes, and commands without stages, do without what draws.
        from importer.cli.screen.progress import StageProgress

        return StageProgress(self._console, shown=True)

    def note(self, message: str) -> None:
        """Say at once what the user should know."""
        self.say(message)

    def say(self, message: str) -> None:
        """Show a message, unless --quiet."""
        if not self._quiet:
            self.insist(message)

    def insist(self, message: str) -> None:
        """Show a message, even with --quiet."""
        self._put((visible_lines(message), ""))

    def complain(self, message: str, problem_code: str = "") -> None:
        """Show an error, even with --quiet; `problem_code` is its code in the catalogue."""
        self.rest(failed=True)
        code = f" [{problem_code}]" if problem_code else ""
        self._put(("Error: ", "bold red"), (visible_lines(message), ""), (code, "dim"))

    def fail(self, error: ImporterError) -> None:
        """Show what ended the work: an error, or a request by Ctrl-C, which is not an error."""
        if isinstance(error, Interrupted):
            self.rest(failed=True)
            first, *commands = visible_lines(error.message).splitlines()
            self._put((first, "yellow"))
            for line in commands:
                self._put_whole(line)
        else:
            self.complain(error.message, error.problem_code)

    def cry(self, message: str) -> None:
        """Show a message from a signal handler, where nothing that needs a lock may be called."""
        show_cursor = "\x1b[?25h" if self._terminal else ""
        say_at_once(f"{show_cursor}\n{message}\n")

    def report(self, report: Report) -> None:
        """Show what a command did with a file."""
        self._heading(report)
        self._problems(report.groups, report)
        self._ending(report)

    def plan(self, report: Report) -> None:
        """Show what is to be done with a file: how many rows would be created, and how many calls that may start."""
        self._heading(report)
        if not report.stopped:
            self.say(drawing.wording.prospect(report))
        self._problems(report.groups, report)
        self._totals(report)
        self._ending(report)

    def proposal(self, report: Report, show: Callable[[Report], None] | None = None) -> None:
        """Show what a question is about, with `show` (None: `plan`), even with --quiet: the answer depends on it."""
        quiet, self._quiet = self._quiet, False
        try:
            (show or self.plan)(report)
        finally:
            self._quiet = quiet

    def outcome(self, report: Report, before: Report) -> None:
        """Show what has changed since a plan was shown: how many rows were created, and what went wrong with them."""
        self.say(drawing.wording.outcome(report, before))
        self._problems([group for group in report.groups if group not in before.groups], report)
        self._ending(report, [note for note in report.notes if note not in before.notes])

    def handed_back(self, report: Report) -> None:
        """Show where the results of a file and its page are, if there are any."""
        self.rest()
        for name, path in (("Results", report.results), ("Rejects", report.rejects), ("Report", report.page)):
            if path and not self._quiet:
                # A path that is broken in two cannot be copied.
                self._put_whole(visible(f"{name}: {self._short(path)}"))

    def objections(
        self, notes: Iterable[str], refusals: Iterable[str], problems: Sequence[Problem], sheet: str | None = None
    ) -> None:
        """Say how a file was understood, and what an import would object to; `sheet` is the one named above."""
        for message in notes:
            self.say(message)
        for refusal in refusals:
            self.insist(f"An import would refuse this file: {refusal}")
        for severity in filter(self._is_shown, STYLES):
            found = [problem for problem in problems if problem.severity is severity]
            if found:
                first = f", the first {SHOWN}" if len(found) > SHOWN else ""
                self._gap()
                self.insist(f"{counted(len(found), severity)}{first}:")
                self._lines_of([model.Group(1, (problem,), alike=True) for problem in found[:SHOWN]], severity, sheet)

    def advise(self, report: Report) -> None:
        """Say what to do next."""
        self.suggest(*drawing.wording.hints(report, self.to_type))

    def suggest(self, *given: Hint) -> None:
        """Show what to do next, unless --quiet."""
        if given and not self._quiet:
            self._gap()
            for hint in given:
                self._advice(hint)

    def _advice(self, hint: Hint) -> None:
        if not hint.command:
            self._console.print(drawing.layout.hanging("Next: ", drawing.Text(hint.sentence), self._terminal))
            return
        line = f"Next: {hint.sentence}: {visible(hint.command)}"
        if self._terminal and len(line) > self._console.width:
            self._console.print(f"Next: {hint.sentence}:")
            line = f"  {visible(hint.command)}"
        # A command that is broken in two cannot be copied.
        self._put_whole(line)

    def _heading(self, report: Report) -> None:
        self.rest()
        if self._quiet and not any(self._is_shown(group.first[0].severity) for group in report.groups):
            return
        sheet = f", sheet {report.source.sheet}" if report.source.sheet else ""
        run = f" (run {report.run})" if report.run else ""
        rows = "headings, but no rows" if drawing.wording.is_empty(report) else counted(report.rows, "row")
        self._gap()
        self.insist(f"{self._short(report.source.path)}{sheet}: {rows}{run}")
        if not self._quiet:
            colours = {status: COLOURS[status.tone] for status in report.counts}
            self._console.print(drawing.layout.counts(report.counts, colours))

    def _ending(self, report: Report, notes: Sequence[str] | None = None) -> None:
        """Show what ended the work, and where the results are; `notes` are all of the report unless they are given."""
        said = report.notes if notes is None else notes
        if report.stopped or (not self._quiet and (said or report.results or report.rejects or report.page)):
            self._gap()
        for note in said:
            self.say(note)
        if report.stopped is not None:
            self.fail(report.stopped)
        self.handed_back(report)

    def _totals(self, report: Report) -> None:
        """Show the last line of a plan: how many rows are created, changed, left as they are, and not usable."""
        if (given := drawing.wording.totals(report)) and not self._quiet:
            self._gap()
            self._console.print(
                drawing.Text("   ").join(drawing.Text(text, style=COLOURS[tone]) for text, tone in given)
            )

    def _is_shown(self, severity: Severity) -> bool:
        return severity in STYLES and not (self._quiet and severity is not Severity.ERROR)

    def _problems(self, found: Sequence[Group], report: Report) -> None:
        """Show the problems, the same mistake in many cells as one; on a terminal, edited rows field by field."""
        edits = {one.number for one in report.edits} if self._terminal else set()
        left = [one for group in found for one in drawing.problem_lines.without_edits(group, edits)]
        for severity in filter(self._is_shown, STYLES):
            groups = [group for group in left if group.first[0].severity is severity]
            if not groups:
                continue
            self._gap()
            self.insist(f"{counted(sum(group.count for group in groups), severity)}:")
            self._lines_of(groups[:SHOWN], severity, report.source.sheet)
            if len(groups) > SHOWN:
                where = "the results show them all" if report.results else "--results FILE shows them all"
                self.insist(f"  and {counted(len(groups) - SHOWN, 'more kind')}; {where}.")
        if edits and self._is_shown(Severity.WARNING):
            count = drawing.problem_lines.edited_rows
            self._edits(report.edits, count(found) - count(left))

    def _edits(self, edits: Sequence[EditedRow], count: int) -> None:
        """Show what was edited in rows, field by field; there are `count` such rows, of which `edits` are the first."""
        if count:
            self._gap()
            campaigns = "its campaign was" if count == 1 else "their campaigns were"
            self.insist(f"{counted(count, 'row')} edited since {campaigns} created:")
            self._console.print(drawing.layout.edits(edits))
            if more := count - len(edits):
                self.insist(f"  and {counted(more, 'more edited row')}; the results show them all.")

    def _lines_of(self, groups: Sequence[Group], severity: Severity, sheet: str | None) -> None:
        apart = [one for group in groups for one in drawing.problem_lines.apart(group)]
        if self._terminal:
            lines = [drawing.problem_lines.problem_line(group, sheet) for group in apart]
            self._console.print(drawing.layout.problems(lines, STYLES[severity]))
        else:
            for group in apart:
                self._put((f"  {drawing.problem_lines.whole_line(group)}", ""))

    def _short(self, path: str) -> str:
        """Return a path as a person would type it: relative to the current folder, if it is below that."""
        return str(from_here(Path(path))) if self._terminal else path

    def _gap(self) -> None:
        """Print an empty line on a terminal, but not into a pipe."""
        if self._terminal:
            self._console.print()

    def _put_whole(self, line: str) -> None:
        """Put a line on the screen that is not broken, so that it can be copied."""
        if self._is_pipe:
            self._put((line, ""))
        else:
            self._console.print(drawing.Text(line), soft_wrap=True)

    def _put(self, *parts: tuple[str, str]) -> None:
        """Put a line of texts, each with its style, on the screen."""
        if self._is_pipe:
            sys.stderr.write(f"{''.join(text for text, _ in parts)}\n")
            sys.stderr.flush()
        else:
            self._console.print(drawing.Text.assemble(*parts))
