"""Journals as earlier versions have left them."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from schemas.parameters import PARAMETERS


def as_version_1(journal: Path) -> None:
    """Make the journal what version 0.1.0 would have left: its fingerprints distinguished the ends of lines."""
    with closing(sqlite3.connect(journal)) as database, database:
        for run, row, campaign in database.execute("SELECT run, row, campaign FROM contents").fetchall():
            values = [json.loads(campaign).get(one.name, one.default) for one in PARAMETERS]
            known = hashlib.blake2b(json.dumps(values).encode(), digest_size=16).hexdigest()
            database.execute("UPDATE rows SET fingerprint = ? WHERE run = ? AND row = ?", (known, run, row))
        database.execute("UPDATE runs SET reading = 0")
