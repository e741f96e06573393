"""What a spreadsheet shows of a number, by the code of the cell's number format.

format.py     a format as a whole, and those that are built in
code.py       the sections and tokens of a code
numbers.py    plain numbers; general.py: the format General; digits.py: which digits, and in which places
fractions.py  fractions; dates.py: days, times of day and elapsed times
"""
