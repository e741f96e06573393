"""Campaigns and their telephone numbers in two files of a folder: neither is taken before both are complete."""

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from importer.drop.seen import Arrival, Waiting

STEM = "{stem}"
"""What stands in the pattern for the name of the file of campaigns, without its ending."""

PARTNER_SECONDS = 3600
"""After this time a person is asked about a file whose partner has not arrived."""


class Pairs:
    """Finds files that belong together: `pattern` is that of lists, `alone` says which files are never in a pair."""

    def __init__(self, pattern: str, alone: Callable[[str], bool]) -> None:
        self._pattern = pattern.lower()
        self._alone = alone

    def is_list(self, path: Path) -> bool:
        """Return whether a file has the telephone numbers for the campaigns of another one."""
        return not self._alone(path.name) and fnmatchcase(path.name.lower(), self._pattern.replace(STEM, "*"))

    def of(self, ready: Sequence[Arrival], arrived: Mapping[Path, float], now: float) -> Iterator[Arrival | Waiting]:
        """Yield what of the complete files can be taken, campaigns with their list; and why the others wait.

        `arrived` has the times at which all files arrived, in seconds, complete or not.
        """
        complete = {one.path: one for one in ready}
        for arrival in ready:
            path = arrival.path
            if self._alone(path.name):
                yield arrival
                continue
            lists, campaigns = self._group_of(path, arrived)
            if len(lists) > 1 or len(campaigns) > 1:
                names = ", ".join(sorted(one.name for one in (*lists, *campaigns)))
                yield Waiting(
                    path, f"it is not clear which files belong together: {names}. Leave two", needs_person=True
                )
            elif not lists or not campaigns:
                is_late = now - arrived[path] >= PARTNER_SECONDS
                yield Waiting(path, self._missing(path, is_list=bool(lists)), needs_person=is_late)
            elif path in campaigns and lists[0] in complete:
                yield replace(arrival, beside=complete[lists[0]])
            elif (partner := (lists if path in campaigns else campaigns)[0]) not in complete:
                yield Waiting(path, f"{partner.name}, which belongs to it, is not complete yet")

    def _group_of(self, path: Path, arrived: Mapping[Path, float]) -> tuple[list[Path], list[Path]]:
        """Return the lists and the files of campaigns that belong together with a file, itself among them."""
        others = [one for one in arrived if not self.is_list(one) and not self._alone(one.name)]
        if self.is_list(path):
            campaigns = [one for one in others if self._fits(path, one)]
        else:
            campaigns = [one for one in others if one.stem.lower() == path.stem.lower()]
        if not campaigns:
            return [path], []
        return [one for one in arrived if self.is_list(one) and self._fits(one, campaigns[0])], campaigns

    def _fits(self, path: Path, campaigns: Path) -> bool:
        return fnmatchcase(path.name.lower(), self._pattern.replace(STEM, glob.escape(campaigns.stem.lower())))

    def _missing(self, path: Path, *, is_list: bool) -> str:
        if is_list:
            return "the file of campaigns that its telephone numbers are for has not arrived"
        name = self._pattern.replace(STEM, path.stem)
        return f"its telephone numbers have not arrived: {name} (numbers_beside in drop.toml)"
