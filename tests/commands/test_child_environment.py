"""What programs that we start may see: the reader of strangers' files, and the commands that notify people."""

import ast
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from importer.notify import Channel, Command
from importer.sandbox import Sandbox
from importer.security.environment import child_environment
from tests.support.clocks import Clock
from tests.support.notifications import message, outbox
from tests.support.paths import ROOT
from tests.support.program import Program
from tests.support.tables import HEADINGS, ROW, write_table

SECRETS = {
    "CAMPAIGN_IMPORTER_PASSWORD": "hunter2-a",
    "CAMPAIGN_IMPORTER_MAIL_PASSWORD": "hunter2-b",
    "CAMPAIGN_IMPORTER_WEBHOOK_SECRET": "hunter2-c",
    "CAMPAIGN_IMPORTER_OTHER_TOKEN": "hunter2-d",
    "campaign_importer_api_key": "hunter2-e",
}
PLAIN = {"CAMPAIGN_IMPORTER_PASSWORD_FILE": "/etc/secret", "CAMPAIGN_IMPORTER_URL": "https://x", "MY_OWN": "kept"}

SPY = """
import json, os, sys
with open(os.environ["SPY"], "a") as file:
    file.write(json.dumps(dict(os.environ)) + "\\n")
"""
"""What every Python process that is started does first, where this is on its path as `sitecustomize`."""


def test_secrets_stay_and_all_else_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every variable of ours that holds a secret is left out, in any letters; names of files are none."""
    for name, text in (SECRETS | PLAIN).items():
        monkeypatch.setenv(name, text)
    given = child_environment({"MORE": "1"})
    assert not given.keys() & SECRETS.keys()
    assert {name: given[name] for name in PLAIN} == PLAIN
    assert given["MORE"] == "1"


@pytest.fixture
def spied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, str]]]:
    """The environments of all Python processes that are started meanwhile; the secrets are in that of this one."""
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy" / "sitecustomize.py").write_text(SPY)
    log = tmp_path / "spy" / "log"
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'spy'}")
    monkeypatch.setenv("SPY", str(log))
    for name, text in SECRETS.items():
        monkeypatch.setenv(name, text)
    return lambda: [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


@pytest.mark.parametrize("command", ["validate", "show", "profiles", "plan", "import"])
def test_the_reader_of_strangers_files_knows_no_secret(
    program: Program,
    sandbox: Sandbox,
    here: Path,
    spied: Callable[[], list[dict[str, str]]],
    command: str,
) -> None:
    """Whichever command reads a workbook, the process that does has none of our secrets."""
    path = write_table(here / "a.xlsx", HEADINGS, [ROW])
    first = ("init",) if command == "profiles" else ()
    program(command, *first, path, *(["--yes"] if command == "import" else []))
    seen = spied()
    assert seen, "no process was started"
    assert [name for one in seen for name in one if "hunter2" in one[name]] == []


def test_a_command_that_is_told_knows_no_secret(here: Path, spied: Callable[[], list[dict[str, str]]]) -> None:
    """Nor does a command that notifies people."""
    box = outbox(Clock(), here / "outbox")
    box.put(message())
    assert box.deliver([Channel("command", Command(arguments=(sys.executable, "-c", "pass")))]) == []
    (seen,) = spied()
    assert "CAMPAIGN_IMPORTER_DELIVERY" in seen
    assert [name for name in seen if "hunter2" in seen[name]] == []


def test_every_process_gets_that_environment() -> None:
    """Whoever starts a process says which environment it gets, and there is one function that makes these."""
    starts = []
    for path in sorted((ROOT / "importer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called.startswith(("subprocess.", "os.exec", "os.spawn")) and called != "subprocess.list2cmdline":
                assert isinstance(node, ast.Call)
                (env,) = [ast.unparse(one.value) for one in node.keywords if one.arg == "env"] or ["none"]
                starts.append((path.name, env))
    assert {name for name, _ in starts} == {"command.py", "process.py"}
    assert all(env == "_environment()" or env.startswith("child_environment(") for _, env in starts)
