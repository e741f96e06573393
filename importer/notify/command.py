"""A message on the standard input of a command, which is ended with all that it has started if it takes too long."""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from typing import IO

from importer.notify.errors import ChannelDown, MessageRefused, clean
from importer.notify.message import Command, Delivery
from importer.notify.webhook import document
from importer.security import child_environment

TAIL = 4096
"""Bytes of what a command says last that are kept."""

LISTENED = 1.0
"""Seconds that a command which has ended may still take to say why."""

DELIVERY = "CAMPAIGN_IMPORTER_DELIVERY"


def run(command: Command, parcel: Delivery) -> None:
    """Run a command to its end; 0 is a yes.

    Its variable CAMPAIGN_IMPORTER_DELIVERY is the same whenever the same message is sent again; it inherits none of our
    passwords. Raises MessageRefused where it ends otherwise, ChannelDown where it cannot be started or is ended.
    """
    program = clean(command.arguments[0])
    try:
        # A file, not a pipe: a command that does not read it is then no failure.
        with tempfile.TemporaryFile() as given:
            given.write(document(parcel.message))
            given.seek(0)
            process = _start(command, given, parcel.id)
    except OSError as error:
        raise ChannelDown(f"{program} cannot be started: {error.strerror}.") from None
    said = _Listener(process.stderr)
    said.start()
    try:
        code = process.wait(command.timeout)
    except subprocess.TimeoutExpired:
        raise ChannelDown(f"{program} did not end within {command.timeout:g} seconds and was ended.") from None
    finally:
        if process.poll() is None:
            _end(process)
    if code != 0:
        raise MessageRefused(f"{program} ended with {code}. {said.last_words()}".rstrip())


class _Listener(threading.Thread):
    """Takes all that a command says on standard error, so that it never waits for us, and keeps the end of it."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._tail = b""

    def run(self) -> None:
        if self._stream is not None:
            with self._stream as stream:
                while more := os.read(stream.fileno(), 65536):
                    self._tail = (self._tail + more)[-TAIL:]

    def last_words(self) -> str:
        """Return the last line; something that the command has left running does not keep us waiting for more."""
        self.join(LISTENED)
        lines = self._tail.decode("utf-8", "replace").strip().splitlines()
        return clean(lines[-1]) if lines else ""


def _start(command: Command, given: IO[bytes], delivery: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 -- the user's own command, without a shell
        command.arguments,
        stdin=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=child_environment({DELIVERY: delivery}),
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a command and, where the system knows groups of processes, all that it has started."""
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
