"""Processes that need no time to start: they are forked from a process that has imported everything already.

A command imports pandas, pandera and a hundred modules more: 1.5 seconds of CPU before its first line of work, and a
reader of workbooks a tenth of that. The tests start thousands. So `subprocess.Popen` is replaced for them by a class
that starts everything else as ever, but asks a *fork server* for `python -m importer` and for the reading process.

What such a process has of its own: standard streams, environment, folder, umask, signals, session, exit code, and a
place among the children of the process that started it, so that waiting for it and killing it are the real thing.
What it does not have is a start: tests of what happens while modules are imported use the fixture `real_processes`.
"""

import atexit
import ctypes
import fcntl
import gc
import importlib
import inspect
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TextIO

from click.testing import CliRunner
from coverage import Coverage
from coverage.control import CONFIG_DATA_PREFIX

from tests.support.paths import ROOT, SAMPLES
from tests.support.signals import usual_signals

READER = "importer.spreadsheets.worker"
PRELOADED = {READER: "reader", "importer": "commands", "tests.support.patient": "commands"}
"""Modules that are started by `python -m`, and what their fork server has imported."""

OF_THE_START = ("PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED", "PYTHONWARNINGS", "LANG", "LC_ALL", "LC_CTYPE")
"""Variables that Python reads while it starts: a process that has others than its fork server is started in earnest."""

OURS = [str(ROOT / package / "*") for package in ("importer", "schemas")]
"""Files whose coverage is measured, as patterns."""
NOTHING_RAN = "no-data-collected"
"""What a warning is called that a command which was killed at once, say, is not to write to its standard error."""

PR_SET_CHILD_SUBREAPER = 36
MOST_OPEN = 4096
"""Files: one more than the highest number of any that is open."""
MOST_IN_ORDER = 1 << 18
"""Bytes of arguments and environment."""

RealPopen = subprocess.Popen


class Forked(RealPopen[Any]):
    """`subprocess.Popen`, which has a process forked where one is at hand that has imported what it needs."""

    _servers: ClassVar["dict[tuple[str, ...], _ForkServer]"] = {}
    _lock = threading.Lock()

    def _execute_child(self, *given: Any) -> None:
        how = inspect.signature(RealPopen._execute_child).bind(self, *given).arguments  # type: ignore[attr-defined]
        command = _Command.of(how)
        if command is None:
            super()._execute_child(*given)  # type: ignore[misc]
            return
        pipes = [how[name] for name in ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")]
        try:
            self.pid = self._fork(command)
            self._child_created = True
        finally:
            self._close_pipe_fds(*pipes)  # type: ignore[attr-defined]

    def _fork(self, command: "_Command") -> int:
        with self._lock:
            if command.server not in self._servers:
                self._servers[command.server] = _ForkServer(command.server)
            return self._servers[command.server].fork(command)


@dataclass(frozen=True)
class _Command:
    """A command that a fork server can start; `server` is what starts that server."""

    server: tuple[str, ...]
    module: str
    arguments: list[str]
    streams: tuple[int, int, int]
    environment: dict[str, str]
    folder: str
    umask: int
    session: bool
    terminal: bool
    closed: tuple[int, ...]

    @classmethod
    def of(cls, how: dict[str, Any]) -> "_Command | None":
        """Return the command that `Popen` was asked to start, or None if it is to be started in earnest."""
        line = [] if isinstance(how["args"], str | bytes) else [os.fsdecode(one) for one in how["args"]]
        python = line.index(sys.executable) if sys.executable in line else -1
        if python == -1 or line[:python][:1] not in ([], ["setpriv"]):
            return None
        rest = line[python + 1 :]
        rest = rest[1:] if rest[:1] == ["-P"] else rest
        if rest[:1] != ["-m"] or rest[1] not in PRELOADED:
            return None
        environment = dict(os.environ if how["env"] is None else how["env"])
        terminal = how["preexec_fn"] is take_terminal
        closed = how["preexec_fn"].numbers if isinstance(how["preexec_fn"], ClosedStreams) else ()
        ordinary = (
            how["executable"] is None
            and (how["preexec_fn"] is None or terminal or closed)
            and not how["pass_fds"]
            and how["close_fds"]
            and not how["shell"]
            and {how["uid"], how["gid"], how["gids"]} <= {None, -1}
            and all(environment.get(name) == os.environ.get(name) for name in OF_THE_START)
            and environment.get("PYTHONPATH") in (None, "", str(ROOT))
            and all(signal.getsignal(number) != signal.SIG_IGN for number in (signal.SIGINT, signal.SIGTERM))
        )
        if not ordinary:
            return None
        streams = (how["p2cread"], how["c2pwrite"], how["errwrite"])
        return cls(
            server=(*line[:python], sys.executable, "-P", __file__, PRELOADED[rest[1]]),
            module=rest[1],
            arguments=rest[2:],
            streams=tuple(number if given == -1 else given for number, given in enumerate(streams)),  # type: ignore[arg-type]
            environment=environment,
            folder=os.fsdecode(how["cwd"]) if how["cwd"] is not None else str(Path.cwd()),
            umask=_umask() if how["umask"] == -1 else how["umask"],
            session=how["start_new_session"],
            terminal=terminal,
            closed=closed,
        )


def take_terminal() -> None:
    """Make the terminal that is standard input the one that controls this process: Ctrl-C is for it. `preexec_fn`."""
    os.login_tty(0)


@dataclass(frozen=True)
class ClosedStreams:
    """Closes standard streams by their numbers, as `<&-` of a shell does. `preexec_fn`."""

    numbers: tuple[int, ...]

    def __call__(self) -> None:
        """Close them in the process that was started."""
        for number in self.numbers:
            os.close(number)


@contextmanager
def forked_processes() -> Iterator[None]:
    """Have the processes that are started in the block forked; end the fork servers behind it."""
    subprocess.Popen = Forked  # type: ignore[misc]
    try:
        yield
    finally:
        subprocess.Popen = RealPopen  # type: ignore[misc]
        for server in Forked._servers.values():
            server.close()
        Forked._servers.clear()


class ForkedFromCommand(Forked):
    """The same in a command that was forked itself: its reading process is forked from it."""

    def _fork(self, command: _Command) -> int:
        pid = os.fork()
        if pid == 0:
            _end_as(command)
        return pid


def _end_as(command: _Command) -> NoReturn:
    """Be another process to its end; nothing of the command that this was goes on."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        measuring = Coverage.current()
        if measuring is not None:
            measuring.stop()
        _become(asdict(command), list(command.streams))
        _run(command.module)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 -- what Python does with it at the end of a process
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
        measuring = Coverage.current()
        if measuring is not None:
            _save(measuring)
        os._exit(code)


def _run(module: str) -> None:
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _run_to_the_end(module: str) -> None:
    """Run a module, and end as Python does, but leave all modules as they are: it takes two thousand apart.

    That takes longer than most commands. Whatever is not the usual end is left to Python itself.
    """
    try:
        _run(module)
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        code = end.code or 0
    else:
        code = 0
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except OSError:
        sys.exit(code)
    os._exit(code)


class _ForkServer:
    """The side of those who ask: a process that has imported what others need, and a socket that leads to it."""

    def __init__(self, line: tuple[str, ...]) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._socket, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * MOST_IN_ORDER)
        with theirs, usual_signals():
            self._process = RealPopen(
                [*line, str(theirs.fileno())],
                cwd=ROOT,
                env=_environment_of_servers(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def fork(self, command: _Command) -> int:
        """Have a command started; return the ID of its process, which is a child of this one."""
        with _adopting():
            socket.send_fds(self._socket, [json.dumps(asdict(command)).encode()], command.streams)
            answer = self._socket.recv(64)
        assert answer, "the fork server has ended"
        return int(answer)

    def close(self) -> None:
        """End the server; what it has forked goes on."""
        self._socket.close()
        self._process.wait()


def _environment_of_servers() -> dict[str, str]:
    own = {"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "1", "RUST_BACKTRACE": "0"}
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")} | own


@contextmanager
def _adopting() -> Iterator[None]:
    """Be the parent of processes whose own has ended, as the fork server's intermediate one does at once."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def _umask() -> int:
    """Return the mask of this process: `os.umask` tells it only by setting another."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1], 8) for line in lines if line.startswith("Umask:"))


def _serve(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Fork a process for each order. Return the order in each of them, and None once nobody asks any more."""
    while True:
        text, streams, _, _ = socket.recv_fds(control, MOST_IN_ORDER, 3)
        if not text:
            return None
        ours, theirs = os.pipe()
        between = os.fork()
        if between == 0:
            started = os.fork()
            if started == 0:
                os.close(ours)
                os.close(theirs)
                return json.loads(text), streams
            os.write(theirs, str(started).encode())
            os._exit(0)
        for number in (theirs, *streams):
            os.close(number)
        os.waitpid(between, 0)
        control.send(os.read(ours, 64))
        os.close(ours)


def _become(order: dict[str, Any], streams: list[int]) -> None:
    """Be the process that was ordered, as far as it can be told from one that Python has started."""
    out_of_the_way = [fcntl.fcntl(given, fcntl.F_DUPFD, 3) for given in streams]
    for number, given in enumerate(out_of_the_way):
        os.dup2(given, number)
    os.closerange(3, MOST_OPEN)
    if order["terminal"]:
        take_terminal()
    elif order["session"]:
        os.setsid()
    os.umask(order["umask"])
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    tempfile.tempdir = None
    ClosedStreams(tuple(order["closed"]))()
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        stream = None if number in order["closed"] else _stream(getattr(sys, name), number, mode)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.argv = [order["module"], *order["arguments"]]
    gc.enable()
    _measure()


def _measure() -> None:
    """Measure coverage as any process of this one's environment does, but say nothing of files that did not run.

    The process that collects all measurements lists those once: to look for them costs each small command as much as
    all that it does.
    """
    settings = os.environ.get("COVERAGE_PROCESS_CONFIG")
    if settings is None:
        return
    measuring = Coverage(config_file=CONFIG_DATA_PREFIX + settings)
    measuring.set_option("run:source", [])
    measuring.set_option("run:include", OURS)
    measuring.set_option("run:disable_warnings", [NOTHING_RAN])
    measuring.start()
    atexit.register(_save, measuring)


def _save(measuring: Coverage) -> None:
    measuring.stop()
    measuring.save()


def _stream(like: TextIO, number: int, mode: str) -> TextIO:
    """Return a standard stream as Python makes it: a terminal gets each line at once, and so does standard error."""
    return open(
        number,
        mode,
        buffering=1 if number == 2 or os.isatty(number) else -1,
        encoding=like.encoding,
        errors=like.errors,
        closefd=False,
    )


def _import(what: str) -> None:
    """Import what the processes of a fork server need, and use it once."""
    if what == "reader":
        importlib.import_module(READER)
    else:
        import importer

        for module in pkgutil.walk_packages(importer.__path__, "importer."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
        _check_a_sample()
    _measure_nothing()


def _check_a_sample() -> None:
    """Check one: pandas and pandera do much at their first use."""
    from importer.cli import cli

    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xlsx"
        told = CliRunner().invoke(cli, ["validate", str(SAMPLES / "campaigns.xlsx"), "--results", str(results)])
        assert told.exit_code == 0, told.output
    assert threading.active_count() == 1, "a process with threads cannot be forked"


def _measure_nothing() -> None:
    """Start the measurement of coverage once: what it finds out about all modules takes it longer than a command."""
    with tempfile.TemporaryDirectory() as folder:
        measuring = Coverage(Path(folder) / "measured", branch=True, include=OURS, config_file=False)
        measuring.set_option("run:disable_warnings", [NOTHING_RAN])
        measuring.start()
        _save(measuring)


def main() -> None:
    """Be a fork server: `python -P tests/support/forked.py WHAT SOCKET`.

    It is started by its path, and not as a module: coverage looks for the source of each caller when it starts, and
    takes longest for those of Python's own that start a module.
    """
    control = socket.socket(fileno=int(sys.argv[2]))
    _import(sys.argv[1])
    gc.collect()
    gc.freeze()
    found = _serve(control)
    if found is not None:
        _become(*found)
        subprocess.Popen = ForkedFromCommand  # type: ignore[misc]
        _run_to_the_end(found[0]["module"])


if __name__ == "__main__":
    main()
