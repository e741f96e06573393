"""kill -9 while files are taken and archived: afterwards each file is in one place, beside its results."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.drop_folders import put, tree
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE

NIGHT = """
import sys
from datetime import date, datetime, UTC
from itertools import chain
from pathlib import Path
from importer.drop.arrivals import look_at
from importer.drop.seen import Arrival
from importer.drop.archiving import file_away
from importer.drop.inbox import Inbox
from importer.drop.places import Disposition
inbox = Inbox(Path(sys.argv[1]), Path(sys.argv[1] + '-claims'))
inbox.prepare()
paths = sorted(inbox.folder.glob("*.csv"))
new = (inbox.claim(Arrival(path, look_at(path)), datetime.now(UTC)) for path in paths)
inbox.put_away_begun()
for one in chain(inbox.left_over(), new):
    print("taken", flush=True)
    results = one.path.with_name(f"{one.path.stem}.results.{datetime.now(UTC):%Y%m%d-%H%M%S}.csv")
    results.write_text(f"results of {one.path.read_text()}")
    print("results", flush=True)
    file_away(inbox.claims, one, Disposition.DONE, date(2026, 11, 23), [results])
    print("filed", flush=True)
"""
FILES = 40
KILLS = 6


def start(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that does a night's work on a folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", NIGHT, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.slow
@pytest.mark.usefixtures("unmeasured")
def test_a_process_that_is_killed_loses_nothing(here: Path) -> None:
    """Processes that are killed at any moment and started again put every file away once, beside its own results."""
    for number in range(FILES):
        put(here / f"{number:02}.csv", f"file {number}")
    chance = random.Random(5)
    for _ in range(KILLS):
        with start(here) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 15)):
                process.stdout.readline()
            process.kill()
        found = tree(here)
        assert sorted(text for text in found.values() if text.startswith("file")) == sorted(
            f"file {number}" for number in range(FILES)
        )
    with start(here) as process:
        assert process.wait(timeout=PATIENCE) == 0
    done = here / "done" / "2026-11-23"
    for number in range(FILES):
        assert (done / f"{number:02}.csv").read_text() == f"file {number}"
        assert f"results of file {number}" in [path.read_text() for path in done.glob(f"{number:02}.results.*.csv")]
    assert tree(here / "processing") == {}
