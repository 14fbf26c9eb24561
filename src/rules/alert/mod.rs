//! Rules about alerts, and about what carries them to people.

mod alert_incomplete;
mod alerting_off;
mod class_missing;
mod comparison_missing;
mod counter_not_rated;
mod critical_without_pager;
mod default_receiver_silent;
mod duration_too_short;
mod error_rate_no_ratio;
mod expression_invalid;
mod gauge_rated;
mod histogram_quantile_misused;
mod job_unknown;
mod mail_without_tls;
mod name_repeated;
mod no_pager;
mod nobody_told;
mod pattern_in_match;
mod range_too_short;
mod receiver_undefined;
mod receiver_unused;
mod recording_rule_unknown;
mod rule_file_invalid;
mod scrape_target_unreachable;
mod severity_misspelt;
mod threshold_too_loose;
mod threshold_unreachable;
mod trigger_incomplete;
mod variable_not_expanded;

group!(alert:
    alert_incomplete,
    alerting_off,
    class_missing,
    comparison_missing,
    counter_not_rated,
    critical_without_pager,
    default_receiver_silent,
    duration_too_short,
    error_rate_no_ratio,
    expression_invalid,
    gauge_rated,
    histogram_quantile_misused,
    job_unknown,
    mail_without_tls,
    name_repeated,
    no_pager,
    nobody_told,
    pattern_in_match,
    range_too_short,
    receiver_undefined,
    receiver_unused,
    recording_rule_unknown,
    rule_file_invalid,
    scrape_target_unreachable,
    severity_misspelt,
    threshold_too_loose,
    threshold_unreachable,
    trigger_incomplete,
    variable_not_expanded,
);
