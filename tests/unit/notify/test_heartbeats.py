"""The sign of life: a file that is always whole, or a request that never raises."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import pytest

from importer.model import ExitCode
from importer.notify import Address, Heartbeat, heartbeat
from tests.support.notifications import make_certificate, receiver
from tests.support.servers import free_port

BEAT = Heartbeat(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), ExitCode.SOME_WRONG, {"done": 3, "failed": 1})
DOCUMENT = {"time": "2026-11-23T03:00:00+00:00", "exit_code": 4, "counts": {"done": 3, "failed": 1}}


def test_a_file_says_when_and_how(here: Path) -> None:
    """The file holds time, exit code and counts as JSON, takes the place of the last one, and others may read it."""
    path = here / "heartbeat.json"
    path.write_text("old")
    assert heartbeat(path, BEAT) is None
    assert json.loads(path.read_text()) == DOCUMENT
    assert path.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in here.iterdir()] == ["heartbeat.json"]


def test_nobody_sees_half_a_file(here: Path) -> None:
    """Who looks while it is written over and over finds a whole document every time."""
    path, done, seen = here / "heartbeat.json", Event(), []
    heartbeat(path, BEAT)

    def look() -> None:
        while not done.is_set():
            seen.append(path.read_bytes())

    watcher = Thread(target=look)
    watcher.start()
    for number in range(100):
        heartbeat(path, Heartbeat(BEAT.time, 0, {"done": 10**number}))
    done.set()
    watcher.join()
    assert seen
    assert all(json.loads(one) for one in seen)


def test_a_file_that_cannot_be_written(here: Path) -> None:
    """A folder that is missing is a sentence; what was there stays, and nothing half-written is left."""
    told = heartbeat(here / "missing" / "heartbeat.json", BEAT)
    assert told is not None
    assert f"The heartbeat {here / 'missing' / 'heartbeat.json'} cannot be written (No such file" in told
    (here / "folder").mkdir()
    assert heartbeat(here / "folder", BEAT) is not None
    assert [one.name for one in here.iterdir()] == ["folder"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_is_asked(method: str) -> None:
    """GET asks the address alone, POST sends the sign of life as JSON."""
    with receiver() as there:
        assert heartbeat(Address(there.url, method), BEAT) is None  # type: ignore[arg-type]
    (got,) = there.requests
    assert (got.method, got.path) == (method, "/hooks/T0KEN?key=T0KEN")
    assert got.body == b"" if method == "GET" else json.loads(got.body) == DOCUMENT


@pytest.mark.parametrize("answer", [500, 404, 302, "reset", "hang"])
def test_an_address_that_fails_is_a_sentence(answer: object) -> None:
    """A failure is reported without the address, which may be secret, and asked once: the next pass comes anyway."""
    with receiver() as there:
        there.answers = [answer]
        told = heartbeat(Address(there.url, timeout=0.2), BEAT)
    assert told is not None
    assert told.startswith("The heartbeat was not sent: 127.0.0.1 ")
    assert "T0KEN" not in told
    assert len(there.requests) == 1


def test_nobody_there_or_no_address(tmp_path: Path) -> None:
    """Nobody there, an unknown certificate, no address, or one that is not encrypted: each is a sentence."""
    assert "refused the connection" in str(heartbeat(Address(f"http://127.0.0.1:{free_port()}/"), BEAT))
    assert "That is not a valid address" in str(heartbeat(Address("nonsense"), BEAT))
    assert "not encrypted" in str(heartbeat(Address("http://beats.example.com/T0KEN"), BEAT))
    assert "T0KEN" not in repr(Address("https://beats.example.com/T0KEN"))
    with receiver(make_certificate(tmp_path)) as there:
        assert "certificate" in str(heartbeat(Address(f"https://127.0.0.1:{there.port}/"), BEAT))
    assert there.requests == []
