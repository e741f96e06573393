"""Paths as a person would type them."""

from pathlib import Path


def from_here(path: Path) -> Path:
    """Return a path as a person would type it: relative to the current folder, if it is below that."""
    try:
        return path.relative_to(Path.cwd())
    except (OSError, ValueError):  # it is elsewhere, or the current folder is gone
        return path
