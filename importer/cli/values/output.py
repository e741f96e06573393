"""The values of options that say what is written: the log, and what is handed back."""

from dataclasses import dataclass
from pathlib import Path

from importer.cli.values.common import CommonValues


@dataclass(frozen=True, kw_only=True)
class LogValues(CommonValues):
    """The log of what happens to rows."""

    log: Path | None
    anonymise: bool


@dataclass(frozen=True, kw_only=True)
class ResultsValues(CommonValues):
    """What is handed back, and where."""

    results: Path | None
    rejects: Path | None
    report: Path | None
    copy_up_to: int
