//! The objects that Dapr reads: components, which agents use as models, memory and brokers, and what is
//! done when a call of one fails.

use crate::agent::{AgentConfig, Definition};
use crate::file::FileKind;
use crate::k8s::is_templated;
use crate::schema::Shape::{self, Any, List, Map, Number, OneOf, Text};
use crate::schema::{Reader, fields};

static READER: Reader = Reader {
    is_open: is_templated,
    extensions: None,
    refusal: "Dapr does not read the object",
    unknown: "Kubernetes refuses the object, or drops the key without a word",
};

/// What Dapr does when a call fails.
pub(super) static RESILIENCY: Definition = Definition {
    name: "Dapr resiliency",
    kind: FileKind::Kubernetes,
    marker: "",
    recognise: |_, _| false,
    objects: &[("dapr.io", "Resiliency")],
    read: |object| AgentConfig::of_tree(&RESILIENCY, object),
    keys: Some((&RESILIENCY_KEYS, &READER)),
};

const POLICY_NAMES: Shape = fields! {
    "timeout": Text,
    "retry": Text,
    "circuitBreaker": Text,
    "circuitBreakerScope": OneOf(&["type", "id", "both"]),
    "circuitBreakerCacheSize": Number,
};

/// Source: docs.dapr.io/operations/resiliency, "Policies" and "Targets".
static RESILIENCY_KEYS: Shape = fields! {
    "apiVersion": Text,
    "kind": Text,
    "metadata": Any,
    "scopes": List(&Text),
    "spec" !required: fields! {
        "policies" !required: fields! {
            "timeouts": Map(&Text),
            "retries": Map(&fields! {
                "policy": OneOf(&["constant", "exponential"]),
                "duration": Text,
                "maxInterval": Text,
                "maxRetries": Number,
                "matching": fields! { "httpStatusCodes": Text, "gRPCStatusCodes": Text },
            }),
            "circuitBreakers": Map(&fields! {
                "maxRequests": Number,
                "interval": Text,
                "timeout": Text,
                "trip": Text,
            }),
        },
        "targets" !required: fields! {
            "apps": Map(&POLICY_NAMES),
            "actors": Map(&POLICY_NAMES),
            "components": Map(&fields! {
                "inbound": POLICY_NAMES,
                "outbound": POLICY_NAMES,
                "input": Any,
                "output": Any,
            }),
        },
    },
};
