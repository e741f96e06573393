"""Archiving files: results first, then the file itself, so that no file is archived without its results."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from importer.drop.claim_notes import Claim, Claimed, Filing, Move
from importer.drop.claims import Claims
from importer.drop.moving import bring, free_names
from importer.drop.os_errors import reported, shown
from importer.drop.places import Disposition, make_own
from importer.errors import WrongSettings
from importer.files import sync_file, sync_folder
from importer.notify import Message
from schemas.problem_codes import ProblemCode

UNFINISHED = ".unfinished"
"""The ending added to results that a process was still writing when it died."""


class FileGone(WrongSettings):
    """A file was moved or removed while it was being archived."""


PutAway = Callable[[Claimed, Path, Filing], bool]
"""Called with an archived file, its place and what was noted about it: more than once, if interrupted.

Returns whether all is done; if not, the note is kept, and the next pass calls it again.
"""


def unheard(_claimed: Claimed, _filed: Path, _filing: Filing) -> bool:
    """Do nothing, and be done."""
    return True


def file_away(
    claims: Claims,
    claimed: Claimed,
    where: Disposition,
    day: date,
    extras: Sequence[Path] = (),
    reason: str | None = None,
    message: Message | None = None,
    runs: Sequence[str] = (),
    heard: PutAway = unheard,
) -> Path:
    """Archive a file with what belongs to it, under its place and day, and return its path.

    `extras` are results and the like; they go first. A `reason` becomes a text file beside it. Nothing is overwritten:
    a name that is in use already gets a number, and so do those of the extras. What is to be
    done is recorded first, so that calling it again after a crash, or `Inbox.put_away_begun`, finishes it;
    then the place, the day and the message of the first call apply. `heard` is called at the end. Raises WrongSettings
    if the folder is not writable, and if the file is gone: its results are then archived all the same.
    """
    with reported(claimed.inbox):
        claim = claims.get(claimed)
        filing = claim.filing or replace(_begun(claims, claimed, where, day, reason), message=message, runs=tuple(runs))
        claim = replace(claim, filing=replace(filing, moves=(*filing.moves, *_extras(claims, claimed, filing, extras))))
        claims.change(claim)
        return finish(claims, claim, heard)


def destination(claimed: Claimed, where: Disposition, day: date, extras: Sequence[Path] = ()) -> list[Path]:
    """Return where a file and its extras will be once they are archived, unless another process writes there too."""
    folder = claimed.inbox / where / day.isoformat()
    with reported(claimed.inbox):
        name = next(free_names(folder, claimed.name)) if folder.is_dir() else claimed.name
    stem = Path(name).stem
    return [folder / name, *(folder / named_after(extra.name, claimed.path.stem, stem) for extra in extras)]


def in_quarantine(claimed: Claimed) -> list[Path]:
    """Return where a file and the list beside it will be if they are not used, for a command that uses them."""
    beside = [claimed.beside] if claimed.beside else []
    paths = destination(claimed, Disposition.QUARANTINE, datetime.now().astimezone().date(), beside)
    return [path.absolute() for path in paths]


def finish(claims: Claims, claim: Claim, heard: PutAway = unheard) -> Path:
    """Finish archiving a file, and return its path; raise FileGone if it cannot be found."""
    claimed, filing = claims.claimed(claim), claim.filing
    assert filing is not None  # noqa: S101 -- the callers have checked
    with reported(claimed.inbox):
        folder = _own(claimed.inbox, filing.place, filing.day)
        for one in filing.moves:
            _bring_kept(one.source, folder, one.name)
        sync_folder(folder)
        if not claimed.path.exists() and not (folder / filing.name).exists():
            if heard(claimed, folder / filing.name, filing):
                claims.remove(claim)
            message = (
                f"{shown(claimed.path)} is gone: somebody moved or removed it. Its results are in {shown(folder)}."
            )
            raise FileGone(message, ProblemCode.NO_FILE)
        filed = bring(claimed.path, folder, filing.name)
        sync_folder(folder)
        sync_folder(claimed.path.parent)
        # Before the note is removed: if interrupted here, this is repeated.
        if heard(claimed, filed, filing):
            claims.remove(claim)
        return filed


def _begun(claims: Claims, claimed: Claimed, where: Disposition, day: date, reason: str | None) -> Filing:
    folder = _own(claimed.inbox, where, day)
    sync_folder(folder.parent)
    sync_folder(claimed.inbox)
    name = next(free_names(folder, claimed.name))
    if reason is None:
        return Filing(place=where, day=day, name=name)
    text = claims.reason_of(claimed.path.name)
    # File names may contain bytes that are not text.
    text.write_text(f"{reason.rstrip()}\n", encoding="utf-8", errors="backslashreplace")
    return Filing(place=where, day=day, name=name, moves=(Move(text, f"{name}.reason.txt"),))


def _own(inbox: Path, where: Disposition, day: date) -> Path:
    """Make the folder that a file is archived in, and return it once it is certain that it is ours."""
    folder = inbox / where / day.isoformat()
    make_own(folder.parent, folder)
    return folder


def _extras(claims: Claims, claimed: Claimed, filing: Filing, extras: Sequence[Path]) -> Iterator[Move]:
    """Yield what else is to be moved, under names that begin like the file's own."""
    planned = {move.source for move in filing.moves}
    stem = Path(filing.name).stem
    for extra in extras:
        if extra not in planned:
            # Only those of an earlier call may be gone: no file is archived without its results.
            extra.stat()
            yield Move(extra, named_after(extra.name, claimed.path.stem, stem))
    for loose in _results_beside(claims, claimed):
        if loose not in planned and loose not in extras:
            yield Move(loose, f"{named_after(loose.name, claimed.path.stem, stem)}{UNFINISHED}")


def named_after(name: str, before: str, after: str) -> str:
    """Return the new name of what belongs to a file whose stem has changed."""
    return f"{after}{name.removeprefix(before)}" if name.startswith(f"{before}.") else name


def _results_beside(claims: Claims, claimed: Claimed) -> Iterator[Path]:
    """Yield the results of a file in `processing/`, but not other files whose names look alike."""
    ours = re.compile(re.escape(claimed.path.stem) + r"\.(results|numbers)\.[0-9]{8}-[0-9]{6}")
    for name in sorted(os.listdir(claimed.path.parent)):  # noqa: PTH208 -- only names are needed
        path = claimed.path.with_name(name)
        if ours.match(name) and not claims.is_noted(path):
            yield path


def _bring_kept(source: Path, folder: Path, name: str) -> None:
    try:
        sync_file(source)
    except FileNotFoundError:
        return  # moved by an earlier call
    bring(source, folder, name)
