"""The way in and every way out: a sentence and an exit code, never a traceback."""

import sys
from typing import NoReturn

from importer.cli.app import PROCESS, cli
from importer.cli.screen.streams import keep_going


def main() -> NoReturn:
    """Run the command line."""
    keep_going()
    try:
        code = cli(prog_name="campaign-importer", standalone_mode=False, obj=PROCESS)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 -- what is not foreseen is reported as a bug
        # Help does not wait for what only failures need.
        from importer.cli.failures import say_failure

        code = say_failure(error)
    sys.exit(code)
