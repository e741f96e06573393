"""Lists of telephone numbers: what would be loaded into a campaign, and why the rest would not.

options.py           what a user asks for
check.py             lists are read, judged, deduplicated and scrubbed
lists/               the tables of a file become numbers
parsing/             the text of a number becomes the number that would be dialled, or why it is not
dnc/                 do-not-call lists
lead_lists.py        the leads of an old dialler as a list, and its tables of numbers not to call
sorted_numbers.py    sets of numbers of any size
findings/            what was found: counts, evidence, the numbers as a file
zones/               rows are split by the time zones of their numbers
planning/            lists become a run
storage/             the file of a run's numbers
loading/             numbers go to the server, each once
outcome.py           a run is loaded, and what became of its numbers; handing_back.py: those that were not loaded
scrub.py             numbers on the server are compared with do-not-call lists again
unsent.py            so are those of a run that is not loaded to its end
cancelling.py        numbers that a run has loaded are not called any more
campaigns.py         the campaign on the server that numbers go to
dialling.py          how long campaigns will dial
retention.py         what removes numbers; kept.py: whether there are any
unread.py            runs whose numbers were not read to the end
masking.py           numbers as they may be shown
"""

from importer.model import finder

TYPE_CHECKING = False  # type checkers take it for true

if TYPE_CHECKING:
    from importer.numbers.campaigns import CampaignState
    from importer.numbers.cancelling import Cancelled, cancel_loaded, country_of_run, end_lists
    from importer.numbers.check import check_numbers
    from importer.numbers.dialling import CampaignCalls, dialling_of, prospect
    from importer.numbers.dnc.lists import limits_of
    from importer.numbers.findings.evidence import evidence_of, list_evidence
    from importer.numbers.findings.listing import check_listing
    from importer.numbers.findings.record import last_scrub
    from importer.numbers.findings.report import NumberExample, NumbersReport, Reason, Verdict, headline, remarks
    from importer.numbers.handing_back import default_listing, has_listing, listing_words, write_listing
    from importer.numbers.kept import any_kept
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
        load_run,
        loaded_words,
        numbers_gone,
        outcome_of,
        sentences,
        to_call,
    )
    from importer.numbers.parsing.countries import country_of
    from importer.numbers.parsing.judging import number_of
    from importer.numbers.planning.filling import LoadOrder, TooManyRefused
    from importer.numbers.planning.for_campaign import LoadPlan, plan_load
    from importer.numbers.planning.for_sheet import own_sheet, plan_rows
    from importer.numbers.retention import prune_numbers, remove_loaded_numbers, remove_old_numbers
    from importer.numbers.scrub import (
        Scrub,
        cancel_listed,
        find_listed,
        keep_evidence,
        read_for_scrub,
        scrubbed_words,
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
    "scrubbed_words",
    "sentences",
    "to_call",
    "went_well",
    "write_listing",
]

LIGHTEST_FIRST = (
    *("options", "unread", "kept", "findings.report", "findings.evidence", "parsing.countries", "dialling"),
    *("dnc.lists", "findings.listing", "check", "parsing.judging", "masking", "storage", "findings.record"),
    *("retention", "loading", "zones", "campaigns", "planning.filling", "planning.for_campaign"),
    *("planning.for_sheet", "outcome", "handing_back", "cancelling", "scrub"),
)

if not TYPE_CHECKING:  # to a type checker a module that has `__getattr__` has every name
    __getattr__ = finder(__name__, __all__, LIGHTEST_FIRST)
