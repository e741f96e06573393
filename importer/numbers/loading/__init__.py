"""Numbers are loaded into campaigns, exactly once, through the file of numbers.

loading.py          all lists of a run
list_load.py        one list into its campaign
outgoing.py         its batches on their way, each on disk before it leaves
batch_sizes.py      how many numbers a request has
comparing.py        what the campaign has, compared with what was sent
pages.py            all numbers that the server lists for it
refusals.py         which numbers of a refused batch the server refuses
watch.py            whether the campaign is on, and what follows from that; switch.py: its switch
lookout.py          what is done beside the work
late_requests.py    requests that the server may still carry out
recording.py        where a list stands, written to disk and told
canary.py           the first few numbers, read back
choosing_format.py  what there is to choose from, if the form of numbers is not chosen
wire.py             numbers as they are written for the server
context.py          what the load of every list needs
options.py          what a user asks for
"""

from importer.numbers.loading.choosing_format import format_needed
from importer.numbers.loading.late_requests import WAITING
from importer.numbers.loading.loading import LoadReport, load
from importer.numbers.loading.options import LoadOptions, WhenOn, WireFormat
from importer.numbers.loading.pages import read_new_pages, read_pages
from importer.numbers.loading.wire import Wire

__all__ = [
    "WAITING",
    "LoadOptions",
    "LoadReport",
    "WhenOn",
    "Wire",
    "WireFormat",
    "format_needed",
    "load",
    "read_new_pages",
    "read_pages",
]
