resource "genesyscloud_outbound_campaign" "reminders" {
  name                          = "Reminders"
  dialing_mode                  = "agentless"
  caller_address                = "+15559876500"
  outbound_line_count           = 4
  campaign_status               = "on"
  contact_list_id               = genesyscloud_outbound_contact_list.people.id
  call_analysis_response_set_id = genesyscloud_outbound_callanalysisresponseset.hang_up.id
}

resource "genesyscloud_outbound_contact_list" "people" {
  name             = "People"
  column_names     = ["Name", "Cell"]
  attempt_limit_id = genesyscloud_outbound_attempt_limit.three.id
}

resource "genesyscloud_outbound_attempt_limit" "three" {
  name                    = "Three"
  reset_period            = "NEVER"
  max_attempts_per_number = 3
  recall_entries {
    no_answer {
      minutes_between_attempts = 45
      nbr_attempts             = 2
    }
    busy {
      minutes_between_attempts = 5
      nbr_attempts             = 2
    }
  }
}

resource "genesyscloud_outbound_callanalysisresponseset" "hang_up" {
  name = "Hang up"
  responses {
    callable_person {
      name          = "Reminder flow"
      data          = genesyscloud_flow.reminder.id
      reaction_type = "transfer_flow"
    }
    callable_machine {
      reaction_type = "hangup"
    }
  }
}
