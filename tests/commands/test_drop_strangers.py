"""Who may put files into a drop folder gets no more than that: attacks on it, as another user where root runs this."""

import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from importer.journal.lock import only_pass
from importer.model import ExitCode
from importer.sandbox import Faults, Sandbox
from tests.support.drop_site import DropSite, names, places, rows
from tests.support.http_server import Page
from tests.support.processes import ProcessPool, wait_for
from tests.support.servers import Listener, StubServer

STRANGER, THIRD = 65_534, 65_533
"""Users who are not that of the importer; no accounts are needed."""

WITHOUT_POWERS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""Makes an ordinary user of root: whom his own files belong to, and nothing more."""


@dataclass
class Ground:
    """A drop folder that everybody can write, the settings for it elsewhere, and what is none of a stranger's business.

    `secret` is a file of the importer's user; what it holds is never to be moved, changed or shown.
    """

    drop_site: DropSite
    base: Path
    secret: Path

    @property
    def folder(self) -> Path:
        """Where files are dropped."""
        return self.drop_site.folder

    def drop(self, *arguments: object) -> Any:
        """Run `drop` with the settings that lie elsewhere."""
        return self.drop_site.drop("--config", self.base / "etc" / "drop.toml", *arguments)

    def start(self, *arguments: object) -> None:
        """Start `drop` as `drop` does."""
        self.drop_site.start("drop", self.folder, "--config", self.base / "etc" / "drop.toml", *arguments)

    def kill(self) -> None:
        """Kill what was started, at once."""
        os.kill(self.drop_site.pid, signal.SIGKILL)
        self.drop_site.process_pool.ended(60)

    def say(self, text: str) -> None:
        """Write these settings."""
        (self.base / "etc" / "drop.toml").write_text(f"settle.seconds = 0.2\n{text}")

    def stranger(self, *command: object, text: str = "") -> None:
        """Do something as the one who drops files."""
        self.attempt(*command, text=text).check_returncode()

    def attempt(self, *command: object, text: str = "") -> "subprocess.CompletedProcess[str]":
        """Try something as the one who drops files, which may fail."""
        other: dict[str, Any] = {"user": STRANGER, "group": STRANGER, "extra_groups": []} if is_root() else {}
        return subprocess.run([*map(str, command)], input=text, text=True, capture_output=True, umask=0o022, **other)

    def write(self, path: Path, text: str) -> None:
        """Write a file as the one who drops files, a minute ago."""
        self.stranger("sh", "-c", 'cat > "$0" && touch -d "1 minute ago" "$0"', path, text=text)

    def put(self, name: str, count: int = 1) -> Path:
        """Drop a good file."""
        lines = ("name,dtype,dnumber", *(",".join(row) for row in rows(name, count)))
        self.write(self.folder / name, "".join(f"{line}\n" for line in lines))
        return self.folder / name

    def outside(self) -> dict[str, bytes]:
        """Return all that lies where strangers have no business, with what it holds."""
        found = (path for path in sorted((self.base / "home").rglob("*")) if path.is_file())
        return {str(path): path.read_bytes() for path in found}


def is_root() -> bool:
    """Say whether the tests may become other users."""
    return os.geteuid() == 0


needs_two_users = pytest.mark.skipif(not is_root(), reason="only root can be two users")


@pytest.fixture
def process_pool() -> Iterator[ProcessPool]:
    """What starts commands, as an ordinary user."""
    if is_root() and shutil.which(WITHOUT_POWERS[0]) is None:
        pytest.skip("there is no setpriv here")
    with ProcessPool(WITHOUT_POWERS if is_root() else ()) as running:
        yield running


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that other users can go through, which those of the tests are not."""
    before = os.umask(0o022)
    found = Path(tempfile.mkdtemp(dir="/tmp")).resolve()
    found.chmod(0o755)
    monkeypatch.chdir(found)
    yield found
    os.umask(before)
    shutil.rmtree(found)


@pytest.fixture
def ground(base: Path, journal: Path, sandbox: Sandbox, process_pool: ProcessPool) -> Ground:
    """A drop folder whose files go to the sandbox."""
    return ground_of(base, journal, sandbox.url, process_pool)


@pytest.fixture
def drop_site_on_stub(base: Path, journal: Path, stub_server: StubServer, process_pool: ProcessPool) -> Ground:
    """A drop folder whose files go to the server made to order."""
    return ground_of(base, journal, stub_server.url, process_pool)


def ground_of(base: Path, journal: Path, url: str, process_pool: ProcessPool) -> Ground:
    """Make a drop folder whose files go to a server."""
    for folder in ("home", "etc"):
        (base / folder).mkdir()
    (base / "home" / "id_rsa.csv").write_text("a key\n")
    ground = Ground(DropSite(base / "in", journal, url, process_pool), base, base / "home" / "id_rsa.csv")
    (ground.folder / "drop.toml").unlink()
    ground.folder.chmod(0o777)
    ground.say("")
    return ground


# drop.toml


def orders(ground: Ground, listener: Listener) -> dict[str, str]:
    """Return what a stranger may want drop.toml to say."""
    victim = ground.secret
    mail = f'[notify.mail]\nwhen = "always"\nhost = "127.0.0.1"\nport = {listener.port}\nsecurity = "none"\n'
    return {
        "command": f'[notify.command]\nwhen = "always"\nrun = ["cp", "/dev/null", "{victim}"]\n',
        "heartbeat": f'heartbeat.file = "{victim}"\n',
        "address": f'heartbeat.url = "{listener.url}"\n',
        "webhook": f'[notify.webhook]\nwhen = "always"\nurl = "{listener.url}"\nsecret_file = "{victim}"\n',
        "mail": f'{mail}from = "a@example.com"\nto = ["eve@example.com"]\npassword_file = "{victim}"\nusername = "x"\n',
        "retention": '[retention]\nfiles = "1d"\n',
        "nothing": "",
    }


ORDERS = ["command", "heartbeat", "address", "webhook", "mail", "retention", "nothing"]


@pytest.mark.parametrize("order", ORDERS)
def test_drop_toml_in_a_folder_of_others_is_not_obeyed(
    ground: Ground, sandbox: Sandbox, listener: Listener, order: str
) -> None:
    """Nothing that it says is done: exit 6, with the cure, before anything is taken; elsewhere it is obeyed."""
    before = ground.outside()
    ground.put("a.csv")
    ground.write(ground.folder / "drop.toml", orders(ground, listener)[order])
    finished = ground.drop_site.drop()
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert "drop.toml is ignored: " in finished.stderr
    assert "name it with --config" in finished.stderr
    assert "[E509]" in finished.stderr
    assert (ground.outside(), listener.requests, sandbox.requests) == (before, [], [])
    assert ground.drop().exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 1


def ours(ground: Ground) -> Path:
    """Write drop.toml as the importer's user, in a folder that nobody else may write; its command leaves a file."""
    ground.folder.chmod(0o755)
    path = ground.folder / "drop.toml"
    path.write_text(f"settle.seconds = 0.2\n{ground.drop_site.telling()}")
    return path


def test_drop_toml_of_ours_is_obeyed(ground: Ground) -> None:
    """Where nobody else may write the folder and the file, drop.toml in the folder is obeyed."""
    ground.put("a.csv")
    ours(ground)
    assert ground.drop_site.drop().exit_code == ExitCode.DONE
    assert len(ground.drop_site.messages()) == 1


@pytest.mark.parametrize("way", ["file", "folder", "sticky", "group", "owner", "folder's owner", "link", "dangling"])
@pytest.mark.parametrize("named", [False, True], ids=["found", "named"])
def test_whoever_may_write_it_it_is_not_obeyed(ground: Ground, way: str, named: bool) -> None:
    """The file or the folder, everybody or a group, an owner, a link: exit 6, also where the file is named."""
    ground.put("a.csv")
    path = ours(ground)
    if way in ("group", "owner", "folder's owner") and not is_root():
        pytest.skip("only root can give files away")
    match way:
        case "file":
            path.chmod(0o646)
        case "folder":
            ground.folder.chmod(0o777)
        case "sticky":
            ground.folder.chmod(0o1777)
        case "group":
            os.chown(path, -1, STRANGER)
            path.chmod(0o664)
        case "owner":
            os.chown(path, STRANGER, STRANGER)
        case "folder's owner":
            os.chown(ground.folder, STRANGER, STRANGER)
        case "link":
            path.rename(ground.base / "real.toml")
            (ground.base / "real.toml").chmod(0o646)
            path.symlink_to(ground.base / "real.toml")
        case "dangling":
            path.unlink()
            path.symlink_to(ground.base / "nowhere.toml")
    finished = ground.drop_site.drop(*(("--config", path) if named else ()))
    assert finished.exit_code == ExitCode.CONFIGURATION, finished.stderr
    assert ground.drop_site.messages() == {}
    assert (ground.folder / "a.csv").exists()


# Notes of an earlier version


def test_a_forged_note_moves_nothing(ground: Ground, sandbox: Sandbox) -> None:
    """Who makes processing/ first, and puts notes there, has nothing moved or removed: exit 6, with the cure."""
    before = ground.outside()
    folder = ground.folder / "processing"
    ground.stranger("mkdir", "-m", "777", folder)
    ground.write(folder / "x.csv", "name,dtype,dnumber\nX,queue,1\n")
    filing = {"folder": "done/2026-11-23", "name": "got.txt", "moves": [[str(ground.secret), "got.txt"]]}
    note = {"name": "x.csv", "file": "x.csv", "since": "2026-11-23T12:00:00+00:00", "filing": filing}
    ground.write(folder / ".x.claim.json", json.dumps(note))
    finished = ground.drop()
    assert ground.outside() == before
    if is_root():
        assert finished.exit_code == ExitCode.CONFIGURATION
        assert f"{folder} belongs to another user" in finished.stderr
        assert (folder / "x.csv").exists()
    assert list(ground.folder.rglob("got.txt")) == []


@needs_two_users
def test_a_note_among_files_of_ours_is_believed_from_us_alone(ground: Ground, sandbox: Sandbox) -> None:
    """Where an older version has left processing/ open to a group, its own notes count, and those of others do not."""
    folder = ground.folder / "processing"
    folder.mkdir()
    os.chown(folder, -1, STRANGER)
    folder.chmod(0o775)
    for name in ("ours.csv", "theirs.csv"):
        ground.write(folder / name, f"name,dtype,dnumber\n{name},queue,1\n")
        note = {"name": f"was-{name}", "file": name, "since": "2026-11-23T12:00:00+00:00"}
        path = folder / f".{Path(name).stem}.claim.json"
        ground.write(path, json.dumps(note))
        if name == "ours.csv":
            os.chown(path, 0, 0)
    finished = ground.drop("--json")
    assert places(finished.document) == {"was-ours.csv": "done"}
    assert names(sandbox.campaigns()) == ["ours.csv"]
    assert f"{folder / 'theirs.csv'} belongs to no import and is left alone: somebody put it there" in finished.stderr
    assert folder.stat().st_mode & 0o022 == 0


# Links


PLACES = ["processing", "done", "failed", "changed", "in-doubt", "quarantine", "duplicate"]


@pytest.mark.parametrize("place", PLACES)
def test_a_link_in_the_place_of_a_folder_leads_nowhere(ground: Ground, sandbox: Sandbox, place: str) -> None:
    """Nothing is written, moved or made where a link leads; that is reported, and it is done once the link is gone."""
    before = ground.outside()
    goal = ground.base / "home"
    ground.stranger("ln", "-s", goal, ground.folder / place)
    ground.put("a.csv")
    ground.write(ground.folder / "bad.csv", "name,dtype,dnumber\n,queue,1\n")
    ground.write(ground.folder / "junk.xlsx", "no workbook")
    first = ground.drop()
    assert ground.outside() == before
    if place in ("processing", "done"):
        assert first.exit_code == ExitCode.CONFIGURATION
        assert f"there is something other than a folder ({ground.folder / place})" in first.stderr
    (ground.folder / place).unlink()
    ground.drop()
    assert {
        path.name: ground.drop_site.place(path.name) for path in ground.drop_site.paths() if ".re" not in path.name
    } == {
        "a.csv": "done",
        "bad.csv": "failed",
        "junk.xlsx": "quarantine",
    }
    assert names(sandbox.campaigns()) == ["a.csv 000"]


def test_a_link_in_the_place_of_a_day_leads_nowhere(ground: Ground) -> None:
    """Also one level below nothing is followed."""
    before = ground.outside()
    ground.put("a.csv")
    day = datetime.now().astimezone().date().isoformat()
    (ground.folder / "done").mkdir()
    (ground.folder / "done" / day).symlink_to(ground.base / "home")
    assert ground.drop().exit_code == ExitCode.CONFIGURATION
    assert ground.outside() == before


@needs_two_users
@pytest.mark.parametrize("place", ["processing", "done", "quarantine"])
def test_a_folder_of_a_stranger_is_not_ours(ground: Ground, place: str) -> None:
    """Into a folder that somebody else owns nothing is put: he could lead it elsewhere in the midst."""
    ground.stranger("mkdir", "-m", "777", ground.folder / place)
    ground.put("a.csv")
    ground.write(ground.folder / "junk.xlsx", "no workbook")
    finished = ground.drop()
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert f"{ground.folder / place} belongs to another user" in finished.stderr
    assert "a new one is then created" in finished.stderr
    assert list((ground.folder / place).iterdir()) == []


def test_a_file_that_is_a_link_is_not_read(ground: Ground, sandbox: Sandbox) -> None:
    """A link to a file, soft or hard, is not taken: what it leads to was not dropped. A hard one is reported."""
    ground.secret.write_text("name,dtype,dnumber\nSecret,queue,1\n")
    ground.stranger("ln", "-s", ground.secret, ground.folder / "soft.csv")
    hard = ground.folder / "hard.csv"
    os.link(ground.secret, hard)
    os.utime(ground.secret, (1e9, 1e9))
    finished = ground.drop()
    assert finished.exit_code == ExitCode.USAGE
    assert "hard.csv: It stays where it is: it is a hard link" in finished.stderr
    assert sandbox.requests == []
    assert ground.folder.joinpath("soft.csv").is_symlink()
    assert hard.samefile(ground.secret)


def test_a_folder_for_a_customer_that_is_a_link(ground: Ground, sandbox: Sandbox) -> None:
    """A folder below, too, is one that was not made into a link by whoever may drop files; the others are worked on."""
    ground.say("[folder.acme]\n")
    ground.secret.with_name("home.csv").write_text("name,dtype,dnumber\nSecret,queue,1\n")
    before = ground.outside()
    ground.stranger("ln", "-s", ground.base / "home", ground.folder / "acme")
    ground.put("a.csv")
    finished = ground.drop()
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert ground.outside() == before
    assert names(sandbox.campaigns()) == ["a.csv 000"]


def test_the_folder_itself_may_be_named_through_a_link(ground: Ground, sandbox: Sandbox) -> None:
    """Who runs the importer may name the folder as he likes."""
    ground.put("a.csv")
    link = ground.base / "link"
    link.symlink_to(ground.folder)
    finished = ground.drop_site.run("drop", link, "--config", ground.base / "etc" / "drop.toml")
    assert finished.exit_code == ExitCode.DONE, finished.stderr
    assert len(sandbox.campaigns()) == 1


def test_retention_follows_no_link(ground: Ground) -> None:
    """Old files are removed in our folders alone."""
    old = ground.base / "home" / "2020-01-01"
    old.mkdir()
    (old / "precious.csv").write_text("x")
    done = ground.folder / "done"
    done.mkdir()
    for link, goal in (("failed", ground.base / "home"), ("acme", ground.base / "home"), ("done/2020-01-02", old)):
        ground.folder.joinpath(link).symlink_to(goal)
    (done / "2020-01-01").mkdir()
    (done / "2020-01-01" / "old.csv").write_text("x")
    ground.say('retention.files = "1d"\n')
    finished = ground.drop()
    assert finished.exit_code == ExitCode.DONE
    assert (old / "precious.csv").exists()
    assert "precious.csv" not in finished.stderr
    assert not (done / "2020-01-01").exists()


# Claims and locks


def test_nothing_of_ours_lies_in_the_folder(ground: Ground, sandbox: Sandbox) -> None:
    """While a file is worked on, and after, there are no notes and locks where others write."""
    ground.put("a.csv", 40)
    sandbox.faults = Faults(latency=0.05)
    ground.start()
    wait_for(lambda: sandbox.campaigns())
    ground.kill()
    assert [path.name for path in ground.folder.rglob(".*")] == []
    assert ground.drop().exit_code == ExitCode.DONE
    assert [path.name for path in ground.folder.rglob(".*")] == []
    assert len(sandbox.campaigns()) == 40


def test_one_pass_at_a_time_under_all_names(ground: Ground, sandbox: Sandbox) -> None:
    """The folder through a link is the same folder: while one pass is at work, another is refused with 8."""
    ground.put("a.csv")
    link = ground.base / "link"
    link.symlink_to(ground.folder)
    with only_pass(ground.drop_site.journal, ground.folder):
        for path in (ground.drop_site.journal.parent, *ground.drop_site.journal.parent.iterdir()):
            if is_root():
                os.chown(path, 0, 0)
        finished = ground.drop_site.run("drop", link, "--config", ground.base / "etc" / "drop.toml")
    assert finished.exit_code == ExitCode.LOCKED
    assert sandbox.requests == []


def test_notes_in_a_folder_of_others_are_not_used(ground: Ground, sandbox: Sandbox) -> None:
    """Where the notes beside the journal are somebody else's, or a link, nothing is taken."""
    ground.put("a.csv")
    notes = ground.drop_site.journal.with_name("journal.sqlite3.claims")
    notes.parent.mkdir()
    notes.symlink_to(ground.folder)
    finished = ground.drop()
    assert finished.exit_code == ExitCode.CONFIGURATION
    assert (sandbox.requests, (ground.folder / "a.csv").exists()) == ([], True)
    if is_root():
        notes.unlink()
        notes.mkdir()
        os.chown(notes, STRANGER, STRANGER)
        assert ground.drop().exit_code == ExitCode.CONFIGURATION


# One bad file costs one file


@needs_two_users
def test_a_file_that_may_not_be_read_stays(ground: Ground, sandbox: Sandbox) -> None:
    """An uploader's mask of 077 keeps no other file waiting; it is reported once a day, and imported once it can be."""
    ground.say(ground.drop_site.telling())
    private = ground.put("private.csv")
    ground.stranger("chmod", "600", private)
    ground.put("other.csv")
    for codes in (["other.csv", "private.csv"], ["private.csv"]):
        finished = ground.drop("--json")
        assert finished.exit_code == ExitCode.USAGE
        assert sorted(places(finished.document)) == codes
    assert private.exists()
    assert "private.csv: It stays where it is: it cannot be read" in finished.stderr
    assert names(sandbox.campaigns()) == ["other.csv 000"]
    told = [message for (message,) in ground.drop_site.messages().values() if message["name"] == "private.csv"]
    assert len(told) == 1
    ground.stranger("chmod", "644", private)
    assert ground.drop().exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 2


@needs_two_users
def test_a_file_that_may_not_be_moved_stays(ground: Ground, sandbox: Sandbox) -> None:
    """In a sticky folder of somebody else a file cannot be taken; one of the importer's own is imported."""
    ground.put("theirs.csv")
    own = ground.put("own.csv")
    os.chown(own, 0, 0)
    os.chown(ground.folder, THIRD, THIRD)
    ground.folder.chmod(0o1777)
    finished = ground.drop("--json")
    assert finished.exit_code == ExitCode.USAGE
    assert places(finished.document) == {"theirs.csv": None, "own.csv": "done"}
    assert "it cannot be moved" in finished.stderr
    assert names(sandbox.campaigns()) == ["own.csv 000"]


def damaged() -> bytes:
    """Return a small .ods whose compressed data are none, by a method that few readers foresee."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<a/>" * 20, zipfile.ZIP_LZMA)
        archive.writestr("content.xml", "<a/>" * 20, zipfile.ZIP_LZMA)
    content = made.getvalue()
    at = content.index(b"META-INF/manifest.xml") + len("META-INF/manifest.xml") + 9
    return content[:at] + b"\xff" * 8 + content[at + 8 :]


def test_one_damaged_file_costs_one_file(ground: Ground, sandbox: Sandbox) -> None:
    """A file that no reader foresaw is quarantined, the others are imported, and the next pass is clean."""
    ground.write(ground.folder / "bad.ods", "")
    (ground.folder / "bad.ods").write_bytes(damaged())
    os.utime(ground.folder / "bad.ods", (1e9, 1e9))
    for number in range(3):
        ground.put(f"good-{number}.csv")
    finished = ground.drop("--json")
    assert finished.exit_code in (ExitCode.UNEXPECTED, ExitCode.USAGE)
    assert places(finished.document) == {
        "bad.ods": "quarantine",
        **{f"good-{number}.csv": "done" for number in range(3)},
    }
    assert ground.drop().exit_code == ExitCode.DONE
    assert len(sandbox.campaigns()) == 3


def test_what_ended_two_passes_goes_to_quarantine(drop_site_on_stub: Ground, stub_server: StubServer) -> None:
    """A file over which two passes were killed that brought it no further is left to a person; the others go on.

    The first of the three here brings it as far as the journal.
    """
    drop_site_on_stub.put("a-bad.csv")
    held, let_go = [], threading.Event()

    def hang(_asked: dict[str, str]) -> Page:
        held.append(1)
        let_go.wait(60)
        return Page(500)

    stub_server.answers["validate"] = hang
    for number in (1, 2, 3):
        drop_site_on_stub.start()
        wait_for(lambda number=number: len(held) == number)
        drop_site_on_stub.kill()
    let_go.set()
    del stub_server.answers["validate"]
    drop_site_on_stub.put("b-good.csv")
    finished = drop_site_on_stub.drop("--json")
    assert finished.exit_code == ExitCode.UNEXPECTED
    assert places(finished.document) == {"a-bad.csv": "quarantine", "b-good.csv": "done"}
    assert "[E214]" in finished.stderr
    assert names(stub_server.campaigns) == ["b-good.csv 000"]


def test_passes_that_bring_a_file_further_are_not_counted(ground: Ground, sandbox: Sandbox) -> None:
    """However often a pass over a long file is killed, it is gone on with, as long as each comes further."""
    ground.put("long.csv", 60)
    sandbox.faults = Faults(latency=0.02)
    for _ in range(4):
        before = len(sandbox.campaigns())
        ground.start("--workers", 1)
        wait_for(lambda before=before: len(sandbox.campaigns()) > before + 3)
        ground.kill()
    sandbox.faults = Faults()
    finished = ground.drop("--json")
    assert places(finished.document) == {"long.csv": "done"}
    assert len(sandbox.campaigns()) == len(set(names(sandbox.campaigns()))) == 60


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_passes_that_end_in_order_are_not_counted(
    drop_site_on_stub: Ground, stub_server: StubServer, number: signal.Signals
) -> None:
    """A timer that ends passes, or a server that is down for nights, brings no file to quarantine."""
    drop_site_on_stub.put("a.csv")
    stub_server.answers["validate"] = lambda _: Page(500)
    for _ in range(4):
        asked = len(stub_server.requests)
        drop_site_on_stub.start()
        wait_for(lambda asked=asked: len(stub_server.requests) > asked)
        os.kill(drop_site_on_stub.drop_site.pid, number)
        assert drop_site_on_stub.drop_site.end().exit_code != ExitCode.DONE
    del stub_server.answers["validate"]
    assert drop_site_on_stub.drop().exit_code == ExitCode.DONE
    assert drop_site_on_stub.drop_site.place("a.csv") == "done"


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_passes_that_a_person_ends_at_once_are_not_counted(
    drop_site_on_stub: Ground, stub_server: StubServer, first: signal.Signals, second: signal.Signals
) -> None:
    """Ctrl-C twice, even within one gesture, or a kill after a request to end, brings no file to quarantine."""
    drop_site_on_stub.put("a.csv")
    held, let_go = [], threading.Event()

    def hang(_asked: dict[str, str]) -> Page:
        held.append(1)
        let_go.wait(60)
        return Page(500)

    stub_server.answers["validate"] = hang
    for number in range(1, 5):
        drop_site_on_stub.start()
        wait_for(lambda number=number: len(held) == number)
        os.kill(drop_site_on_stub.drop_site.pid, first)
        wait_for(lambda: "Stopping" in drop_site_on_stub.drop_site.log.read_text(encoding="utf-8"))
        os.kill(drop_site_on_stub.drop_site.pid, second)
        assert drop_site_on_stub.drop_site.end().exit_code != ExitCode.DONE
    let_go.set()
    del stub_server.answers["validate"]
    assert drop_site_on_stub.drop().exit_code == ExitCode.DONE
    assert drop_site_on_stub.drop_site.place("a.csv") == "done"
