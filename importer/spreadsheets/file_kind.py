"""The families of files that can be read, and how those of workbooks begin."""

from enum import Enum

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
START = 4096
SAVE_AS = "Open it in the program that made it and save it as .xlsx or as CSV."
UNPACK = "Unpack it and use the file inside."


class FileKind(Enum):
    """The families of files that can be read."""

    TEXT = "text"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
