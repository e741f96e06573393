"""What the load of every list of a run needs."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from importer.delivery import RunContext, ServerView
from importer.enswitch import Sleep
from importer.numbers.loading.lookout import Lookout
from importer.numbers.loading.options import LoadOptions
from importer.numbers.loading.refusals import RefusalCount
from importer.numbers.loading.wire import Wire
from importer.numbers.storage import Batches, NumbersFile, NumberStatus, Prints


@dataclass(frozen=True, kw_only=True)
class LoadContext:
    """What the load of every list needs: the run, its numbers, how they are written, and where prints are kept.

    `statuses` are those that the numbers of each list have on the server once they are loaded; they are read meanwhile.
    `refusals` counts the numbers that the server refuses, `lookout` is what is done beside the work,
    `view` looks up campaigns that the server does not find.
    `wait` is how many seconds a server may take for a request after we gave up waiting; `sleep` waits, and raises to
    end the wait; `clock` returns seconds, which were `began` when the load began.
    """

    run: RunContext
    numbers: NumbersFile
    batches: Batches
    statuses: Future[Mapping[int, Sequence[NumberStatus]]]
    prints: Prints | None
    wire: Wire
    options: LoadOptions
    refusals: RefusalCount
    lookout: Lookout
    view: ServerView
    wait: float
    sleep: Sleep
    clock: Callable[[], float]
    began: float
