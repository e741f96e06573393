"""A disk that is full at any write: a load stops with words, and the next one finishes it, each number once."""

import os
import resource
import signal
from pathlib import Path

import pytest

from importer.errors import ImporterError
from importer.model import LoadStatus
from importer.sandbox import Dialling, Sandbox
from tests.support.kills import beside, faulty
from tests.support.number_lists import Loader, loader, numbers, statuses

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a load meets a full disk in a forked process"),
    pytest.mark.usefixtures("unmeasured"),
]

LISTS = [numbers(0, 330), numbers(500, 60)]
PAGE = 4096
FINISHED, STOPPED = 0, 3


@pytest.fixture
def load(sandbox: Sandbox, journal: Path, here: Path) -> Loader:
    """A loader on a server that calls three people at each request."""
    sandbox.dialling = Dialling(per_request=3)
    return loader(sandbox, journal, here)


def with_room(load: Loader, run: str, largest: int) -> bool:
    """Load numbers in another process, whose files cannot become larger than this; return whether it came to its end.

    It must end by itself, with an error that is meant for people.
    """

    def work() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        try:
            report = load.load(run, batch=7)
        except ImporterError:
            os._exit(STOPPED)
        os._exit(STOPPED if report.stopped else FINISHED)

    _, status = os.waitpid(beside(work), 0)
    assert os.waitstatus_to_exitcode(status) in (FINISHED, STOPPED)
    return os.waitstatus_to_exitcode(status) == FINISHED


@pytest.mark.slow
def test_a_full_disk_at_each_write(load: Loader) -> None:
    """Whatever file is the first that cannot grow, nobody is called twice, and all are called once there is room."""
    stopped = 0
    for pages in range(400):
        run = load.prepare(LISTS)
        files = (load.importer.journal, *load.importer.journal.parent.glob("numbers/*"))
        room = max(one.stat().st_size for one in files) if pages % 4 else 0
        if with_room(load, run, room + pages * PAGE):
            break
        stopped += 1
        assert statuses(load.load(run)) == [LoadStatus.LOADED] * 2
        assert [set(one) for one in load.held(run)] == [set(map(str, some)) for some in LISTS]
        assert load.are_on(run) == [1, 1]
    assert stopped > 5
    assert faulty(load.sandbox.history) == {"called again": [], "called twice": [], "added while on": []}
