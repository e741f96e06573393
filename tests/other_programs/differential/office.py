"""LibreOffice: it writes workbooks in its own hand, and shows what any workbook looks like."""

import csv
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

AT_ONCE = 40
"""How many files one process is given: it takes two seconds to start, and a file that ends it costs the others."""
SECONDS = 600
AS_SHOWN = "44,34,76,1,,0,false,true,true,false,false,-1"
"""Comma, quote, UTF-8, from the first line on, cells as they are shown, no formulas, no padding, all sheets."""


def is_here() -> bool:
    """Say whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def text_filter(options: str) -> str:
    """Return the form that text files are asked for in."""
    return f"csv:Text - txt - csv (StarCalc):{options}"


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice with a separate profile in a folder; what it shows is in US English."""

    folder: Path

    def convert(self, files: Sequence[Path], form: str, target: Path) -> None:
        """Convert files into a folder; those that LibreOffice cannot convert are missing there afterwards."""
        for at in range(0, len(files), AT_ONCE):
            self._convert(files[at : at + AT_ONCE], form, target)
        made = {path.name.partition(".")[0].partition("-")[0] for path in target.iterdir()}
        for file in files:
            if file.stem not in made:
                self._convert([file], form, target)

    def _convert(self, files: Sequence[Path], form: str, target: Path) -> None:
        profile = f"-env:UserInstallation={(self.folder / 'profile').absolute().as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(target), *map(str, files)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
        subprocess.run(command, capture_output=True, env=environment, timeout=SECONDS, check=False)


def shown_of(target: Path, name: str, sheet: str) -> dict[int, tuple[str, ...]] | None:
    """Return what is shown of a sheet, by the numbers of its rows, or None where LibreOffice has not opened it."""
    path = target / f"{name}-{sheet}.csv"
    if not path.exists():
        return None
    csv.field_size_limit(1 << 24)
    with path.open(encoding="utf-8", newline="") as lines:
        return {number: tuple(cells) for number, cells in enumerate(csv.reader(lines), start=1)}
