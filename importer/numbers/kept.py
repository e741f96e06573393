"""Whether any numbers are kept beside a journal; this needs nothing that knows numbers."""

from pathlib import Path

FOLDER = "numbers"


def any_kept(journal: Path) -> bool:
    """Return whether there are numbers of any run, or prints of such."""
    return journal.with_name(FOLDER).is_dir()
