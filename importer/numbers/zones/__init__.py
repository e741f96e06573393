"""Time zones of telephone numbers: a row of the sheet is split into one campaign for each zone.

clocks.py       which zones there are, which of them keep the same time, and those of a country
time_groups.py  the time group of each zone, as a user names them
row_zones.py    the time zone that each row of a list names
placing.py      the zone of each number, and with it the list that it belongs to
splitting.py    lists by zone become campaigns of the run

A number says last where somebody is: people take it along when they move.
"""

from importer.numbers.zones.placing import ZoneSplit
from importer.numbers.zones.splitting import SplitCampaigns
from importer.numbers.zones.time_groups import mistakes_in, normal_name

__all__ = ["SplitCampaigns", "ZoneSplit", "mistakes_in", "normal_name"]
