"""Loads outbound-dialling campaigns from spreadsheets into an Enswitch phone system, each exactly once.

The way of a row, stage by stage, each a module of this name:

    reading    a file becomes a table of text, indexed by the row numbers of the user's sheet
    mapping    the user's headings become parameters of the API
    checking   every cell is checked against the rules of `schemas`; rows and problems come out
    planning   the server checks every valid row (`validation=1`)
    creating   the rows that are ready are created, through the journal
    settling   rows whose outcome nobody knows are looked up on the server
    results    the user's table is handed back with what happened to each row

`journal` keeps the state of all this, `api` speaks HTTP, `pipeline` strings the stages together: read that first.
"""

__version__ = "0.1.0"
