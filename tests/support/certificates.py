"""Certificates for 127.0.0.1 that no authority has signed, made by openssl."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

AUTHORITY = """
[ca]
default_ca = own
[own]
database = index.txt
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = names
x509_extensions = extensions
[names]
commonName = supplied
[extensions]
subjectAltName = IP:127.0.0.1
"""


def certificate_until(end: datetime, folder: Path) -> Path:
    """Return a certificate that is valid from 2020 until some time in UTC, and its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not there to make a certificate")
    folder.mkdir()
    (folder / "authority.cnf").write_text(AUTHORITY)
    (folder / "index.txt").touch()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem")
    valid = ("-startdate", "20200101000000Z", "-enddate", f"{end:%Y%m%d%H%M%SZ}")
    own = ("-batch", "-selfsign", "-notext", "-config", "authority.cnf", "-keyfile", "key.pem")
    for line in (
        ("req", "-new", *key, "-subj", "/CN=127.0.0.1", "-out", "request.pem"),
        ("ca", *own, *valid, "-in", "request.pem", "-out", "certificate.pem"),
    ):
        subprocess.run([openssl, *line], cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both
