"""The tables of a file become numbers, row by row.

tables.py            which tables hold numbers, and in which columns
unclear_columns.py   why that is not clear, and what to do about it
rows.py              rows become numbers, each with what is wrong as far as the row tells
row_campaigns.py     which campaign a row names; row_countries.py: which country, row_statuses.py: which status
sheet_cells.py       numbers in the cells of a sheet of campaigns
"""
