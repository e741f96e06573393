"""Fixtures: a world of the test's own, the command line, servers, and files. What they are made of is in `support`."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keyring
import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from keyring.backends.null import Keyring as NullKeyStore

from importer.sandbox import Sandbox
from importer.shutdown import Stop
from tests.support.forked import RealPopen, forked_processes
from tests.support.in_process import InProcessImporter
from tests.support.key_store import PLACE, FileKeyStore
from tests.support.processes import ProcessPool
from tests.support.program import Program
from tests.support.servers import Listener, StubServer
from tests.support.signals import usual_signals
from tests.support.soak import Soak
from tests.support.tables import HEADINGS, ROW, write_table
from tests.support.thorough import FULL

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", PATIENT, derandomize=True, max_examples=FULL * 4 // 10)
settings.register_profile("other", PATIENT, derandomize=False, max_examples=FULL)
settings.load_profile("same")
"""`make test` tries the same examples each time, so that a change is judged by itself; `make soak` tries others, and
more of them.

No example has to be fast: other work may run beside the tests.
"""

SOAKING_SINCE = pytest.StashKey[float]()

IN_MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 2 << 30
"""Bytes: what the tests write at the same time, with much to spare."""


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room: each commit of a journal waits for a disk otherwise."""
    if os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM_IN_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that bounds what `-m soak` starts."""
    parser.addoption("--soak-minutes", type=float, default=60.0, help="How long the tests of `-m soak` take in all.")


@pytest.fixture
def soak(request: pytest.FixtureRequest) -> Soak:
    """How long a test of `make soak` may go on: it has its share of what is left of --soak-minutes."""
    if "soak" not in (request.config.getoption("markexpr") or ""):
        pytest.skip("takes long; `make soak` starts it")
    tests = [item for item in request.session.items if item.get_closest_marker("soak")]
    now = time.monotonic()
    since = request.session.stash.setdefault(SOAKING_SINCE, now)
    left = since + request.config.getoption("soak_minutes") * 60 - now
    return Soak(now + left / (len(tests) - tests.index(request.node)))


@pytest.fixture(autouse=True, scope="session")
def quick_starts() -> Iterator[None]:
    """Let commands and reading processes start at once, where the system allows it.

    They do so in tests that run in the background, too, where a process that is started in earnest ignores Ctrl-C.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    with usual_signals(), forked_processes():
        yield


@pytest.fixture
def real_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each process in earnest: the test is about how one begins."""
    monkeypatch.setattr("subprocess.Popen", RealPopen)


@pytest.fixture(autouse=True)
def own_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test an empty folder to work in and a home of its own; nothing of the real ones counts."""
    for name in list(os.environ):
        if name.startswith("CAMPAIGN_IMPORTER_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    here = tmp_path / "here"
    temporary = tmp_path / "tmp"
    for folder in (home, here, temporary):
        folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("HOME", str(home))
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def here(own_world: Path) -> Path:
    """The folder that the test works in."""
    return own_world


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A stand-in server as the documentation has it."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Where the test's journal is."""
    return tmp_path / "journal" / "journal.sqlite3"


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let long work run at full speed: coverage is not measured meanwhile, in no process."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
        monkeypatch.delenv(name)
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()


@pytest.fixture
def bare() -> Program:
    """The command line with no settings at all."""
    return Program()


@pytest.fixture
def program(sandbox: Sandbox, journal: Path) -> Program:
    """The command line, set up for the sandbox and a journal of the test's own, and never waiting for long."""
    return Program(
        {"url": sandbox.url, "username": "admin", "journal": str(journal), "settle-wait": "0", "timeout": "5"}
    )


@pytest.fixture
def process_pool() -> Iterator[ProcessPool]:
    """What starts commands as processes, one after the other."""
    with ProcessPool() as running:
        yield running


@pytest.fixture
def table(here: Path) -> Callable[..., Path]:
    """Write a table into the test's folder: `table(name, headings, *rows)`, or `table()` for one good row."""

    def write(name: str = "campaigns.csv", headings: Sequence[str] = HEADINGS, *rows: Sequence[str]) -> Path:
        return write_table(here / name, headings, rows or [ROW])

    return write


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A web server that is not a phone system."""
    with Listener().listening() as running:
        yield running


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the program's waits take no time; return how long each was to be."""
    waits: list[float] = []

    def sleep(stop: Stop, seconds: float) -> None:
        waits.append(seconds)
        stop.check()

    monkeypatch.setattr(Stop, "sleep", sleep)
    return waits


@pytest.fixture
def stub_server() -> Iterator[StubServer]:
    """A server made to order."""
    with StubServer().running() as running:
        yield running


@pytest.fixture
def sandbox_importer(sandbox: Sandbox, journal: Path) -> InProcessImporter:
    """A journal and the sandbox."""
    return InProcessImporter(journal, sandbox.url)


@pytest.fixture
def stub_importer(stub_server: StubServer, journal: Path) -> InProcessImporter:
    """A journal and the server made to order."""
    return InProcessImporter(journal, stub_server.url)


@pytest.fixture
def project(here: Path) -> Path:
    """The settings file in the folder that the test works in."""
    return here / "campaign-importer.toml"


@pytest.fixture
def user(own_world: Path, tmp_path: Path) -> Path:
    """The settings file in the user's config directory."""
    folder = tmp_path / "home" / "config" / "campaign-importer"
    folder.mkdir(parents=True)
    return folder / "campaign-importer.toml"


@pytest.fixture
def key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a key store that is used in this process and in those that are started."""
    place = tmp_path / "key-store" / "kept.json"
    place.parent.mkdir()
    monkeypatch.setenv(PLACE, str(place))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.support.key_store.FileKeyStore")
    keyring.set_keyring(FileKeyStore())
    yield place
    keyring.set_keyring(NullKeyStore())
