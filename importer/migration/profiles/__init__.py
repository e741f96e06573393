"""The profiles of old diallers, with all mistakes of a file at once.

loading.py   the profiles, ours and those of a user
reading.py   the tables of a profile; leads.py: those of leads
columns.py   references to columns, and conditions
values.py    values of the right kind
"""
