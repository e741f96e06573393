"""What ends a command, or the program before or beside it: a sentence, a document for programs, and an exit code."""

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from importer.cli.screen.output import of_all
from importer.cli.screen.printing import put_json
from importer.documents import failed_document
from importer.errors import ImporterError, Interrupted
from importer.model import ExitCode
from importer.results import write_bug_report
from importer.security import visible, visible_lines
from schemas.problem_codes import ProblemCode


def say_failure(error: BaseException) -> ExitCode:
    """Say what has ended the program, and return its exit code. To be called while the error is handled."""
    if isinstance(error, click.ClickException):
        _show(error)
        return _failed(error.format_message(), ExitCode(error.exit_code), ProblemCode.COMMAND_LINE)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        click.echo("Stopped on request.", err=True)
        return _failed("Stopped on request.", ExitCode.INTERRUPTED, Interrupted.problem_code)
    if isinstance(error, ImporterError):
        click.echo(visible_lines(f"{error.message} [{error.problem_code}]"), err=True)
        return _failed(error.message, error.exit_code, error.problem_code)
    message = (
        "This is a bug in campaign-importer, not something you did. Everything that was sent is in the journal, and "
        f"running the command again is safe. Please report the bug and attach the file {write_bug_report()}."
    )
    click.echo(visible_lines(f"{message} [{ProblemCode.BUG}]"), err=True)
    return _failed(message, ExitCode.UNEXPECTED, ProblemCode.BUG)


def put_nothing_done(values: Mapping[str, Any], failure: ImporterError) -> None:
    """Put the document of a command that something has stopped, with the files or the run that it names."""
    code = failure.exit_code
    files: tuple[Path | None, ...] = values.get("files") or (values.get("file", values.get("out")),)
    each = [failed_document(path, failure.message, code, failure.problem_code, values.get("run")) for path in files]
    put_json(of_all(each, code))


def _show(error: click.ClickException) -> None:
    """Show what click has to say; it repeats arguments, which may be names of files."""
    written = io.StringIO()
    error.show(written)
    shown = "\n".join(map(visible, written.getvalue().rstrip("\n").split("\n")))
    click.echo(f"{shown} [{ProblemCode.COMMAND_LINE}]", err=True)


def _failed(message: str, code: ExitCode, problem_code: str) -> ExitCode:
    """Give programs their document even where no command came to the point of writing it."""
    if "--json" in sys.argv:
        put_json(failed_document(None, message, code, problem_code))
    return code
