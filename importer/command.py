"""What every command has in common: options resolved, a screen, and failures as a sentence and an exit code."""

import functools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from importer import __version__, options
from importer.errors import ImporterError, Interrupted
from importer.model import ExitCode
from importer.options import Values

if TYPE_CHECKING:
    from importer.screen import Screen


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: campaign-importer demo",
)
@click.version_option(__version__, prog_name="campaign-importer")
def cli() -> None:
    """Load outbound-dialling campaigns from spreadsheets into an Enswitch phone system, each exactly once."""


def command(*shared: Callable[[Any], Any]) -> Callable[[Callable[..., ExitCode]], click.Command]:
    """Make a command of a function that takes (context, screen, values) and its arguments and returns an exit code."""

    def decorate(function: Callable[..., ExitCode]) -> click.Command:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            context = click.get_current_context()
            context.exit(int(_run(context, function, arguments)))

        return cli.command(function.__name__.rstrip("_"))(options.group(*shared, options.SHOWING)(run))

    return decorate


def _run(context: click.Context, function: Callable[..., ExitCode], arguments: dict[str, Any]) -> ExitCode:
    from importer.screen import failed_document, put_json

    own = {name: arguments[name] for name in ("files", "file", "run", "out") if name in arguments}
    values: Values = arguments
    screen = _screen(values)
    try:
        values = options.resolve(context)
        screen = _screen(values)
        with screen:
            return function(context, screen, values, **own)
    except (KeyboardInterrupt, click.Abort):
        failure: ImporterError = Interrupted("Stopped on request. Nothing was created.")
    except ImporterError as error:
        failure = error
    screen.complain(failure.message)
    if values["json"]:
        named = ", ".join(map(str, own.get("files", filter(None, [own.get("file")])))) or None
        put_json(failed_document(named, failure.message, failure.exit_code))
    return failure.exit_code


def _screen(values: Values) -> "Screen":
    from importer.screen import Screen

    return Screen(quiet=values["quiet"], verbose=values["verbose"], color=wants_color(values))


def wants_color(values: Values) -> bool:
    """Say whether colours are wanted."""
    return not values["no_color"] and not os.environ.get("NO_COLOR")
