"""Rows become campaigns on the server, exactly once, through the journal.

sending.py    what exactly is sent for a row
dry_run.py    the server checks every row, before any is created
existing.py   what the server's list shows of a run's rows before anything is sent
creating.py   the intention is on disk before a request leaves
updating.py   rows that were edited since their campaign was created
switching.py  campaigns of a run are switched on or off
canary.py     the first few are read back before the others follow
settling.py   what became of rows in doubt
matching.py   which of the listed campaigns may be a row's
witnesses.py  what a list is worth as a proof that a campaign is not there
issued.py     which IDs that a server answers with are believed
outcomes.py   what the requests for a row have shown
"""
