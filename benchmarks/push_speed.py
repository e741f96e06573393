"""The create stage of the importer, journal included, beside bare loops: what share of the possible rate each reaches.

    python benchmarks/push_speed.py [--rows 3200] [--workers 32] [--latency 0.05] [--rounds 3]

The server is the sandbox in a separate process, which answers after the latency; more than workers / latency rows
a second are physically impossible. The three are measured in turns, because the machine may be busy with something
else at times: trust the shares beside one another. `--profile` shows where the importer's time goes.
"""

import argparse
import cProfile
import http.client
import pstats
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from urllib.parse import urlencode, urlsplit

import requests

from importer.delivery import Creator
from importer.enswitch import Server
from importer.journal import Journal
from importer.model import Row, Run, Secret, Source, Status
from importer.run_options import SendOptions
from importer.session import context_for, open_session
from schemas.campaign import fingerprint

GOAL = 0.90
ROOT = Path(__file__).resolve().parents[1]
CREDENTIALS = {"auth_username": "admin", "auth_password": "secret"}
CAMPAIGN = {
    "dtype": "queue",
    "dnumber": "42",
    "attempts": "3",
    "callerid": "0441234567",
    "customer": "1",
    "description": "Second call; see the list",
    "enabled": "0",
    "machine": "retry",
    "maximum": "5",
    "keep_agents_available": "-2",
    "owner": "7",
    "recordgroup": "8",
    "retry": "900",
    "success": "key",
    "timegroup": "9",
}
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}

Push = Callable[[str, int, int], float]
"""Sends N rows to a URL with N workers and returns the seconds that took."""

_numbers = count()


def push_importer(url: str, rows: int, workers: int, profile: cProfile.Profile | None = None) -> float:
    """Create rows as the importer does: claimed in the journal, sent, answered, recorded."""
    server = Server(url, "admin", Secret("secret"))
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal"
        run = Run(
            id="run",
            started=datetime.now(UTC),
            command="import",
            source=Source(path="a.csv", sheet=None, headings=()),
            server=server.identity,
            url=url,
            account="admin",
        )
        with Journal(journal) as book:
            book.runs.start(run)
            book.rows.stage(run.id, map(ready, range(rows)), ())
            book.runs.finish_staging(run.id)
        with open_session(server, journal, SendOptions(workers=workers)) as session:
            creator = Creator(context_for(session, run))
            began = perf_counter()
            if profile:
                threading.setprofile(lambda *_: in_worker(profile))
            creator.create()
            threading.setprofile(None)
            seconds = perf_counter() - began
            assert session.journal.rows.counts(run.id) == {Status.CREATED: rows}
    return seconds


def in_worker(profile: cProfile.Profile) -> None:
    """Begin to profile the thread that this is called in, if it is one that sends."""
    sys.setprofile(None)
    if threading.current_thread().name.startswith("worker"):
        profile.enable()


def ready(number: int) -> Row:
    """Return a row that is ready to be created."""
    campaign = {"name": f"Campaign {next(_numbers)}", **CAMPAIGN}
    return Row(
        number=number,
        cells=tuple(campaign.values()),
        campaign=campaign,
        fingerprint=fingerprint(campaign),
        status=Status.READY,
    )


def push_requests(url: str, rows: int, workers: int) -> float:
    """Send rows with a session of `requests` for each thread, and nothing else."""

    def loop(numbers: Iterator[int]) -> None:
        with requests.Session() as session:
            session.trust_env = False
            for number in numbers:
                answer = session.post(f"{url}bulk/campaigns/create/", data=form(number), headers=HEADERS)
                assert '"200"' in answer.text

    return timed(loop, rows, workers)


def push_http_client(url: str, rows: int, workers: int) -> float:
    """Send rows with a connection of `http.client` for each thread, and nothing else."""
    parts = urlsplit(url)

    def loop(numbers: Iterator[int]) -> None:
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        for number in numbers:
            connection.request("POST", f"{parts.path}bulk/campaigns/create/", form(number), HEADERS)
            assert b'"200"' in connection.getresponse().read()
        connection.close()

    return timed(loop, rows, workers)


def form(number: int) -> bytes:
    """Return the form of a row."""
    return urlencode({**CREDENTIALS, "name": f"Campaign {number}", **CAMPAIGN}).encode()


def timed(loop: Callable[[Iterator[int]], None], rows: int, workers: int) -> float:
    """Run a loop in several threads, each with its part of the rows, and return the seconds it took."""
    threads = [threading.Thread(target=loop, args=(iter(range(one, rows, workers)),)) for one in range(workers)]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return perf_counter() - began


@contextmanager
def sandbox(latency: float) -> Iterator[str]:
    """Run the sandbox in a separate process, its log off, and yield its URL."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "importer.sandbox", "--no-log"),
                *("--latency", str(latency), "--database", str(Path(folder) / "sandbox.sqlite3")),
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            process.communicate()


def compare(rows: int, workers: int, latency: float, rounds: int) -> None:
    """Measure the three in turns and print the medians."""
    contenders: dict[str, Push] = {
        "importer, create stage": push_importer,
        "requests, bare loop": push_requests,
        "http.client, bare loop": push_http_client,
    }
    possible = workers / latency
    speeds: dict[str, list[float]] = {name: [] for name in contenders}
    costs: dict[str, list[float]] = {name: [] for name in contenders}
    with sandbox(latency) as url:
        for _ in range(rounds):
            for name, push in contenders.items():
                before = process_time()
                speeds[name].append(rows / push(url, rows, workers))
                costs[name].append((process_time() - before) * 1000 / rows)
                sleep(0.2)
    print(f"{rounds} rounds of {rows:,} rows, {workers} workers, {latency * 1000:g} ms: at most {possible:,.0f} rows/s")
    for name, found in speeds.items():
        speed = median(found)
        cost = f"{median(costs[name]):>8.2f} CPU s / 1,000 rows"
        print(f"{name:<24}{speed:>7,.0f} rows/s{speed / possible:>7.2f} of that{cost}")
    share = median(speeds["importer, create stage"]) / possible
    print(f"goal {GOAL:.2f}: {'reached' if share >= GOAL else 'MISSED'}")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3200)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="profile one worker without latency instead")
    options = parser.parse_args()
    if options.profile:
        with sandbox(0) as url:
            profile = cProfile.Profile()
            push_importer(url, options.rows, 1, profile)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    else:
        compare(options.rows, options.workers, options.latency, options.rounds)


if __name__ == "__main__":
    main()
