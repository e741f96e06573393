"""What single systems need: for each, campaigns whose settings are easily taken for something else."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from importer.migration.answers import Answers, Destination
from importer.migration.exports import SourceTable, open_source
from importer.migration.migrated import Migrated
from importer.migration.profiles.loading import load
from importer.migration.translating import questions, translate
from tests.support.old_diallers import ANYTHING, DAYS, GOOD, Values, exported, migrated, table


def one(system: str, values: Values, *beside: SourceTable) -> Migrated:
    """Translate a campaign that differs from a good one of the system."""
    return migrated(system, values, beside=beside).campaigns[0]


@pytest.mark.parametrize("system", GOOD)
def test_a_good_campaign_is_sent(system: str) -> None:
    """What the tests below change is a campaign that lacks nothing but what its export never tells."""
    refused = [problem.parameter for problem in one(system, {}).problems]
    asked = {"amazon-connect": ["maximum"], "wombat": ["maximum"], "omnileads": ["machine", "maximum"]}
    assert refused == asked.get(system, [])


NO_HOURS = {"daily_start_time": None, "daily_stop_time": None, **dict.fromkeys(DAYS.split(), None)}
ALL_DAY = {"daily_start_time": "00:00:00", "daily_stop_time": "23:59:59"}
MENU = table("osdial_ivr", {"id": "3", "name": "notice", "virtual_agents": "25", "reserve_agents": "2"})
CLOCKS = {"campaign_call_time": "24hours", "local_call_time": "9am-9pm"}
DIFFERENCE = {"adaptive_dl_diff_target": "-2", "adaptive_maximum_level": "2"}
LISTED = {"contact_list_id": "c"}
DETECTION = "outboundCallConfig.answerMachineDetectionConfig.enableAnswerMachineDetection"

TELEPHONY = "channelSubtypeConfig.telephony"
SECOND_API = {
    **dict.fromkeys(GOOD["amazon-connect"], None),
    "id": "b",
    "name": "B",
    TELEPHONY: '{"capacity":0.5}',
    f"{TELEPHONY}.capacity": "0.5",
    f"{TELEPHONY}.connectQueueId": "q",
    f"{TELEPHONY}.defaultOutboundConfig.connectSourcePhoneNumber": "+12065550107",
    f"{TELEPHONY}.defaultOutboundConfig.answerMachineDetectionConfig.enableAnswerMachineDetection": "true",
    "communicationTimeConfig.telephony.openHours": '{"dailyHours":{}}',
}


def limits(**values: str) -> tuple[SourceTable, ...]:
    """Return a contact list of Genesys with its limits of tries; two underscores stand for a dot."""
    named = {name.replace("__", "."): text for name, text in values.items()}
    contacts = table("genesyscloud_outbound_contact_list", {"id": "c", "attempt_limit_id": "l"})
    return (contacts, table("genesyscloud_outbound_attempt_limit", {"id": "l", **named}))


def responses(**values: str) -> tuple[SourceTable, ...]:
    """Return a set of responses of Genesys; two underscores stand for a dot."""
    named = {f"responses.{name.replace('__', '.')}": text for name, text in values.items()}
    return (table("genesyscloud_outbound_callanalysisresponseset", {"id": "r", **named}),)


def lines(*numbers: str) -> tuple[SourceTable, ...]:
    """Return end points of Wombat with N channels each."""
    rows = [{"campaignId": "9", "queueName": f"Q{number}", "maxChannels": number} for number in numbers]
    return (table("endpoints", *rows),)


def old_queue(**values: str) -> tuple[SourceTable, ...]:
    """Return the queue of a campaign of OMniLeads, as its database has it."""
    return (table("queue_table", {"campana_id": "1", "maxlen": "3", "detectar_contestadores": "f", **values}),)


CELLS: Sequence[tuple[str, Values, tuple[SourceTable, ...], str, str | None]] = [
    # PostgreSQL writes t and f.
    ("newfies", {"voicemail": "f", "amd_behavior": "1"}, (), "machine", "off"),
    ("newfies", {"voicemail": "t", "amd_behavior": "2", "maxretry": "1"}, (), "machine", "retry"),
    ("newfies", {"voicemail": "maybe", "amd_behavior": "1"}, (), "machine", None),
    ("newfies", {**ALL_DAY, "sunday": "t"}, (), "timegroup", "0"),
    ("newfies", {**ALL_DAY, **dict.fromkeys(DAYS.split(), None)}, (), "timegroup", "0"),
    ("newfies", NO_HOURS, (), "timegroup", None),
    ("magnusbilling", {"record_call": "t"}, (), "recordgroup", "7"),
    ("magnusbilling", NO_HOURS, (), "timegroup", None),
    ("omnileads", {}, old_queue(), "machine", "off"),
    ("omnileads", {}, old_queue(detectar_contestadores="t"), "machine", "failed"),
    ("omnileads", {}, old_queue(), "maximum", "3"),
    ("omnileads", {"objetivo": "150"}, (), "description", None),
    ("omnileads", {"objetivo": "Ventas"}, (), "description", "Ventas"),
    ("fusionpbx", {"broadcast_avmd": "yes"}, (), "machine", "failed"),
    ("five9", {"autoRecord": "t"}, (), "recordgroup", "7"),
    ("five9", {"callAnalysisMode": None}, (), "machine", None),
    ("five9", {"callAnalysisMode": None, "type": "AUTODIAL", "maxNumOfLines": "3"}, (), "machine", "off"),
    ("uccx", {"ansMachineRetry": "Y"}, (), "machine", "retry"),
    ("uccx", {"retryBusySignalDelay": "10"}, (), "retry", "600"),
    ("uccx", {"retryNoAnswerDelay": "5", "retryBusySignalDelay": "10"}, (), "retry", "300"),
    ("amazon-connect", {DETECTION: None}, (), "machine", None),
    ("amazon-connect", SECOND_API, (), "callerid", "+12065550107"),
    ("amazon-connect", SECOND_API, (), "machine", "failed"),
    ("amazon-connect", SECOND_API, (), "timegroup", "7"),
    ("amazon-connect", SECOND_API, (), "dnumber", "0199"),
    # Newer versions of OSDial name the menu in the campaign, older ones the campaign in the menu.
    ("generic", {"callerid": "anonymous", "clid": "0221555010"}, (), "callerid", "0221555010"),
    ("goautodial", {}, (), "maximum", "14"),
    ("goautodial", {}, (), "callerid", None),
    ("osdial", {"ivr_id": "3"}, (MENU,), "maximum", "25"),
    ("osdial", {"ivr_id": "3"}, (MENU,), "keep_agents_available", "2"),
    ("osdial", {"ivr_id": "0"}, (MENU,), "maximum", "14"),
    ("osdial", CLOCKS, (), "timegroup", "7"),
    ("osdial", {**CLOCKS, "local_call_time": "24hours"}, (), "timegroup", "0"),
    ("osdial", {"campaign_call_time": "9am-5pm", "local_call_time": "24hours"}, (), "timegroup", "7"),
    # The difference target is one of the methods that adapt, unless it counts the calls that are placed.
    ("vicidial", DIFFERENCE, (), "keep_agents_available", None),
    ("vicidial", {**DIFFERENCE, "dl_diff_target_method": "CALLS_PLACED"}, (), "keep_agents_available", "2"),
    ("vicidial", {**DIFFERENCE, "dial_method": "ADAPT_AVERAGE"}, (), "keep_agents_available", "2"),
    ("genesys-cloud", LISTED, limits(max_attempts_per_number="0", max_attempts_per_contact="4"), "attempts", "4"),
    ("genesys-cloud", LISTED, limits(max_attempts_per_number="3", max_attempts_per_contact="4"), "attempts", "3"),
    ("wombat", {}, lines("10", "-1"), "maximum", "7"),
    ("wombat", {}, lines("10", "5"), "maximum", "15"),
    ("wombat", {"timeStartHr": "", "timeEndHr": "", "timeDow": ""}, (), "timegroup", None),
    ("issabel", {"daytime_init": None, "daytime_end": None}, (), "timegroup", None),
    ("issabel", {"daytime_init": "", "daytime_end": ""}, (), "timegroup", "0"),
]


@pytest.mark.parametrize(("system", "values", "beside", "parameter", "expected"), CELLS)
def test_what_becomes_of_a_setting(
    system: str, values: Values, beside: tuple[SourceTable, ...], parameter: str, expected: str | None
) -> None:
    """A setting in each of its spellings gives the value that was worked out by hand, or none at all."""
    assert one(system, values, *beside).cells.get(parameter) == expected


NOT_TOLD = "The export has no calling hours"
LOST: Sequence[tuple[str, Values, tuple[SourceTable, ...], str]] = [
    ("newfies", {"phonebook": "[1,4]"}, (), "phonebook [1,4]: the lists of numbers"),
    ("newfies", {"record_bleg": "t"}, (), "record_bleg t"),
    ("newfies", {"sms_gateway_id": "2"}, (), "sms_gateway_id 2"),
    ("newfies", {"agent_script": "Hello"}, (), "agent_script Hello"),
    ("newfies", {"completion_maxretry": "3"}, (), "completion_maxretry 3"),
    ("newfies", {"voicemail": "t", "amd_behavior": "1", "voicemail_audiofile": "5"}, (), "voicemail_audiofile 5"),
    ("genesys-cloud", {"max_calls_per_agent": "2"}, (), "max_calls_per_agent 2: left out beside maximum 5"),
    ("genesys-cloud", {"phone_columns": '[{"column_name":"Cell"}]'}, (), "phone_columns "),
    ("genesys-cloud", {"call_analysis_language": "de-DE"}, (), "call_analysis_language de-DE"),
    (
        "genesys-cloud",
        {"dynamic_line_balancing_settings.enabled": "true"},
        (),
        "dynamic_line_balancing_settings.enabled",
    ),
    ("genesys-cloud", LISTED, limits(recall_entries__fax__minutes_between_attempts="9"), "recall_entries.fax.minutes"),
    ("genesys-cloud", LISTED, limits(recall_entries__busy__nbr_attempts="2"), "recall_entries.busy.nbr_attempts 2"),
    (
        "genesys-cloud",
        LISTED,
        limits(max_attempts_per_number="3", max_attempts_per_contact="4"),
        "max_attempts_per_contact 4: left out beside attempts 3",
    ),
    (
        "genesys-cloud",
        LISTED,
        limits(
            recall_entries__no_answer__minutes_between_attempts="6",
            recall_entries__answering_machine__minutes_between_attempts="5",
        ),
        "recall_entries.answering_machine.minutes_between_attempts 5: left out beside retry 360",
    ),
    (
        "genesys-cloud",
        {"call_analysis_response_set_id": "r"},
        responses(callable_person__reaction_type="transfer_flow"),
        "responses.callable_person.reaction_type transfer_flow",
    ),
    ("fusionpbx", {"broadcast_phone_numbers": "2125550199"}, (), "broadcast_phone_numbers: the numbers"),
    ("magnusbilling", {"digit_authorize": "5"}, (), "digit_authorize 5"),
    ("magnusbilling", {"asr_audio": "ask.wav"}, (), "asr_audio ask.wav"),
    ("magnusbilling", {"id_plan": "2"}, (), "id_plan 2"),
    ("ictcore", {"tenant_id": "4"}, (), "tenant_id 4"),
    ("omnileads", {}, old_queue(initial_predictive_model="t"), "initial_predictive_model t"),
    ("omnileads", {"objetivo": "150"}, (), "objetivo 150"),
    ("omnileads", {}, old_queue(destino_id="4"), "destino_id 4"),
    ("uccx", {"retryCustAbandonedDelay": "3"}, (), "retryCustAbandonedDelay 3"),
    ("uccx", {"treatLowVolAsVoice": "false"}, (), "treatLowVolAsVoice false"),
    ("uccx", {"missedCallbackAction": "CLOSE"}, (), "missedCallbackAction CLOSE"),
    (
        "uccx",
        {"ansMachineRetry": "true", "ansMachineTreatment": "TRANSFER_TO_IVR"},
        (),
        "The application that answering",
    ),
    ("five9", {"dnisAsAni": "true"}, (), "dnisAsAni true"),
    ("five9", {"maxQueueTime": '{"seconds":1}', "maxQueueTime.seconds": "1"}, (), "maxQueueTime.seconds 1"),
    ("five9", {"type": "AUTODIAL", "maxNumOfLines": "9"}, (), "callsAgentRatio 2: left out beside maximum 9"),
    ("wombat", {}, lines("10", "5"), "queueName Q5: left out beside dtype queue"),
    ("wombat", {"dial_pres": "prohib"}, (), "dial_pres prohib"),
    (
        "amazon-connect",
        {"outboundCallConfig.connectContactFlowId": "f"},
        (),
        "outboundCallConfig.connectContactFlowId f",
    ),
    ("generic", {"attempts": "3", "maxretry": "5"}, (), "maxretry 5: left out beside attempts 3"),
    ("generic", {"description": "First", "notes": "Second"}, (), "notes Second: left out beside description First"),
    ("generic", {"extension": "1001"}, (), "extension 1001: left out beside dtype queue"),
    ("goautodial", {"campaign_type": "BLENDED"}, (), "campaign_type BLENDED"),
    ("wombat", {"dial_clid": '"Sales" <0221555010>'}, (), 'dial_clid "Sales" <0221555010>: the caller\'s name'),
    ("amazon-connect", SECOND_API, (), "channelSubtypeConfig.telephony.capacity 0.5"),
    ("osdial", {"campaign_call_time": "9am-5pm"}, (), "local_call_time 9am-9pm: left out beside timegroup 7"),
    ("osdial", {"use_cid_areacode_map": "Y"}, (), "use_cid_areacode_map Y"),
    ("vicidial", {"call_limit_24hour": "3"}, (), "call_limit_24hour 3"),
    ("vicidial", {"dial_statuses": " NEW NA B -"}, (), "dial_statuses NEW NA B -"),
    ("vicidial", {"omit_phone_code": "Y"}, (), "omit_phone_code Y"),
    ("vicidial", {"custom_three": "east"}, (), "custom_three east"),
    (
        "vicidial",
        {"call_count_limit": "4"},
        (table("vicidial_lead_recycle", {"campaign_id": "A", "active": "Y", "status": "B", "attempt_maximum": "2"}),),
        "attempt_maximum 2: left out beside attempts 4",
    ),
    (
        "vicidial",
        {},
        (table("vicidial_call_times", {"call_time_id": "9am-9pm", "ct_state_call_times": "|alabama|"}),),
        "ct_state_call_times |alabama|",
    ),
]


@pytest.mark.parametrize(("system", "values", "beside", "words"), LOST)
def test_what_cannot_come_along_is_told(
    system: str, values: Values, beside: tuple[SourceTable, ...], words: str
) -> None:
    """A setting without a counterpart, or beside one that was taken, is reported with its value."""
    assert [sentence for sentence in one(system, values, *beside).lost if sentence.startswith(words)]


ASSUMED: Sequence[tuple[str, Values, str]] = [
    ("newfies", {"maxretry": None}, "attempts 1: maxretry is blank"),
    ("newfies", {"intervalretry": ""}, "retry 300: intervalretry is blank"),
    ("newfies", NO_HOURS, NOT_TOLD),
    ("magnusbilling", NO_HOURS, NOT_TOLD),
    ("issabel", {"daytime_init": None, "daytime_end": None}, NOT_TOLD),
    ("issabel", {}, "The export has no caller ID"),
    ("uccx", {"startTime": None, "endTime": None}, NOT_TOLD),
    ("wombat", {"timeStartHr": "", "timeEndHr": "", "timeDow": ""}, NOT_TOLD),
    ("omnileads", {}, NOT_TOLD),
    ("five9", {}, NOT_TOLD),
    ("amazon-connect", {}, NOT_TOLD),
    ("osdial", {"local_call_time": ""}, NOT_TOLD),
    ("vicidial", {"local_call_time": ""}, NOT_TOLD),
    ("genesys-cloud", {"callable_time_set_id": "t"}, "The old hours were those of the time zones"),
    ("fusionpbx", {}, "The old limit is that of a batch of calls"),
]


@pytest.mark.parametrize(("system", "values", "words"), ASSUMED)
def test_what_the_export_does_not_say_is_told(system: str, values: Values, words: str) -> None:
    """A value that is not in the export, or stands there in another sense, is reported as assumed."""
    assert [sentence for sentence in one(system, values).assumed if sentence.startswith(words)]


def test_what_a_person_has_said_is_not_told_as_missing() -> None:
    """Where the answers have the calling hours or the caller ID, nobody is told that the export has none."""
    said = Answers({}, {"parameters.timegroup": {"*": "4"}, "parameters.callerid": {"*": "0221555010"}})
    [made] = migrated("issabel", {"daytime_init": None, "daytime_end": None}, answers=said).campaigns
    assert not [sentence for sentence in made.assumed if sentence.startswith("The export has no")]


@pytest.mark.parametrize(
    ("system", "values"),
    [
        ("uccx", {"dialerType": "DIRECT_PREVIEW"}),
        ("uccx", {"dialerType": "PREVIEW"}),
        ("newfies", {"name": "Sample survey campaign"}),
        ("omnileads", {"es_template": "t"}),
        ("omnileads", {"es_manual": "true"}),
        ("amazon-connect", {"channelSubtypeConfig": '{"sms":{}}', "channelSubtypeConfig.sms.capacity": "1"}),
    ],
)
def test_what_does_not_dial_by_itself_is_left_out(system: str, values: Values) -> None:
    """A campaign for previews, by hand or of another kind becomes none that dials."""
    made = migrated(system, values)
    assert (len(made.campaigns), len(made.skipped)) == (0, 1)


@pytest.mark.parametrize(
    ("system", "values"),
    [
        ("genesys-cloud", {"abandon_rate": "0.0"}),
        ("vicidial", {"dial_timeout": "60", "survey_dtmf_digits": "1238", "adaptive_intensity": "5"}),
        ("five9", {"maxQueueTime": '{"seconds":0}', "maxQueueTime.seconds": "0"}),
        ("newfies", {"record_bleg": "f"}),
        ("uccx", {"treatLowVolAsVoice": "true"}),
    ],
)
def test_what_was_not_used_is_not_lost(system: str, values: Values) -> None:
    """A setting that means nothing here is not reported, however its number or its no is written."""
    assert set(one(system, values).lost) <= set(one(system, {}).lost)


def test_numbers_of_people_are_in_no_report() -> None:
    """That the numbers stay behind is reported, and none of them is shown."""
    assert "2125550199" not in repr(one("fusionpbx", {"broadcast_phone_numbers": "2125550199"}))


TWINS: Sequence[tuple[str, Values, Values, str]] = [
    ("newfies", {"content_type": "32"}, {"content_type": "34"}, "app:1"),
    ("fusionpbx", {"domain_uuid": "d1"}, {"domain_uuid": "d2"}, "extension:1001"),
    (
        "fusionpbx",
        {"broadcast_destination_data": "1001 XML east"},
        {"broadcast_destination_data": "1001 XML west"},
        "extension:1001",
    ),
    ("omnileads", {"pk": "1"}, {"pk": "2"}, "queue:A"),
    (
        "genesys-cloud",
        {"id": "1", "queue_id": None, "queue.id": "q1", "queue.name": "Sales"},
        {"id": "2", "queue_id": None, "queue.id": "q2", "queue.name": "Sales"},
        "queue:Sales",
    ),
    ("five9", {"skills": "Sales"}, {"name": "B", "skills": "SALES"}, "skill:sales"),
]
"""Two campaigns whose destinations differ, and a key that could mean either."""


def asked(system: str, *rows: Values) -> dict[str, Destination]:
    """Return an answer to each question about a destination, with its number from 0 on."""
    profile, tables = exported(system, *rows)
    keys = [one.key for one in questions(profile, tables).questions if one.section == "destinations"]
    return {key: Destination("queue", str(number)) for number, key in enumerate(keys)}


@pytest.mark.parametrize(("system", "first", "second", "key"), TWINS)
def test_a_key_that_could_mean_two_destinations_answers_none(
    system: str, first: Values, second: Values, key: str
) -> None:
    """Two destinations are two questions, and an answer that could be meant for both is refused with both keys."""
    said = Answers({key: Destination("queue", "1"), "*": Destination("queue", "2")}, ANYTHING.sections)
    keys = asked(system, first, second)
    for campaign in migrated(system, first, second, answers=said).campaigns:
        [problem] = [problem for problem in campaign.problems if problem.parameter == "dnumber"]
        assert all(f'"{name}"' in problem.sentence for name in keys)
    exact = migrated(system, first, second, answers=Answers(keys, ANYTHING.sections)).campaigns
    assert [campaign.cells["dnumber"] for campaign in exact] == ["0", "1"]


@pytest.mark.parametrize(("system", "first", "second", "key"), TWINS)
def test_a_key_that_means_one_destination_goes_on_answering(
    system: str, first: Values, second: Values, key: str
) -> None:
    """Answers from before still hold where nothing else in the export has the same key."""
    said = Answers({key: Destination("queue", "0100")}, ANYTHING.sections)
    [made] = migrated(system, first, answers=said).campaigns
    assert made.cells["dnumber"] == "0100"


def test_a_group_is_not_taken_for_a_campaign_of_the_same_name() -> None:
    """Of VICIdial, an answer for the campaign SALES does not hold for others whose calls come from the group SALES."""
    rows = ({"campaign_id": "SALES"}, {"campaign_id": "B", "closer_campaigns": " SALES -"})
    said = Answers({"queue:SALES": Destination("queue", "1")}, ANYTHING.sections)
    sales, other = migrated("vicidial", *rows, answers=said).campaigns
    assert (sales.cells["dnumber"], other.cells.get("dnumber")) == ("1", None)
    assert 'could mean "queue:SALES", "queue:B"' in other.problems[0].sentence


def test_a_group_that_several_campaigns_share_is_answered_once() -> None:
    """One answer for an in-group holds for all campaigns that have it."""
    rows = [{"campaign_id": name, "closer_campaigns": " SUPPORT -"} for name in ("A", "B")]
    said = Answers({"queue:SUPPORT": Destination("queue", "1")}, ANYTHING.sections)
    assert [made.cells["dnumber"] for made in migrated("vicidial", *rows, answers=said).campaigns] == ["1", "1"]


@pytest.mark.parametrize(
    ("reference", "attempts"),
    [
        ("genesyscloud_outbound_contact_list.people.id", "3"),
        ("genesyscloud_outbound_contact_list.People.id", "1"),
        ("data.genesyscloud_outbound_contact_list.people.id", "1"),
        ("var.people.id", "1"),
        ("module.people.id", "1"),
    ],
)
def test_references_of_code_are_followed_to_their_own_kind(tmp_path: Path, reference: str, attempts: str) -> None:
    """A label tells a resource together with its type alone, and what lies outside of the file is not in it."""
    path = tmp_path / "outbound.tf"
    path.write_text(
        f"""
resource "genesyscloud_outbound_campaign" "one" {{
  name                = "One"
  dialing_mode        = "power"
  outbound_line_count = 2
  campaign_status     = "off"
  queue_id            = "q"
  contact_list_id     = {reference}
}}
resource "genesyscloud_outbound_contact_list" "people" {{
  name             = "People"
  attempt_limit_id = genesyscloud_outbound_attempt_limit.people.id
}}
resource "genesyscloud_outbound_attempt_limit" "people" {{
  max_attempts_per_number = 3
}}
""",
        encoding="utf-8",
    )
    profile = load("genesys-cloud")
    [made] = translate(profile, open_source(path, profile.wanted), ANYTHING).campaigns
    assert made.cells["attempts"] == attempts


@pytest.mark.parametrize(
    ("system", "column", "on"),
    [
        ("issabel", "datetime_end", {"estatus": "A"}),
        ("magnusbilling", "expirationdate", {"status": "1"}),
        ("newfies", "expirationdate", {"status": "1"}),
    ],
)
def test_a_campaign_whose_last_day_has_passed_is_off(system: str, column: str, on: Values) -> None:
    """The old system called nobody any more, whatever the campaign's status; without a last day that decides."""
    for day in ("2001-01-01", "2001-01-01 00:00:00"):
        past = one(system, {**on, column: day})
        assert past.cells["enabled"] == "0"
        assert any(f"({column})" in words for words in past.assumed)
    for day in ("2098-12-31", "0000-00-00 00:00:00", "", None):
        assert one(system, {**on, column: day}).cells["enabled"] == "1"
