"""What was found in lists of numbers.

report.py     how many there are of each verdict, and why
evidence.py   the same as JSON
listing.py    the numbers themselves, as a file
record.py     what is kept of it, longer than the numbers
"""
