"""Every file of the corpus of awkward files by others is read exactly, or refused with a message that says where."""

import json
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import CORPUS

SECONDS = 30
BYTES = 1 << 30

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of files by others is not here"),
    pytest.mark.usefixtures("unmeasured"),
]

# Reads files in turn, each within the limits of the issue, and prints what came of it as a line of JSON.
READ = """
import json, resource, signal, sys
from pathlib import Path
from importer.errors import FileRefused
from importer.preview import objections, raw_rows

resource.setrlimit(resource.RLIMIT_AS, ({bytes}, {bytes}))
for line in sys.stdin:
    file = Path(json.loads(line))
    signal.setitimer(signal.ITIMER_PROF, {seconds})
    try:
        rows = [row.as_json() for row in raw_rows(file, all_sheets=True)]
        found = objections(file)
        told = [*found.refusals, *(problem.message for problem in found.problems)]
        print(json.dumps({{"rows": rows, "told": told}}), flush=True)
    except FileRefused as refusal:
        print(json.dumps({{"refused": refusal.message}}), flush=True)
    signal.setitimer(signal.ITIMER_PROF, 0)
"""


class Readings:
    """Asks one process after the other to read files: a file that ends its process costs only itself."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def read(self, file: Path) -> dict:
        """Return the rows of a file and what was reported, the refusal, or how the process ended."""
        if self._process is None or self._process.poll() is not None:
            script = READ.format(bytes=BYTES, seconds=SECONDS)
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        self._process.stdin.write(json.dumps(str(file)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"died": self._process.wait()}

    def close(self) -> None:
        """End the process that is left."""
        if self._process is not None:
            self._process.communicate()


@pytest.fixture(scope="module")
def readings():
    reading = Readings()
    yield reading
    reading.close()


@cache
def expectations() -> tuple[dict, ...]:
    if not CORPUS.is_dir():
        return ()
    return tuple(json.loads(line) for line in (CORPUS / "expect.jsonl").read_text().splitlines())


def differences(expected: dict, reading: dict) -> list[str]:
    """Return the cells that are not as two independent readers say, and rows that are missing or too many."""
    rows = reading["rows"]
    if "sheets" in expected:
        cells = {(row["sheet"], row["row"]): row["cells"] for row in rows}
        places = [((cell["sheet"], cell["row"]), cell) for cell in expected["cells"]]
    else:
        cells = dict(enumerate((row["cells"] for row in rows), start=1 - expected.get("skip", 0)))
        places = [(cell["record"], cell) for cell in expected.get("cells", ())]
        if "records" in expected and len(rows) - expected["skip"] != expected["records"]:
            return [f"{len(rows)} records, expected {expected['records']}"]
    wrong = []
    for place, cell in places:
        found = [*cells.get(place, ()), *[""] * cell["col"]][cell["col"] - 1]
        if found not in allowed(cell):
            wrong.append(f"{place} column {cell['col']}: {found!r}, expected {cell['value']!r}")
    return wrong


def allowed(cell: dict) -> set[str]:
    """Return the texts that a cell may have: its value, a day without its midnight, the zeros that are shown."""
    texts = {cell["value"], cell["value"].removesuffix(" 00:00:00")}
    if cell.get("type") == "str" and cell.get("shown", "").strip() == cell["value"].strip():
        texts.add(cell["shown"])
    return texts | PADDED.get(cell["value"], set())


PADDED = {"6083": {"06083"}, "5010": {"05010"}}
"""What the number format of zeros shows in roo__zero-padded-number.xlsx."""


def outcome(expected: dict, reading: dict) -> tuple[str, str]:
    """Return what became of a file (exact, refused, wrong, died) and the details."""
    if "died" in reading:
        return "died", str(reading["died"])
    if "refused" in reading:
        return "refused", reading["refused"]
    wrong = differences(expected, reading)
    if wrong and expected["verdict"] in ("report", "either") and reading["told"]:
        return "reported", f"{wrong[0]}; told: {reading['told'][0]}"
    return ("wrong", "; ".join(wrong[:3])) if wrong else ("exact", "")


ALLOWED = {
    "read": {"exact"},
    "report": {"exact", "refused"},
    "either": {"exact", "refused"},
    "refuse": {"refused"},
}


@pytest.mark.parametrize("expected", expectations(), ids=lambda expected: expected["file"])
def test_a_file_is_read_exactly_or_refused_where_that_is_allowed(expected, readings):
    """Nobody's file is changed silently, crashes the importer or hangs it; a refusal names the file and the cure."""
    reading = readings.read(CORPUS / expected["file"])
    what, details = outcome(expected, reading)
    assert what in ALLOWED[expected["verdict"]], details
    if what == "refused":
        assert expected["file"].rpartition("/")[2] in details
        assert details.count(".") > 1
        assert "Traceback" not in details


def main() -> None:
    """Print what becomes of every file, and the counts by verdict: `make corpus`."""
    reading = Readings()
    counts: Counter[tuple[str, str]] = Counter()
    for expected in expectations():
        what, details = outcome(expected, reading.read(CORPUS / expected["file"]))
        counts[expected["verdict"], what] += 1
        mark = " " if what in ALLOWED[expected["verdict"]] else "!"
        print(f"{mark} {expected['verdict']:7} {what:8} {expected['file']}  {details[:160]}")
    reading.close()
    print()
    for (verdict, what), count in sorted(counts.items()):
        print(f"{verdict:7} {what:8} {count:4}")


if __name__ == "__main__":
    main()
