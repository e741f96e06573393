"""The stopwatch: how long stages take and how their rows come in, by a clock that the test turns."""

from importer.model import Event, Status, Timing
from importer.results.stopwatch import SLICES, Stopwatch
from tests.support.clocks import Clock


class Heard:
    """A watch that keeps what it hears."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.events: list[Event] = []

    def stage(self, words: str, rows: int | None, what: str = "row") -> None:
        """Keep a stage."""
        self.stages.append((words, rows))

    def note(self, words: str) -> None:
        """Hear nothing of it."""

    def row(self, event: Event) -> None:
        """Keep an event."""
        self.events.append(event)


def done(number: int) -> Event:
    """Return the end of a row."""
    return Event(run="r", row=number, stage="create", status=Status.CREATED)


def test_stages_follow_one_another() -> None:
    """Each stage begins when it is announced and ends when the next begins; rows count for the stage they came in."""
    clock, heard = Clock(), Heard()
    observer = Stopwatch(heard, clock=clock)
    observer.stage("Reading", None)
    clock.pass_by(2)
    observer.stage("Creating", 2)
    observer.row(done(2))
    clock.pass_by(1)
    observer.row(done(3))
    assert observer.timings() == (
        Timing(stage="Reading", rows=0, began=0.0, seconds=2.0, rows_by_slice=(0,) * 20),
        Timing(stage="Creating", rows=2, began=2.0, seconds=1.0, rows_by_slice=(1, *(0,) * 8, 1)),
    )
    assert heard.stages == [("Reading", None), ("Creating", 2)]
    assert [event.row for event in heard.events] == [2, 3]


def test_attempts_that_failed_are_no_rows() -> None:
    """A row counts when it reaches a status, however often it was tried."""
    observer = Stopwatch(Heard(), clock=Clock())
    observer.stage("Creating", 1)
    observer.row(Event(run="r", row=2, stage="create", status=None, attempt=1))
    observer.row(done(2))
    assert observer.timings()[0].rows == 1


def test_a_long_stage_has_no_more_slices_than_fit_a_chart() -> None:
    """Hours are spread over as many slices as a chart has room for, and no row is lost."""
    clock = Clock()
    observer = Stopwatch(Heard(), clock=clock)
    observer.stage("Creating", None)
    for number in range(1000):
        clock.pass_by(3.6)
        observer.row(done(number))
    (timing,) = observer.timings()
    assert len(timing.rows_by_slice) == SLICES
    assert sum(timing.rows_by_slice) == timing.rows == 1000
    assert max(timing.rows_by_slice) - min(timing.rows_by_slice) <= 2


def test_stages_of_several_runs_are_kept_apart() -> None:
    """Runs that are planned one by one, and then applied one by one, have their own stages without the pauses."""
    clock = Clock()
    observer = Stopwatch(Heard(), clock)
    for run in ("first", "second"):
        observer.turn_to(run)
        clock.pass_by(1)
        observer.stage(f"Reading {run}", None)
        clock.pass_by(2)
        observer.timings()
    clock.pass_by(1000)
    observer.turn_to("first")
    clock.pass_by(1)
    observer.stage("Creating", 5)
    clock.pass_by(1)
    assert [(timing.stage, timing.began, timing.seconds) for timing in observer.timings()] == [
        ("Reading first", 1.0, 2.0),
        ("Creating", 4.0, 1.0),
    ]
    observer.turn_to("second")
    assert [(timing.stage, timing.began, timing.seconds) for timing in observer.timings()] == [
        ("Reading second", 1.0, 2.0)
    ]


def test_a_row_between_two_stages_counts_for_none() -> None:
    """What was reported about a run before another stage began does not change how the stage before it went."""
    observer = Stopwatch(Heard(), clock=Clock())
    observer.stage("Reading", None)
    observer.timings()
    observer.row(done(2))
    assert observer.timings()[0].rows == 0


def test_rows_before_any_stage_are_passed_on() -> None:
    """A row that comes before any stage is heard and counted nowhere."""
    heard = Heard()
    observer = Stopwatch(heard, clock=Clock())
    observer.row(done(2))
    assert observer.timings() == ()
    assert len(heard.events) == 1


def test_a_clock_that_stands_still_divides_by_nothing() -> None:
    """A stage that takes no time has one slice with all its rows."""
    observer = Stopwatch(Heard(), clock=Clock())
    observer.stage("Creating", 3)
    for number in range(3):
        observer.row(done(number))
    assert observer.timings() == (Timing(stage="Creating", rows=3, began=0.0, seconds=0.0, rows_by_slice=(3,)),)
