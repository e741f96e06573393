"""When failures open the circuit."""

import pytest

from importer.enswitch.circuit_breaker import CircuitBreaker
from importer.errors import ImporterError, OutcomeUnknown, ServerUnusable, Throttled

ONE, OTHER = Throttled("Please wait."), OutcomeUnknown("No answer.")


def fail(circuit_breaker: CircuitBreaker, error: ImporterError, times: int) -> None:
    """Tell the breaker of a failure so often."""
    for _ in range(times):
        circuit_breaker.failed(error)


def test_so_many_of_a_kind_in_a_row_open_it() -> None:
    """The tenth failure of one kind in a row is one too many, and the message says which kind."""
    circuit_breaker = CircuitBreaker(10)
    fail(circuit_breaker, ONE, 9)
    with pytest.raises(ServerUnusable, match=r"Stopped after 10 consecutive failures of the same kind: Please wait\."):
        circuit_breaker.failed(ONE)


def test_another_kind_starts_the_count_afresh() -> None:
    """Failures of different kinds do not add up to a row."""
    circuit_breaker = CircuitBreaker(10, share=1)
    for _ in range(5):
        fail(circuit_breaker, ONE, 9)
        fail(circuit_breaker, OTHER, 9)


def test_a_success_starts_the_count_afresh() -> None:
    """One answer between them, and failures are no longer in a row."""
    circuit_breaker = CircuitBreaker(10, share=1)
    for _ in range(5):
        fail(circuit_breaker, ONE, 9)
        circuit_breaker.succeeded()


def test_a_share_of_the_last_rows_opens_it() -> None:
    """More than half of the last fifty rows open it, of any kind, and no sooner than fifty rows."""
    circuit_breaker = CircuitBreaker(10, 0.5, 50)
    for _ in range(24):
        circuit_breaker.failed(ONE)
        circuit_breaker.succeeded()
    circuit_breaker.failed(ONE)
    with pytest.raises(
        ServerUnusable, match=r"Stopped because 26 of the last 50 rows failed\. The last failure: No answer\."
    ):
        circuit_breaker.failed(OTHER)


def test_half_of_the_rows_is_not_more_than_half() -> None:
    """Exactly the share keeps it closed."""
    circuit_breaker = CircuitBreaker(10, 0.5, 50)
    for _ in range(500):
        circuit_breaker.failed(ONE)
        circuit_breaker.succeeded()


def test_old_rows_are_forgotten() -> None:
    """What failed more than a window ago does not count."""
    circuit_breaker = CircuitBreaker(100, 0.5, 50)
    for _ in range(20):
        circuit_breaker.failed(ONE)
        circuit_breaker.succeeded()
    for _ in range(50):
        circuit_breaker.succeeded()
    fail(circuit_breaker, ONE, 25)
