"""The results: the user's own table and what happened to each row, in a new file that can be loaded again.

writing.py  which form, where, and what if not there
targets.py  where they go
text.py     as a text file, like the user's own
lines.py    what is added to a row, and which cells are marked
refused.py  which values stay refused where texts alone are written
workbook/   as a workbook: the user's own with marks, or a plain one
html/       the report of a run as one page
"""

from importer.results.html import write as write_page
from importer.results.targets import check_page, check_target, default_target
from importer.results.writing import RunResults, WrittenFile, write

__all__ = ["RunResults", "WrittenFile", "check_page", "check_target", "default_target", "write", "write_page"]
