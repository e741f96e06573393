"""A drop folder that is fed while the command dies at any instant and the server does everything wrong."""

import csv
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Container, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from importer.model import ExitCode
from importer.sandbox import FAULT_NAMES
from tests.support.drop_site import PATIENCE, DropSite, rows
from tests.support.processes import ProcessPool
from tests.support.servers import sandbox_process
from tests.support.soak import Soak
from tests.support.tables import HEADINGS

EACH = 10
CHANCE = 0.02
TIMEOUT, LATE_BY, SETTLE_WAIT = 0.4, 0.5, 0.2
FAULTS = [name for name in FAULT_NAMES if name != "late_store"]
"""All but the one that docs/exactly-once.md names as a limit: a create that is carried out after it was given up."""

MOST_WAITING = 30
"""Files that are not imported yet: on a slow machine they would otherwise become too many for the last pass."""

KINDS = {"good": 5, "book": 2, "sheets": 2, "mixed": 2, "wrong": 1, "junk": 1, "copy": 1, "part": 1, "slow": 1}
"""What is dropped, and how often, compared with the others."""

PLACES = {
    "good": {"done", "duplicate"},
    "copy": {"done", "duplicate"},
    "book": {"done"},
    "sheets": {"done"},
    "part": {"done"},
    "slow": {"done"},
    "mixed": {"failed"},
    "wrong": {"failed"},
    "junk": {"quarantine"},
}

MOMENTS = ("", "", "Reading", "Server's check", "Creating", "Writing the results", "Writing the results", "done:")
"""What the command says before it is killed; "": whatever it does."""


@dataclass
class Feeder:
    """Whoever drops files; `kinds` are those dropped so far, by name, `due` the rows that the server must hold."""

    drop_site: DropSite
    chance: random.Random
    kinds: dict[str, str] = field(default_factory=dict)
    due: list[str] = field(default_factory=list)
    coming: list[Path] = field(default_factory=list)
    writers: list[threading.Thread] = field(default_factory=list)

    def feed(self) -> None:
        """Drop some files, and give those that were under way their names."""
        for path in self.coming:
            path.rename(path.with_name(path.name.removesuffix(".part")))
        self.coming.clear()
        if len(list(self.drop_site.folder.glob("*-*.*"))) > MOST_WAITING:
            return
        for _ in range(self.chance.choice([0, 1, 1, 2])):
            kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
            number = len(self.kinds)
            name = f"{number:03}-{kind}.{'xlsx' if kind in ('book', 'sheets', 'junk') else 'csv'}"
            earlier = [one for one, other in self.kinds.items() if other == "good"]
            if kind == "copy" and not earlier:
                continue
            self.kinds[name] = kind
            self._drop(kind, name, earlier)

    def end(self) -> None:
        """Let everything that is under way arrive."""
        for writer in self.writers:
            writer.join()
        for path in self.coming:
            path.rename(path.with_name(path.name.removesuffix(".part")))
        self.coming.clear()

    def _drop(self, kind: str, name: str, earlier: list[str]) -> None:
        good = rows(Path(name).stem, EACH)
        wrong = [(f"{name} wrong {number}", "", "1") for number in range(2)]
        match kind:
            case "good" | "book":
                self.drop_site.put(name, *good)
            case "sheets":
                thirds = {"One": good[:4], "Two": good[4:7], "Three": good[7:]}
                self.drop_site.put_book(name, {sheet: [HEADINGS, *some] for sheet, some in thirds.items()})
            case "mixed":
                self.drop_site.put(name, *good, *wrong)
            case "wrong":
                self.drop_site.put(name, *wrong)
            case "copy":
                self.drop_site.put(name, *rows(Path(self.chance.choice(earlier)).stem, EACH))
            case "part":
                path = self.drop_site.put(name, *good)
                self.coming.append(path.rename(path.with_name(f"{name}.part")))
            case "junk":
                path = self.drop_site.put(name)
                path.write_bytes(f"junk {name}".encode())
                os.utime(path, (1, 1))
            case "slow":
                self.writers.append(threading.Thread(target=self._write_slowly, args=(name, good)))
                self.writers[-1].start()
        if kind in ("good", "book", "sheets", "mixed", "part", "slow"):
            self.due += [row[0] for row in good]

    def _write_slowly(self, name: str, good: list[tuple[str, str, str]]) -> None:
        with (self.drop_site.folder / name).open("w", encoding="utf-8") as file:
            for line in (HEADINGS, *good):
                file.write(f"{','.join(line)}\n")
                file.flush()
                time.sleep(0.05)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A sandbox in a separate process that does everything wrong; its URL and its database."""
    faults = [*(f"{name}={CHANCE}" for name in FAULTS), f"late_by={LATE_BY}", "retry_after=0", "seed=5"]
    with sandbox_process(tmp_path, "--no-log", "--faults", ",".join(faults)) as url:
        yield url, tmp_path / "sandbox.sqlite3"


def held_by(database: Path) -> dict[str, list[str]]:
    """Return the IDs of the campaigns of each name, as the server's database has them."""
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reader:
        for number, name in reader.execute("SELECT id, name FROM campaigns"):
            found.setdefault(name, []).append(str(number))
    return found


def kill_somewhere(drop_site: DropSite, chance: random.Random) -> str | None:
    """Run the command up to a random point and kill it; return the moment, None if it ended before."""
    moment = chance.choice(MOMENTS)
    # Where nothing is there to do, the moment never comes.
    drop_site.start("drop", drop_site.folder, *(["--watch"] if chance.random() < 0.3 else []))
    until = time.monotonic() + 1.5
    while moment not in drop_site.log.read_text(encoding="utf-8") and time.monotonic() < until:
        if drop_site.process_pool.ended(0.002) is not None:
            return None
    if drop_site.process_pool.ended(chance.uniform(0, 0.03 if moment else 0.8)) is not None:
        return None
    os.kill(drop_site.pid, signal.SIGKILL)
    drop_site.process_pool.ended(PATIENCE)
    return moment or "anywhere"


def look(drop_site: DropSite, kinds: dict[str, str]) -> dict[str, Path]:
    """Check what must hold at any time: every file in one place, and none archived without what tells of it.

    Return where each file is.
    """
    found: dict[str, list[Path]] = {}
    for path in drop_site.paths():
        found.setdefault(path.name.removesuffix(".part"), []).append(path)
    for name in kinds:
        assert len(found.get(name, [])) == 1, (name, found.get(name))
        path = found[name][0]
        place = path.relative_to(drop_site.folder).parts[0]
        beside = [
            other for other in found if other.startswith(f"{path.stem}.") and found[other][0].parent == path.parent
        ]
        if place in ("done", "failed", "in-doubt"):
            assert any(".results." in one and not one.endswith(".unfinished") for one in beside), (name, beside)
        if place in ("quarantine", "duplicate"):
            assert any(one.endswith(".reason.txt") for one in beside), (name, beside)
    return {name: found[name][0] for name in kinds}


def settle_the_rest(drop_site: DropSite) -> int:
    """Go on with the runs whose rows were in doubt or failed, as a person does; return how many there were."""
    needed = 0
    for run in drop_site.run("runs", "--failed", "--json").document:
        if any(run["counts"].get(status) for status in ("in_doubt", "failed", "ready")):
            needed += 1
            for _ in range(10):
                if drop_site.run("apply", run["run"]).exit_code in (ExitCode.DONE, ExitCode.SOME_WRONG):
                    break
    return needed


def told_ids(path: Path) -> dict[str, str]:
    """Return the ID that results tell for each name."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {row["name"]: row["import_id"] for row in csv.DictReader(file)}
    told: dict[str, str] = {}
    for sheet in openpyxl.load_workbook(path).worksheets[1:]:
        headings, *lines = sheet.iter_rows(values_only=True)
        found = [dict(zip(headings, line, strict=True)) for line in lines]
        told |= {str(row["name"]): str(row["import_id"] or "") for row in found}
    return told


def feed_and_kill(drop_site: DropSite, database: Path, goes_on: Callable[[int], bool], seed: int) -> str:
    """Feed the folder and kill the command, let it finish, and judge; return what happened in words.

    `goes_on` says after how many kills it is enough.
    """
    chance = random.Random(seed)
    feeder = Feeder(drop_site, chance)
    drop_site.say(f"all_sheets = true\n{drop_site.telling()}", settle=0.3)
    died: Counter[str] = Counter()
    while goes_on(died.total()):
        feeder.feed()
        if moment := kill_somewhere(drop_site, chance):
            died[moment] += 1
        look(drop_site, feeder.kinds)
    feeder.end()
    again: set[str] = set()
    for _ in range(30):
        again |= drop_again(drop_site)
        finished = drop_site.drop("--json")
        look(drop_site, feeder.kinds)
        if not finished.document["files"]:
            break
    assert finished.exit_code == ExitCode.DONE, finished.stderr
    by_hand = settle_the_rest(drop_site)
    judge(drop_site, feeder, database, again, in_doubt=by_hand)
    repeats = sum(len(same) - 1 for same in drop_site.messages().values())
    assert repeats <= died.total(), "a delivery may be repeated only where a kill came before it was written down"
    return (
        f"seed {seed}, {died.total()} kills ({dict(died)}), {len(feeder.kinds)} files, {by_hand} settled by hand, "
        f"{len(again)} dropped again"
    )


def drop_again(drop_site: DropSite) -> set[str]:
    """Drop again what two passes ended over, as a person does who knows why they ended; return the names."""
    reasons = [path for path in drop_site.paths() if path.name.endswith(".reason.txt")]
    names = set()
    for reason in (path for path in reasons if "[E214]" in path.read_text(encoding="utf-8")):
        stem = reason.name.removesuffix(".reason.txt")
        (path,) = (one for one in reason.parent.iterdir() if stem in (one.stem, one.name) and one != reason)
        reason.unlink()
        path.rename(drop_site.folder / path.name)
        names.add(path.name)
    return names


def judge(drop_site: DropSite, feeder: Feeder, database: Path, again: Container[str], in_doubt: int) -> None:
    """Check what must hold in the end; files in `again` were dropped a second time."""
    held = held_by(database)
    lost = set(feeder.due) - set(held)
    told = {
        row["row"]: row
        for run in drop_site.run("runs", "--json").document
        for row in rows_of(drop_site, run["run"], lost)
    }
    assert sorted(held) == sorted(feeder.due), f"rows are lost, or there are rows of nobody: {told}"
    assert {name: ids for name, ids in held.items() if len(ids) != 1} == {}, "rows are there more than once"
    assert drop_site.hidden() == []
    assert [path for path in drop_site.tree() if path.startswith("processing/")] == [] or in_doubt
    unusual = 0
    where = {name: path.relative_to(drop_site.folder).parts[0] for name, path in look(drop_site, feeder.kinds).items()}
    for name, kind in feeder.kinds.items():
        place = where[name]
        # What is dropped again may have been brought to its end before its passes ended: then nothing more is sent.
        if place in PLACES[kind] | ({"duplicate"} if name in again else set()):
            if place in ("done", "failed"):
                told = {row: number for row, number in told_ids(drop_site.results(name)).items() if number}
                assert told == {row: held[row][0] for row in told}
                assert len(told) == (0 if kind == "wrong" else EACH), (name, told)
        else:
            assert place in ("in-doubt", "failed"), (name, place)
            unusual += 1
    assert unusual <= in_doubt
    judge_messages(drop_site, where, again)
    for run in drop_site.run("runs", "--json").document:
        # A run without results is one whose file was planned and, its process killed, turned out to be a duplicate.
        assert run["results"] is None or Path(run["results"]).exists(), run


def rows_of(drop_site: DropSite, run: str, names: Container[str]) -> list[dict[str, Any]]:
    """Return what became of rows of a run that may be lost."""
    found = drop_site.run("runs", run, "--json").document
    return [one for one in found if one["status"] not in ("created", "exists", "invalid")] if names else []


def judge_messages(drop_site: DropSite, where: dict[str, str], again: Container[str]) -> None:
    """Check that each file was reported under one name of a delivery; those in `again`, of two.

    A delivery itself may come again, word for word: a process that is killed after the channel has taken it, and before
    that is on disk, cannot know that it was taken.
    """
    told: dict[str, set[str]] = {name: set() for name in where}
    for delivery, same in drop_site.messages().items():
        assert all(one == same[0] for one in same), "the same delivery tells two things"
        if same[0]["place"] is not None:
            told[same[0]["name"]].add(delivery)
            ended = same[0]["name"] in again and same[0]["place"] == "quarantine"
            assert ended or same[0]["place"] == where[same[0]["name"]]
    assert {name: len(found) for name, found in told.items() if len(found) != 1 + (name in again)} == {}


@pytest.fixture
def drop_site(here: Path, journal: Path, server: tuple[str, Path]) -> Iterator[DropSite]:
    """A drop folder whose files go to that server."""
    with ProcessPool() as process_pool:
        given = {"TIMEOUT": TIMEOUT, "SETTLE_WAIT": SETTLE_WAIT, "MAX_ERRORS": 1000, "MAX_ERROR_SHARE": 1, "WORKERS": 4}
        more = {f"CAMPAIGN_IMPORTER_{name}": str(value) for name, value in given.items()}
        yield DropSite(here / "in", journal, server[0], process_pool, more)


def test_fed_and_killed(drop_site: DropSite, server: tuple[str, Path]) -> None:
    """Killed ten times: every file in one place with its results, every good row there once, reported once a run."""
    print(feed_and_kill(drop_site, server[1], lambda kills: kills < 10, seed=1))


@pytest.mark.soak
def test_fed_and_killed_for_minutes(drop_site: DropSite, server: tuple[str, Path], soak: Soak) -> None:
    """Killed for as long as there is time: every file in one place with its results, every good row there once."""
    print(f"\n{feed_and_kill(drop_site, server[1], soak.goes_on, seed=random.randrange(2**32))}")
