"""How long the stages of a command take, and how fast their rows come in: a watch that counts and passes on."""

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from importer.model import WRONG, Event, Observer, RowCounter, Status, Timing

SLICES = 60
"""The maximum number of equal slices of the time of a stage."""

TICK = 0.1
"""Rows within this many seconds are counted together."""


class Stopwatch:
    """Times the stages, separately for each run, and passes everything on to an observer.

    `clock` returns seconds.
    """

    def __init__(self, observer: Observer, clock: Callable[[], float] = time.perf_counter) -> None:
        self._observer = observer
        self._clock = clock
        self._lock = threading.Lock()
        self._runs: defaultdict[str, list[_Stage]] = defaultdict(list)
        self._run = ""
        self._began = clock()

    def turn_to(self, run: str) -> None:
        """From here on, stages belong to a run; they follow directly those that it has had."""
        with self._lock:
            self._end(self._now())
            self._run = run
            self._began = self._clock() - (self._stages[-1].ended or 0.0 if self._stages else 0.0)

    def stage(self, message: str, rows: int | None, what: str = "row") -> None:
        """A stage begins, and the one before it has ended."""
        with self._lock:
            now = self._now()
            self._end(now)
            self._stages.append(_Stage(message, now))
        self._observer.stage(message, rows, what)

    def row(self, event: Event) -> None:
        """Something has happened to a row."""
        if event.status is not None:
            with self._lock:
                for stage in self._under_way():
                    stage.count(self._now())
        self._observer.row(event)

    def checked(self, run: str, numbers: Sequence[int], statuses: Sequence[Status]) -> None:
        """Rows of a run have been checked; an observer that only counts rows gets no event for each."""
        with self._lock:
            for stage in self._under_way():
                stage.count(self._now(), len(numbers))
        if isinstance(self._observer, RowCounter):
            self._observer.count_rows(len(numbers), sum(map(statuses.count, WRONG)))
            return
        for number, status in zip(numbers, statuses, strict=True):
            self._observer.row(Event(run=run, row=number, stage="check", status=status))

    def count_rows(self, rows: int, wrong: int) -> None:
        """Rows, or the numbers of a batch, have finished the current stage."""
        with self._lock:
            for stage in self._under_way():
                stage.count(self._now(), rows)
        if isinstance(self._observer, RowCounter):
            self._observer.count_rows(rows, wrong)

    def note(self, message: str) -> None:
        """There is something the user should know."""
        self._observer.note(message)

    def timings(self) -> tuple[Timing, ...]:
        """End the current stage; return all stages the run has had, in order."""
        with self._lock:
            self._end(self._now())
            return tuple(stage.timing() for stage in self._stages)

    @property
    def _stages(self) -> "list[_Stage]":
        return self._runs[self._run]

    def _now(self) -> float:
        return self._clock() - self._began

    def _under_way(self) -> "list[_Stage]":
        return [stage for stage in self._stages[-1:] if stage.ended is None]

    def _end(self, now: float) -> None:
        for stage in self._under_way():
            stage.ended = now


class _Stage:
    def __init__(self, name: str, began: float) -> None:
        self.name = name
        self.began = began
        self.ended: float | None = None
        self._ticks: Counter[int] = Counter()

    def count(self, now: float, rows: int = 1) -> None:
        """Count rows."""
        self._ticks[int((now - self.began) / TICK)] += rows

    def timing(self) -> Timing:
        """Return the stage as a timing; its rows are spread over at most SLICES slices."""
        seconds = (self.ended or self.began) - self.began
        slices = max(1, min(SLICES, int(seconds / TICK)))
        rows_by_slice = [0] * slices
        for tick, rows in self._ticks.items():
            rows_by_slice[min(slices - 1, int(tick * TICK / max(seconds, TICK) * slices))] += rows
        return Timing(
            stage=self.name,
            rows=self._ticks.total(),
            began=self.began,
            seconds=seconds,
            rows_by_slice=tuple(rows_by_slice),
        )
