"""How tests start processes: with signals that mean what they mean to a program on a terminal."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def usual_signals() -> Iterator[None]:
    """Let the processes that are started in the block hear the signals that this one was started to ignore.

    A shell without job control starts what runs in the background (`make test &`) with SIGINT ignored, `nohup` ignores
    SIGHUP, and children inherit that. A handler is not inherited: a new program begins without it. The signals stay
    without effect on this process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ignored = [number for number in SIGNALS if signal.getsignal(number) is signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
