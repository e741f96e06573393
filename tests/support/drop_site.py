"""What the tests of the nightly drops share: a folder that other systems drop files into, and the command on it."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support.every_format import WRITERS, Sheets, write_format
from tests.support.processes import PATIENCE, ProcessPool
from tests.support.program import PASSWORD, Finished
from tests.support.tables import HEADINGS, write_table

SETTLE = 0.2

BOOKKEEPING = "."
"""What the names of files begin with that are the program's own."""

INHERITED = ("HOME", "TMPDIR", "COLUMNS", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")


def rows(prefix: str, count: int) -> list[tuple[str, str, str]]:
    """Return good rows whose names begin alike."""
    return [(f"{prefix} {number:03}", "queue", "0123") for number in range(count)]


@dataclass
class DropSite:
    """A drop folder, the journal, and the commands on them as processes that need no time to start.

    `told` is a folder in which the command channel leaves one file for each time that it was run.
    """

    folder: Path
    journal: Path
    url: str
    process_pool: ProcessPool
    more: dict[str, str] = field(default_factory=dict)
    pid: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.told = self.folder.with_name(f"{self.folder.name}-told")
        self.told.mkdir()
        self.log = self.folder.with_name(f"{self.folder.name}.log")
        self.say()

    def say(self, text: str = "", settle: float = SETTLE) -> None:
        """Write drop.toml."""
        (self.folder / "drop.toml").write_text(f"settle.seconds = {settle}\n{text}", encoding="utf-8")

    def telling(self, when: str = "always") -> str:
        """Return the lines of drop.toml that have a command run for every file."""
        script = 'f="$0/$CAMPAIGN_IMPORTER_DELIVERY.$$"; cat > "$f.new" && mv "$f.new" "$f"'
        run = json.dumps(["sh", "-c", script, str(self.told)])
        return f'[notify.command]\nwhen = "{when}"\nrun = {run}\n'

    def messages(self) -> dict[str, list[dict[str, Any]]]:
        """Return what was reported, by the name of the delivery: more than one where it was repeated."""
        found: dict[str, list[dict[str, Any]]] = {}
        for path in sorted(self.told.iterdir()):
            if path.suffix != ".new":
                found.setdefault(path.stem, []).append(json.loads(path.read_bytes()))
        return found

    def put(self, name: str, *lines: Sequence[str], headings: Sequence[str] = HEADINGS, under: str = "") -> Path:
        """Drop a file that nobody has touched for a minute."""
        # Elsewhere first and moved in, as whoever drops files well does it.
        outside = self.folder.with_name(f"coming-{name}")
        write_table(outside, headings, lines or [("Spring", "queue", "0123")])
        return Path(shutil.move(outside, self.folder / under / name))

    def put_book(self, name: str, sheets: Sheets) -> Path:
        """Drop a workbook with several sheets, of the format that its ending says."""
        coming = self.folder.with_name(f"coming-{name}.d")
        coming.mkdir()
        outside = write_format(coming, max((one for one in WRITERS if name.endswith(f".{one}")), key=len), sheets)
        return Path(shutil.move(outside, self.folder / name))

    def start(self, *arguments: object, env: Mapping[str, str] | None = None) -> int:
        """Start a command, with its words going to the log; return the process's ID."""
        variables = {
            "CAMPAIGN_IMPORTER_URL": self.url,
            "CAMPAIGN_IMPORTER_USERNAME": "admin",
            "CAMPAIGN_IMPORTER_PASSWORD": PASSWORD,
            "CAMPAIGN_IMPORTER_JOURNAL": str(self.journal),
            "CAMPAIGN_IMPORTER_SETTLE_WAIT": "0",
            "CAMPAIGN_IMPORTER_TIMEOUT": "5",
            **self.more,
            **(env or {}),
        }
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        # Emptied here: the process that writes it may start later than whoever looks.
        self.log.write_bytes(b"")
        self.pid = self.process_pool.start([str(one) for one in arguments], self.log, inherited | variables)
        return self.pid

    def end(self, seconds: float = PATIENCE) -> Finished:
        """Wait for the command that was started; return what it left."""
        code = self.process_pool.ended(seconds)
        said = self.log.read_text(encoding="utf-8", errors="replace")
        if code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.process_pool.ended(PATIENCE)
            raise AssertionError(f"it does not end: {said}")
        document = re.search(r"^(\{\n.*^\}|\[\n.*^\]|\[\])$", said, re.MULTILINE | re.DOTALL)
        return Finished(code, document[0] if document else "", said)

    def run(self, *arguments: object, env: Mapping[str, str] | None = None) -> Finished:
        """Run a command to its end."""
        self.start(*arguments, env=env)
        return self.end()

    def drop(self, *arguments: object, env: Mapping[str, str] | None = None) -> Finished:
        """Run `drop` on the folder to its end."""
        return self.run("drop", self.folder, *arguments, env=env)

    @contextmanager
    def watching(self, *arguments: object, env: Mapping[str, str] | None = None) -> Iterator[int]:
        """Have `drop --watch` run while the block does; it is killed at the end where it still runs."""
        pid = self.start("drop", self.folder, "--watch", *arguments, env=env)
        try:
            yield pid
        finally:
            if self.process_pool.ended(0) is None and is_alive(pid):
                os.kill(pid, signal.SIGKILL)
                self.process_pool.ended(PATIENCE)

    def tree(self) -> list[str]:
        """Return the paths of all files from the folder on, the days and times in them written as DAY and TIME."""
        return sorted(_timeless(path.relative_to(self.folder)) for path in self.paths())

    def paths(self) -> list[Path]:
        """Return all files in the folder and below but the program's own."""
        found = [path for path in self.folder.rglob("*") if path.is_file() and path != self.folder / "drop.toml"]
        # A file that is moved while the folders are gone through may have been met in both.
        return [path for path in found if not path.name.startswith(BOOKKEEPING) and path.exists()]

    def hidden(self) -> list[str]:
        """Return the names of the program's own files that a finished pass does not need."""
        return sorted(
            path.name
            for path in self.folder.rglob(".*")
            if path.is_file() and not path.name.startswith(".campaign-importer.")
        )

    def find(self, name: str) -> list[Path]:
        """Return where files of this name are."""
        return [path for path in self.paths() if path.name == name]

    def place(self, name: str) -> str:
        """Return the folder, of those right below, that the one file of this name is in; "" for the folder itself."""
        # A file that is moved while the folders are gone through may have been met in none.
        (path,) = self.find(name) or self.find(name)
        return path.relative_to(self.folder).parts[0] if path.parent != self.folder else ""

    def results(self, name: str) -> Path:
        """Return the one results file beside the one file of this name."""
        (path,) = self.find(name)
        (found,) = path.parent.glob(f"{path.stem}.results.*{path.suffix}")
        return found

    def statuses(self, run: str) -> list[str]:
        """Return the status of each row of a run, as the command line tells it."""
        return [row["status"] for row in self.run("runs", run, "--json").document]

    def age_runs(self, days: int) -> None:
        """Have all runs in the journal begun N days earlier."""
        with closing(sqlite3.connect(self.journal)) as journal, journal:
            journal.execute(
                "UPDATE runs SET started = strftime('%Y-%m-%dT%H:%M:%f+00:00', started, ?)", (f"-{days} days",)
            )

    def age_days(self, days: int) -> None:
        """Have everything that was archived lie under the day N days ago."""
        day = time.strftime("%Y-%m-%d", time.localtime(time.time() - days * 86400))
        for path in list(self.folder.glob("*/????-??-??")):
            path.rename(path.with_name(day))


def _timeless(path: Path) -> str:
    text = re.sub(r"\b\d{4}-\d\d-\d\d/", "DAY/", path.as_posix())
    return re.sub(r"\.\d{8}-\d{6}(-\d+)?", ".TIME", text)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a disk of N bytes on a folder."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "none", folder], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def is_alive(pid: int) -> bool:
    """Say whether a process is running, and not dead and waiting to be asked after."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def names(campaigns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of campaigns, sorted."""
    return sorted(str(one["name"]) for one in campaigns)


def counts_of(document: Mapping[str, Any]) -> dict[str, int]:
    """Return the rows by status of one file in a document, without those of which there are none."""
    return {status: number for status, number in document["counts"].items() if number}


def places(document: Mapping[str, Any]) -> dict[str, str | None]:
    """Return where each file of a document was put."""
    return {one["name"]: one["place"] for one in document["files"]}


def repeated(found: Sequence[str]) -> list[str]:
    """Return what is there more than once."""
    return sorted(one for one, number in Counter(found).items() if number > 1)
