"""When requests may leave, with a clock that the test moves."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importer.enswitch.rate_limiter import RateLimiter
from importer.errors import Interrupted
from importer.shutdown import Stop


class Time:
    """A clock that moves only when somebody sleeps, or when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


def times_of(rate_limiter: RateLimiter, time: Time, idle: list[float]) -> list[float]:
    """Ask for a turn after each time of idleness and return when each was given."""
    given_at = []
    for seconds in idle:
        time.now += seconds
        rate_limiter.turn()
        given_at.append(time.now)
    return given_at


@given(
    rate=st.floats(0.1, 1000),
    idle=st.lists(st.just(0.0) | st.floats(0, 3), min_size=2, max_size=40),
)
def test_never_more_than_the_rate(rate: float, idle: list[float]) -> None:
    """In every stretch of time there are at most as many requests as the rate allows, and the one it begins with."""
    time = Time()
    turns = times_of(RateLimiter(rate, clock=time.clock, sleep=time.sleep), time, idle)
    for first in range(len(turns)):
        for last in range(first, len(turns)):
            assert last - first <= (turns[last] - turns[first]) * rate + 1e-6


@pytest.mark.parametrize("idle", [0.15, 5.0])
def test_idleness_saves_up_no_second_request(idle: float) -> None:
    """A bucket of one token: however long nothing was asked for, two requests are an interval apart."""
    time = Time()
    turns = times_of(RateLimiter(10, clock=time.clock, sleep=time.sleep), time, [0.0, idle, 0.0, 0.0])
    assert all(later - earlier >= 0.1 - 1e-9 for earlier, later in pairwise(turns))


@given(rate=st.floats(0.1, 1000), count=st.integers(2, 50))
def test_a_queue_leaves_evenly(rate: float, count: int) -> None:
    """Requests that wait for their turn leave one interval apart, neither in bursts nor later than they may."""
    time = Time()
    turns = times_of(RateLimiter(rate, clock=time.clock, sleep=time.sleep), time, [0.0] * count)
    assert turns[0] == 1000.0
    assert all(later - earlier == pytest.approx(1 / rate) for earlier, later in pairwise(turns))


def test_without_a_rate_nobody_waits() -> None:
    """No cap means no wait."""
    time = Time()
    assert times_of(RateLimiter(clock=time.clock, sleep=time.sleep), time, [0.0] * 100) == [1000.0] * 100
    assert time.slept == []


@pytest.mark.parametrize("rate", [None, 10])
def test_a_pause_holds_for_all(rate: float | None) -> None:
    """Whoever asks for a turn during a pause gets it when the pause ends."""
    time = Time()
    rate_limiter = RateLimiter(rate, clock=time.clock, sleep=time.sleep)
    rate_limiter.turn()
    rate_limiter.pause(7)
    assert times_of(rate_limiter, time, [0.0])[0] == 1007.0


def test_the_longest_pause_counts() -> None:
    """A shorter pause that is called for later does not end a longer one."""
    time = Time()
    rate_limiter = RateLimiter(clock=time.clock, sleep=time.sleep)
    rate_limiter.pause(7)
    rate_limiter.pause(2)
    assert times_of(rate_limiter, time, [0.0]) == [1007.0]


def test_after_a_pause_the_rate_holds_again() -> None:
    """A pause saves up no requests."""
    time = Time()
    rate_limiter = RateLimiter(10, clock=time.clock, sleep=time.sleep)
    rate_limiter.pause(5)
    turns = times_of(rate_limiter, time, [0.0] * 12)
    assert turns[-1] - turns[0] >= 10 / 10 - 1e-9


@pytest.mark.parametrize("rate", [None, 0.001])
def test_a_request_to_end_ends_the_wait(rate: float | None) -> None:
    """Who asks for a turn when the work is to end gets an error, not a turn."""
    stop = Stop()
    rate_limiter = RateLimiter(rate, sleep=stop.sleep, check=stop.check)
    rate_limiter.turn()
    stop.request()
    with pytest.raises(Interrupted):
        rate_limiter.turn()
