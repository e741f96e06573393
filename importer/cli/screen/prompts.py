"""Questions to the person at the terminal; anything typed before a question is not taken as its answer."""

import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

from importer.cli.screen.screen import Screen
from importer.errors import Interrupted, WrongSettings, WrongUsage
from importer.security import visible, visible_lines
from schemas.problem_codes import ProblemCode

MOST_BY_ONE_KEY = 100
"""How many campaigns may start dialling after a single key press; for more, their number is typed."""

YES_OR_NO = {"y": "y", "yes": "y", "n": "n", "no": "n", "": "n"}
"""What is understood as an answer, and what it means."""

LONGEST_LINE = 10_000
"""The maximum number of characters read from a line of standard input."""


def is_terminal() -> bool:
    """Return whether there is a terminal, and so a person who can answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def require_terminal(cure: str) -> None:
    """Raise WrongUsage if there is no terminal; `cure` says how to proceed without one."""
    if not is_terminal():
        raise WrongUsage(
            f"Cannot ask for confirmation: this is not an interactive terminal. {cure}", ProblemCode.NOBODY_THERE
        )


def confirm(screen: Screen, question: str, *, dialling: int = 0, stopped: str = "Nothing was done.") -> bool:
    """Ask a person whether to do something, after which a number of campaigns may dial.

    Raises Interrupted for Ctrl-C; `stopped` says what was done until then.
    """
    return confirm_number(screen, question, dialling, MOST_BY_ONE_KEY, stopped=stopped)


def confirm_number(screen: Screen, question: str, number: int, most_by_one_key: int, *, stopped: str) -> bool:
    """Ask a person whether to do something to a number of campaigns, which has to be typed if it is above a limit.

    Raises Interrupted for Ctrl-C; `stopped` says what was done until then.
    """
    with _asking(screen, stopped):
        if number <= most_by_one_key:
            return _answer(f"{question} [y/N]", YES_OR_NO, "Please type y or n") == "y"
        typed = click.prompt(
            _wrapped(f"{question} Type {number} to continue"), default="", show_default=False, err=True
        )
        return str(typed).strip().replace(",", "") == str(number)


def choose(screen: Screen, question: str, answers: Sequence[str], *, default: str, stopped: str) -> str:
    """Ask a person for one of several answers. Raises Interrupted for Ctrl-C, as `confirm` does."""
    understood = {"": default, **{answer: answer for answer in answers}}
    *others, last = answers
    with _asking(screen, stopped):
        message = f"{question} ({', '.join(answers)}) [{default}]"
        return _answer(message, understood, f"Please type {', '.join(others)} or {last}")


def _answer(question: str, understood: Mapping[str, str], again: str) -> str:
    """Ask until something is typed that is understood, and return what it means; `again` says what may be typed."""
    asked = _wrapped(question)
    while (meant := understood.get(_typed(asked))) is None:
        asked = again
    return meant


def _typed(question: str) -> str:
    return str(click.prompt(question, default="", show_default=False, err=True)).strip().casefold()


def password(username: str, url: str) -> str:
    """Ask a person for a password, with the address that it goes to.

    Raises click.Abort for Ctrl-C, WrongSettings for bytes that are not text.
    """
    _forget_what_was_typed()
    try:
        return str(click.prompt(visible(f"Password of {username} for {url}"), hide_input=True, err=True))
    except UnicodeDecodeError:
        message = "The password contains bytes that are not text in your terminal's encoding. Set it to UTF-8."
        raise WrongSettings(message, ProblemCode.PASSWORD) from None


def piped_password() -> str:
    """Return the first line of standard input. Raises WrongSettings where it is empty or not text."""
    try:
        line = sys.stdin.readline(LONGEST_LINE).rstrip("\r\n")
    except UnicodeDecodeError:
        message = "Standard input is not UTF-8 text. Send the password in UTF-8."
        raise WrongSettings(message, ProblemCode.PASSWORD) from None
    if not line:
        message = "Standard input contained no password. Type it on a terminal, or send it as the first line."
        raise WrongSettings(message, ProblemCode.PASSWORD)
    return line


@contextmanager
def _asking(screen: Screen, stopped: str) -> Iterator[None]:
    screen.rest()
    _forget_what_was_typed()
    try:
        yield
    except click.Abort:
        click.echo(err=True)  # the terminal shows ^C behind the question
        raise Interrupted(f"Stopped on request. {stopped}") from None


def _wrapped(question: str) -> str:
    """Return a question after an empty line, in lines of the terminal's width."""
    columns = shutil.get_terminal_size().columns - len(": ")
    text = textwrap.fill(visible_lines(question), columns, break_long_words=False, break_on_hyphens=False)
    # The line end has the question written before `input` flushes, which loses a Ctrl-C that comes meanwhile.
    return f"\n{text}"


def _forget_what_was_typed() -> None:
    """Discard pending terminal input: it was typed before the question was shown."""
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios

        termios.tcflush(sys.stdin, termios.TCIFLUSH)
