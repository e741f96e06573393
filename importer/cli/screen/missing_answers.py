"""What to do next about a migration whose campaigns wait for answers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from importer.cli.screen.paths import from_here
from importer.model import counted

if TYPE_CHECKING:
    from importer.report import Report


def to_answer(report: "Report", to_type: Callable[..., str]) -> str:
    """Return what to fill in, and in which file, before an export is read again; "" where nothing is missing.

    `to_type` makes the line of a command.
    """
    migration = report.migration
    if migration is None or not migration.unanswered:
        return ""
    # Only migrations need what a profile may contain.
    from schemas.profile import DESTINATIONS

    again = f"run {'validate' if report.check_only else 'plan'} again"
    number = sum(section == DESTINATIONS for section, _ in migration.unanswered)
    what = _what(number, len(migration.unanswered) - number)
    if migration.answers:
        return f"fill in {what} in {migration.answers}, then {again}."
    export = from_here(Path(report.source.path))
    questions = export.with_name(f"{export.stem}.answers.toml")
    then = f"{what} in {questions}, then {again} with --answers {questions}."
    if questions.exists():
        return f"fill in {then}"
    return f"{to_type('profiles', 'init', export)}  writes the questions. Fill in {then}"


def _what(destinations: int, others: int) -> str:
    if not destinations:
        return counted(others, "answer")
    more = f" and {counted(others, 'other answer')}" if others else ""
    return f"{counted(destinations, 'destination')}{more}"
