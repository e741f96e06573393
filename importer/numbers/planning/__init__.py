"""Lists of numbers become a run.

for_sheet.py      for the campaigns of a sheet
for_campaign.py   for a campaign that exists
filling.py        numbers go into the file of the run
elsewhere.py      numbers that other campaigns on the server have
about.py          how the numbers of a run are to be loaded, kept with them
"""
