"""The way in and every way out: a sentence and an exit code, never a traceback."""

import io
import signal
import sys
from typing import NoReturn

import click

from importer.bug_report import write_bug_report
from importer.cli.app import cli
from importer.cli.commands import campaigns, drop, history, profiles
from importer.cli.streams import keep_going, say_at_once
from importer.errors import ImporterError, Interrupted, Terminated
from importer.model import ExitCode
from importer.security import visible, visible_lines
from importer.shutdown import ENDINGS
from schemas.problem_codes import ProblemCode

COMMANDS = (campaigns, drop, history, profiles)
"""The modules that give the program its commands."""


def _terminate(_number: int, _frame: object) -> NoReturn:
    say_at_once("\n")
    raise Terminated("Stopped on request.")


def main() -> NoReturn:
    """Run the command line."""
    keep_going()
    try:
        for number in ENDINGS:
            # What was started with `nohup` goes on when its terminal is closed.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _terminate)
        code = cli(prog_name="campaign-importer", standalone_mode=False)
    except click.ClickException as error:
        _show(error)
        code = _failed(error.format_message(), ExitCode(error.exit_code), ProblemCode.COMMAND_LINE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped on request.", err=True)
        code = _failed("Stopped on request.", ExitCode.INTERRUPTED, Interrupted.problem_code)
    except ImporterError as error:
        click.echo(visible_lines(f"{error.message} [{error.problem_code}]"), err=True)
        code = _failed(error.message, error.exit_code, error.problem_code)
    except Exception:  # noqa: BLE001 -- a bug; it is reported as one
        message = (
            "This is a bug of campaign-importer, not a fault of yours. What was sent is in the journal, and starting "
            f'again is safe. Please send the file {write_bug_report()} as the README says under "Reporting a bug".'
        )
        click.echo(visible_lines(f"{message} [{ProblemCode.BUG}]"), err=True)
        code = _failed(message, ExitCode.UNEXPECTED, ProblemCode.BUG)
    sys.exit(code)


def _show(error: click.ClickException) -> None:
    """Show what click has to say; it repeats arguments, which may be names of files."""
    message = io.StringIO()
    error.show(message)
    shown = "\n".join(map(visible, message.getvalue().rstrip("\n").split("\n")))
    click.echo(f"{shown} [{ProblemCode.COMMAND_LINE}]", err=True)


def _failed(message: str, code: ExitCode, problem_code: str) -> ExitCode:
    """Give programs their document even where no command came to the point of writing it."""
    if "--json" in sys.argv:
        from importer.cli.screen import put_json
        from importer.documents import failed_document

        put_json(failed_document(None, message, code, problem_code))
    return code
