"""A command as click knows it: its help, its options, and what is called when it is run."""

from functools import cache, partial
from typing import Any

import click

from importer.cli.app import PROCESS
from importer.cli.help.examples import EXAMPLES
from importer.cli.help.layout import CONTEXT, MORE, HelpContext, write_epilog, write_examples
from importer.cli.help.summaries import SUMMARIES
from importer.cli.options.common import DEBUG
from importer.cli.options.declarations import COMMANDS
from importer.cli.options.option import GENERAL, Option, heading
from importer.model import PROGRAM

WITH_EXPERT_OPTIONS = f"{PROGRAM}.help-all"
"""The key under which a context remembers that --help-all was given."""


class CommandWithExamples(click.Command):
    """A command whose help begins with examples and has its options under headings."""

    context_class = HelpContext

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, with --help and, where there are options for experts, --help-all."""
        parameters = super().get_params(ctx)
        return [*parameters, HELP_ALL] if any(map(_is_expert, parameters)) else parameters

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; name the command to use instead of an option that other programs have."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name == "--dry-run":
                message = f"There is no --dry-run. Use `{PROGRAM} plan`: it checks every row and creates nothing."
                raise click.UsageError(message, ctx) from None
            closest = error.possibilities[:1] if error.possibilities else None
            raise click.NoSuchOption(error.option_name, possibilities=closest, ctx=ctx) from None

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does, and its examples."""
        super().format_help_text(ctx, formatter)
        write_examples(formatter, EXAMPLES.get(self.name or "", ()))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those that belong together under one heading and all texts from one column on."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            if _is_expert(parameter) and not ctx.meta.get(WITH_EXPERT_OPTIONS):
                continue
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections.setdefault(heading(parameter), []).append(record)
        width = max(len(spec) for records in sections.values() for spec, _ in records)
        for title, records in sections.items():
            with formatter.section(title):
                rows = [(spec.ljust(width), " ".join(message.split())) for spec, message in records]
                formatter.write_dl(rows, col_max=width)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's
        """Write where to read on."""
        write_epilog(formatter, self.epilog)


@cache
def command(name: str) -> CommandWithExamples:
    """Return a command by its name."""
    declared = COMMANDS[name]
    return CommandWithExamples(
        name,
        callback=partial(_run, name),
        params=[*declared.parameters, DEBUG],
        help=declared.purpose,
        short_help=SUMMARIES[name],
        epilog=MORE,
        context_settings=CONTEXT,
    )


def _is_expert(parameter: click.Parameter) -> bool:
    return isinstance(parameter, Option) and parameter.expert


def _show_all(context: click.Context, _option: click.Parameter, value: bool) -> None:
    """Show the help with all options, and end."""
    if value and not context.resilient_parsing:
        context.meta[WITH_EXPERT_OPTIONS] = True
        click.echo(context.get_help(), color=context.color)
        context.exit()


HELP_ALL = Option(
    "--help-all",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_all,
    heading=GENERAL,
    help="Show all options, including those for experts, and exit.",
)
"""What shows the options for experts as well; of every command that has some."""


def _run(name: str, **_values: Any) -> None:
    # Neither help nor completion waits for what a command needs.
    from importer.cli.running import run_command

    context = click.get_current_context()
    context.exit(int(run_command(context, name, hear_endings=context.obj is PROCESS)))
