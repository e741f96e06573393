"""Files that were damaged at random are read or refused: no other exception, no hang. Part of `make soak`."""

import os
import random
import tempfile
import time
from pathlib import Path

import pytest

from importer.errors import FileRefused
from importer.preview import objections, raw_rows
from importer.run_options import ReadingOptions
from tests.support.paths import CORPUS
from tests.support.soak import Soak
from tests.support.workbooks import TABLE, write_ods, write_xls, write_xlsx

SMALL = 60_000
OPTIONS = ReadingOptions(seconds=10.0)
TEXT = 'name;dtype;dnumber\n"Früh""ling";queue;0123\n\'Sommer\nmit Zeile\';queue;0124\n'


def samples(folder: Path) -> list[Path]:
    made = [
        write_xlsx(folder / "a.xlsx", TABLE),
        write_xls(folder / "a.xls", TABLE),
        write_ods(folder / "a.ods", TABLE),
    ]
    for name in ("utf-8-sig", "utf-16", "windows-1252", "gb18030"):
        (folder / f"{name}.csv").write_text(TEXT, encoding=name, errors="replace")
        made.append(folder / f"{name}.csv")
    theirs = [path for path in sorted(CORPUS.rglob("*.*")) if path.parent != CORPUS and path.stat().st_size < SMALL]
    return made + theirs


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file's bytes with a few of them changed, cut out, doubled, or with its end gone."""
    bytes_ = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(bytes_) or 1)
        match chance.randrange(5):
            case 0:
                bytes_[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del bytes_[at : at + chance.randrange(1, 64)]
            case 2:
                bytes_[at:at] = bytes_[at : at + chance.randrange(1, 64)]
            case 3:
                bytes_[at:at] = chance.choice([b"\0", b'"', b"\xff\xfe", b"\r", b"<", b"\x80\x80", b"&a;"])
            case _:
                del bytes_[len(bytes_) - chance.randrange(1, len(bytes_) // 2 + 2) :]
    return bytes(bytes_)


@pytest.mark.soak
def test_a_damaged_file_is_read_or_refused(tmp_path, soak: Soak):
    """Whatever is done to a file, it is read or refused with a sentence, and within the time that is set."""
    seed = int(os.environ.get("IMPORTER_FUZZ_SEED", time.time()))
    print(f"seed {seed}")
    chance = random.Random(seed)
    originals = [(path, path.read_bytes()) for path in samples(tmp_path)]
    tried = refused = 0
    while soak.goes_on():
        path, content = chance.choice(originals)
        file = tmp_path / f"fuzzed{path.suffix}"
        file.write_bytes(damaged(content, chance))
        started = time.monotonic()
        tried += 1
        try:
            for _ in raw_rows(file, all_sheets=True, options=OPTIONS):
                pass
            objections(file, options=OPTIONS)
        except FileRefused:
            refused += 1
        except BaseException:
            (Path(tempfile.gettempdir()) / f"fuzz-{seed}-{tried}{path.suffix}").write_bytes(file.read_bytes())
            raise
        assert time.monotonic() - started < 60, path
    print(f"{tried} files, {refused} refused")
