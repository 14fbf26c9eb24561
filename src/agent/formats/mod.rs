//! The formats, each a module with its `FORMAT`. Nothing outside of [`crate::agent`] imports from here.

mod agent_toml;
mod cagent;
mod fast_agent;
mod fba;
mod langgraph;
mod mcp_agent;
mod mcp_json;
mod msft;
mod paladin;
mod servers;
#[cfg(test)]
mod tests;

use super::{Definition, Format};
use crate::tree::Node;

/// `agent.toml` of the MSFT agent framework template.
pub(super) const MSFT: Format = Format(&msft::FORMAT);

/// Every format; of two that would take a document, the earlier one gets it.
#[rustfmt::skip] // one a line, as it grows
pub(super) static ALL: &[&Definition] = &[
    &msft::FORMAT,
    &fba::FORMAT,
    &paladin::FORMAT,
    &mcp_json::FORMAT,
    &langgraph::FORMAT,
    &mcp_agent::SECRETS,
    &mcp_agent::FORMAT,
    &fast_agent::FORMAT,
    &cagent::FORMAT,
    &agent_toml::QODO,
    &agent_toml::ZEROCLAW,
    &agent_toml::SEDDON,
    &agent_toml::LLMAGENT,
    &agent_toml::PROGRESSIVE,
    &agent_toml::AGENT_2389,
];

/// The strings of a document that are documents of tool servers themselves.
pub(super) fn embedded(format: Format, document: Node<'_>) -> Vec<Node<'_>> {
    if format == Format(&agent_toml::QODO) {
        agent_toml::embedded(document).collect()
    } else {
        Vec::new()
    }
}
