"""Starting and configuring the stand-in server: settings as text, the loopback guard, its own process."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from importer.sandbox import Account, Config, Faults, Modes, Sandbox, run
from importer.sandbox.__main__ import main
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE

LOGIN = {"auth_username": "admin", "auth_password": "secret"}


def listed(url: str, **login: str) -> str:
    """Call the list function below a base URL and return the code of the answer."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}bulk/campaigns/list?{urlencode({**LOGIN, **login})}")
    code = json.loads(connection.getresponse().read())["responses"][0]["code"]
    connection.close()
    return str(code)


def test_faults_from_text() -> None:
    """Faults and their settings are read from a line of text."""
    faults = Faults.parse(
        "late=0.05, cut=0.1,seed=3,latency=0.2,retry_after=4,retry_after_as_date=yes,actions=create+list"
    )
    assert faults == Faults(
        late=0.05,
        cut=0.1,
        seed=3,
        latency=0.2,
        retry_after=4,
        retry_after_as_date=True,
        actions=frozenset({"create", "list"}),
    )
    assert Faults.parse("") == Faults()


def test_modes_from_text() -> None:
    """Modes are read from a line of text."""
    assert Modes.parse("ids=string,responses=object,strict=yes") == Modes("string", responses="object", strict=True)
    assert Modes.parse("strict=0") == Modes()
    lists = Modes.parse("list_first=20,list_last=5,list_late=0.5,list_none=yes,absent=get+delete,create_id=7")
    assert lists == Modes(
        list_first=20, list_last=5, list_late=0.5, list_none=True, absent=frozenset({"get", "delete"}), create_id=7
    )
    numbers = Modes.parse(
        "lists=list+destinations/list,bad_numbers=09.*|666,spelling=plus,country_code=1,count_twice=1"
    )
    assert numbers == Modes(
        lists=frozenset({"list", "destinations/list"}),
        bad_numbers="09.*|666",
        spelling="plus",
        country_code=1,
        count_twice=True,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("melted=1", "'melted' is not a known fault; the known names are throttled, unavailable,"),
        ("late", "'late' needs a value.*the known names are"),
        ("late=often", "late=often is not a number"),
        ("seed=1.5", "seed=1.5 is not a number"),
        ("late=0.6,cut=0.6", "add up to more than 1"),
        ("late=-0.1", "must not be negative"),
        ("latency=-1", "must not be negative"),
        ("actions=dial", "'dial' is not a known action; the known names are create,"),
    ],
)
def test_bad_faults(text: str, message: str) -> None:
    """Bad faults raise a ValueError whose sentence helps."""
    with pytest.raises(ValueError, match=message):
        Faults.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour=red", "'colour' is not a known mode; the known names are ids, codes,"),
        ("ids=roman", "ids=roman is unknown; ids is one of number, string"),
        ("strict=perhaps", "neither yes nor no"),
        ("list_none=perhaps", "neither yes nor no"),
        ("list_first=few", "list_first=few is not a number"),
        ("list_late=-1", "list_late=-1.0 must not be negative"),
        ("absent_as=never", "absent_as is one of page, unknown"),
        ("absent=dial", "'dial' is not a known action"),
        ("lists=update", "'update' is not a known list; the known names are list, destinations/list"),
        ("bad_numbers=(", r"bad_numbers=\( is not a regular expression: missing \)"),
    ],
)
def test_bad_modes(text: str, message: str) -> None:
    """Bad modes raise a ValueError whose sentence helps."""
    with pytest.raises(ValueError, match=message):
        Modes.parse(text)


def test_bad_scripts() -> None:
    """A script for an unknown action or with an unknown fault is refused as a whole."""
    with Sandbox() as sandbox:
        with pytest.raises(ValueError, match="'dial' is not a known action"):
            sandbox.script("dial", [None])
        with pytest.raises(ValueError, match="'melted' is not a known fault"):
            sandbox.script("list", ["throttled", "melted"])
        assert listed(sandbox.url) == "200"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com", ""])
def test_loopback_guard(host: str) -> None:
    """A host that is not loopback needs express permission."""
    with pytest.raises(ValueError, match="only listens on this machine"):
        Sandbox(host=host)
    assert Config(host=host, allow_remote=True).host == host


def test_remote_when_allowed() -> None:
    """With permission the sandbox listens on every address."""
    with Sandbox(host="0.0.0.0", allow_remote=True) as sandbox:
        assert listed(f"http://127.0.0.1:{sandbox.port}/api/json/") == "200"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_loopback_hosts(host: str) -> None:
    """Every spelling of loopback works, and the URL fits it."""
    with Sandbox(host=host) as sandbox:
        assert sandbox.url == sandbox.host_url + "/api/json/"
        assert listed(sandbox.url) == "200"


def test_port_that_is_taken() -> None:
    """A port that cannot be had is an error at the start, not a hanging test."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="address already in use"):
        Sandbox(port=taken.getsockname()[1]).__enter__()
    with pytest.raises(OverflowError):
        Sandbox(port=70_000).__enter__()


def test_end_with_a_client_connected() -> None:
    """The end of the block hangs up on clients that are still connected."""
    with Sandbox() as sandbox:
        client = socket.create_connection(("127.0.0.1", sandbox.port), timeout=PATIENCE)
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        client.recv(65536)
    with client, suppress(ConnectionResetError):
        assert client.recv(1) == b""


def test_accounts_and_forbidden_customers_of_ones_own() -> None:
    """Accounts and the customers without campaigns can be set."""
    accounts = [Account("boss", "word", "administrator", 5, (6,))]
    with Sandbox(accounts=accounts, forbidden_customers={6}) as sandbox:
        assert listed(sandbox.url) == "401"
        assert listed(sandbox.url, auth_username="boss", auth_password="word", customer="6") == "200"
        assert listed(sandbox.url, auth_username="boss", auth_password="word", customer="1") == "400"


def test_settings_can_be_read_back() -> None:
    """Faults and modes in force can be read and replaced while the sandbox runs."""
    with Sandbox(faults=Faults(seed=4), modes=Modes(ids="string")) as sandbox:
        assert (sandbox.faults.seed, sandbox.modes.ids) == (4, "string")
        sandbox.faults, sandbox.modes = Faults(), Modes()
        assert (sandbox.faults, sandbox.modes) == (Faults(), Modes())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_run_until_a_signal(number: signal.Signals) -> None:
    """`run` reports its URL, serves until SIGINT or SIGTERM, and gives the signal handlers back."""
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    codes: list[str] = []

    def visit(url: str) -> None:
        codes.append(listed(url))
        os.kill(os.getpid(), number)

    visitors: list[threading.Thread] = []

    def on_ready(url: str) -> None:
        visitors.append(threading.Thread(target=visit, args=(url,)))
        visitors[0].start()

    run(Config(), on_ready)
    visitors[0].join()
    assert codes == ["200"]
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_process_of_its_own(tmp_path: Path) -> None:
    """`python -m importer.sandbox` prints one line, the URL, fills the ready file and ends on SIGTERM."""
    ready, database = tmp_path / "ready", tmp_path / "sandbox.sqlite"
    command = [sys.executable, "-m", "importer.sandbox", "--database", str(database), "--ready-file", str(ready)]
    options = ["--faults", "throttled=0", "--seed", "3", "--late-by", "1.0", "--latency", "0.01", "--no-log"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        url = process.stdout.readline()
        assert ready.read_text() == url
        assert listed(url.strip()) == "200"
        process.terminate()
        assert process.stdout.read() == ""
    assert process.returncode == 0
    assert database.exists()


def test_options_become_the_configuration(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The options end up in the configuration; without a ready file the URL is only printed."""
    configs: list[Config] = []

    def stand_in(config: Config, on_ready: Callable[[str], None]) -> None:
        configs.append(config)
        on_ready("http://here/")

    monkeypatch.setattr("importer.sandbox.__main__.run", stand_in)
    main(["--faults", "late=0.05,seed=1", "--seed", "3", "--late-by", "0.5", "--modes", "ids=string", "--no-log"])
    assert configs == [
        Config(faults=Faults(late=0.05, seed=3, late_by=0.5), modes=Modes(ids="string"), log_requests=False)
    ]
    assert capsys.readouterr().out == "http://here/\n"


@pytest.mark.parametrize("arguments", [["--faults", "melted=1"], ["--modes", "a=b"], ["--host", "192.0.2.1"]])
def test_bad_options(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A bad option ends the command with status 2 and the sentence."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err
