"""Prints of the numbers that were loaded, so that later runs can leave them out without keeping numbers.

A print is a keyed hash of 64 bits (BLAKE2b). Without the key, which is in a file that only its owner may read, nobody
can find out whose it is by trying all numbers, as with a hash alone. Prints are still personal data; removing the key
removes what they mean.
"""

import hashlib
import json
import secrets
import struct
from collections.abc import Iterable, Set
from importlib.resources import files
from pathlib import Path
from types import TracebackType

from importer.errors import WrongSettings
from importer.files import write_whole
from importer.journal import Database, FileTroubles, Pending
from importer.numbers.storage.places import KEY, PRINTS, numbers_folder
from schemas.problem_codes import ProblemCode

TROUBLES = FileTroubles(
    name="file of prints",
    copying="",
    another="remove it, and nothing is known of who was loaded before",
    restore="remove it, and nothing is known of who was loaded before",
    loss="people could be called again",
)

KEY_SIZE = 32
_AS_BYTES = struct.Struct(">Q")
_AS_PRINT = struct.Struct(">q")

_OF_RUN = "FROM loads WHERE server = :server AND run = :run"


class Prints:
    """The prints of what all runs with one journal have loaded into campaigns of a server.

    Raises Locked if another program has the file, WrongSettings if it or its key cannot be used.
    """

    def __init__(self, journal: Path, server: str) -> None:
        folder = numbers_folder(journal)
        self._keyed = hashlib.blake2b(digest_size=_AS_PRINT.size, key=_key(folder / KEY))
        self._loads: dict[str, int] = {}
        self._server = server
        new = files("importer.numbers.storage").joinpath("prints.sql").read_text(encoding="utf-8")
        self._database = Database(folder / PRINTS, new, (), TROUBLES)

    def close(self) -> None:
        """Write what is pending and close the file."""
        self._database.close()

    def __enter__(self) -> "Prints":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def keep(self, run_id: str, numbers: Iterable[int], moment: str) -> Pending[object]:
        """Begin to keep that a run is about to load numbers at a moment (ISO 8601, UTC), before they leave."""
        load = self._load_of(run_id, moment)
        prints = [(one, load) for one in sorted(self._prints(numbers))]
        return self._database.begin(
            lambda db: db.executemany("INSERT OR IGNORE INTO prints (print, load) VALUES (?, ?)", prints)
        )

    def take_back(self, run_id: str, numbers: Iterable[int]) -> None:
        """Remove the prints of numbers that a run was about to load, and that were certainly not loaded."""
        mine = [{"print": one, "server": self._server, "run": run_id} for one in self._prints(numbers)]
        statement = f"DELETE FROM prints WHERE print = :print AND load IN (SELECT load {_OF_RUN})"
        self._database.change(lambda db: db.executemany(statement, mine))

    def known(self, numbers: Set[int], since: str, but_for: str) -> set[int]:
        """Return those of some numbers that other runs have loaded since a time."""
        by_print = dict(zip(self._prints(numbers), numbers, strict=True))
        found = self._database.read(
            "SELECT DISTINCT print FROM json_each(:prints) JOIN prints ON print = value JOIN loads USING (load) "
            "WHERE server = :server AND run <> :run AND loaded >= :since",
            {"prints": json.dumps(list(by_print)), "server": self._server, "run": but_for, "since": since},
        )
        return {by_print[one["print"]] for one in found}

    def forget(self, number: int) -> int:
        """Remove the prints of a number, on all servers; return how many there were."""
        one = {"print": self._prints([number])[0]}
        return self._database.change(lambda db: db.execute("DELETE FROM prints WHERE print = :print", one).rowcount)

    def prune(self, before: str) -> int:
        """Remove what was loaded before a time; return how many prints there were."""
        old = {"before": before}
        removed = self._database.change(
            lambda db: (
                (
                    db.execute("DELETE FROM prints WHERE load IN (SELECT load FROM loads WHERE loaded < :before)", old),
                    db.execute("DELETE FROM loads WHERE loaded < :before", old),
                )[0].rowcount
            )
        )
        self._database.compact()
        return removed

    def _load_of(self, run_id: str, moment: str) -> int:
        """Return the number of the load of a run; its time is that of the first numbers it loads here."""
        if run_id not in self._loads:
            mine = {"server": self._server, "run": run_id, "loaded": moment}
            statement = (
                "INSERT INTO loads (server, run, loaded) VALUES (:server, :run, :loaded) "
                "ON CONFLICT (server, run) DO UPDATE SET loaded = :loaded"
            )
            self._database.change(lambda db: db.execute(statement, mine))
            self._loads[run_id] = self._database.read(f"SELECT load {_OF_RUN}", mine)[0]["load"]
        return self._loads[run_id]

    def _prints(self, numbers: Iterable[int]) -> list[int]:
        pack, unpack, keyed = _AS_BYTES.pack, _AS_PRINT.unpack, self._keyed
        found: list[int] = []
        for number in numbers:
            made = keyed.copy()
            made.update(pack(number))
            found += unpack(made.digest())
        return found


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
