"""What the tests of the profiles share: one campaign as an export has it, and the columns that the systems document."""

from collections.abc import Mapping, Sequence

from importer.migration.answers import Answers, Destination
from importer.migration.exports import SourceRow, SourceTable
from importer.migration.migrated import Migration
from importer.migration.profiles.loading import load
from importer.migration.translating import translate
from schemas.profile import Profile
from schemas.profile_words import SECTIONS

Values = Mapping[str, str | None]

ANYTHING = Answers({"*": Destination("queue", "0199")}, {section: {"*": "7"} for section in SECTIONS})
"""Answers to all questions but those for parameters."""

DAYS = "monday tuesday wednesday thursday friday saturday sunday"

GOOD: Mapping[str, Values] = {
    "amazon-connect": {
        "id": "a",
        "name": "A",
        "state": "Running",
        "outboundCallConfig.connectSourcePhoneNumber": "+12065550106",
        "outboundCallConfig.connectQueueId": "q",
        "outboundCallConfig.answerMachineDetectionConfig.enableAnswerMachineDetection": "false",
    },
    "five9": {
        "name": "A",
        "type": "OUTBOUND",
        "dialingMode": "PREDICTIVE",
        "state": "RUNNING",
        "callsAgentRatio": "2",
        "callAnalysisMode": "NO_ANALYSIS",
        "skills": "Sales",
    },
    "fusionpbx": {"broadcast_name": "A", "broadcast_concurrent_limit": "5", "broadcast_destination_data": "1001"},
    "generic": {"name": "A", "active": "Y", "machine": "off", "maximum": "3", "queue": "501"},
    "genesys-cloud": {
        "id": "g",
        "name": "A",
        "dialing_mode": "power",
        "outbound_line_count": "5",
        "campaign_status": "on",
        "queue_id": "q",
    },
    "goautodial": {
        "campaign_id": "A",
        "campaign_name": "A",
        "campaign_type": "OUTBOUND",
        "active": "Y",
        "dial_method": "RATIO",
        "auto_dial_level": "NORMAL",
        "dial_statuses": " NEW -",
        "campaign_vdad_exten": "8368",
        "local_call_time": "9am-9pm",
        "campaign_cid": "5164536886",
    },
    "ictcore": {
        "campaign_id": "1",
        "name": "A",
        "program_id": "9",
        "cpm": "3",
        "try_allowed": "2",
        "status": "running",
    },
    "issabel": {
        "id": "1",
        "name": "A",
        "max_canales": "4",
        "estatus": "A",
        "retries": "3",
        "queue": "501",
        "daytime_init": "09:00:00",
        "daytime_end": "18:00:00",
    },
    "magnusbilling": {
        "id": "1",
        "name": "A",
        "status": "1",
        "frequency": "10",
        "forward_number": "queue|5",
        "daily_start_time": "09:00:00",
        "daily_stop_time": "18:00:00",
        **dict.fromkeys(DAYS.split(), "1"),
    },
    "mikopbx": {
        "id": "1",
        "name": "A",
        "innerNum": "201",
        "innerNumType": "exten",
        "maxCountChannels": "3",
        "state": "0",
    },
    "newfies": {
        "pk": "3",
        "name": "A",
        "status": "1",
        "object_id": "1",
        "content_type": "32",
        "aleg_gateway": "1",
        "intervalretry": "300",
        "maxretry": "0",
        "frequency": "10",
        "daily_start_time": "09:00:00",
        "daily_stop_time": "18:00:00",
        **dict.fromkeys(DAYS.split(), "true"),
    },
    "omnileads": {"pk": "1", "nombre": "A", "objetivo": "", "estado": "2", "type": "2", "bd_contacto": "1"},
    "osdial": {
        "campaign_id": "A",
        "campaign_name": "A",
        "active": "Y",
        "dial_method": "RATIO",
        "auto_dial_level": "2",
        "campaign_vdad_exten": "8368",
        "safe_harbor_message": "N",
        "campaign_cid_name": "",
        "local_call_time": "9am-9pm",
        "campaign_cid": "",
    },
    "uccx": {
        "campaignId": "1",
        "campaignName": "A",
        "enabled": "true",
        "campaignType": "AGENT",
        "dialerType": "PROGRESSIVE",
        "maxDialAttempts": "3",
        "ansMachineTreatment": "END_CALL",
        "linesPerAgent": "1.5",
        "assignedCSQs": "CSQ1",
        "startTime": "09:00",
        "endTime": "18:00",
    },
    "vicidial": {
        "campaign_id": "A",
        "campaign_name": "A",
        "active": "Y",
        "dial_method": "RATIO",
        "auto_dial_level": "2",
        "dial_statuses": " NEW -",
        "campaign_vdad_exten": "8368",
        "local_call_time": "9am-9pm",
        "campaign_cid": "",
    },
    "wombat": {
        "campaignId": "9",
        "name": "A",
        "pace": "RUNNABLE",
        "initialBoostFactor": "1.0",
        "amdTracking": "OFF",
        "timeStartHr": "090000",
        "timeEndHr": "180000",
        "timeDow": "23456",
    },
}
"""A campaign of each system from which nothing is lost but what only the system could have."""


def table(name: str, *rows: Values) -> SourceTable:
    """Return a table of an export, with the columns that any of its rows has."""
    columns = tuple(dict.fromkeys(column for row in rows for column in row))
    places = (
        SourceRow(f"row {number}", number, tuple(row.get(column) for column in columns))
        for number, row in enumerate(rows, start=1)
    )
    return SourceTable(name, columns, tuple(places))


def exported(
    system: str, *rows: Values, beside: Sequence[SourceTable] = ()
) -> tuple[Profile, Mapping[str, SourceTable]]:
    """Return the profile and the tables of an export with campaigns that differ from a good one as `rows` say.

    A column with None is missing.
    """
    profile = load(system)
    whole = [{name: text for name, text in {**GOOD[system], **row}.items() if text is not None} for row in rows]
    return profile, {one.name: one for one in (table(profile.tables[0], *whole), *beside)}


def migrated(system: str, *rows: Values, beside: Sequence[SourceTable] = (), answers: Answers = ANYTHING) -> Migration:
    """Translate campaigns that differ from a good one of the system as `rows` say."""
    return translate(*exported(system, *rows, beside=beside), answers)


TELEPHONY = "channelSubtypeConfig.telephony"
OUTBOUND = f"{TELEPHONY}.defaultOutboundConfig"

FIELDS: Mapping[str, Mapping[str, str]] = {
    "amazon-connect": {
        "": "id arn name state connectInstanceId tags dialerConfig.progressiveDialerConfig.bandwidthAllocation"
        " dialerConfig.progressiveDialerConfig.dialingCapacity dialerConfig.predictiveDialerConfig.bandwidthAllocation"
        " dialerConfig.predictiveDialerConfig.dialingCapacity dialerConfig.agentlessDialerConfig.dialingCapacity"
        " outboundCallConfig.connectContactFlowId outboundCallConfig.connectSourcePhoneNumber"
        " outboundCallConfig.connectQueueId"
        " outboundCallConfig.answerMachineDetectionConfig.enableAnswerMachineDetection"
        " outboundCallConfig.answerMachineDetectionConfig.awaitAnswerMachinePrompt"
        f" {TELEPHONY}.capacity {TELEPHONY}.connectQueueId {TELEPHONY}.outboundMode.progressive.bandwidthAllocation"
        f" {TELEPHONY}.outboundMode.predictive.bandwidthAllocation {OUTBOUND}.connectContactFlowId"
        f" {OUTBOUND}.connectSourcePhoneNumber {OUTBOUND}.answerMachineDetectionConfig.enableAnswerMachineDetection"
        f" {OUTBOUND}.answerMachineDetectionConfig.awaitAnswerMachinePrompt"
        " channelSubtypeConfig.sms.capacity channelSubtypeConfig.email.capacity type entryLimitsConfig"
        " source.customerProfilesSegmentArn connectCampaignFlowArn schedule.startTime schedule.endTime"
        " schedule.refreshFrequency communicationTimeConfig.localTimeZoneConfig.defaultTimeZone"
        " communicationTimeConfig.localTimeZoneConfig.localTimeZoneDetection"
        " communicationTimeConfig.telephony.openHours.dailyHours"
        " communicationTimeConfig.telephony.restrictedPeriods.restrictedPeriodList"
        " communicationTimeConfig.sms.openHours"
        " communicationTimeConfig.email.openHours communicationLimitsOverride.instanceLimitsHandling"
        " communicationLimitsOverride.allChannelsSubtypes communicationLimits.maxCountPerRecipient"
        " communicationLimits.frequency communicationLimits.unit",
    },
    "five9": {
        "": "name description mode profileName state trainingMode type autoRecord callWrapup.enabled"
        " callWrapup.dispostionName callWrapup.timeout.seconds ftpHost ftpPassword ftpUser recordingNameAsSid useFtp"
        " CRMRedialTimeout.days CRMRedialTimeout.hours CRMRedialTimeout.minutes CRMRedialTimeout.seconds analyzeLevel"
        " dnisAsAni enableListDialingRatios listDialingMode noOutOfNumbersAlert stateDialingRule timeZoneAssignment"
        " dialingPriority dialingRatio actionOnAnswerMachine.actionType actionOnAnswerMachine.actionArgument"
        " actionOnQueueExpiration.actionType actionOnQueueExpiration.actionArgument callAnalysisMode callsAgentRatio"
        " dialNumberOnTimeout dialingMode distributionAlgorithm distributionTimeFrame limitPreviewTime"
        " maxDroppedCallsPercentage maxPreviewTime.seconds maxQueueTime.days maxQueueTime.hours maxQueueTime.minutes"
        " maxQueueTime.seconds monitorDroppedCalls agentAvailability agentSkillName defaultIvrSchedule.scriptName"
        " dialIfAgentsAvailable maxNumOfLines skills profile.ANI profile.description profile.dialingSchedule"
        " profile.dialingTimeout profile.initialCallPriority profile.maxCharges profile.name profile.numberOfAttempts",
    },
    "fusionpbx": {
        "": "call_broadcast_uuid domain_uuid broadcast_name broadcast_description broadcast_desc broadcast_start_time"
        " broadcast_timeout broadcast_concurrent_limit recording_uuid recordingid broadcast_caller_id_name"
        " broadcast_caller_id_number broadcast_destination_type broadcast_phone_numbers broadcast_avmd"
        " broadcast_destination_data broadcast_accountcode broadcast_toll_allow insert_date insert_user update_date"
        " update_user id v_id",
    },
    "genesys-cloud": {
        "": "id name contact_list_id dialing_mode phone_columns.column_name abandon_rate always_running auto_answer"
        " call_analysis_language call_analysis_response_set_id callable_time_set_id caller_address caller_name"
        " campaign_status contact_list_filter_ids contact_sorts.field_name contact_sorts.direction"
        " contact_sorts.numeric"
        " diagnostics_settings.report_low_max_calls_per_agent_alert division_id dnc_list_ids"
        " dynamic_contact_queueing_settings.filter dynamic_contact_queueing_settings.sort"
        " dynamic_line_balancing_settings.enabled dynamic_line_balancing_settings.relative_weight edge_group_id"
        " max_calls_per_agent no_answer_timeout outbound_line_count preview_time_out_seconds priority queue_id"
        " rule_set_ids script_id site_id skill_columns skip_preview_disabled resource dateCreated dateModified version"
        " selfUri contactList.id contactList.name contactList.selfUri queue.id queue.name script.id script.name site.id"
        " edgeGroup.id division.id callableTimeSet.id callAnalysisResponseSet.id dncLists ruleSets contactListFilters",
        "contacts": "id name resource column_names attempt_limit_id automatic_time_zone_mapping"
        " column_data_type_specifications.column_name contacts_filepath contacts_id_name division_id"
        " email_columns.column_name phone_columns.column_name phone_columns.type phone_columns.callable_time_column"
        " preview_mode_accepted_values preview_mode_column_name trim_whitespace whats_app_columns.column_name"
        " zip_code_column_name contacts_file_content_hash contacts_record_count",
        "limit": "id name resource max_attempts_per_contact max_attempts_per_number reset_period time_zone_id"
        " recall_entries.no_answer.minutes_between_attempts recall_entries.no_answer.nbr_attempts"
        " recall_entries.busy.minutes_between_attempts recall_entries.busy.nbr_attempts"
        " recall_entries.answering_machine.minutes_between_attempts recall_entries.answering_machine.nbr_attempts"
        " recall_entries.fax.minutes_between_attempts recall_entries.fax.nbr_attempts",
        "answers": "id name resource beep_detection_enabled amd_speech_distinguish_enabled "
        + " ".join(
            f"responses.{kind}.{part}"
            for kind in (
                *("callable_busy", "callable_disconnect", "callable_fax", "callable_lineconnected", "callable_machine"),
                *("callable_noanswer", "callable_person", "callable_sit", "uncallable_notfound", "uncallable_sit"),
            )
            for part in ("reaction_type", "data", "name")
        ),
    },
    "goautodial": {"go": "campaign_id campaign_type"},
    "ictcore": {
        "": "campaign_id tenant_id program_id group_id account_id cpm try_allowed contact_total contact_done status"
        " reason pid last_run date_created created_by last_updated updated_by",
    },
    "issabel": {
        "": "id name datetime_init datetime_end daytime_init daytime_end retries trunk context queue max_canales"
        " num_completadas promedio desviacion script estatus id_url callerid",
    },
    "magnusbilling": {
        "": "id id_user id_plan name callerid creationdate startingdate expirationdate description secondusedreal"
        f" nb_callmade status frequency max_frequency forward_number daily_start_time daily_stop_time {DAYS} audio"
        " audio_2 type restrict_phone enable_max_call digit_authorize tts_audio tts_audio2 asr_audio asr_options"
        " auto_reprocess from record_call",
    },
    "mikopbx": {"": "id crmId name innerNum innerNumType maxCountChannels state dialPrefix"},
    "newfies": {
        "": "pk id campaign_code name description status callerid caller_name startingdate expirationdate"
        f" daily_start_time daily_stop_time {DAYS} frequency callmaxduration maxretry intervalretry completion_maxretry"
        " completion_intervalretry calltimeout object_id extra_data imported_phonebook totalcontact completed"
        " has_been_started has_been_duplicated voicemail amd_behavior agent_script lead_disposition external_link"
        " created_date updated_date stoppeddate record_bleg phonebook content_type content_type_id aleg_gateway"
        " aleg_gateway_id dnc dnc_id sms_gateway sms_gateway_id user user_id voicemail_audiofile"
        " voicemail_audiofile_id",
    },
    "omnileads": {
        "": "pk id nombre objetivo fecha_inicio fecha_fin estado type outcid prioridad bd_contacto bd_contacto_id"
        " calificacion_campana formulario oculto gestion campaign_id_wombat sitio_externo tipo_interaccion reported_by"
        " supervisors es_template nombre_template es_manual",
        "queue": "pk name campana maxlen wait dial_timeout detectar_contestadores audio_para_contestadores"
        " initial_boost_factor initial_predictive_model auto_grabacion timeout retry wrapuptime servicelevel strategy"
        " eventmemberstatus eventwhencalled weight ringinuse setinterfacevar members queue_asterisk"
        " ep_id_wombat announce"
        " announce_position wait_announce_frequency announce_frequency audio_de_ingreso audios destino ivr_breakdown"
        " announce_holdtime musiconhold context monitor_join monitor_format queue_youarenext joinempty leavewhenempty",
        "rules": "pk campana estado estado_personalizado intento_max reintentar_tarde en_modo",
        "hours": "pk campana domingo lunes martes miercoles jueves viernes sabado hora_desde hora_hasta",
    },
    "osdial": {
        "": "campaign_id campaign_name active dial_status_a dial_status_b dial_status_c dial_status_d dial_status_e"
        " lead_order park_ext park_file_name web_form_address allow_closers hopper_level auto_dial_level"
        " next_agent_call"
        " local_call_time voicemail_ext dial_timeout dial_prefix campaign_cid campaign_vdad_exten campaign_rec_exten"
        " campaign_recording campaign_rec_filename campaign_script get_call_launch am_message_exten amd_send_to_vmx"
        " xferconf_a_dtmf xferconf_a_number xferconf_b_dtmf xferconf_b_number alt_number_dialing scheduled_callbacks"
        " lead_filter_id drop_call_seconds safe_harbor_message safe_harbor_exten display_dialable_count wrapup_seconds"
        " wrapup_message closer_campaigns use_internal_dnc allcalls_delay omit_phone_code dial_method"
        " available_only_ratio_tally adaptive_dropped_percentage adaptive_maximum_level adaptive_latest_server_time"
        " adaptive_intensity adaptive_dl_diff_target concurrent_transfers auto_alt_dial auto_alt_dial_statuses"
        " agent_pause_codes_active campaign_description campaign_changedate campaign_stats_refresh campaign_logindate"
        " dial_statuses disable_alter_custdata no_hopper_leads_logins list_order_mix campaign_allow_inbound"
        " manual_dial_list_id default_xfer_group xfer_groups web_form_address2 allow_tab_switch answers_per_hour_limit"
        " campaign_call_time preview_force_dial_time manual_preview_default web_form_extwindow web_form2_extwindow"
        " submit_method use_custom2_callerid campaign_lastcall campaign_cid_name xfer_cid_mode use_cid_areacode_map"
        " carrier_id email_templates disable_manual_dial hide_xfer_local_closer hide_xfer_dial_override"
        " hide_xfer_hangup_xfer hide_xfer_leave_3way hide_xfer_dial_with hide_xfer_hangup_both hide_xfer_blind_xfer"
        " hide_xfer_park_dial hide_xfer_blind_vmail allow_md_hopperlist ivr_id playlist_id",
        "ivr": "id campaign_id name virtual_agents reserve_agents",
    },
    "uccx": {
        "": "campaignId campaignName enabled description startTime endTime timeZone campaignType dialerType"
        " pendingContacts associatedSupervisors campaignCallingNum maxDialAttempts callbackTimeLimit treatLowVolAsVoice"
        " noAnswerRingLimit abandonedCallWaitTime retryNoAnswerDelay retryBusySignalDelay retryCustAbandonedDelay"
        " retryDialerAbandonedDelay ansMachineRetry ansMachineTreatment answerMachineTreatmentTrigger"
        " abandonedCallTreatment abandonedCallTreatmentTrigger missedCallbackAction linesPerAgent maxLinesPerAgent"
        " numDedicatedPorts linesPerPort maxLinesPerPort assignedCSQs applicationTrigger cacheSize",
    },
    "vicidial": {
        "": "campaign_id campaign_name active user_group dial_method dial_level lead_order dial_statuses dial_timeout"
        " dial_prefix manual_dial_prefix three_way_dial_prefix",
    },
    "wombat": {
        "": "sys_dt_creazione sys_user_creazione sys_dt_modifica sys_user_modifica campaignId name priority pace"
        " dial_timeout dial_clid dial_account dial_pres addlLogging pauseWhenFinished timeStartHr timeEndHr timeDow"
        " maxCallLength batchSize httpNotify loggingAlias securityKey autopause agentClid emailAddresses emailEvents"
        " initialBoostFactor initialPredictiveModel amdTracking amdParams amdAudioFile amdFaxFile campaignVars"
        " loggingQmVars",
        "endpoints": "campaignId queueName extension maxChannels",
        "rules": "campaignId status statusExt maxAttempts retryAfterS mode",
    },
}
"""The columns that the systems document, by the names of the profiles' companions; "" is the table of campaigns."""


def own_profile(more: str = "") -> str:
    """Return a small profile of an old dialler, with what `more` adds to it."""
    return f"""
system = "ours"
title = "Ours"
[recognise]
needed = ["camp_id"]
[tables]
main = ["camps"]
id = "camp_id"
label = "camp_name"
[columns]
camp_name = "name"
active = "enabled"
{more}
[[destination]]
kind = "queue"
names = ["dest"]
"""
