"""The way in and every way out: a sentence and an exit code, never a traceback."""

import signal
import sys
import tempfile
import traceback
from typing import NoReturn

import click

from importer import __version__, commands, history, legacy, nightly
from importer.command import cli
from importer.errors import ImporterError, Interrupted, Terminated
from importer.model import ExitCode
from importer.streams import keep_going
from schemas.faults import Fault

__all__ = ["cli", "commands", "history", "legacy", "main", "nightly"]


def _terminate(_number: int, _frame: object) -> NoReturn:
    raise Terminated("Stopped on request.")


def main() -> NoReturn:
    """Run the command line."""
    keep_going()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = cli(prog_name="campaign-importer", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = _failed(error.format_message(), ExitCode(error.exit_code), Fault.COMMAND_LINE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped on request.", err=True)
        code = _failed("Stopped on request.", ExitCode.INTERRUPTED, Interrupted.fault)
    except ImporterError as error:
        click.echo(f"{error.message} [{error.fault}]", err=True)
        code = _failed(error.message, error.exit_code, error.fault)
    except Exception:  # noqa: BLE001 -- a bug; it is reported as one
        words = _report_bug()
        click.echo(f"{words} [{Fault.BUG}]", err=True)
        code = _failed(words, ExitCode.UNEXPECTED, Fault.BUG)
    sys.exit(code)


def _failed(message: str, code: ExitCode, fault: str) -> ExitCode:
    """Give programs their document even where no command came to the point of writing it."""
    if "--json" in sys.argv:
        from importer.documents import failed_document
        from importer.screen import put_json

        put_json(failed_document(None, message, code, fault))
    return code


def _report_bug() -> str:
    """Put what is known of a bug into a file, and return what to tell the user."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="campaign-importer-bug-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        file.write(f"campaign-importer {__version__}, Python {sys.version}, {sys.platform}\n\n{traceback.format_exc()}")
    return (
        "This is a bug of campaign-importer, not a fault of yours. What was sent is in the journal, and starting again "
        f'is safe. Please send the file {file.name} as the README says under "Reporting a bug".'
    )
