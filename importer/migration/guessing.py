"""What the headings of a table that was made by hand may mean: offered, never applied by itself."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rapidfuzz import fuzz, process, utils

from importer.errors import FileRefused
from importer.model import column_letters
from importer.reading import Table, open_table
from importer.run_options import ReadingOptions
from schemas.headings import parameter_of
from schemas.parameters import PARAMETERS
from schemas.problem_codes import ProblemCode

LIKELY = 60.0
"""From which likeness on, of 100, a heading is offered a parameter."""

SURE = 80.0
"""From which likeness on the offer stands in the file as a setting; below, as a remark that a person may take up."""

SAMPLES = 3
MAY_MEAN = {heading: one.name for one in PARAMETERS for heading in (one.name, *one.aliases, one.meaning)}


def guesses(path: Path, options: ReadingOptions) -> str:
    """Return a settings file that says what the columns of a table probably mean, with samples of their values.

    Raises FileRefused for a file that holds no table.
    """
    row, table = _table(path, options)
    if not table.header_row:
        message = f"{path} has no headings that resemble campaign fields. Name their row with --header-row."
        raise FileRefused(message, ProblemCode.NO_HEADINGS)
    chunk = next(table.chunks, None)
    places = range(len(table.source.headings))
    samples = [list(islice(chunk.column(number), SAMPLES)) if chunk else [] for number in places]
    lines = [
        f"# What the columns of {path.name} probably mean. Correct it: nothing is applied unless you use this file.",
        *row,
        "[column]",
        *_lines(table.source.headings, samples),
    ]
    return "\n".join(lines) + "\n"


def _table(path: Path, options: ReadingOptions) -> tuple[list[str], Table]:
    """Return the table, and the setting that says where its headings are if nothing else does."""
    try:
        return [], open_table(path, options)
    except FileRefused as refused:
        if refused.problem_code is not ProblemCode.NO_HEADINGS:
            raise
    return ["header-row = 1", ""], open_table(path, replace(options, header_row=1))


def _lines(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> Iterator[str]:
    taken = {parameter_of(heading) for heading in headings} - {None}
    for number, heading in enumerate(headings):
        letters = column_letters(number + 1)
        shown = ", ".join(json.dumps(text, ensure_ascii=False) for text in samples[number])
        yield f"# {letters}: {json.dumps(heading, ensure_ascii=False)}, such as {shown}"
        if parameter := parameter_of(heading):
            yield f"#    is known as {parameter}."
            continue
        found = process.extractOne(heading, MAY_MEAN, scorer=fuzz.token_set_ratio, processor=utils.default_process)
        likely = process.extractOne(heading, list(MAY_MEAN), scorer=fuzz.WRatio, processor=utils.default_process)
        best = max((one for one in (found, likely) if one), key=lambda one: one[1], default=None)
        if best is None or best[1] < LIKELY or MAY_MEAN[best[0]] in taken:
            yield "#    is not sent."
            continue
        line = f'{letters} = "{MAY_MEAN[best[0]]}"  # likeness {best[1]:.0f} of 100'
        if best[1] < SURE:
            yield f"# {line}"
        else:
            taken.add(MAY_MEAN[best[0]])
            yield line
