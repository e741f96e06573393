"""A message on the standard input of a command; if it takes too long, it and all its children are ended."""

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
"""How many of the last bytes of a command's standard error are kept."""

LISTENED = 1.0
"""Seconds to wait for standard error once a command has ended."""

DELIVERY = "CAMPAIGN_IMPORTER_DELIVERY"


def run(command: Command, parcel: Delivery) -> None:
    """Run a command to its end; exit code 0 means that it accepted the message.

    Its variable CAMPAIGN_IMPORTER_DELIVERY is the same whenever the same message is sent again; it does not inherit our
    passwords. Raises MessageRefused for another exit code, ChannelDown if it cannot be started or takes too long.
    """
    program = clean(command.arguments[0])
    try:
        # A file, not a pipe, so that a command that does not read it does not fail.
        with tempfile.TemporaryFile() as given:
            given.write(document(parcel))
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
    """Reads everything a command writes to standard error, so that it never blocks, and keeps the end of it."""

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
        """Return the last line; does not wait for a process that the command left running."""
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
    """End a command and, if the system has process groups, all its children."""
    if os.name == "nt":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
