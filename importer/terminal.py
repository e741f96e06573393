"""Words from a signal handler, and a terminal that is closed while a run goes on."""

import os
import stat
import sys


def say_at_once(words: str) -> None:
    """Write words to standard error without any lock, as a signal handler must.

    If the terminal is gone, all that is said from now on goes nowhere: the work is what counts, and it goes on.
    """
    try:
        os.write(sys.stderr.fileno(), words.encode())
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout.fileno(), sys.stderr.fileno()):
            if stat.S_ISCHR(os.fstat(stream).st_mode):
                os.dup2(nowhere, stream)
        os.close(nowhere)
