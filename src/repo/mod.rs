//! The repository that files lie in, and what it says besides its manifests.

pub(crate) mod certificate;
pub(crate) mod dotenv;
pub(crate) mod ignored;
pub(crate) mod login;
pub(crate) mod tracked;
