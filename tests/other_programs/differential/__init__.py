"""Files by other programs, made by seed, read here, and compared cell by cell with what was written and what is seen.

The samples that other tests are made of were thought of by somebody. Here, chance puts together what nobody thought of:
a table with rows above it, its columns in any order, of texts, numbers in formats, days, formulas and errors. It is
written by a library or by LibreOffice, in each kind of file that can be read. Then each cell is judged:

exact      what is sent is what was written, and LibreOffice shows the same
told       it is not what is shown, and a warning names this very cell and says so
refused    an error names the cell or its row, so nothing is sent; or the file is refused with a sentence
known      it is not what is shown and nobody is told, for one of the few reasons that `reasons` gives
silent     everything else: a bug, here or in the importer

    cd tests/other_programs
    python test_differential.py                       500 workbooks and 500 text files (`make corpus`)
    python test_differential.py --seed 7 --only w17   workbook 17 of seed 7 once more, all its cells that are told

One module a step, in the order of the data:

cells        what is to stand in a cell, a sheet, a file
texts        odd texts, and plain ones of many languages
numbers      numbers with their formats, days and times
tables       a table put together by chance
workbooks    what writes workbooks: one function a library
textfiles    what writes text files: one style a program, and their encodings
office       LibreOffice: workbooks in its own hand, and what it shows of any of them
making       which files a seed makes
reading      what the importer makes of a file, by each of its readers
reasons      why what is sent may differ from what is shown
judging      the verdict on each cell, and on the file
counting     what is printed

To add an encoding, a style of text files or a way of writing workbooks, add a line to the table at the end of
`textfiles` or `workbooks`; all else follows. Whatever a writer does to a value on its way into the file (rounding it,
say) is reported by its `held`, so that it is judged by what the file holds.
"""
