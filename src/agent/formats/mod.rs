//! The formats, each a module with its `FORMAT`. Nothing outside of [`crate::agent`] imports from here.

mod adk;
mod agentcore;
mod crewai;
mod fba;
mod foundry;
mod litellm;
mod msft;
mod paladin;

use super::{Definition, Format};

/// `agent.toml` of the MSFT agent framework template.
pub(super) const MSFT: Format = Format(&msft::FORMAT);

/// Every format; of two that would take a document, the earlier one gets it.
#[rustfmt::skip] // one a line, as it grows
pub(super) static ALL: &[&Definition] = &[
    &msft::FORMAT,
    &fba::FORMAT,
    &paladin::FORMAT,
    &litellm::FORMAT,
    &agentcore::TOOLKIT,
    &agentcore::PROJECT,
    &foundry::FORMAT,
    &crewai::AGENTS,
    &crewai::AGENT,
    &crewai::TASKS,
    &crewai::CREW,
    &adk::FORMAT,
    &adk::CUSTOM,
];
