"""The results as a workbook: the user's own with the wrong cells marked, or a plain one for all other files."""

from importer.results.workbook.copying import copy_workbook
from importer.results.workbook.lines import CannotCopy, Line, Mark, NotForWorkbooks, Summary
from importer.results.workbook.losses import losses
from importer.results.workbook.plain import plain_workbook

__all__ = ["CannotCopy", "Line", "Mark", "NotForWorkbooks", "Summary", "copy_workbook", "losses", "plain_workbook"]
