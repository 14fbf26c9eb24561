//! Rules about the repository as a whole. They ask [`crate::repo`]; what is missing is reported only
//! where all of the repository is in scope.

mod architecture_missing;
mod backup_missing;
mod backup_retention_missing;
mod certificate_expired;
mod certificate_expires_soon;
mod changelog_missing;
mod dependency_updates_disabled;
mod dependency_updates_invalid;
mod dependency_updates_missing;
mod dependency_updates_rare;
mod dotenv_committed;
mod image_not_scanned;
mod incident_plan_missing;
mod key_store_committed;
mod objective_invalid;
mod objectives_missing;
mod personal_login;
mod pipeline_missing;
mod runbook_missing;
mod scan_off_path;
mod smoke_test_missing;
mod staging_missing;
mod stored_cloud_key;
mod tests_not_run;

group!(repo:
    architecture_missing,
    backup_missing,
    backup_retention_missing,
    certificate_expired,
    certificate_expires_soon,
    changelog_missing,
    dependency_updates_disabled,
    dependency_updates_invalid,
    dependency_updates_missing,
    dependency_updates_rare,
    dotenv_committed,
    image_not_scanned,
    incident_plan_missing,
    key_store_committed,
    objective_invalid,
    objectives_missing,
    personal_login,
    pipeline_missing,
    runbook_missing,
    scan_off_path,
    smoke_test_missing,
    staging_missing,
    stored_cloud_key,
    tests_not_run,
);
