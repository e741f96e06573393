"""SQL dumps of MySQL and MariaDB, and of PostgreSQL as far as these are like them.

dump.py       the rows of the wanted tables
splitter.py   a dump is cut into its statements
statement.py  what the beginning of a statement says
values.py     what stands in a row, as texts; copied.py: in a row of PostgreSQL's COPY
charset.py    how the texts are encoded
"""
