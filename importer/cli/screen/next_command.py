"""The command line to type next, with the options that were given on this one."""

from collections.abc import Iterator

import click

from importer.cli.values import resolve
from importer.journal import command_line
from importer.model import PROGRAM

OF_ONE_COMMAND = frozenset(("results", "rejects", "report", "yes", "json", "quiet", "verbose", "no_color"))
"""Options about what one command shows, asks and writes; they are not passed to the next one."""


def next_command(context: click.Context, command: str, *words: object, **options: object) -> str:
    """Return the line that starts another command, as it can be copied into a shell.

    `words` follow the command's name, `options` are its options by the names of their parameters. Options that were
    given on the command line of `context` and that the other command has too are included.
    """
    group = context.find_root().command
    assert isinstance(group, click.Group)  # noqa: S101 -- for the type checker
    theirs = {one.name: one for one in group.commands[command].params if isinstance(one, click.Option)}
    given = {**_given(context), **options}
    rest = [word for name, value in given.items() if name in theirs for word in _written(theirs[name], value)]
    own = list(map(str, words))
    if any(word.startswith("-") for word in own):
        return command_line([PROGRAM, command, *rest, "--", *own])
    return command_line([PROGRAM, command, *own, *rest])


def _given(context: click.Context) -> dict[str, object]:
    taken = resolve.given(context) - OF_ONE_COMMAND
    return {name: value for name, value in context.params.items() if name in taken}


def _written(option: click.Option, value: object) -> Iterator[str]:
    for one in value if isinstance(value, tuple) else (value,):
        yield option.opts[0]
        if not option.is_flag:
            yield str(one)
