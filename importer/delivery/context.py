"""The run in progress, and what its stages need."""

from dataclasses import dataclass

from importer.enswitch import CircuitBreaker, Client, WorkerPool
from importer.journal import Journal
from importer.model import Observer, Run


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """What every stage of a run needs: run, journal, workers, circuit breaker, and the observer of each row."""

    run: Run
    journal: Journal
    worker_pool: WorkerPool
    circuit_breaker: CircuitBreaker
    observer: Observer

    @property
    def client(self) -> Client:
        """The client for requests that are made once and not for every row: that of the first worker."""
        return self.worker_pool.clients[0]
