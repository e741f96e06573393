"""Do-not-call lists: read completely, or refused.

lists.py      the lists: their age, and who is on one
lines.py      their lines: numbers in any spelling, and what cannot be read
patterns.py   their patterns, such as 312XXXXXXX
"""
