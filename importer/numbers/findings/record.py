"""The record of a run's numbers: what was found, and which do-not-call lists were used. It outlives the numbers."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from importer.errors import WrongSettings
from importer.files import write_whole
from importer.numbers.findings.evidence import evidence_of, list_evidence
from importer.numbers.findings.report import Hits, NumbersReport, Verdict
from importer.numbers.storage import record_path
from schemas.problem_codes import ProblemCode


def keep_record(journal: Path, run_id: str, report: NumbersReport) -> None:
    """Keep what was found in the lists of a run, with most digits of every number hidden."""
    _write(journal, run_id, evidence_of(report))


def kept_record(journal: Path, run_id: str) -> Mapping[str, Any]:
    """Return what was found in the lists of a run; nothing if it has no record."""
    try:
        return json.loads(record_path(journal, run_id).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except FileNotFoundError:
        return {}


def add_scrub(journal: Path, run_id: str, hits: Sequence[Hits], cancelled: int, left_out: int) -> None:
    """Add that numbers were compared with lists again: how many the server has cancelled, and how many are not sent."""
    known = kept_record(journal, run_id)
    scrub = {
        "date": datetime.now(UTC).isoformat(),
        "dnc": list(map(list_evidence, hits)),
        "cancelled": cancelled,
        "left_out": left_out,
    }
    _write(journal, run_id, {**known, "scrubs": [*known.get("scrubs", ()), scrub]})


def last_scrub(journal: Path, run_id: str) -> datetime | None:
    """Return when the numbers of a run were last compared with lists again; None if they never were."""
    scrubs = kept_record(journal, run_id).get("scrubs", ())
    return datetime.fromisoformat(scrubs[-1]["date"]) if scrubs else None


def settle_record(journal: Path, run_id: str, counts: Mapping[Verdict, int]) -> None:
    """Keep the last counts, before the numbers are removed; what was found loses its examples."""
    known = kept_record(journal, run_id)
    reasons = [{**reason, "examples": []} for reason in known.get("reasons", ())]
    _write(journal, run_id, {**known, "counts": dict(counts), "reasons": reasons})


def _write(journal: Path, run_id: str, found: Mapping[str, Any]) -> None:
    path = record_path(journal, run_id)
    try:
        write_whole(path, json.dumps(found, indent=1).encode())
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Free some disk space, or grant write access."
        raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE) from None
