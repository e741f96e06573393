"""The geometry of the page's charts: numbers in, coordinates and labels out."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importer.model import Status, Timing, duration

WIDTH = 1_000
HEIGHT = 100
"""The size of a drawing in its own units; the page stretches it to the available space."""

LEAST = 6
"""The width of a segment that would be too narrow to see."""

TICKS = 2
"""The number of parts into which the labels divide an axis."""


@dataclass(frozen=True)
class Segment:
    """The rows of one status: how many, their share of all (0 to 1), and where their part of the bar begins."""

    status: Status
    rows: int
    share: float
    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    """A label on an axis, `at` percent of the way from its beginning."""

    at: float
    label: str


@dataclass(frozen=True)
class Stage:
    """How fast the rows of a stage were: words for the table, and the outline of the chart ("" for none)."""

    name: str
    rows: int
    seconds: float
    duration: str
    rate: str
    fastest: str
    slowest: str
    outline: str
    times: tuple[Tick, ...]
    rates: tuple[Tick, ...]


def segments(counts: Mapping[Status, int]) -> tuple[Segment, ...]:
    """Return the parts of a bar of all rows, in the order of the statuses; few rows get a part that can be seen."""
    given = {status: counts[status] for status in Status if counts.get(status)}
    total = sum(given.values())
    widths = {status: max(rows / total * WIDTH, LEAST) for status, rows in given.items()}
    scale = WIDTH / sum(widths.values()) if widths else 1.0
    found: list[Segment] = []
    x = 0.0
    for status, rows in given.items():
        width = widths[status] * scale
        found.append(Segment(status, rows, rows / total, round(x, 2), round(width, 2)))
        x += width
    return tuple(found)


def stages(timings: Sequence[Timing]) -> tuple[Stage, ...]:
    """Return how fast each stage was, in the order in which they began."""
    return tuple(_stage(timing) for timing in sorted(timings, key=lambda timing: timing.began))


def rate(rows: float) -> str:
    """Return rows per second as text, with a decimal only where there are few."""
    return f"{rows:,.0f}" if rows >= 100 or rows == round(rows) else f"{rows:.1f}" if rows >= 1 else f"{rows:.2g}"


def _stage(timing: Timing) -> Stage:
    # Reading a file and writing results are stages without rows: they have no speed.
    counted = timing.seconds > 0 and timing.rows > 0
    average = rate(timing.rows / timing.seconds) if counted else "–"
    name = timing.stage[:1].upper() + timing.stage[1:]
    facts = (name, timing.rows, timing.seconds, duration(timing.seconds), average)
    if not counted or not any(timing.rows_by_slice):
        return Stage(*facts, "", "", "", (), ())
    slices = timing.seconds / len(timing.rows_by_slice)
    speeds = [rows / slices for rows in timing.rows_by_slice]
    top = _round_up(max(speeds))
    return Stage(
        *facts,
        fastest=rate(max(speeds)),
        slowest=rate(min(speeds)),
        outline=_outline([speed / top for speed in speeds]),
        times=tuple(
            Tick(100 * part / TICKS, _clock(timing.began + timing.seconds * part / TICKS, timing.began, timing.seconds))
            for part in range(TICKS + 1)
        ),
        rates=tuple(Tick(100 - 100 * part / TICKS, rate(top * part / TICKS)) for part in range(TICKS + 1)),
    )


def _outline(heights: Sequence[float]) -> str:
    """Return the path of steps as high as given (0 to 1), each as wide as the others, closed along the bottom."""
    step = WIDTH / len(heights)
    levels = [round(HEIGHT * (1 - height), 2) for height in heights]
    steps = "".join(f"V{level:g}H{round(step * (index + 1), 2):g}" for index, level in enumerate(levels))
    return f"M0,{HEIGHT}{steps}V{HEIGHT}Z"


def _round_up(value: float) -> float:
    """Return the next number that suits the end of an axis and can be halved: 1, 2, 4, 6 or 10 times 10ⁿ."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((factor * power for factor in (1, 2, 4, 6, 10) if value <= factor * power * (1 + 1e-9)), 10 * power)


def _clock(seconds: float, began: float, span: float) -> str:
    """Return a time since the start, as precise as an axis from `began` over `span` seconds needs it."""
    digits = 0 if span >= 30 else 1 if span >= 1 else 2 if span >= 0.1 else 3
    rounded = round(seconds, digits)
    if began + span < 60:
        return f"{rounded:.{digits}f} s"
    minutes, rest = divmod(rounded, 60)
    hours, minutes = divmod(int(minutes), 60)
    second = f"{rest:0{digits + 3 if digits else 2}.{digits}f}"
    return f"{hours}:{minutes:02}:{second}" if hours else f"{minutes}:{second}"
