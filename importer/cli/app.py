"""The program as click knows it: its commands and their help. What a command needs is imported when it is run."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import click

from importer.cli.declarations import COMMANDS
from importer.cli.examples import EXAMPLES, FIRST_STEPS, Example
from importer.cli.options import DEBUG, heading
from importer.model import ExitCode, __version__

MORE = (
    f"Exit codes: {', '.join(f'{int(code)} {code.brief}' for code in ExitCode if code.brief)}. "
    "All about them and the options: docs/reference.md. Each message and its cure: docs/messages.md."
)

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Of the program and of each command: click keeps the help option of the first context that asks for it."""

PROCESS = object()
"""What `cli` is given as its `obj` where the process is the program's: its commands hear the signals that end it."""


class CommandWithExamples(click.Command):
    """A command whose help begins with examples and has its options under headings."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does, and its examples."""
        super().format_help_text(ctx, formatter)
        _write_examples(formatter, EXAMPLES.get(self.name or "", ()))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, those that belong together under one heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections.setdefault(heading(parameter), []).append(record)
        width = max(len(spec) for records in sections.values() for spec, _ in records)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl([(spec.ljust(width), message) for spec, message in records])


class GroupWithExamples(click.Group):
    """The program, whose help begins with examples too."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program does, and the first steps."""
        super().format_help_text(ctx, formatter)
        _write_examples(formatter, FIRST_STEPS)


@click.group(
    cls=GroupWithExamples,
    context_settings=CONTEXT,
    epilog=f"Start with: campaign-importer demo\n\n{MORE}",
)
@click.version_option(__version__, prog_name="campaign-importer")
def cli() -> None:
    """Load outbound-dialling campaigns from spreadsheets into an Enswitch phone system, each exactly once."""


def _write_examples(formatter: click.HelpFormatter, examples: Iterable[Example]) -> None:
    """Write the lines as they are: what is wrapped cannot be copied."""
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"  # {example.purpose}\n  {example.line}\n")


def _run(name: str, **_values: Any) -> None:
    # Neither help nor completion waits for what a command needs.
    from importer.cli.running import run_command

    context = click.get_current_context()
    context.exit(int(run_command(context, name, hear_endings=context.obj is PROCESS)))


for name, declared in COMMANDS.items():
    cli.add_command(
        CommandWithExamples(
            name,
            callback=partial(_run, name),
            params=[*declared.parameters, DEBUG],
            help=declared.purpose,
            epilog=MORE,
            context_settings=CONTEXT,
        )
    )
