"""Completion: the Tab key knows the commands, the options, the files and the runs, and never gets in the way."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from docs.make_reference import COMPLETION
from importer.cli import cli
from tests.support.paths import ROOT
from tests.support.processes import PATIENCE
from tests.support.program import PASSWORD, Program

Table = Callable[..., Path]
PATHS = sorted(
    {one.opts[0] for command in cli.commands.values() for one in command.params if type(one.type) is click.Path}
)
SLOW = {"pandas", "numpy", "pandera", "requests", "rich", "openpyxl", "jinja2", "lxml"}


class Shell:
    """A world in which `campaign-importer` is an installed script, and its completion is asked for as shells do."""

    def __init__(self, folder: Path) -> None:
        tools = folder / "bin"
        tools.mkdir()
        script = tools / "campaign-importer"
        code = "import sys; sys.argv[0] = 'campaign-importer'; from importer.cli import main; main()"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            command,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def complete(self, line: str, shell: str = "bash", **variables: str) -> list[str]:
        """Return what a shell gets for a line whose last word is to be completed; all else is silent."""
        words = line.split(" ")
        done = self.run(
            "campaign-importer",
            _CAMPAIGN_IMPORTER_COMPLETE=f"{shell}_complete",
            COMP_WORDS=line,
            COMP_CWORD=words[-1] if shell == "fish" else str(len(words) - 1),
            **variables,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    def offered(self, line: str, **variables: str) -> list[str]:
        """Return the words that bash would offer."""
        return [one.removeprefix("plain,") for one in self.complete(line, **variables) if one.startswith("plain,")]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell that finds the program."""
    return Shell(tmp_path)


def test_commands_are_completed(shell: Shell) -> None:
    """All commands are offered, and with some letters those that begin so."""
    assert set(shell.offered("campaign-importer ")) == set(cli.commands)
    assert shell.offered("campaign-importer va") == ["validate"]


def test_options_are_completed(shell: Shell) -> None:
    """After two dashes every option of the command is offered."""
    expected = {one.opts[0] for one in cli.commands["import"].params if isinstance(one, click.Option)}
    assert set(shell.offered("campaign-importer import --")) == expected | {"--help", "--help-all"}


@pytest.mark.parametrize("command", ["show", "validate", "plan", "import", "template"])
def test_files_are_completed(shell: Shell, command: str) -> None:
    """Where a file is meant, the shell completes its name as it always does."""
    assert [one.partition(",")[0] for one in shell.complete(f"campaign-importer {command} cam")] == ["file"]


def test_more_files_are_completed(shell: Shell) -> None:
    """After a first file a second one is offered too."""
    assert [one.partition(",")[0] for one in shell.complete("campaign-importer import a.csv ")] == ["file"]


@pytest.mark.parametrize("option", [one for one in PATHS if one.startswith("--")])
def test_files_of_options_are_completed(shell: Shell, option: str) -> None:
    """The value of every option that names a file is completed as a file's name."""
    command = next(name for name, one in cli.commands.items() if any(option in found.opts for found in one.params))
    assert [one.partition(",")[0] for one in shell.complete(f"campaign-importer {command} {option} ")] == ["file"]


@pytest.fixture
def two_runs(program: Program, table: Table) -> list[str]:
    """The IDs of two runs in the journal, the newest first."""
    first, second = (program("plan", table(name), "--json").document["run"] for name in ("a.csv", "b, c.csv"))
    return [second, first]


@pytest.mark.parametrize("command", ["apply", "runs", "enable", "disable", "settle"])
def test_runs_are_completed(shell: Shell, two_runs: list[str], journal: Path, command: str) -> None:
    """Where a run is meant, those of the journal are offered, the newest first."""
    assert shell.offered(f"campaign-importer {command} --journal {journal} ") == two_runs


def test_runs_that_begin_so(shell: Shell, two_runs: list[str], journal: Path) -> None:
    """With some letters, the runs that begin so are offered."""
    assert shell.offered(f"campaign-importer runs --journal {journal} {two_runs[0][:-1]}") == two_runs[:1]
    assert shell.offered(f"campaign-importer runs --journal {journal} x") == []


def test_the_journal_comes_from_the_settings_too(shell: Shell, two_runs: list[str], journal: Path, here: Path) -> None:
    """The journal is the one that the command itself would use: from a variable, or a settings file."""
    assert shell.offered("campaign-importer apply ", CAMPAIGN_IMPORTER_JOURNAL=str(journal)) == two_runs
    (here / "mine.toml").write_text(f'journal = "{journal}"\n', encoding="utf-8")
    assert shell.offered("campaign-importer apply ", CAMPAIGN_IMPORTER_CONFIG=str(here / "mine.toml")) == two_runs


@pytest.mark.parametrize("name", ["zsh", "fish"])
def test_shells_that_can_show_the_file_of_a_run(shell: Shell, two_runs: list[str], journal: Path, name: str) -> None:
    """Where a shell shows more than the word, a run has its time and its file."""
    told = "\n".join(shell.complete("campaign-importer apply ", name, CAMPAIGN_IMPORTER_JOURNAL=str(journal)))
    assert "a.csv" in told
    assert "b, c.csv" in told


@pytest.mark.parametrize(("name", "lines"), [("zsh", 3), ("fish", 1)])
def test_a_name_of_two_lines_is_told_in_one(
    shell: Shell, program: Program, table: Table, journal: Path, name: str, lines: int
) -> None:
    """What shells read line by line is not upset by a file whose name has two."""
    run = program("plan", table("a\nb.csv"), "--json").document["run"]
    told = shell.complete("campaign-importer apply ", name, CAMPAIGN_IMPORTER_JOURNAL=str(journal))
    assert len(told) == lines
    assert any(run in line for line in told)
    assert any("a b.csv" in line for line in told)


def test_no_journal_is_made(shell: Shell, here: Path) -> None:
    """Without a journal no run is offered, and asking for one leaves none behind."""
    assert shell.complete("campaign-importer apply --journal there.sqlite3 ") in ([], [""])
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("journal", b"no journal at all " * 50), ("journal", b""), ("campaign-importer.toml", b"journal = [")],
)
def test_what_cannot_be_read_is_no_matter(shell: Shell, here: Path, name: str, content: bytes) -> None:
    """A journal or settings that cannot be used mean no completion, not a word, and are left as they are."""
    (here / name).write_bytes(content)
    journal = [] if name.endswith("toml") else ["--journal", name]
    assert shell.complete(" ".join(["campaign-importer", "apply", *journal, ""])) in ([], [""])
    assert {one.name: one.read_bytes() for one in here.iterdir()} == {name: content}


@pytest.mark.parametrize(
    "line", ["nosuch ", "--nosuch ", "plan --workers none ", "plan --max-rows x --", "sandbox --port "]
)
def test_wrong_lines_are_no_matter(shell: Shell, line: str) -> None:
    """A line that the program would refuse is completed as far as it can be, without a word."""
    assert isinstance(shell.complete(f"campaign-importer {line}"), list)


@pytest.mark.parametrize(("line", "more"), [("campaign-importer va", {"sqlite3"}), ("campaign-importer runs ", set())])
def test_completion_needs_nothing_slow(journal: Path, two_runs: list[str], line: str, more: set[str]) -> None:
    """Completing imports nothing that reads spreadsheets or speaks to servers; commands need no journal either."""
    code = (
        "import sys\nfrom importer.cli import main\nsys.argv = ['campaign-importer']\n"
        "try: main()\nexcept SystemExit: sys.exit(' '.join(sys.modules))"
    )
    variables = {
        "_CAMPAIGN_IMPORTER_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": "1" if line.endswith("va") else "2",
        "CAMPAIGN_IMPORTER_JOURNAL": str(journal),
        "PYTHONPATH": str(ROOT),
    }
    # What measures coverage in a separate process imports a good deal itself.
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={**bare, **variables}
    )
    assert done.stdout.split() == (["plain,validate"] if line.endswith("va") else [f"plain,{run}" for run in two_runs])
    assert set(done.stderr.split()) & (SLOW | more) == set()


def test_no_password_is_needed_or_told(shell: Shell, two_runs: list[str], journal: Path) -> None:
    """Completion asks for no password and shows none."""
    variables = {"CAMPAIGN_IMPORTER_PASSWORD": PASSWORD, "CAMPAIGN_IMPORTER_JOURNAL": str(journal)}
    assert PASSWORD not in "".join(shell.complete("campaign-importer apply ", "zsh", **variables))


def in_shell(shell: Shell, name: str, *after: str) -> subprocess.CompletedProcess[str]:
    """Run the documented line in a shell that is installed, and then some more."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    plain = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[name]
    return shell.run(name, *plain, "-c", "\n".join([COMPLETION[name][1], *after]))


def test_the_line_for_bash(shell: Shell) -> None:
    """The documented line, run by bash, registers the completion."""
    done = in_shell(shell, "bash", "complete -p campaign-importer")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "complete -o nosort -F _campaign_importer_completion campaign-importer"


def test_bash_completes(shell: Shell) -> None:
    """What bash calls for the Tab key fills in the command."""
    done = in_shell(
        shell,
        "bash",
        "COMP_WORDS=(campaign-importer va) COMP_CWORD=1",
        "_campaign_importer_completion campaign-importer",
        'echo "${COMPREPLY[@]}"',
    )
    assert (done.stdout, done.stderr) == ("validate\n", "")


def test_the_line_for_zsh(shell: Shell) -> None:
    """The documented line, run by zsh once its completion is on, registers the completion."""
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    lines = ["autoload -U compinit", "compinit -u -D", COMPLETION["zsh"][1], "echo $_comps[campaign-importer]"]
    done = shell.run("zsh", "-f", "-c", "\n".join(lines))
    assert (done.stdout, done.stderr) == ("_campaign_importer_completion\n", "")


def test_the_line_for_fish(shell: Shell) -> None:
    """The documented line, run by fish, registers the completion, and it completes."""
    done = in_shell(shell, "fish", "complete --do-complete 'campaign-importer va'")
    assert done.stdout.split()[0] == "validate"
    assert done.stderr == ""


@pytest.mark.parametrize("name", COMPLETION)
def test_every_shell_has_its_script(shell: Shell, name: str) -> None:
    """The script for each shell names the program and its variable."""
    done = shell.run("campaign-importer", _CAMPAIGN_IMPORTER_COMPLETE=f"{name}_source")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_CAMPAIGN_IMPORTER_COMPLETE={name}_complete" in done.stdout
    assert "campaign-importer" in done.stdout
