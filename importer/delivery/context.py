"""A run that is worked on, and what its stages work with."""

from dataclasses import dataclass

from importer.enswitch import CircuitBreaker, Client, WorkerPool
from importer.journal import Journal
from importer.model import Observer, Run


@dataclass(frozen=True, kw_only=True)
class RunContext:
    """What every stage of a run needs: the run, the journal, the workers, the breaker, and who hears of each row."""

    run: Run
    journal: Journal
    worker_pool: WorkerPool
    circuit_breaker: CircuitBreaker
    observer: Observer

    @property
    def client(self) -> Client:
        """The client for what is asked once and not for every row: that of the first worker."""
        return self.worker_pool.clients[0]
