"""Files that are whole or not there, on every kind of file system."""

import errno
import os
import stat
from pathlib import Path

import pytest

from importer.files import UNFINISHED, write_whole


def refusing_folders(code: int) -> object:
    """Return an fsync that a system answers with an error where it is asked for a folder."""
    real = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(code, os.strerror(code))
        real(handle)

    return fsync


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_keeps_names_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Network file systems refuse to be asked for a folder: the file is written all the same."""
    monkeypatch.setattr(os, "fsync", refusing_folders(code))
    write_whole(tmp_path / "a", b"1")
    write_whole(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"2"
    assert not list(tmp_path.glob(f"*{UNFINISHED}"))


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps names from the disk for another reason is an error, and leaves nothing half done."""
    monkeypatch.setattr(os, "fsync", refusing_folders(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_whole(tmp_path / "a", b"1")
    assert not list(tmp_path.glob(f"*{UNFINISHED}"))
