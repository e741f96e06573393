"""The program as click knows it: its commands and their help. What a command needs is imported when it is run."""

from collections.abc import Iterator, Mapping

import click

from importer.cli.help.examples import FIRST_STEPS
from importer.cli.help.layout import CONTEXT, MORE, HelpContext, write_epilog, write_examples
from importer.cli.help.summaries import GROUPS, SUMMARIES
from importer.model import PROGRAM, __version__

PROCESS = object()
"""What `cli` is given as its `obj` where the process is the program's: its commands hear the signals that end it."""


class GroupWithExamples(click.Group):
    """The program, whose help begins with examples too, and lists its commands in the order of the work."""

    context_class = HelpContext

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; nothing at all asks for the help, which is not a mistake."""
        return super().parse_args(ctx, args or ["--help"])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program does, and the first steps."""
        super().format_help_text(ctx, formatter)
        write_examples(formatter, FIRST_STEPS)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, which come before the options."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's
        """Write where to read on."""
        write_epilog(formatter, self.epilog)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's
        """Write the commands, each in a line, under the part of the work that they are for."""
        width = max(map(len, SUMMARIES))
        for title, names in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), SUMMARIES[name]) for name in names])


class Commands(Mapping[str, click.Command]):
    """The commands by their names, each made when it is first asked for: the program's help says only their names."""

    def __getitem__(self, name: str) -> click.Command:
        """Return a command; what all of them take is imported with the first."""
        if name not in SUMMARIES:
            raise KeyError(name)
        from importer.cli.command import command

        return command(name)

    def __iter__(self) -> Iterator[str]:
        """Return the names of the commands."""
        return iter(SUMMARIES)

    def __len__(self) -> int:
        """Return how many commands there are."""
        return len(SUMMARIES)


@click.group(
    cls=GroupWithExamples,
    commands=Commands(),
    context_settings=CONTEXT,
    epilog=f"{PROGRAM} help import shows the help of a command.\n{MORE}",
)
@click.version_option(__version__, prog_name=PROGRAM)
def cli() -> None:
    """Load outbound-dialling campaigns from spreadsheets into an Enswitch phone system, each exactly once."""
