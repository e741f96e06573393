"""Progress on a terminal: a bar for the current stage, and a line for each finished one."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from importer.model import counted, duration

REFRESH = 0.1
"""Seconds between two updates of the bar: drawing costs more than a row."""

WIDTH_OF_NAME, WIDTH_OF_ROWS, WIDTH_OF_TIME = 34, 14, 12
"""The columns of the lines of stages that have ended, in characters; a longer name moves the others along."""

SHORTEST_HALF = 12
"""How many characters of the beginning and of the end of a name are shown, however narrow a terminal is."""


@dataclass
class _Stage:
    name: str
    rows: int | None
    began: float
    task: TaskID
    what: str
    done: int = 0
    wrong: int = 0
    drawn: float = 0.0


class StageProgress:
    """Draws the current stage, and leaves a line for each finished one; rows may be counted by several threads.

    With `shown` false, as for pipes and --quiet, nothing is drawn. `clock` returns seconds.
    """

    def __init__(self, console: Console, *, shown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._shown = shown
        self._clock = clock
        self._counting = threading.Lock()
        self._stage: _Stage | None = None
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            # The usual colour of a bar is the red in which errors are shown.
            BarColumn(style="dim", complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
            TextColumn("{task.fields[rows]}", markup=False),
            _Rate(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[wrong]}", style="red", markup=False),
            console=console,
            transient=True,
            # A terminal that cannot move its cursor has only the lines of stages that have ended.
            disable=not shown or console.is_dumb_terminal,
        )

    def begin(self, name: str, rows: int | None, what: str = "row") -> None:
        """Begin a stage; the one before it has ended. `what` is what its rows are."""
        self._end()
        if not self._shown:
            return
        self._bar.start()
        shown = _shortened(name, self._room())
        task = self._bar.add_task(shown, total=rows, rows="", wrong="", what=what)
        self._stage = _Stage(shown, rows, self._clock(), task, what)

    def count(self, rows: int, wrong: int) -> None:
        """Count rows that have finished this stage, and those of them with which something is wrong."""
        stage = self._stage
        if stage is None:
            return
        with self._counting:
            stage.done += rows
            stage.wrong += wrong
            now = self._clock()
            if now - stage.drawn > REFRESH or stage.done == stage.rows:
                stage.drawn = now
                done = f"{stage.done:,}" if stage.rows is None else f"{stage.done:,}/{stage.rows:,}"
                self._bar.update(
                    stage.task, completed=stage.done, rows=done, wrong=f"{stage.wrong:,} wrong" if stage.wrong else ""
                )

    def rest(self, *, failed: bool = False) -> None:
        """End the current stage and remove the bar; a stage that `failed` before any row was done leaves no line."""
        self._bar.stop()
        self._end(failed=failed)

    def _room(self) -> int:
        """Return how many characters the name of a stage may have on a line."""
        return self._console.width - WIDTH_OF_ROWS - WIDTH_OF_TIME

    def _end(self, *, failed: bool = False) -> None:
        stage, self._stage = self._stage, None
        if stage is None:
            return
        self._bar.remove_task(stage.task)
        if failed and not stage.done:
            return
        rows = counted(stage.done, stage.what) if stage.done else ""
        took = duration(round(self._clock() - stage.began, 1))
        width = max(0, min(WIDTH_OF_NAME, self._room()))
        line = f"{stage.name:<{width}}{rows:>{WIDTH_OF_ROWS}}{took:>{WIDTH_OF_TIME}}"
        self._console.print(Text(line, style="dim"))


def _shortened(name: str, width: int) -> str:
    """Return a name that fits: of one that is too long, its beginning and its end, where a file has its sheet."""
    half = max(SHORTEST_HALF, (width - 1) // 2)
    return name if len(name) <= max(width, 2 * half + 1) else f"{name[:half]}…{name[-half:]}"


class _Rate(ProgressColumn):
    """The current rate of rows, or of what else is counted, per second."""

    def render(self, task: Task) -> Text:
        """Return the rate, or an empty text while there is none."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} {task.fields['what']}s/s" if speed else "", style="cyan")
