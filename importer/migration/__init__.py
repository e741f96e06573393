"""From the export of an old dialler to rows of campaigns, as a profile of that dialler says.

table.py         the export as a table of campaigns, like any other that is read
detecting.py     which system wrote it
joining.py       the rows of the main table with their companions
translating.py   what a profile makes of them all; campaign.py: of one; migrated.py: what comes of it
transforms.py    the named transforms of a profile; text_values.py: what a text means by itself
profiles/        the profiles, with all mistakes of a file at once
answers.py       what only a person knows, and its file; person.py: who is asked for it by one campaign
questionnaire.py what has to be asked, as a file of answers to fill in
destinations.py  where the calls of a campaign go
guessing.py      what headings that were made by hand may mean
left_out.py      what is left out because something else was taken
unknown.py       what an export holds that its profile says nothing of
conditions.py    whether the conditions of a rule hold for a row
leads/           the people that the campaigns call, as a table of numbers
exports/         files become tables of texts
"""

from importer.migration.guessing import guesses
from importer.migration.leads.table import DncPart, LeadExport
from importer.migration.profiles.loading import load_all
from importer.migration.questionnaire import render
from importer.migration.table import AUTO, find_profile, load_profile, open_migration, open_questions

__all__ = [
    "AUTO",
    "DncPart",
    "LeadExport",
    "find_profile",
    "guesses",
    "load_all",
    "load_profile",
    "open_migration",
    "open_questions",
    "render",
]
