"""What is kept with the numbers of a run besides them: how they are to be loaded."""

import json
from dataclasses import asdict

from importer.numbers.loading import LoadOptions, WhenOn, WireFormat
from importer.numbers.storage import NumbersFile

HOW = "how it is loaded"


def keep_options(file: NumbersFile, options: LoadOptions) -> None:
    """Keep how the numbers of a run are to be loaded, so that an interrupted load goes on in the same way."""
    _keep(file, HOW, json.dumps(asdict(options)))


def kept_options(file: NumbersFile) -> LoadOptions:
    """Return how the numbers of a run are to be loaded."""
    known = json.loads(_kept(file, HOW))
    number_format = known.pop("number_format", None)
    when_on = WhenOn(known.pop("when_on", WhenOn.REFUSE))
    countries = tuple(known.pop("countries", ()))
    return LoadOptions(
        number_format=WireFormat(number_format) if number_format else None,
        when_on=when_on,
        countries=countries,
        **known,
    )


def _keep(file: NumbersFile, name: str, text: str) -> None:
    keep = "INSERT INTO about VALUES (:name, :text) ON CONFLICT (name) DO UPDATE SET text = excluded.text"
    file.database.change(lambda db: db.execute(keep, {"name": name, "text": text}))


def _kept(file: NumbersFile, name: str) -> str:
    found = file.database.read("SELECT text FROM about WHERE name = :name", {"name": name})
    return str(found[0]["text"]) if found else "{}"
