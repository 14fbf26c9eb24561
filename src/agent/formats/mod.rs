//! The formats, each a module with its `FORMAT`. Nothing outside of [`crate::agent`] imports from here.

mod adk;
mod agent_toml;
mod agentcore;
mod agentgateway;
mod alertmanager;
mod cagent;
mod crewai;
mod dapr;
mod environment;
mod fast_agent;
mod fba;
mod foundry;
mod kagent;
mod langgraph;
mod litellm;
mod mcp_agent;
mod mcp_json;
mod msft;
mod nemo;
mod otel;
mod paladin;
mod prometheus;
mod servers;
#[cfg(test)]
mod tests;

use super::{Definition, Format};
use crate::tree::Node;

/// A configuration of the proxy of `LiteLLM`.
pub(super) const LITELLM: Format = Format(&litellm::FORMAT);

/// `agent.toml` of the MSFT agent framework template.
pub(super) const MSFT: Format = Format(&msft::FORMAT);

/// How a benchmark runs.
pub(super) const BENCHMARK: Format = Format(fba::ENVIRONMENT);

/// Variables of a process.
pub(super) const ENVIRONMENT: Format = Format(&environment::FORMAT);

pub(super) use self::environment::{is_telling, of_document, read as of_variables, urls};

/// Every format that a document can be in; of two that would take a document, the earlier one gets it.
#[rustfmt::skip] // one a line, as it grows
pub(super) static ALL: &[&Definition] = &[
    &msft::FORMAT,
    &alertmanager::FORMAT,
    &alertmanager::OBJECT,
    &otel::FORMAT,
    &otel::OBJECT,
    &prometheus::FORMAT,
    fba::LOADER,
    fba::INTEGRATION,
    fba::INFRASTRUCTURE,
    fba::ENVIRONMENT,
    paladin::BATTALION,
    paladin::AGENT,
    paladin::APPLICATION,
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
    &nemo::FORMAT,
    &agentgateway::FORMAT,
    &agentgateway::OBJECTS,
    &dapr::COMPONENT,
    &dapr::CONFIGURATION,
    &dapr::RESILIENCY,
    &kagent::AGENT,
    &kagent::MODEL,
    &kagent::SERVER,
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
