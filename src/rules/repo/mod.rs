//! Rules about the repository as a whole. They ask [`crate::repo`]; what is missing is reported only
//! where all of the repository is in scope.

mod certificate_expired;
mod certificate_expires_soon;
mod dependency_updates_disabled;
mod dependency_updates_invalid;
mod dependency_updates_missing;
mod dependency_updates_rare;
mod dotenv_committed;
mod key_store_committed;
mod personal_login;
mod stored_cloud_key;

group!(repo:
    certificate_expired,
    certificate_expires_soon,
    dependency_updates_disabled,
    dependency_updates_invalid,
    dependency_updates_missing,
    dependency_updates_rare,
    dotenv_committed,
    key_store_committed,
    personal_login,
    stored_cloud_key,
);
