"""Workbooks to fill in, made from the parameter table.

workbook.py   the template
columns.py    the columns of its sheet of campaigns
campaigns.py  a workbook of campaigns that exist
"""

from importer.template.campaigns import ID_HEADING, write_campaigns
from importer.template.workbook import BOLD, EXAMPLES, print_on_wide_pages, write

__all__ = ["BOLD", "EXAMPLES", "ID_HEADING", "print_on_wide_pages", "write", "write_campaigns"]
