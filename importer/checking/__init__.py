"""A table of text becomes rows and problems.

columns.py      headings become parameters
rules.py        pandera's failures become problems
damage.py       what other programs have done to the data: number_verdicts.py, text_verdicts.py
read_before.py  how earlier versions read the same cells
"""
