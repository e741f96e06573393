"""The report of a run, or of several sheets, as one self-contained HTML page.

page.py       writes it
view.py       what it says in words
charts.py     the geometry of its charts
embedding.py  rows as JSON inside it
joining.py    several sheets as one table
templates/    its markup, its style and its script
"""

from importer.results.html.joining import one_table
from importer.results.html.page import write

__all__ = ["one_table", "write"]
