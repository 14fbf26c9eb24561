//! Rules about the repository as a whole. They ask [`crate::repo`]; what is missing is reported only
//! where all of the repository is in scope.

mod certificate_expired;
mod certificate_expires_soon;
mod dotenv_committed;
mod key_store_committed;
mod personal_login;
mod stored_cloud_key;

group!(repo: certificate_expired, certificate_expires_soon, dotenv_committed, key_store_committed, personal_login, stored_cloud_key);
