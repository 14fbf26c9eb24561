//! Rules about the repository as a whole. They ask [`crate::repo`]; what is missing is reported only
//! where all of the repository is in scope.

mod dependency_updates_disabled;
mod dependency_updates_invalid;
mod dependency_updates_missing;
mod dependency_updates_rare;

group!(repo:
    dependency_updates_disabled,
    dependency_updates_invalid,
    dependency_updates_missing,
    dependency_updates_rare,
);
