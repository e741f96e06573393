"""A change that is on its way to the disk."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Pending(Generic[T]):
    """A change that was queued: `wait` returns its return value once it is on disk, or raises what prevents that."""

    done: Future[Any]
    wait: Callable[[], T]

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.done.done()
