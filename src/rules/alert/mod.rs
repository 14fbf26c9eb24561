//! Rules about alerts, and about what carries them to people.

mod alert_incomplete;
mod alerting_off;
mod class_missing;
mod comparison_missing;
mod counter_not_rated;
mod critical_without_pager;
mod duration_too_short;
mod error_rate_no_ratio;
mod expression_invalid;
mod gauge_rated;
mod histogram_quantile_misused;
mod name_repeated;
mod nobody_told;
mod range_too_short;
mod severity_misspelt;
mod threshold_too_loose;
mod threshold_unreachable;
mod trigger_incomplete;

group!(alert:
    alert_incomplete,
    alerting_off,
    class_missing,
    comparison_missing,
    counter_not_rated,
    critical_without_pager,
    duration_too_short,
    error_rate_no_ratio,
    expression_invalid,
    gauge_rated,
    histogram_quantile_misused,
    name_repeated,
    nobody_told,
    range_too_short,
    severity_misspelt,
    threshold_too_loose,
    threshold_unreachable,
    trigger_incomplete,
);
