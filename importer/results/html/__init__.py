"""The report of a run as one HTML page that needs nothing but itself.

page.py       writes it
view.py       what it says in words
charts.py     the geometry of its charts
embedding.py  rows as JSON inside it
templates/    its frame, its style and its script
"""

from importer.results.html.page import write

__all__ = ["write"]
