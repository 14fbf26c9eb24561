//! Rules about the repository as a whole. They ask [`crate::repo`]; what is missing is reported only
//! where all of the repository is in scope.

mod architecture_missing;
mod backup_missing;
mod backup_retention_missing;
mod changelog_missing;
mod image_not_scanned;
mod incident_plan_missing;
mod objective_invalid;
mod objectives_missing;
mod pipeline_missing;
mod runbook_missing;
mod scan_off_path;
mod smoke_test_missing;
mod staging_missing;
mod tests_not_run;

group!(repo:
    architecture_missing,
    backup_missing,
    backup_retention_missing,
    changelog_missing,
    image_not_scanned,
    incident_plan_missing,
    objective_invalid,
    objectives_missing,
    pipeline_missing,
    runbook_missing,
    scan_off_path,
    smoke_test_missing,
    staging_missing,
    tests_not_run,
);
