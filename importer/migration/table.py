"""The export of an old dialler as a table of campaigns, like any other that is read."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from importer.errors import WrongSettings
from importer.files import digest_of
from importer.migration.answers import Answers, quoted
from importer.migration.answers import load as load_answers
from importer.migration.detecting import detect
from importer.migration.exports import open_source
from importer.migration.migrated import Migrated, Migration
from importer.migration.profiles.loading import ProfileRefused, load, load_all
from importer.migration.questionnaire import Questions
from importer.migration.translating import questions, translate
from importer.model import MigratedCampaign, MigrationReport, Problem, Severity, Source, counted, place
from importer.reading import CHUNK_ROWS, Chunk, Table, chunk_of
from importer.run_options import ReadingOptions
from schemas.headings import MIGRATION_HEADINGS, UNANSWERED
from schemas.parameters import PARAMETERS, REQUIRED
from schemas.problem_codes import ProblemCode
from schemas.profile import DESTINATIONS, Profile

AUTO = "auto"

FIRST_ROW = 2
"""The row of the first campaign in the results, below their headings: places name the cells of the results."""

SHEET = "Results"

MOST_LISTED = 100
"""How many old destinations a note names; the file of questions has them all."""


def open_migration(
    path: Path, wanted: str, answers: Path | None, options: ReadingOptions, *, with_leads: bool = False
) -> Table:
    """Read an export, translate it as a profile says, and return the campaigns as a table.

    `wanted` is the name of a profile, the path of one of your own, or "auto"; `with_leads` says that the leads are read
    besides. Raises FileRefused for an export that
    cannot be read, WrongSettings for a profile or answers that cannot be used.
    """
    profile, decided = find_profile(path, wanted, options)
    tables = open_source(path, profile.wanted, options)
    migration = translate(profile, tables, load_answers(answers, profile) if answers else Answers())
    headings = (*_parameters(migration), *MIGRATION_HEADINGS)
    source = Source(
        path=str(path),
        sheet=SHEET,
        headings=headings,
        digest=digest_of(path),
        kind="migration",
        header_row=FIRST_ROW - 1,
        places=tuple(range(len(headings))),
    )
    skipped = tuple(
        MigratedCampaign(row=None, campaign=one.old_id, name=one.old_name, place=one.place, skipped=one.reason)
        for one in migration.skipped
    )
    return Table(
        source,
        FIRST_ROW - 1,
        _chunks(source, migration.campaigns),
        _notes(migration, decided, "" if with_leads else _without_numbers(profile)),
        migration=MigrationReport(migration.title, skipped, migration.unanswered, str(answers or "")),
    )


def find_profile(path: Path, wanted: str, options: ReadingOptions) -> tuple[Profile, tuple[str, ...]]:
    """Return the profile that is asked for, or that an export is recognised by, and the columns that decided."""
    if wanted == AUTO:
        recognised = detect(open_source(path, None, options), load_all())
        return recognised.profile, recognised.decided_by
    return load_profile(wanted), ()


def load_profile(wanted: str) -> Profile:
    """Return a profile by its name, or by the path of its file. Raises WrongSettings with all its mistakes."""
    try:
        return load(Path(wanted) if wanted.lower().endswith(".toml") else wanted)
    except ProfileRefused as refused:
        message = "The profile cannot be used:\n  " + "\n  ".join(refused.mistakes)
        raise WrongSettings(message, ProblemCode.SETTINGS_FILE) from None


def open_questions(path: Path, profile: Profile, options: ReadingOptions) -> Questions:
    """Return what only a person can say about an export, with the answers that can already be given."""
    return questions(profile, open_source(path, profile.wanted, options))


def _parameters(migration: Migration) -> tuple[str, ...]:
    """Return the parameters that have a column: those that are needed, and those that any campaign has."""
    used = {name for campaign in migration.campaigns for name in (*campaign.cells, *campaign.unanswered)}
    return tuple(one.name for one in PARAMETERS if one.name in used or one.name in REQUIRED)


def _chunks(source: Source, campaigns: Sequence[Migrated]) -> Iterator[Chunk]:
    numbered = enumerate(campaigns, start=FIRST_ROW)
    while block := list(islice(numbered, CHUNK_ROWS)):
        rows = [_cells(source.headings, campaign) for _, campaign in block]
        problems = [problem for row, campaign in block for problem in _problems(source, row, campaign)]
        yield chunk_of(source.headings, [row for row, _ in block], list(zip(*rows, strict=True)), problems=problems)


def _cells(headings: Sequence[str], campaign: Migrated) -> list[str]:
    identity = (campaign.old_id, campaign.old_name, campaign.place)
    notes = ("\n".join(one) for one in (campaign.translated, campaign.assumed, campaign.lost))
    parameters = headings[: len(headings) - len(MIGRATION_HEADINGS)]
    cells = {**campaign.cells, **dict.fromkeys(campaign.unanswered, UNANSWERED)}
    return [*(cells.get(name, "") for name in parameters), *identity, *notes]


def _problems(source: Source, row: int, campaign: Migrated) -> Iterator[Problem]:
    for one in campaign.problems:
        cell = place(source, source.headings.index(one.parameter), row)
        yield Problem(
            one.sentence, Severity.ERROR, row=row, column=one.parameter, cell=cell, problem_code=ProblemCode.UNRESOLVED
        )
    for heading, problem_code, sentences in (
        ("migration_lost", ProblemCode.LOST, campaign.lost),
        ("migration_assumed", ProblemCode.ASSUMED, campaign.assumed),
    ):
        cell = place(source, source.headings.index(heading), row)
        for sentence in sentences:
            yield Problem(sentence, Severity.WARNING, row=row, column=heading, cell=cell, problem_code=problem_code)


def _without_numbers(profile: Profile) -> str:
    sentence = "Telephone numbers are not migrated: the campaigns are created without any."
    return f"{sentence} With --with-leads, the leads of the export are loaded." if profile.leads else sentence


def _notes(migration: Migration, decided: Sequence[str], about_numbers: str) -> tuple[str, ...]:
    totals = migration.totals
    notes = [
        f"Migration from {migration.title}: {counted(totals.campaigns, 'campaign')}, {totals.skipped} skipped; "
        f"{totals.assumed} with assumptions, {totals.lost} with lost settings, {totals.invalid} waiting for answers.",
    ]
    notes += filter(None, (about_numbers,))
    if destinations := [quoted(key) for section, key in migration.unanswered if section == DESTINATIONS]:
        notes.append(f"Old destinations without an answer: {_listed(destinations)}.")
    notes += migration.unknown
    if decided:
        notes.insert(0, f"Recognised as {migration.title} by {', '.join(decided)}.")
    reasons: dict[str, list[str]] = {}
    for one in migration.skipped:
        reasons.setdefault(one.reason, []).append(one.old_name or one.old_id)
    notes += [f"Skipped: {', '.join(names)}. {reason}" for reason, names in reasons.items()]
    return tuple(notes)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more
