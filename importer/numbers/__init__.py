"""Lists of telephone numbers: what would be loaded into a campaign, and why the rest would not.

check.py      lists are read, judged, deduplicated and scrubbed
options.py    what a user asks for
report.py     what was found; evidence.py: as JSON; listing.py: as a file, number by number
planning.py   lists for a campaign that exists become a run; row_plan.py: lists for the campaigns of a sheet
filling.py    numbers go into the file of a run; about.py: what is kept with them
outcome.py    a run is loaded, and what became of its numbers; campaigns.py: the campaign on the server
scrub.py      numbers on the server are compared with do-not-call lists again; elsewhere.py: those that others call
cancelling.py numbers that a run has loaded are not called any more
unread.py     runs whose numbers were not read to the end; kept.py: whether any numbers are kept
record.py     the record of a run's numbers, which outlives them; retention.py: what removes them
zones/        rows are split by the time zones of their numbers
storage/      the file of a run's numbers
loading/      numbers go to the server, each once
sheet_cells.py  numbers in the cells of a sheet of campaigns
tables.py     which tables of a file hold numbers, and where; unclear_columns.py: why that is not clear; rows.py: their
              rows become numbers
judging.py    the text of a number becomes the number that would be dialled, or why it is not
dialling.py   how long campaigns will dial
countries.py  which country a text names; row_countries.py: and a row; row_campaigns.py, row_statuses.py: which campaign
              and which status a row names
library.py    what knows the numbers of the world
sorted_numbers.py  sets of numbers of any size
lead_lists.py the leads of an old dialler as a list of numbers, and its tables of numbers not to call
dnc.py        do-not-call lists; dnc_lines.py: their lines, patterns.py: their patterns
masking.py    numbers as they may be shown
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.numbers.campaigns import CampaignState
    from importer.numbers.cancelling import Cancelled, cancel_loaded, country_of_run, end_lists
    from importer.numbers.check import check_numbers
    from importer.numbers.countries import country_of
    from importer.numbers.dialling import CampaignCalls, dialling_of, prospect
    from importer.numbers.dnc import limits_of
    from importer.numbers.evidence import evidence_of, list_evidence
    from importer.numbers.filling import LoadOrder, TooManyRefused
    from importer.numbers.judging import number_of
    from importer.numbers.kept import any_kept
    from importer.numbers.listing import check_listing
    from importer.numbers.loading import LoadOptions, WhenOn, WireFormat, read_new_pages
    from importer.numbers.masking import masked
    from importer.numbers.options import (
        BY_TIMEZONE,
        COMMAND,
        DIALLED,
        ColumnUse,
        DncFile,
        DncOptions,
        LeadFile,
        ListOptions,
        NumberOptions,
        NumberRules,
        NumberType,
        SplitOptions,
    )
    from importer.numbers.outcome import (
        BY_VERDICT,
        NumbersOutcome,
        are_kept,
        counts_in,
        default_listing,
        has_listing,
        listing_words,
        load_run,
        loaded_words,
        numbers_gone,
        outcome_of,
        sentences,
        to_call,
        write_listing,
    )
    from importer.numbers.planning import LoadPlan, plan_load
    from importer.numbers.record import last_scrub
    from importer.numbers.report import NumberExample, NumbersReport, Reason, Verdict, headline, remarks
    from importer.numbers.retention import prune_numbers, remove_loaded_numbers, remove_old_numbers
    from importer.numbers.row_plan import own_sheet, plan_rows
    from importer.numbers.scrub import (
        Scrub,
        cancel_listed,
        find_listed,
        keep_evidence,
        read_for_scrub,
        went_well,
    )
    from importer.numbers.storage import (
        DuplicateScope,
        NumbersFile,
        NumberStatus,
        covers,
        forget_number,
        prunable_numbers,
    )
    from importer.numbers.unread import are_awaited, refuse_unread
    from importer.numbers.zones import mistakes_in, normal_name

__all__ = [
    "BY_TIMEZONE",
    "BY_VERDICT",
    "COMMAND",
    "DIALLED",
    "CampaignCalls",
    "CampaignState",
    "Cancelled",
    "ColumnUse",
    "DncFile",
    "DncOptions",
    "DuplicateScope",
    "LeadFile",
    "ListOptions",
    "LoadOptions",
    "LoadOrder",
    "LoadPlan",
    "NumberExample",
    "NumberOptions",
    "NumberRules",
    "NumberStatus",
    "NumberType",
    "NumbersFile",
    "NumbersOutcome",
    "NumbersReport",
    "Reason",
    "Scrub",
    "SplitOptions",
    "TooManyRefused",
    "Verdict",
    "WhenOn",
    "WireFormat",
    "any_kept",
    "are_awaited",
    "are_kept",
    "cancel_listed",
    "cancel_loaded",
    "check_listing",
    "check_numbers",
    "country_of",
    "country_of_run",
    "counts_in",
    "covers",
    "default_listing",
    "dialling_of",
    "end_lists",
    "evidence_of",
    "find_listed",
    "forget_number",
    "has_listing",
    "headline",
    "keep_evidence",
    "last_scrub",
    "limits_of",
    "list_evidence",
    "listing_words",
    "load_run",
    "loaded_words",
    "masked",
    "mistakes_in",
    "normal_name",
    "number_of",
    "numbers_gone",
    "outcome_of",
    "own_sheet",
    "plan_load",
    "plan_rows",
    "prospect",
    "prunable_numbers",
    "prune_numbers",
    "read_for_scrub",
    "read_new_pages",
    "refuse_unread",
    "remarks",
    "remove_loaded_numbers",
    "remove_old_numbers",
    "sentences",
    "to_call",
    "went_well",
    "write_listing",
]

LIGHTEST_FIRST = (
    *("options", "unread", "kept", "report", "evidence", "countries", "dialling", "dnc", "listing", "check"),
    *("judging", "masking", "storage", "record", "retention", "loading", "zones"),
    *("campaigns", "filling", "planning", "row_plan", "outcome", "cancelling", "scrub"),
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
