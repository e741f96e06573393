"""`help`: the help of a command, or of the program."""

from dataclasses import dataclass

import click

from importer.cli.screen.screen import Screen
from importer.cli.values.common import Values
from importer.model import ExitCode


@dataclass(frozen=True, kw_only=True)
class HelpValues(Values):
    """What `help` takes."""

    command: str | None


def run(values: HelpValues, screen: Screen) -> ExitCode:  # noqa: ARG001 -- as every command is called
    """Print the help. Raises click.UsageError for a command that does not exist."""
    program = click.get_current_context().find_root()
    if values.command is None:
        click.echo(program.get_help())
        return ExitCode.DONE
    group = program.command
    assert isinstance(group, click.Group)  # noqa: S101 -- for the type checker
    name, command, _ = group.resolve_command(program, [values.command])
    assert command is not None  # noqa: S101 -- for the type checker
    click.echo(command.context_class(command, parent=program, info_name=name).get_help())
    return ExitCode.DONE
