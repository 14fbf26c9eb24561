//! Rules about release policies: what must hold before, while and after a version goes live.

mod canary_condition_without_threshold;
mod canary_criteria_missing;
mod canary_criterion_reversed;
mod canary_criterion_too_loose;
mod canary_first_step_too_large;
mod canary_not_complete;
mod canary_not_rising;
mod canary_rollback_trigger_missing;
mod canary_step_too_large;
mod canary_step_too_short;
mod canary_trigger_inside_criterion;
mod canary_trigger_too_loose;
mod canary_trigger_without_action;
mod compliance_not_met;
mod duration_without_unit;
mod feedback_loop_incomplete;
mod feedback_loop_slow;
mod feedback_schema_incomplete;
mod flag_expired;
mod flag_fully_rolled_out;
mod flag_on_by_default;
mod flag_without_expiry;
mod flag_without_kill_switch;
mod flag_without_metrics;
mod incident_cadence_slow;
mod incident_response_incomplete;
mod incident_response_slow;
mod incident_severities_missing;
mod load_test_missing;
mod load_test_too_lenient;
mod load_test_too_small;
mod percent_for_fraction;
mod percentiles_not_ordered;
mod performance_limit_missing;
mod performance_too_loose;
mod placeholder_value;
mod production_looser_than_staging;
mod review_not_done;
mod scan_below_threshold;
mod scan_missing;
mod scan_too_few_tests;
mod scan_without_threshold;

group!(gate:
    canary_condition_without_threshold,
    canary_criteria_missing,
    canary_criterion_reversed,
    canary_criterion_too_loose,
    canary_first_step_too_large,
    canary_not_complete,
    canary_not_rising,
    canary_rollback_trigger_missing,
    canary_step_too_large,
    canary_step_too_short,
    canary_trigger_inside_criterion,
    canary_trigger_too_loose,
    canary_trigger_without_action,
    compliance_not_met,
    duration_without_unit,
    feedback_loop_incomplete,
    feedback_loop_slow,
    feedback_schema_incomplete,
    flag_expired,
    flag_fully_rolled_out,
    flag_on_by_default,
    flag_without_expiry,
    flag_without_kill_switch,
    flag_without_metrics,
    incident_cadence_slow,
    incident_response_incomplete,
    incident_response_slow,
    incident_severities_missing,
    load_test_missing,
    load_test_too_lenient,
    load_test_too_small,
    percent_for_fraction,
    percentiles_not_ordered,
    performance_limit_missing,
    performance_too_loose,
    placeholder_value,
    production_looser_than_staging,
    review_not_done,
    scan_below_threshold,
    scan_missing,
    scan_too_few_tests,
    scan_without_threshold,
);
