"""How long the stages of a command take, and how fast their rows come in: a watch that counts and passes on."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from importer.model import Event, Observer, Timing

SLICES = 60
"""Into how many equal slices the time of a stage is divided at most."""

TICK = 0.1
"""Seconds within which rows are counted together."""


class Stopwatch:
    """Times the stages that another watch is told of; they follow the stages `before`. `clock` tells seconds."""

    def __init__(
        self, observer: Observer, before: tuple[Timing, ...] = (), clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._observer = observer
        self._clock = clock
        self._lock = threading.Lock()
        self._before = before
        self._began = clock() - (before[-1].began + before[-1].seconds if before else 0.0)
        self._stages: list[_Stage] = []

    def stage(self, message: str, rows: int | None) -> None:
        """A stage begins, and the one before it has ended."""
        now = self._clock() - self._began
        with self._lock:
            self._end(now)
            self._stages.append(_Stage(message, now))
        self._observer.stage(message, rows)

    def row(self, event: Event) -> None:
        """Something has happened to a row."""
        if event.status is not None:
            now = self._clock() - self._began
            with self._lock:
                if self._stages:
                    self._stages[-1].count(now)
        self._observer.row(event)

    def note(self, message: str) -> None:
        """There is something that the user should know."""
        self._observer.note(message)

    def timings(self) -> tuple[Timing, ...]:
        """Return the stages up to now, in their order."""
        with self._lock:
            self._end(self._clock() - self._began)
            return (*self._before, *(stage.timing() for stage in self._stages))

    def _end(self, now: float) -> None:
        if self._stages and self._stages[-1].ended is None:
            self._stages[-1].ended = now


class _Stage:
    def __init__(self, name: str, began: float) -> None:
        self.name = name
        self.began = began
        self.ended: float | None = None
        self._ticks: Counter[int] = Counter()

    def count(self, now: float) -> None:
        """Count a row."""
        self._ticks[int((now - self.began) / TICK)] += 1

    def timing(self) -> Timing:
        """Return the stage as a timing; its rows are spread over at most SLICES slices."""
        seconds = (self.ended or self.began) - self.began
        slices = max(1, min(SLICES, int(seconds / TICK)))
        rate_limiter = [0] * slices
        for tick, rows in self._ticks.items():
            rate_limiter[min(slices - 1, int(tick * TICK / max(seconds, TICK) * slices))] += rows
        return Timing(self.name, self._ticks.total(), self.began, seconds, tuple(rate_limiter))
