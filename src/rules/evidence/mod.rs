//! Rules about what people vouch for: the `[[evidence]]` of `agentcheck.toml`. They ask
//! [`crate::evidence`].

mod date_in_future;
mod date_missing;
mod duplicate;
mod expired;
mod expires_before_date;
mod expires_soon;
mod item_missing;
mod item_unknown;
mod link_dead;
mod link_missing;
mod older_than_allowed;
mod owner_missing;
mod statement_missing;

use crate::config::evidence_in;
use crate::evidence::Written;
use crate::file::File;

group!(evidence:
    date_in_future,
    date_missing,
    duplicate,
    expired,
    expires_before_date,
    expires_soon,
    item_missing,
    item_unknown,
    link_dead,
    link_missing,
    older_than_allowed,
    owner_missing,
    statement_missing,
);

/// The records of a file, which only a configuration has.
fn records(file: &File) -> Vec<Written<'_>> {
    file.configuration().map(evidence_in).unwrap_or_default()
}
