"""The help: every command has one, and it is that of the golden file."""

import os

import click
import pytest
from click.testing import CliRunner
from conftest import GOLDEN, Program

from importer import options
from importer.cli import cli

COMMANDS = sorted(cli.commands)
REGENERATE = os.environ.get("REGENERATE") == "1"


def test_the_commands_are_those_that_are_promised() -> None:
    """Nothing is missing."""
    assert set(COMMANDS) >= {"validate", "plan", "apply", "import", "runs", "template", "sandbox", "demo"}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help(bare: Program, command: str, flag: str) -> None:
    """--help and -h show what a command does, and end with 0."""
    told = bare(command, flag)
    assert told.exit_code == 0
    assert told.stdout.startswith(f"Usage: cli {command} [OPTIONS]")
    assert told.stderr == ""


def test_all_help_is_that_of_the_golden_file() -> None:
    """A change of any help text is seen; REGENERATE=1 writes the file anew."""
    blocks = []
    for arguments in [[], *([command] for command in COMMANDS)]:
        result = CliRunner().invoke(
            cli, [*arguments, "--help"], prog_name="campaign-importer", env={"COLUMNS": "100"}, terminal_width=100
        )
        blocks.append(f"$ {' '.join(['campaign-importer', *arguments, '--help'])}\n{result.stdout}")
    text = "\n".join(blocks)
    path = GOLDEN / "help.txt"
    if REGENERATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    """Each option has a help text of its own, which ends like a sentence or a default."""
    for parameter in cli.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.rstrip()[-1] in ".]", parameter.name


COMMON = {
    "url",
    "username",
    "password_file",
    "server",
    "config",
    "timeout",
    "workers",
    "results",
    "journal",
    "json",
    "quiet",
    "verbose",
    "no_color",
}


@pytest.mark.parametrize(
    ("command", "more"), [("plan", {"sheet", "default"}), ("apply", set()), ("import", {"yes", "sheet", "default"})]
)
def test_the_commands_that_send_have_all_common_options(command: str, more: set[str]) -> None:
    """No common option is missing where it means something."""
    assert {parameter.name for parameter in cli.commands[command].params} >= COMMON | more


def test_no_option_takes_a_password() -> None:
    """A password on a command line could be read by everybody on the machine."""
    names = {option for command in cli.commands.values() for one in command.params for option in one.opts}
    assert not {name for name in names if "password" in name} - {"--password-file"}


@pytest.mark.parametrize("command", COMMANDS)
def test_options_come_from_variables_too(command: str) -> None:
    """What is an option for settings has its variable, named after it."""
    for parameter in cli.commands[command].params:
        if parameter.envvar:
            assert parameter.envvar == f"CAMPAIGN_IMPORTER_{(parameter.name or '').upper()}"
        known = options._names | {"config"}
        assert (parameter.name in known) is bool(parameter.envvar), parameter.name


WITHOUT_A_VARIABLE = {
    "row",
    "campaign_id",
    "not_created",
    "host",
    "port",
    "database",
    "faults",
    "modes",
    "allow_remote",
    "raw",
    "all_sheets",
}


def test_which_options_have_no_variable() -> None:
    """Only what belongs to one row, or to the stand-in server, is a matter of the command line alone."""
    without = {
        parameter.name
        for command in cli.commands.values()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.envvar and parameter.name != "help"
    }
    assert without == WITHOUT_A_VARIABLE
