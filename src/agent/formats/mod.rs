//! The formats, each a module with its `FORMAT`. Nothing outside of [`crate::agent`] imports from here.

mod adk;
mod agentcore;
mod agentgateway;
mod alertmanager;
mod crewai;
mod dapr;
mod environment;
mod fba;
mod foundry;
mod kagent;
mod litellm;
mod msft;
mod nemo;
mod otel;
mod paladin;

use super::{Definition, Format};

/// `agent.toml` of the MSFT agent framework template.
pub(super) const MSFT: Format = Format(&msft::FORMAT);

/// Variables of a process.
pub(super) const ENVIRONMENT: Format = Format(&environment::FORMAT);

pub(super) use self::environment::{is_telling, of_document, read as of_variables};

/// Every format that a document can be in; of two that would take a document, the earlier one gets it.
#[rustfmt::skip] // one a line, as it grows
pub(super) static ALL: &[&Definition] = &[
    &msft::FORMAT,
    &alertmanager::FORMAT,
    &alertmanager::OBJECT,
    &otel::FORMAT,
    &otel::OBJECT,
    fba::LOADER,
    fba::INTEGRATION,
    fba::INFRASTRUCTURE,
    fba::ENVIRONMENT,
    paladin::APPLICATION,
    paladin::BATTALION,
    paladin::AGENT,
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
];
