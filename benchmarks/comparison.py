"""What the benchmarks share: a figure of ours beside one of a reference, and processes that are measured.

Both sides of a comparison run in turns in one run of the program, because the machine may be busy with something else
at times: trust the ratio. Run as a program, this is the small process that starts and measures one other.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Comparison:
    """A row of the table: how much of one thing a piece of work takes, beside a reference."""

    work: str  # "validate, 16-column CSV, 100,000 rows, against pandas.read_csv(dtype=str)"
    ratio: float  # ours / reference
    unit: str  # what the ratio is of: "x CPU", "x time", "share"
    wanted: str  # "<= 8"
    detail: str = ""  # absolute figures of both sides, for the reader alone

    @property
    def reached(self) -> bool:
        """Whether the ratio is as it should be."""
        sign, figure = self.wanted.split()
        return self.ratio <= float(figure) if sign == "<=" else self.ratio >= float(figure)


@dataclass(frozen=True)
class Usage:
    """What a process took, its children included."""

    seconds: float  # by the clock on the wall
    cpu: float  # seconds in the processor, user and system, of it and of the children that it has waited for
    megabytes: float  # resident memory at its highest, of the biggest of them
    output: str


def alternately(ours: Callable[[], float], reference: Callable[[], float], times: int = 3) -> tuple[float, float]:
    """Return the medians of both, measured in turn."""
    pairs = [(ours(), reference()) for _ in range(times)]
    first, second = (sorted(side)[times // 2] for side in zip(*pairs, strict=True))
    return first, second


def child(
    arguments: Sequence[str | Path],
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    accepted: Container[int] = (0,),
) -> Usage:
    """Run a process to its end and return what it took.

    It is started by a small process, because the memory of the one that starts it would count as its own.

    Arguments:
        arguments: The program and its arguments, as in `[sys.executable, "-m", "importer", "--help"]`.
        folder: Where it runs.
        environment: Variables that are added to those of this process.
        accepted: The exit codes with which it has done what it should.

    Raises:
        RuntimeError: It ended with another exit code.
    """
    with tempfile.TemporaryDirectory() as made:
        measured, output = Path(made, "measured"), Path(made, "output")
        starter = [sys.executable, "-I", "-S", __file__, str(measured), str(output), *map(str, arguments)]
        variables = {**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})}
        # An installed program is compiled once and not at each start.
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        here = Path.cwd()
        os.chdir(folder)
        try:
            os.waitpid(os.posix_spawn(sys.executable, starter, variables), 0)
        finally:
            os.chdir(here)
        seconds, cpu, megabytes, code = json.loads(measured.read_text())
        text = output.read_text(encoding="utf-8", errors="replace")
    if code not in accepted:
        raise RuntimeError(f"{' '.join(map(str, arguments))} ended with {code}:\n{text[-2000:]}")
    return Usage(seconds, cpu, megabytes, text)


def _measure(measured: str, output: str, arguments: list[str]) -> None:
    """Run a process, its output going to a file, and write down what it took."""
    from time import perf_counter

    sent = (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT, 0o600)
    began = perf_counter()
    started = os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=[sent, (os.POSIX_SPAWN_DUP2, 1, 2)])
    _, status, used = os.wait4(started, 0)
    seconds = perf_counter() - began
    figures = [seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)]
    Path(measured).write_text(json.dumps(figures))


if __name__ == "__main__":
    _measure(sys.argv[1], sys.argv[2], sys.argv[3:])
