"""What is kept with the numbers of a run besides them: how they are to be loaded, and what was found in their lists."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from importer.numbers.evidence import evidence_of
from importer.numbers.loading import LoadOptions, NumberFormat, WhenOn
from importer.numbers.report import NumbersReport
from importer.numbers.storage import NumbersFile

HOW, WHAT = "how it is loaded", "what was found"


def keep_options(file: NumbersFile, options: LoadOptions) -> None:
    """Keep how the numbers of a run are to be loaded, so that an interrupted load goes on in the same way."""
    _keep(file, HOW, json.dumps(asdict(options)))


def kept_options(file: NumbersFile) -> LoadOptions:
    """Return how the numbers of a run are to be loaded."""
    known = json.loads(_kept(file, HOW))
    number_format = known.pop("number_format", None)
    when_on = WhenOn(known.pop("when_on", WhenOn.REFUSE))
    return LoadOptions(number_format=NumberFormat(number_format) if number_format else None, when_on=when_on, **known)


def keep_report(file: NumbersFile, report: NumbersReport) -> None:
    """Keep what was found in the lists of a run: the do-not-call lists that were used, for an auditor."""
    _keep(file, WHAT, json.dumps(evidence_of(report)))


def kept_report(file: NumbersFile) -> Mapping[str, Any]:
    """Return what was found in the lists of a run, as JSON; most digits of each number are hidden."""
    return json.loads(_kept(file, WHAT))  # type: ignore[no-any-return]  # an object was kept


def _keep(file: NumbersFile, name: str, text: str) -> None:
    keep = "INSERT INTO about VALUES (:name, :text) ON CONFLICT (name) DO UPDATE SET text = excluded.text"
    file.database.change(lambda db: db.execute(keep, {"name": name, "text": text}))


def _kept(file: NumbersFile, name: str) -> str:
    found = file.database.read("SELECT text FROM about WHERE name = :name", {"name": name})
    return str(found[0]["text"]) if found else "{}"
