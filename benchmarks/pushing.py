"""How fast rows reach the server, beside the bare loops of two clients that do nothing else.

    python -m benchmarks.run pushing
    python -m benchmarks.pushing WAY URL ROWS WORKERS

The second form is one side of a comparison, in a process of its own: it prints the seconds that the requests took. The
ways are those in `WAYS`. The server is `plain_server.py`; with a latency, more than workers / latency rows a second
are physically impossible.
"""

import csv
import http.client
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from benchmarks.comparison import Comparison, Usage, alternately, child
from benchmarks.plain_server import running

CREDENTIALS = {"auth_username": "admin", "auth_password": "secret"}
HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
CREATE = "bulk/campaigns/create/"
ROWS_A_WORKER = 200
"""How many rows each worker sends in a comparison with latency: the first one, which is sent alone, weighs little."""


def campaign(number: int) -> dict[str, str]:
    """Return a campaign of sixteen parameters, as sheets have them: some differ in each row, most are the same."""
    return {
        "name": f"Campaign {number}",
        "dtype": "queue",
        "dnumber": f"{number % 50 + 100}",
        "attempts": "3",
        "callerid": f"+44207{number:07d}",
        "customer": "1",
        "description": "Second call; see the list",
        "enabled": "0",
        "machine": "retry",
        "maximum": f"{number % 9 + 1}",
        "keep_agents_available": "-2",
        "owner": "7",
        "recordgroup": "8",
        "retry": "900",
        "success": "key",
        "timegroup": "9",
    }


# The ways, each in a process of its own


def stage(url: str, rows: int, workers: int, *, create: bool) -> float:
    """Send rows as the importer does: claimed in the journal, sent, answered, recorded."""
    from importer.delivery import Creator, check_on_server
    from importer.enswitch import Server
    from importer.model import Secret, Status
    from importer.run_options import SendOptions
    from importer.session import context_for, open_session

    server = Server(url, "admin", Secret("secret"))
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal"
        run = staged(journal, server.identity, rows, Status.READY if create else Status.VALID)
        with open_session(server, journal, SendOptions(workers=workers)) as session:
            context = context_for(session, run)
            began = perf_counter()
            if create:
                Creator(context).create()
            else:
                check_on_server(context)
            seconds = perf_counter() - began
            assert session.journal.rows.counts(run.id) == {Status.CREATED if create else Status.READY: rows}
    return seconds


def staged(path: Path, server: str, rows: int, status):  # type: ignore[no-untyped-def]
    """Make a journal with a run whose rows have a status, and return the run."""
    from importer.journal import Journal
    from importer.model import Row, Run, Source
    from schemas.campaign import fingerprint

    run = Run(
        id="run",
        started=datetime.now(UTC),
        command="import",
        source=Source(path="a.csv", sheet=None, headings=()),
        server=server,
        url="",
        account="admin",
    )
    with Journal(path) as journal:
        journal.runs.start(run)
        made = map(campaign, range(rows))
        journal.rows.stage(
            run.id,
            (
                Row(
                    number=number,
                    cells=tuple(one.values()),
                    campaign=one,
                    fingerprint=fingerprint(one),
                    status=status,
                )
                for number, one in enumerate(made)
            ),
            (),
        )
        journal.runs.finish_staging(run.id)
    return run


def creates(url: str, rows: int, workers: int) -> float:
    """Create rows as the importer does."""
    return stage(url, rows, workers, create=True)


def dry_run(url: str, rows: int, workers: int) -> float:
    """Have rows checked as the importer does."""
    return stage(url, rows, workers, create=False)


def http_client(url: str, rows: int, workers: int) -> float:
    """Send rows with a connection of `http.client` for each thread, and nothing else."""
    parts = urlsplit(url)

    def loop(numbers: range) -> None:
        with closing(http.client.HTTPConnection(str(parts.hostname), parts.port)) as connection:
            for number in numbers:
                form = urlencode({**CREDENTIALS, **campaign(number)}).encode()
                connection.request("POST", f"{parts.path}{CREATE}", form, HEADERS)
                assert b'"200"' in connection.getresponse().read()

    threads = [threading.Thread(target=loop, args=(range(one, rows, workers),)) for one in range(workers)]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return perf_counter() - began


def session_loop(url: str, rows: int, _workers: int) -> float:
    """Send rows twice, as a dry run and a create, with one session of `requests`, one after the other."""
    import requests

    began = perf_counter()
    with requests.Session() as session:
        for further in ({"validation": "1"}, {}):
            for number in range(rows):
                answer = session.post(f"{url}{CREATE}", data={**CREDENTIALS, **campaign(number), **further})
                assert answer.json()["responses"][0]["message"] == "OK"
    return perf_counter() - began


WAYS: dict[str, Callable[[str, int, int], float]] = {
    "creates": creates,
    "dry-run": dry_run,
    "http.client": http_client,
    "session": session_loop,
}


def push(way: str, url: str, rows: int, workers: int = 1) -> Usage:
    """Send rows in one way, in a process of its own."""
    return child([sys.executable, "-m", "benchmarks.pushing", way, url, str(rows), str(workers)])


# The comparisons


def with_latency(way: str, latency: float, workers: int, wanted: str, quick: bool) -> Comparison:
    """Compare the rows a second of a stage with those of bare connections."""
    rows = workers * (ROWS_A_WORKER // 10 if quick else ROWS_A_WORKER)
    possible = workers / latency

    def share(one: str) -> float:
        return rows / float(push(one, url, rows, workers).output) / possible

    with running(latency) as url:
        ours, bare = alternately(lambda: share(way), lambda: share("http.client"))
    return Comparison(
        f"{way} at {latency * 1000:g} ms and {workers} workers, against bare http.client",
        ours / bare,
        "x rows a second",
        wanted,
        f"{ours:.2f} and {bare:.2f} of the {possible:,.0f} rows a second that are possible",
    )


def whole_import(url: str, rows: int) -> Usage:
    """Import a file of rows with eight workers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, campaign(0))
            writer.writeheader()
            writer.writerows(map(campaign, range(rows)))
        settings = {"URL": url, "USERNAME": "admin", "PASSWORD": "secret", "JOURNAL": name + "/journal", "WORKERS": "8"}
        return child(
            [sys.executable, "-m", "importer", "import", "a.csv", "--yes", "--quiet", "--results", "b.csv"],
            folder=folder,
            environment={f"CAMPAIGN_IMPORTER_{key}": value for key, value in settings.items()},
        )


def without_latency(quick: bool) -> Iterator[Comparison]:
    """Compare whole imports with a loop that sends the same twice and nothing else."""
    rows = 1_000 if quick else 10_000
    with running() as url:
        pairs = [(whole_import(url, rows), push("session", url, rows)) for _ in range(3)]
    ours, loop = ([one[side] for one in pairs] for side in (0, 1))
    cpu = [median(one.cpu * 1000 / rows for one in side) for side in (ours, loop)]
    calls = [median(2 * rows / one.seconds for one in side) for side in (ours, loop)]
    yield Comparison(
        f"import of {rows:,} rows, against two calls a row of a loop with requests.Session",
        cpu[0] / cpu[1],
        "x CPU",
        "<= 0.8",
        f"{cpu[0]:.2f} ms a row against {cpu[1]:.2f} ms",
    )
    yield Comparison(
        f"import of {rows:,} rows with 8 workers, server without latency, against the same loop",
        calls[0] / calls[1],
        "x calls a second",
        ">= 1.8",
        f"{calls[0]:,.0f} calls a second against {calls[1]:,.0f}",
    )


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Compare creates and dry runs with bare connections, and whole imports with a loop."""
    yield with_latency("creates", 0.05, 32, ">= 0.98", quick)
    yield with_latency("creates", 0.05, 64, ">= 0.92", quick)
    yield with_latency("dry-run", 0.05, 64, ">= 0.92", quick)
    yield with_latency("creates", 0.2, 128, ">= 0.97", quick)
    yield from without_latency(quick)


if __name__ == "__main__":
    way, url, rows, workers = sys.argv[1:]
    print(WAYS[way](url, int(rows), int(workers)))
