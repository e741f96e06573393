"""Whose column is whose: the user's headings become parameters of the API."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from importer.errors import FileRefused, HeadingsUnclear, WrongUsage
from importer.model import Columns, Problem, Severity, Source, column_letters, place
from schemas.headings import (
    MIGRATION_HEADINGS,
    OWN_COLUMN,
    is_campaign_id,
    is_named_after,
    is_ours,
    languages_of,
    misspelt,
    misspelt_result,
    other_names,
    parameter_of,
)
from schemas.likeness import bare_heading, closest, suggestion
from schemas.parameters import BY_NAME, PARAMETERS, REQUIRED
from schemas.problem_codes import ProblemCode

HeadingOf = Callable[[str], str | None]

NOT_OURS = ""
"""What stands for the parameter of a column of which the user says that it has none."""


def match_columns(
    source: Source,
    header_row: int,
    defaults: Mapping[str, str],
    placed: Mapping[int, str] | None = None,
    standing_defaults: Mapping[str, str] | None = None,
    heading_of: HeadingOf = parameter_of,
    others_known: Container[str] = (),
) -> Columns:
    """Find the parameters among the headings of a table.

    `defaults` gives the text for parameters that have no column; `standing_defaults` does too, for every file alike,
    whether or not it has the column. `placed` says which parameter stands in which column, counted from 0, regardless
    of the headings, or that it is none of ours (NOT_OURS): the only way where there are no headings.
    `heading_of` returns the parameter that a heading means, or None; `others_known` are bare headings of columns that
    are read for something else. Raises FileRefused with all that is wrong with the headings at once, and WrongUsage for
    a default of an unknown parameter.
    """
    asked_for, placed = defaults, placed or {}
    defaults = {**(standing_defaults or {}), **asked_for}
    _check_defaults(defaults)
    kept = [position for position, heading in enumerate(source.headings) if not is_ours(heading)]
    found, yielding = _by_own_names(source, _found(source, header_row, kept, placed, heading_of), placed)
    unplaced = [at for at in kept if at not in placed and bare_heading(source.headings[at]) not in others_known]
    own = [at for at in unplaced if header_row and _is_own(source.headings[at], heading_of)]
    languages = languages_of(source.headings)
    likely = {at: name for at in own if (name := misspelt(source.headings[at], languages, found))}
    faults = _misplaced(source, placed)
    faults += [_misspelt(source, header_row, position, meant) for position, meant in likely.items()]
    unclear = [at for at in own if at not in likely]
    others = _by_heading(source, (*unclear, *yielding))
    warnings = [_unknown(source, header_row, position) for position in unclear]
    warnings += [_yields(source, header_row, position, name) for position, name in yielding.items()]
    faults += _twice(source, header_row, {f"mean {name!r}": positions for name, positions in found.items()})
    faults += _twice(source, header_row, {f"have the heading {name!r}": places for name, places in others.items()})
    missing = [name for name in REQUIRED if name not in (*found, *defaults, *likely.values())]
    guesses = {name: _guess(source, (name, *other_names(name, languages)), unclear) for name in missing}
    faults += [_missing(source, name, guess) for name, guess in guesses.items()]
    if faults:
        meant = likely | {guess: name for name, guess in guesses.items() if guess is not None}
        raise _refused(source, header_row, faults, meant)
    positions = {name: columns[0] for name, columns in found.items()}
    warnings += [_unused_default(name) for name in asked_for if name in positions]
    warnings += _other_names(source, {name: at for name, at in positions.items() if at not in placed})
    unused = {name: text for name, text in defaults.items() if name not in positions}
    campaign_id = next((at for at, heading in enumerate(source.headings) if is_campaign_id(heading)), None)
    return Columns(
        source=source,
        positions=positions,
        defaults=unused,
        kept=tuple(kept),
        warnings=tuple(warnings),
        campaign_id=campaign_id,
    )


def _found(
    source: Source, header_row: int, kept: Sequence[int], placed: Mapping[int, str], heading_of: HeadingOf
) -> dict[str, list[int]]:
    """Return the columns of each parameter: by what the user says, else by their headings."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position in kept:
        meant = heading_of(source.headings[position]) if header_row else None
        if parameter := placed.get(position, meant):
            found[parameter].append(position)
    return dict(found)


def _by_heading(source: Source, positions: Iterable[int]) -> Mapping[str, list[int]]:
    """Return columns by their headings."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for position in positions:
        found[source.headings[position].strip()].append(position)
    return found


def _by_own_names(
    source: Source, found: Mapping[str, Sequence[int]], placed: Container[int]
) -> tuple[dict[str, Sequence[int]], dict[int, str]]:
    """Return the columns of each parameter, and those that yield to the one with the parameter's own name.

    Nothing yields where the user has said which column or heading is meant.
    """
    taken: dict[str, Sequence[int]] = {}
    yielding: dict[int, str] = {}
    for name, positions in found.items():
        named = [at for at in positions if bare_heading(source.headings[at]) == bare_heading(name)]
        said = any(at in placed or parameter_of(source.headings[at]) != name for at in positions)
        wins = len(named) == 1 and not said
        taken[name] = named if wins else positions
        yielding |= {at: name for at in positions if wins and at not in named}
    return taken, yielding


def _misplaced(source: Source, placed: Mapping[int, str]) -> list[str]:
    """Return a fault for each column that the user assigns and that the table does not have, or that is ours."""
    faults = []
    for position, parameter in sorted(placed.items()):
        letters, last = column_letters(position + 1), column_letters(len(source.headings))
        correct = f"Correct --column {letters}={parameter or OWN_COLUMN}."
        if position >= len(source.headings):
            faults.append(f"Column {letters} does not exist: the last one is {last}. {correct}")
        elif is_ours(source.headings[position]):
            faults.append(f"Column {letters} is {source.headings[position]!r}, which an import added. {correct}")
    return faults


def _is_own(heading: str, heading_of: HeadingOf) -> bool:
    """Say whether a column may be the user's own: its heading is there, and means no parameter."""
    return bool(heading.strip()) and heading_of(heading) is None and heading not in MIGRATION_HEADINGS


def _misspelt(source: Source, header_row: int, position: int, meant: str) -> str:
    letters, heading = column_letters(position + 1), source.headings[position]
    return (
        f"{place(source, position, header_row)}: unknown heading {heading!r}. Did you mean {meant!r}? "
        f"Rename it, or use --column {letters}={meant}. If the column is for your notes, use --column {letters}=-."
    )


def _guess(source: Source, names: Iterable[str], own: Sequence[int]) -> int | None:
    """Return which of the user's own columns may be meant for a parameter, of these names, that has no column."""
    headings = {source.headings[position]: position for position in reversed(own)}
    alike = (closest(one, headings) for one in names)
    return next((headings[heading] for heading in alike if heading is not None), None)


def _missing(source: Source, name: str, guess: int | None) -> str:
    """Say that a parameter has no column, and which one may be meant for it."""
    if guess is None:
        return f"Column {name!r} is missing. Add one, or give every row the same value with --default {name}=VALUE."
    letters, heading = column_letters(guess + 1), source.headings[guess]
    return f"Column {name!r} is missing. Did you mean {heading!r}? Rename it, or use --column {letters}={name}."


def _other_names(source: Source, positions: Mapping[str, int]) -> list[Problem]:
    """Return a note on the headings that are taken for parameters of another name."""
    headings = {name: source.headings[position] for name, position in positions.items()}
    taken = [f"{heading!r} → {name}" for name, heading in headings.items() if not is_named_after(heading, name)]
    return [Problem(f"Columns matched by name: {', '.join(taken)}.", Severity.NOTE)] if taken else []


def _check_defaults(defaults: Mapping[str, str]) -> None:
    for name in defaults:
        if name not in BY_NAME:
            known = ", ".join(parameter.name for parameter in PARAMETERS)
            meant = suggestion(name, BY_NAME) or f" The fields are: {known}."
            message = f"--default {name}=…: there is no field {name!r}.{meant}"
            raise WrongUsage(message, ProblemCode.BAD_VALUE)


def _twice(source: Source, header_row: int, found: Mapping[str, Sequence[int]]) -> list[str]:
    """Return a fault for each of several columns of which one and the same is to be said."""
    return [
        f"{' and '.join(_headed(source, position, header_row) for position in positions)} "
        f"{'both' if len(positions) == 2 else 'all'} {statement}. "
        "Remove or rename all but one."
        for statement, positions in found.items()
        if len(positions) > 1
    ]


def _headed(source: Source, position: int, header_row: int) -> str:
    if not header_row:
        return f"Column {column_letters(position + 1)}"
    return f"{place(source, position, header_row)} ({source.headings[position]!r})"


def _refused(source: Source, header_row: int, faults: Sequence[str], meant: Mapping[int, str]) -> FileRefused:
    """Return the refusal of a table; if a person can clear up every fault, with the fields that columns may mean."""
    message = _refusal(source, header_row, faults)
    fields = {source.headings[position]: name for position, name in meant.items()}
    if len(faults) == len(fields) == len(set(fields.values())):
        return HeadingsUnclear(message, fields)
    return FileRefused(message, ProblemCode.WRONG_HEADINGS)


def _refusal(source: Source, header_row: int, faults: Sequence[str]) -> str:
    headings = ", ".join(heading for heading in source.headings if heading.strip())
    where = f"the sheet {source.sheet}" if source.sheet else "the file"
    if not header_row:
        first = f"{source.path}: {where} is read without headings, and its columns cannot be used."
        return "\n  ".join((first, *faults, "Say what each column holds with --column, such as --column A=name."))
    return "\n  ".join(
        (
            f"{source.path}: the headings in row {header_row} of {where} cannot be used.",
            *faults,
            f"The headings are: {headings}.",
        )
    )


def _unknown(source: Source, header_row: int, position: int) -> Problem:
    heading = source.headings[position]
    ours = misspelt_result(heading)
    meant = (
        f" Did you mean {ours!r}, which results have? Rename it, or import the results as they were." if ours else ""
    )
    message = f"Column {heading!r} is not a campaign field, so it was ignored. It is kept in the results.{meant}"
    return _unsent(source, header_row, position, ProblemCode.UNKNOWN_COLUMN, message)


def _yields(source: Source, header_row: int, position: int, name: str) -> Problem:
    heading = source.headings[position]
    message = f"Column {heading!r} is not sent, because there is a column {name!r}. It is kept in the results."
    return _unsent(source, header_row, position, ProblemCode.YIELDING_COLUMN, message)


def _unsent(source: Source, header_row: int, position: int, problem_code: ProblemCode, message: str) -> Problem:
    heading, cell = source.headings[position], place(source, position, header_row)
    return Problem(
        message, Severity.WARNING, row=header_row, column=heading, cell=cell, found=heading, problem_code=problem_code
    )


def _unused_default(name: str) -> Problem:
    message = f"Default for {name} ignored: the sheet has a {name} column."
    return Problem(message, Severity.WARNING, column=name, problem_code=ProblemCode.UNUSED_DEFAULT)
