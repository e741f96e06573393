"""How fast telephone numbers reach the campaigns of a server, beside what its latency allows.

    python -m benchmarks.run loading
    python -m benchmarks.loading URL CAMPAIGNS NUMBERS

The second form is the side that is measured, in a process of its own: it prints the seconds that the load took. With
one batch at a time a campaign, more than campaigns x batch / latency numbers a second are impossible.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from time import perf_counter

from benchmarks.comparison import Comparison, child

LATENCY = 0.05
CAMPAIGNS = 4
"""As many as there are workers unless others are asked for."""
BATCH = 1_000
FIRST = 442_080_000_000
"""A number of London; those after it are further ones."""


def load_numbers(url: str, campaigns: int, count: int) -> float:
    """Load numbers into new campaigns, `count` into each; return the seconds that this took."""
    from importer.enswitch import Server
    from importer.model import Secret
    from importer.numbers import LoadOptions, NumbersFile, WireFormat
    from importer.numbers.loading import load
    from importer.numbers.storage import JudgedNumber
    from importer.pipeline import import_file, plan
    from importer.run_options import ImportOptions, SendOptions
    from importer.session import open_session

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made, other = folder / "made.csv", folder / "other.csv"
        rows = (f"Campaign {os.getpid()}-{at},queue,1,0\n" for at in range(campaigns))
        made.write_text("name,dtype,dnumber,enabled\n" + "".join(rows), encoding="utf-8")
        other.write_text("name,dtype,dnumber,enabled\nOther,queue,1,0\n", encoding="utf-8")
        options = SendOptions(workers=campaigns, settle_wait=0)
        with open_session(Server(url, "admin", Secret("secret")), folder / "journal", options) as session:
            created = import_file(session, made, ImportOptions())
            ids = [one.outcome.campaign_id for one in session.journal.summary.outcomes(created.run)]
            run = plan(session, other).run
            with NumbersFile(session.journal.path, run) as file:
                for at, campaign_id in enumerate(ids):
                    first = FIRST + at * count
                    file.add(
                        file.list_for(campaign_id=str(campaign_id)),
                        [JudgedNumber(number) for number in range(first, first + count)],
                    )
                file.close_lists()
                file.register(session.journal)
            began = perf_counter()
            report = load(session, run, LoadOptions(number_format=WireFormat.DIGITS, batch=BATCH))
            seconds = perf_counter() - began
            assert report.loaded == campaigns * count, report
    return seconds


@contextmanager
def sandbox(latency: float) -> Iterator[str]:
    """Run a sandbox in a process beside this one and give its address."""
    command = [sys.executable, "-m", "importer.sandbox", "--latency", str(latency), "--no-log"]
    with Popen(command, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare the numbers a second with those that the latency allows."""
    count = (100_000 if quick else 1_000_000) // CAMPAIGNS
    possible = CAMPAIGNS * BATCH / LATENCY
    with sandbox(LATENCY) as url:
        arguments = [sys.executable, "-m", "benchmarks.loading", url, str(CAMPAIGNS), str(count)]
        seconds = sorted(float(child(arguments).output) for _ in range(3))[1]
    ours = CAMPAIGNS * count / seconds
    yield Comparison(
        f"loading {CAMPAIGNS} x {count:,} numbers at {LATENCY * 1000:g} ms, against campaigns x batch / latency",
        ours / possible,
        "share",
        ">= 0.9",
        f"{ours:,.0f} of the {possible:,.0f} numbers a second that are possible",
    )


if __name__ == "__main__":
    url, campaigns, count = sys.argv[1:]
    print(load_numbers(url, int(campaigns), int(count)))
