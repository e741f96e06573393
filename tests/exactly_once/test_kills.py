"""Killed at any instant, with every fault at once: after it is resumed, each row has exactly one campaign."""

import csv
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from importer import history
from importer.journal import settle_by_hand
from importer.model import ExitCode, Status
from importer.sandbox import FAULT_NAMES
from tests.support.processes import PATIENCE, ProcessPool
from tests.support.servers import sandbox_process
from tests.support.soak import Soak

ROWS = 200
KILLS_A_FILE = 10
CHANCE = 0.05
WORKERS = 8
TIMEOUT, LATE_BY, SETTLE_WAIT = 0.15, 0.2, 0.5
"""A store that is late comes after the time-out and before the second look, even if the process dies at once."""

STAGES = {"Reading": 1, "Server's check": 4, "Creating": 6, "Settling": 1, "Waiting": 3, "results": 0}
"""Where a process is killed, and how often, compared with the others; while it writes results, at the last."""

LONGEST = {"Reading": 0.1, "Server's check": 1.0, "results": 0.005}
"""How long after the stage has begun at most, in seconds; else 0.4."""


PASSWORD = "secret"


@dataclass
class Tally:
    """What happened in a test."""

    kills: int = 0
    files: int = 0
    decided: int = 0
    duplicates: int = 0
    losses: int = 0
    wrong_ids: int = 0
    killed_in: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        where = ", ".join(f"{stage} {kills}" for stage, kills in sorted(self.killed_in.items()))
        return (
            f"{self.files} files of {ROWS} rows, {self.kills} kills ({where}), {self.decided} rows decided by hand: "
            f"{self.duplicates} duplicates, {self.losses} losses, {self.wrong_ids} wrong IDs"
        )


@dataclass
class Victim:
    """One file on its way to the server, by processes that are killed."""

    folder: Path
    url: str
    process_pool: ProcessPool
    chance: random.Random
    label: str

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.journal = self.folder / "journal.sqlite3"
        self.sheet = self.folder / "campaigns.csv"
        self.log = self.folder / "log"
        self.names = [f"File {self.label} row {row:03}" for row in range(ROWS)]
        self.results = (self.folder / f"results-{number}.csv" for number in count())
        with self.sheet.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "dtype", "dnumber", "maximum", "description"])
            writer.writerows([name, "queue", "1", 1 + row % 7, "Words"] for row, name in enumerate(self.names))

    def start(self, *, again: bool) -> Path:
        """Start the import, or go on with the newest run; return where its results will be."""
        runs = history.runs(self.journal) if self.journal.exists() else []
        command = ["import", str(self.sheet), "--yes"] if again or not runs else ["apply", runs[0][0].id]
        results = next(self.results)
        options = {
            "url": self.url,
            "username": "admin",
            "journal": self.journal,
            "results": results,
            "workers": WORKERS,
            "timeout": TIMEOUT,
            "settle-wait": SETTLE_WAIT,
            "max-errors": 1000,
            "max-error-share": 1,
        }
        arguments = [
            *command,
            "--verbose",
            *(text for name, value in options.items() for text in (f"--{name}", str(value))),
        ]
        self.log.write_bytes(b"")
        self.pid = self.process_pool.start(arguments, self.log, {"CAMPAIGN_IMPORTER_PASSWORD": PASSWORD})
        return results

    def kill_somewhere(self, *, last: bool) -> str | None:
        """Let a command run up to a random point and kill it; return the stage it was in, None if it ended before."""
        results = self.start(again=self.chance.random() < 0.3)
        stage = "results" if last else self.chance.choices(list(STAGES), list(STAGES.values()))[0]
        after = self.chance.uniform(0, LONGEST.get(stage, 0.4))
        if not self._reached(stage, results) or self.process_pool.ended(after) is not None:
            return None
        os.kill(self.pid, signal.SIGKILL)
        self.process_pool.ended(PATIENCE)
        text = self.log.read_text(encoding="utf-8")
        return "results" if results.exists() else max(STAGES, key=text.rfind)

    def finish(self) -> tuple[ExitCode, Path]:
        """Go on with the newest run without a kill; return the exit code and where the results are."""
        results = self.start(again=False)
        code = self.process_pool.ended(PATIENCE)
        assert code is not None, "the command does not come to its end"
        return ExitCode(code), results

    def decide(self, held: dict[str, list[int]], words: str) -> int:
        """Settle by hand, truthfully, the rows in doubt of which `words` are said; return how many they were."""
        decided = 0
        for run, _ in history.runs(self.journal):
            for row in list(history.rows_of(self.journal, run.id)):
                was_sent = row.outcome.status is Status.IN_DOUBT and "Settle that row first" not in row.message
                if was_sent and words in row.message:
                    made = next(iter(held[row.cells[0]]), None)
                    settle_by_hand(self.journal, run.id, row.number, None if made is None else str(made))
                    decided += 1
        return decided

    def _reached(self, stage: str, results: Path) -> bool:
        """Wait for a stage, for any if it comes in imports alone; False if the command ends without."""
        until = time.monotonic() + PATIENCE
        stages = list(STAGES)[:-1] if stage in ("Reading", "Server's check") else [stage]
        while not results.exists() and not any(one in self.log.read_text(encoding="utf-8") for one in stages):
            assert time.monotonic() < until, f"neither {stage} nor the end was reached"
            if self.process_pool.ended(0.001) is not None:
                return False
        return True


EVERY_FAULT = ",".join([*(f"{name}={CHANCE}" for name in FAULT_NAMES), f"late_by={LATE_BY}", "retry_after=0", "seed=5"])
LIES = ("list_first=60", "list_last=5", f"list_late={LATE_BY}", "list_none=yes")
"""How a server's list of campaigns may not be whole: a page of it, its end, a copy that lags behind, nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A sandbox in a separate process that does everything wrong; its URL and its database."""
    folder = tmp_path_factory.mktemp("server")
    with sandbox_process(folder, "--no-log", "--faults", EVERY_FAULT) as url:
        yield url, folder / "sandbox.sqlite3"


def held_by(database: Path, names: list[str]) -> dict[str, list[int]]:
    """Return the IDs of the campaigns of each name, as the server's database has them."""
    found: dict[str, list[int]] = {name: [] for name in names}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        for number, name in reader.execute("SELECT id, name FROM campaigns"):
            if name in found:
                found[name].append(number)
    return found


def kill_and_resume(
    folder: Path, server: tuple[str, Path], kills: int, seed: int, decided: str = "may have existed before"
) -> Tally:
    """Import files, kill N times in all, go on with each file until it is done, and count what is wrong.

    `decided` is what is said of rows in doubt that a person has to settle.
    """
    url, database = server
    chance, tally = random.Random(seed), Tally()
    with ProcessPool() as process_pool:
        while tally.kills < kills:
            victim = Victim(folder / f"file-{tally.files}", url, process_pool, chance, f"{seed}-{tally.files}")
            for left in reversed(range(min(KILLS_A_FILE, kills - tally.kills))):
                if (stage := victim.kill_somewhere(last=not left)) is None:
                    break
                tally.killed_in[stage] += 1
                tally.kills += 1
            code, results = victim.finish()
            for _ in range(20):
                if code == ExitCode.DONE:
                    break
                time.sleep(LATE_BY)
                tally.decided += victim.decide(held_by(database, victim.names), decided)
                code, results = victim.finish()
            time.sleep(LATE_BY)
            judge(tally, held_by(database, victim.names), results)
            assert code == ExitCode.DONE, victim.log.read_text(encoding="utf-8")
            tally.files += 1
    return tally


def judge(tally: Tally, held: dict[str, list[int]], results: Path) -> None:
    """Count what is wrong with one file, by the server's database and the results sheet."""
    tally.duplicates += sum(len(numbers) - 1 for numbers in held.values() if len(numbers) > 1)
    tally.losses += sum(not numbers for numbers in held.values())
    with results.open(encoding="utf-8-sig", newline="") as file:
        told = {row["name"]: row["import_id"] for row in csv.DictReader(file)}
    tally.wrong_ids += sum(told.get(name) != ",".join(map(str, numbers)) for name, numbers in held.items())


def test_killed_at_random_points(tmp_path: Path, server: tuple[str, Path]) -> None:
    """Ten kills: no campaign twice, none missing, every ID right."""
    tally = kill_and_resume(tmp_path, server, kills=10, seed=1)
    print(tally)
    assert (tally.duplicates, tally.losses, tally.wrong_ids) == (0, 0, 0), str(tally)
    assert tally.kills == 10


@pytest.mark.soak
def test_killed_again_and_again(tmp_path: Path, server: tuple[str, Path], soak: Soak) -> None:
    """Killed for as long as there is time: no campaign twice, none missing, every ID right."""
    for seed in soak.seeds():
        folder = tmp_path / str(seed)
        folder.mkdir()
        tally = kill_and_resume(folder, server, kills=25, seed=seed)
        print(f"\nseed {seed}: {tally}")
        assert (tally.duplicates, tally.losses, tally.wrong_ids) == (0, 0, 0), str(tally)


@pytest.mark.soak
@pytest.mark.parametrize("lie", LIES)
def test_killed_before_lists_that_lie(tmp_path: Path, soak: Soak, lie: str) -> None:
    """Where the list of campaigns is not whole, too, none is made twice: what it cannot prove, a person decides."""
    with sandbox_process(tmp_path, "--no-log", "--faults", EVERY_FAULT, "--modes", lie) as url:
        for seed in soak.seeds():
            folder = tmp_path / str(seed)
            folder.mkdir()
            server = (url, tmp_path / "sandbox.sqlite3")
            tally = kill_and_resume(folder, server, kills=10, seed=seed, decided="")
            print(f"\n{lie}, seed {seed}: {tally}")
            assert (tally.duplicates, tally.losses, tally.wrong_ids) == (0, 0, 0), str(tally)
