"""Putting files away: results first, then the file itself, so that no file lies there without its results."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from importer.dropping import claims
from importer.dropping.claims import Claimed
from importer.dropping.moving import bring, free_names, keep, keep_names
from importer.dropping.trouble import shown, told
from importer.errors import WrongSettings
from schemas.faults import Fault

PROCESSING = "processing"


class Place(StrEnum):
    """Where a file is put away, by what became of it."""

    DONE = "done"
    FAILED = "failed"
    CHANGED = "changed"
    IN_DOUBT = "in-doubt"
    QUARANTINE = "quarantine"
    DUPLICATE = "duplicate"


FOLDERS = frozenset((PROCESSING, *Place))
"""The names of folders that are ours within a folder that files arrive in."""

UNFINISHED = ".unfinished"
"""What is added to the name of results that a process was writing when it died."""


PutAway = Callable[[Claimed, Path], None]
"""Hears of a file that was put away, and where it is: more than once, if that is interrupted."""


def _unheard(_claimed: Claimed, _filed: Path) -> None:
    """Nobody wants to hear of it."""


def file_away(
    claimed: Claimed,
    where: Place,
    day: date,
    extras: Sequence[Path] = (),
    reason: str | None = None,
    heard: PutAway = _unheard,
) -> Path:
    """Put a file away with what belongs to it, under its place and day, and return where it is.

    `extras` are results and the like; they go first. A `reason` becomes a text file beside it. Nothing is overwritten:
    the name under which the file arrived gets a number where it is taken, and so do those of its extras. What is to be
    done is written down first, so that calling it again after a crash, or `Inbox.left_over`, brings it to its end; then
    the place and the day of the first call hold. `heard` hears of it at the end. Raises WrongSettings where the
    folder does not let us, and where the file is gone: then its results are put away all the same.
    """
    with told(claimed.inbox):
        plan = claims.read(claimed.path)
        if "filing" not in plan:
            folder = claimed.inbox / where / day.isoformat()
            folder.mkdir(parents=True, exist_ok=True)
            keep_names(folder.parent)
            keep_names(claimed.inbox)
            name = next(free_names(folder, claimed.name))
            plan["filing"] = {"folder": f"{where}/{day.isoformat()}", "name": name, "moves": []}
            _plan_reason(claimed, plan["filing"], reason)
        _plan_extras(claimed, plan["filing"], extras)
        claims.change(claimed.path, plan)
        return _carry_out(claimed, plan["filing"], heard)


def destination(claimed: Claimed, where: Place, day: date, extras: Sequence[Path] = ()) -> list[Path]:
    """Return where a file and its extras will be once they are put away, as long as nobody else puts anything there."""
    folder = claimed.inbox / where / day.isoformat()
    with told(claimed.inbox):
        name = next(free_names(folder, claimed.name)) if folder.is_dir() else claimed.name
    stem = Path(name).stem
    return [folder / name, *(folder / named_after(extra.name, claimed.path.stem, stem) for extra in extras)]


def is_begun(claimed: Claimed) -> bool:
    """Say whether the putting away of a file had begun."""
    return "filing" in claims.read(claimed.path)


def finish(claimed: Claimed, heard: PutAway = _unheard) -> Path:
    """Put a file away as it had begun, and return where it is."""
    with told(claimed.inbox):
        return _carry_out(claimed, claims.read(claimed.path)["filing"], heard)


def _plan_reason(claimed: Claimed, filing: dict[str, Any], reason: str | None) -> None:
    if reason is None:
        return
    text = claims.reason_of(claimed.path)
    # Names of files may hold bytes that are no text.
    text.write_text(f"{reason.rstrip()}\n", encoding="utf-8", errors="backslashreplace")
    filing["moves"].append([str(text), f"{filing['name']}.reason.txt"])


def _plan_extras(claimed: Claimed, filing: dict[str, Any], extras: Sequence[Path]) -> None:
    """Note what is to be moved besides, under names that begin like the file's own."""
    planned = {source for source, _ in filing["moves"]}
    stem = Path(filing["name"]).stem
    for extra in extras:
        if str(extra) not in planned:
            # Only those of a call before this one may be gone: without its results no file is put away.
            extra.stat()
            filing["moves"].append([str(extra), named_after(extra.name, claimed.path.stem, stem)])
    planned = {source for source, _ in filing["moves"]}
    for loose in _results_beside(claimed):
        if str(loose) not in planned:
            filing["moves"].append([str(loose), f"{named_after(loose.name, claimed.path.stem, stem)}{UNFINISHED}"])


def named_after(name: str, before: str, after: str) -> str:
    """Return the name of what belongs to a file, whose stem was one and is another."""
    return f"{after}{name.removeprefix(before)}" if name.startswith(f"{before}.") else name


def _results_beside(claimed: Claimed) -> Iterator[Path]:
    """Yield the results of a file in `processing/`, but not another file that looks like them."""
    ours = re.compile(re.escape(claimed.path.stem) + r"\.results\.[0-9]{8}-[0-9]{6}")
    for name in sorted(os.listdir(claimed.path.parent)):  # noqa: PTH208 -- only names are needed
        path = claimed.path.with_name(name)
        if ours.match(name) and not claims.note_of(path).exists():
            yield path


def _carry_out(claimed: Claimed, filing: dict[str, Any], heard: PutAway) -> Path:
    folder: Path = claimed.inbox / filing["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    for source, name in filing["moves"]:
        _bring_kept(Path(source), folder, name)
    keep_names(folder)
    if not claimed.path.exists() and not (folder / filing["name"]).exists():
        claims.remove(claimed.path)
        words = f"{shown(claimed.path)} is gone: somebody has moved or removed it. Its results are in {shown(folder)}."
        raise WrongSettings(words, Fault.NO_FILE)
    filed = bring(claimed.path, folder, filing["name"])
    keep_names(folder)
    keep_names(claimed.path.parent)
    # Before the note goes: what is interrupted here is done once more.
    heard(claimed, filed)
    claims.remove(claimed.path)
    return filed


def _bring_kept(source: Path, folder: Path, name: str) -> None:
    try:
        keep(source)
    except FileNotFoundError:
        return  # moved by a call before this one
    bring(source, folder, name)
