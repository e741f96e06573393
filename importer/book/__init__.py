"""The results as a workbook: the user's own with the wrong cells marked, or a plain one for all other files."""

from importer.book.copying import copy_workbook
from importer.book.lines import CannotCopy, Line, Mark, NotForWorkbooks, Summary
from importer.book.losses import losses
from importer.book.plain import plain_workbook

__all__ = ["CannotCopy", "Line", "Mark", "NotForWorkbooks", "Summary", "copy_workbook", "losses", "plain_workbook"]
