"""The people that an old dialler calls, as a list of numbers.

table.py    the leads as a table
fates.py    which are loaded, with which status
counts.py   how many there are of which kind
"""
