"""What a check of numbers has found, as JSON: for programs, and kept with a run as evidence of what was used."""

from collections.abc import Mapping

from importer.numbers.findings.report import Hits, NumbersReport, Reason, headline


def evidence_of(report: NumbersReport) -> Mapping[str, object]:
    """Return what was found, with most digits of every number hidden, and which do-not-call lists were used."""
    return {
        "files": [str(path.absolute()) for path in report.files],
        "numbers": report.total,
        "counts": dict(report.counts),
        "reasons": [_reason(one) for one in report.reasons],
        "countries": dict(report.countries),
        "dnc": list(map(list_evidence, report.hits)),
        "readings": dict(report.readings),
        "unused": report.unused,
        "notes": list(report.notes),
        "results": str(report.listing.absolute()) if report.listing else None,
        "message": headline(report),
        "exit_code": int(report.exit_code),
    }


def list_evidence(hit: Hits) -> Mapping[str, object]:
    """Return which do-not-call list was used, and how many numbers were found on it."""
    return {
        "file": str(hit.dnc.path.absolute()),
        "digest": hit.dnc.digest,
        "date": hit.dnc.issued.isoformat(),
        "lines": hit.dnc.lines,
        "skipped": hit.dnc.skipped,
        "hits": hit.count,
    }


def _reason(reason: Reason) -> Mapping[str, object]:
    return {
        "code": reason.problem_code,
        "title": reason.problem_code.title,
        "count": reason.count,
        "verdict": reason.verdict,
        "examples": [{"place": one.place, "number": one.masked, "message": one.message} for one in reason.examples],
    }
