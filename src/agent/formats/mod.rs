//! The formats, each a module with its `FORMAT`. Nothing outside of [`crate::agent`] imports from here.

mod agentgateway;
mod dapr;
mod fba;
mod kagent;
mod msft;
mod nemo;
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
