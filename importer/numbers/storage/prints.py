"""Prints of the numbers that were loaded, so that later runs can leave them out without keeping numbers.

A print is a keyed hash of 64 bits (BLAKE2b). Without the key, which is in a file that only its owner may read, nobody
can find out whose it is by trying all numbers, as with a hash alone. Prints are still personal data; removing the key
removes what they mean.
"""

import hashlib
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from importer.errors import WrongSettings
from importer.files import write_whole
from importer.journal import Database, FileTroubles, Pending
from importer.numbers.storage.places import KEY, PRINTS, numbers_folder
from schemas.problem_codes import ProblemCode

if TYPE_CHECKING:
    import sqlite3

TROUBLES = FileTroubles(
    name="file of prints",
    copying="",
    another="remove it, and nothing is known of who was loaded before",
    restore="remove it, and nothing is known of who was loaded before",
    loss="people could be called again",
)

KEY_SIZE = 32
_AS_BYTES = struct.Struct(">Q")
AS_STORED = np.dtype(">u8")
BATCHES_AT_ONCE = 4_000
"""How many batches are compared at once: some 30 MB of prints."""

PrintArray = NDArray[np.uint64]

_OF_RUN = "FROM loads WHERE server = :server AND run = :run"


class Prints:
    """The prints of what all runs with one journal have loaded into campaigns of a server.

    Raises Locked if another program has the file, WrongSettings if it or its key cannot be used.
    """

    def __init__(self, journal: Path, server: str) -> None:
        folder = numbers_folder(journal)
        is_new = not (folder / KEY).exists()
        self._keyed = hashlib.blake2b(digest_size=AS_STORED.itemsize, key=_key(folder / KEY))
        self._loads: dict[str, int] = {}
        self._server = server
        self._database = Database(folder / PRINTS, _script("prints.sql"), (_script("prints-2.sql"),), TROUBLES)
        try:
            self._check_key(folder / KEY, is_new=is_new)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Write what is pending and close the file."""
        self._database.close()

    def __enter__(self) -> "Prints":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def keep(self, run_id: str, numbers: Iterable[int], moment: str) -> Pending[int]:
        """Begin to keep that a run is about to load numbers at a moment (ISO 8601, UTC), before they leave.

        Waiting for it returns what `take_back` needs.
        """
        record = {"load": self._load_of(run_id, moment), "prints": np.sort(self._prints(numbers)).tobytes()}
        return self._database.begin(
            lambda db: int(
                db.execute("INSERT INTO batches (load, prints) VALUES (:load, :prints)", record).lastrowid or 0
            )
        )

    def take_back(self, kept: int) -> None:
        """Remove the prints of numbers that were certainly not loaded."""
        self._database.change(lambda db: db.execute("DELETE FROM batches WHERE batch = :batch", {"batch": kept}))

    def known(self, numbers: Sequence[int], since: str, but_for: str) -> set[int]:
        """Return those of some numbers that other runs have loaded since a time."""
        found: set[int] = set()
        for block in self.blocks(since, but_for):
            found.update(one for one, is_known in zip(numbers, self.are_in(block, numbers), strict=True) if is_known)
        return found

    def blocks(self, since: str, but_for: str) -> Iterator[PrintArray]:
        """Yield the prints of what other runs have loaded since a time, many at a time, each block sorted."""
        query = (
            "SELECT prints FROM batches JOIN loads USING (load) "
            "WHERE server = :server AND run <> :run AND loaded >= :since"
        )
        found = self._database.stream(query, {"server": self._server, "run": but_for, "since": since})
        while some := [np.frombuffer(one["prints"], AS_STORED) for one in islice(found, BATCHES_AT_ONCE)]:
            block = np.sort(np.concatenate(some).astype(np.uint64))
            if len(block):  # those of a person who was forgotten may have been all
                yield block

    def are_in(self, block: PrintArray, numbers: Iterable[int]) -> "NDArray[np.bool_]":
        """Say of each number whether its print is in a block."""
        prints = self._prints(numbers).astype(np.uint64)
        places = np.minimum(np.searchsorted(block, prints), len(block) - 1)
        return np.asarray(block[places] == prints)

    def forget(self, number: int) -> int:
        """Remove the prints of a number, on all servers; return how many there were."""
        return self._remove(self._prints([number]), "", {})

    def take_back_numbers(self, run_id: str, numbers: Iterable[int]) -> int:
        """Remove the prints of numbers that a run has loaded here, and nobody has called; return how many."""
        mine = {"server": self._server, "run": run_id}
        return self._remove(self._prints(numbers), f"WHERE load IN (SELECT load {_OF_RUN})", mine)

    def prune(self, before: str) -> int:
        """Remove what was loaded before a time; return how many prints there were."""
        old = {"before": before}
        mine = "FROM batches WHERE load IN (SELECT load FROM loads WHERE loaded < :before)"
        count = self._database.read(f"SELECT coalesce(sum(length(prints)), 0) AS n {mine}", old)[0]["n"]
        self._database.change(
            lambda db: (db.execute(f"DELETE {mine}", old), db.execute("DELETE FROM loads WHERE loaded < :before", old))
        )
        self._database.compact()
        return int(count) // AS_STORED.itemsize

    def _check_key(self, path: Path, *, is_new: bool) -> None:
        """Raise WrongSettings for a key that the prints were not made with: it would know nobody who was loaded.

        With one that is new, since the one before was removed, they mean nobody any more, and are removed as well.
        """
        mine = self._prints([0]).tobytes()
        known = [one["print"] for one in self._database.read("SELECT print FROM keys")]
        if known == [mine]:
            return
        if known and not is_new:
            message = (
                f"The key {path} is not the one that the numbers loaded until now were recorded with, so it does not "
                "show who was loaded. Restore the key that belongs to this journal, or remove it: nobody is known "
                "then who was loaded before."
            )
            raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
        self._database.change(
            lambda db: (
                *(db.execute(f"DELETE FROM {table}") for table in ("keys", *(("batches", "loads") if known else ()))),
                db.execute("INSERT INTO keys (print) VALUES (:print)", {"print": mine}),
            )
        )

    def _remove(self, gone: PrintArray, where: str, asked: Mapping[str, str]) -> int:
        """Remove prints from batches; return how many there were."""
        removed = 0
        for one in self._database.stream(f"SELECT batch, prints FROM batches {where}", asked):
            prints = np.frombuffer(one["prints"], AS_STORED)
            # Not as a table of bits: prints of 64 bits are more than its indexes can be.
            kept = prints[~np.isin(prints, gone, kind="sort")]
            if len(kept) < len(prints):
                removed += len(prints) - len(kept)
                self._database.change(partial(_replace, {"batch": one["batch"], "prints": kept.tobytes()}))
        return removed

    def _load_of(self, run_id: str, moment: str) -> int:
        """Return the number of the load of a run; its time is that of the first numbers it loads here.

        It is never before that of the loads until then: a clock that is set back must not make them older.
        """
        if run_id not in self._loads:
            mine = {"server": self._server, "run": run_id, "loaded": moment}
            statement = (
                "INSERT INTO loads (server, run, loaded) "
                "SELECT :server, :run, max(:loaded, coalesce(max(loaded), '')) FROM loads WHERE true "
                "ON CONFLICT (server, run) DO UPDATE SET loaded = excluded.loaded"
            )
            self._database.change(lambda db: db.execute(statement, mine))
            self._loads[run_id] = self._database.read(f"SELECT load {_OF_RUN}", mine)[0]["load"]
        return self._loads[run_id]

    def _prints(self, numbers: Iterable[int]) -> PrintArray:
        pack, keyed = _AS_BYTES.pack, self._keyed
        found: list[bytes] = []
        for number in numbers:
            made = keyed.copy()
            made.update(pack(number))
            found.append(made.digest())
        return np.frombuffer(b"".join(found), AS_STORED)


def _replace(record: dict[str, object], db: "sqlite3.Connection") -> None:
    db.execute("UPDATE batches SET prints = :prints WHERE batch = :batch", record)


def _script(name: str) -> str:
    return files("importer.numbers.storage").joinpath(name).read_text(encoding="utf-8")


def _key(path: Path) -> bytes:
    """Return the key of a folder's prints, made when it is first needed."""
    try:
        if not path.exists():
            write_whole(path, secrets.token_bytes(KEY_SIZE))
        key = path.read_bytes()
    except OSError as error:
        message = f"The key {path} cannot be used: {error.strerror}. Grant access to it, or remove it."
        raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE) from None
    if len(key) != KEY_SIZE:
        message = f"The key {path} is damaged. Remove it: nothing is known then of who was loaded before."
        raise WrongSettings(message, ProblemCode.JOURNAL_UNUSABLE)
    return key


def remove_key(journal: Path) -> bool:
    """Remove the key, so that no print means anybody any more; return whether there was one."""
    path = numbers_folder(journal) / KEY
    if not path.exists():
        return False
    path.unlink()
    return True
