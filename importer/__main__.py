"""`python -m importer` is `campaign-importer`: nothing but the way to the command line is imported here."""

import gc
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; Ctrl-C is heard as well while its modules, which take a while, are imported."""
    # Searching what is imported for cycles, again and again, takes a tenth of the time; see `cli/running.py`.
    gc.disable()
    try:
        from importer.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("Stopped on request.\n")
        sys.exit(130)
    try:
        run()
    finally:
        # There is nothing left to interrupt, and the interpreter would show where it was.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
