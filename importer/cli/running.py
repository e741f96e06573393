"""What every run of a command has in common: options resolved, a screen, and failures as a sentence and a code."""

import gc
import logging
import os
import signal
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from keyword import iskeyword
from typing import Any, NoReturn, get_type_hints

import click

from importer.cli.debug_log import debug_log
from importer.cli.screen.next_command import next_command
from importer.cli.screen.screen import Screen
from importer.cli.screen.streams import say_at_once
from importer.cli.values import resolve
from importer.cli.values.clashes import refuse_clashes
from importer.errors import ImporterError, Interrupted, Terminated
from importer.model import ExitCode
from importer.security import without_numbers
from importer.shutdown import ENDINGS

log = logging.getLogger(__name__)

NOTHING_DONE = {
    "plan": "Nothing was created.",
    "import": "Nothing was created.",
    "apply": "Nothing was created.",
    "enable": "Nothing was enabled.",
    "disable": "Nothing was disabled.",
    "undo": "Nothing was undone.",
}
"""What is true of a command that Ctrl-C ends: once the first request has left, the command itself says how it ended."""


def run_command(context: click.Context, name: str, *, hear_endings: bool) -> ExitCode:
    """Run a command with the values of its context, and return the exit code; what ends it is shown.

    With `hear_endings`, the signals by which the system asks the process to end are heard from now on.
    """
    if hear_endings:
        _hear_endings()
    values: Mapping[str, Any] = context.params
    screen = _screen(context, values)
    try:
        resolved = resolve.resolve_options(context, tell=screen.say)
        values = resolved.values
        screen = _screen(context, values)
        refuse_clashes(context, values)
        with debug_log(values["debug"]), screen:
            return _carry_out(name, resolved, screen)
    except (KeyboardInterrupt, click.Abort):
        sentences = ("Stopped on request.", NOTHING_DONE.get(name))
        failure: ImporterError = Interrupted(" ".join(filter(None, sentences)))
    except ImporterError as error:
        failure = error
    screen.fail(failure)
    if values.get("json"):
        # Commands that do their work need nothing of this.
        from importer.cli.failures import put_nothing_done

        put_nothing_done(values, failure)
    return failure.exit_code


def module_of(name: str) -> str:
    """Return the name of the module that holds what a command does."""
    return f"importer.cli.commands.{name}{'_' if iskeyword(name) else ''}"


def _carry_out(name: str, resolved: resolve.Resolved, screen: Screen) -> ExitCode:
    """Import what a command does and do it; the annotation of its `values` says what they are made."""
    run = import_module(module_of(name)).run
    # In a process of one command `__main__` has had the search for cycles wait: what is imported stays to the end, and
    # is never searched. What a process of many commands froze would never be freed.
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    log.debug("%s begins", name)
    try:
        code: ExitCode = run(resolved.into(get_type_hints(run)["values"]), screen)
    except ImporterError as error:
        log.debug("%s ends with %s: %s", name, type(error).__name__, error)
        raise
    except BaseException as error:
        # What a library cannot use it may quote.
        log.debug("%s ends with %s: %s", name, type(error).__name__, without_numbers(str(error)))
        raise
    log.debug("%s ends with exit code %d", name, code)
    return code


def _hear_endings() -> None:
    for number in ENDINGS:
        # A process started with `nohup` continues when its terminal is closed.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _terminate)


def _terminate(_number: int, _frame: object) -> NoReturn:
    say_at_once("\n")
    raise Terminated("Stopped on request.")


def _screen(context: click.Context, values: Mapping[str, Any]) -> Screen:
    return Screen(
        quiet=values.get("quiet", False),
        verbose=values.get("verbose", False),
        color=not values.get("no_color") and not os.environ.get("NO_COLOR"),
        to_type=partial(next_command, context),
    )
