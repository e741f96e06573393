"""Telephone numbers, as a person has them read, loaded and shown.

sheet.py       numbers for the campaigns of a sheet
loading.py     numbers for a campaign that exists, and loads that are continued
dropped.py     numbers of dropped files
scrubbing.py   numbers of a run are compared with do-not-call lists again
reports.py     what was found in lists, and what became of it
"""
