"""No file by another program is changed silently: `differential` makes files by seed and judges what is read of it."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.other_programs.differential import counting, judging, making, office, reading, running
from tests.support.program import Program
from tests.support.tables import rested

pytestmark = pytest.mark.usefixtures("unmeasured")

SEED = 20260103
WORKBOOKS = TEXT_FILES = 500
FEW = making.names(12, 10)

WITH_OFFICE = pytest.param(True, marks=pytest.mark.skipif(not office.is_here(), reason="LibreOffice is not here"))
ALWAYS_MET = set(judging.Verdict) - {judging.Verdict.SILENT, judging.Verdict.KNOWN}


@pytest.mark.parametrize("with_office", [False, WITH_OFFICE], ids=["libraries", "LibreOffice"])
def test_a_few_files_hold_no_silent_difference(tmp_path: Path, with_office: bool) -> None:
    """Each cell is exact, reported or refused, each row arrives once and in order, and both readers say the same."""
    results = running.run(running.Order(SEED, FEW, with_office, processes=1), tmp_path)
    assert [(result.name, result.wrong) for result in results if result.wrong] == []
    verdicts = sum((result.verdicts for result in results), Counter())
    assert set(verdicts) >= ALWAYS_MET
    assert sum(bool(result.refused) for result in results) < len(results) / 4
    assert any(result.readers == "agree" for result in results)
    assert with_office == any(result.writer.startswith("LibreOffice") for result in results)


@pytest.mark.parametrize("name", FEW[:3])
def test_the_judge_is_told_what_a_user_is_told(bare: Program, tmp_path: Path, name: str) -> None:
    """What is judged is what `validate` says of the same file."""
    draft = making.draft(SEED, name, tmp_path, with_office=True)
    path = rested(Path(draft.made.path))
    found = reading.read(path)
    told = bare("validate", path, "--json").problems
    expected = {(one["code"], one["cell"]) for one in told if one["cell"]} - {("W103", None)}
    mine = {(str(one.problem_code), one.cell) for problems in found.problems.values() for one in problems if one.cell}
    assert mine <= expected


def main() -> int:
    """Print what becomes of the files of a seed: `make corpus`."""
    parser = argparse.ArgumentParser(description=counting.__doc__)
    parser.add_argument("--seed", type=int, default=SEED, help="which files are made")
    parser.add_argument("--workbooks", type=int, default=WORKBOOKS)
    parser.add_argument("--texts", type=int, default=TEXT_FILES)
    parser.add_argument("--only", nargs="*", metavar="FILE", help="files of the seed, such as w17 t203, alone")
    wanted = parser.parse_args()
    names = wanted.only or making.names(wanted.workbooks, wanted.texts)
    if not office.is_here():
        print("LibreOffice is not here: what it would write and show is left out.")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = running.run(running.Order(wanted.seed, names, office.is_here()), Path(folder))
    print(*counting.lines(results, wanted.seed), sep="\n")
    print(f"{len(names) - len(results)} files were left out; it took {time.monotonic() - begun:.0f} seconds")
    return int(counting.silent(results) > 0)


if __name__ == "__main__":
    sys.exit(main())
