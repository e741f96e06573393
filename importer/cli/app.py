"""What every command has in common: its help, options resolved, a screen, and failures as a sentence and a code."""

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from importer.cli import options, resolve
from importer.cli.examples import EXAMPLES, FIRST_STEPS, Example
from importer.cli.next_command import next_command
from importer.cli.option_types import Values
from importer.cli.output import of_all, put
from importer.errors import ImporterError, Interrupted
from importer.model import ExitCode
from importer.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from importer.cli.screen import Screen

MORE = (
    f"Exit codes: {', '.join(f'{int(code)} {code.brief}' for code in ExitCode if code.brief)}. "
    "All about them and the options: docs/reference.md. Each message and its cure: docs/messages.md."
)


NOTHING_DONE = {
    "plan": "Nothing was created.",
    "import_": "Nothing was created.",
    "apply": "Nothing was created.",
    "enable": "Nothing was enabled.",
    "disable": "Nothing was disabled.",
}
"""What is true of a command that Ctrl-C ends: once the first request leaves, the command itself tells how it ended."""


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


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Of the program and of each command: click keeps the help option of the first context that asks for it."""


class Commands(click.Group):
    """The program, whose help begins with examples too."""

    command_class = CommandWithExamples

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program does, and the first steps."""
        super().format_help_text(ctx, formatter)
        _write_examples(formatter, FIRST_STEPS)


@click.group(
    cls=Commands,
    context_settings=CONTEXT,
    epilog=f"Start with: campaign-importer demo\n\n{MORE}",
)
@click.version_option(__version__, prog_name="campaign-importer")
def cli() -> None:
    """Load outbound-dialling campaigns from spreadsheets into an Enswitch phone system, each exactly once."""


def command(
    *shared: Callable[[Any], Any], config: Callable[[Any], Any] = options.CONFIG
) -> Callable[[Callable[..., ExitCode]], click.Command]:
    """Make a command of a function that takes (context, screen, values) and its arguments and returns an exit code.

    `config` is the option that names the file of settings.
    """

    def decorate(function: Callable[..., ExitCode]) -> click.Command:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            context = click.get_current_context()
            context.exit(int(_run(context, function, arguments)))

        shown = options.group(*shared, config, options.SHOWING)(run)
        return cli.command(function.__name__.rstrip("_"), epilog=MORE, context_settings=CONTEXT)(shown)

    return decorate


def heading(parameter: click.Option) -> str:
    """Return the heading under which `--help` shows an option."""
    if "--help" in parameter.opts:
        return options.GENERAL
    return options.HEADINGS.get(parameter.name or "", "Options")


def known_runs(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list["CompletionItem[str]"]:
    """Return the runs of the journal whose IDs begin so, the newest first, for a shell to offer.

    Whatever keeps the journal from being read, or that there is none, means that nothing is offered; none is made.
    """
    from click.shell_completion import CompletionItem

    from importer.journal import Journal

    try:
        path = resolve.journal(resolve.resolve_options(context))
        if not path.stat().st_size:  # an empty file would become a journal
            return []
        with Journal(path) as journal:
            runs = [run for run in journal.runs.newest_first() if run.id.startswith(incomplete)]
    except (ImporterError, OSError, ValueError):
        return []
    return [
        CompletionItem(run.id, help=f"{run.started.astimezone():%Y-%m-%d %H:%M} {_in_a_line(run.source.path)}")
        for run in runs
    ]


def _in_a_line(path: str) -> str:
    return " ".join(Path(path).name.split())


def _write_examples(formatter: click.HelpFormatter, examples: Iterable[Example]) -> None:
    """Write the lines as they are: what is wrapped cannot be copied."""
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"  # {example.purpose}\n  {example.line}\n")


def _run(context: click.Context, function: Callable[..., ExitCode], arguments: dict[str, Any]) -> ExitCode:
    own: dict[str, Any] = {
        name: arguments[name] for name in ("files", "file", "folder", "run", "out") if name in arguments
    }
    values: Values = arguments
    screen = _screen(context, values)
    try:
        values = resolve.resolve_options(context, tell=screen.say)
        screen = _screen(context, values)
        resolve.refuse_clashes(context, values)
        with screen:
            return function(context, screen, values, **own)
    except (KeyboardInterrupt, click.Abort):
        message = ("Stopped on request.", NOTHING_DONE.get(function.__name__))
        failure: ImporterError = Interrupted(" ".join(filter(None, message)))
    except ImporterError as error:
        failure = error
    screen.complain(failure.message, failure.problem_code)
    put(values, _came_to_nothing(own, failure))
    return failure.exit_code


def _came_to_nothing(own: Mapping[str, Any], failure: ImporterError) -> dict[str, Any]:
    """Return the document of a command that something has stopped, with the files or the run that it names."""
    from importer.documents import failed_document

    code = failure.exit_code
    files = own.get("files") or [own.get("file", own.get("out"))]
    each = [failed_document(path, failure.message, code, failure.problem_code, own.get("run")) for path in files]
    return of_all(each, code)


def _screen(context: click.Context, values: Values) -> "Screen":
    from importer.cli.screen import Screen

    return Screen(
        quiet=values["quiet"],
        verbose=values["verbose"],
        color=wants_color(values),
        to_type=partial(next_command, context),
    )


def wants_color(values: Values) -> bool:
    """Say whether colours are wanted."""
    return not values["no_color"] and not os.environ.get("NO_COLOR")
