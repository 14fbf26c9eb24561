//! What the variables of a container say about traces.
//!
//! Source: opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables, and
//! .../docs/specs/otel/protocol/exporter.

use super::{Container, ContainerClasses, Variables};
use crate::image::ImageRef;
use crate::tree::Entry;

/// What traces need besides a program that makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Endpoint,
    ServiceName,
    Sampler,
}

impl Part {
    /// What messages call its absence.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Part::Endpoint => "no OTEL_EXPORTER_OTLP_ENDPOINT",
            Part::ServiceName => "no OTEL_SERVICE_NAME",
            Part::Sampler => "no OTEL_TRACES_SAMPLER",
        }
    }

    /// What comes of its absence.
    pub(crate) fn why(self) -> &'static str {
        match self {
            Part::Endpoint => "spans are sent to localhost, where nothing listens in this pod",
            Part::ServiceName => "its spans are filed under `unknown_service`",
            Part::Sampler => "every request is traced; a ratio keeps the cost in bounds",
        }
    }
}

/// Starts of variables that only programs with traces have.
const OF_TRACES: [&str; 8] = [
    "OTEL_BSP_",
    "OTEL_EXPORTER_JAEGER_",
    "OTEL_EXPORTER_OTLP_",
    "OTEL_EXPORTER_ZIPKIN_",
    "OTEL_PROPAGATORS",
    "OTEL_SERVICE_NAME",
    "OTEL_SPAN_",
    "OTEL_TRACES_",
];

/// And of those that are about the other signals.
const OF_OTHERS: [&str; 2] = ["OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_LOGS_"];

/// Programs that take in spans, by words in the names of their images.
const COLLECTORS: [&str; 10] = [
    "alloy",
    "aws-otel-collector",
    "datadog-agent",
    "fluent-bit",
    "grafana-agent",
    "jaeger",
    "otel-collector",
    "opentelemetry-collector",
    "otelcol",
    "vector",
];

/// Whether a variable is about traces.
pub(crate) fn is_about_tracing(name: &str) -> bool {
    OF_TRACES.iter().any(|start| name.starts_with(start))
        && !OF_OTHERS.iter().any(|start| name.starts_with(start))
}

/// Whether the container is set up for traces, and they are not switched off.
pub(crate) fn declares_tracing(container: Container<'_>, variables: &Variables<'_>) -> bool {
    let is = |name: &str, wanted: &str| {
        variables
            .get(name)
            .and_then(|it| it.value.as_deref())
            .is_some_and(|value| value.trim().eq_ignore_ascii_case(wanted))
    };
    variables.iter().any(|it| is_about_tracing(&it.name))
        && !is("OTEL_SDK_DISABLED", "true")
        && ["none", "console", "logging"]
            .iter()
            .all(|exporter| !is("OTEL_TRACES_EXPORTER", exporter))
        && !is_collector(container)
}

/// What a container that is set up for traces lacks. Nothing is said where a Secret or a ConfigMap
/// that is not among the files may bring it.
pub(crate) fn lacking(container: Container<'_>, variables: &Variables<'_>) -> Vec<Part> {
    if variables.is_open() {
        return Vec::new();
    }
    let has = |starts: &[&str]| {
        variables.iter().any(|it| {
            let is_empty = it.value.as_deref().is_some_and(|value| value.trim().is_empty());
            !is_empty && starts.iter().any(|start| it.name.starts_with(start))
        })
    };
    let resource = variables.get("OTEL_RESOURCE_ATTRIBUTES");
    let names_service = resource
        .is_some_and(|it| it.value.as_deref().is_none_or(|value| value.contains("service.name=")));
    // A file may say it all.
    if has(&[
        "OTEL_CONFIG_FILE",
        "OTEL_EXPERIMENTAL_CONFIG_FILE",
        "OTEL_JAVAAGENT_CONFIGURATION_FILE",
    ]) {
        return Vec::new();
    }
    let mut lacking = Vec::new();
    if !has(&ENDPOINTS) && !has_collector_beside(container) {
        lacking.push(Part::Endpoint);
    }
    if !has(&["OTEL_SERVICE_NAME"]) && !names_service {
        lacking.push(Part::ServiceName);
    }
    if !has(&["OTEL_TRACES_SAMPLER"]) {
        lacking.push(Part::Sampler);
    }
    lacking
}

/// The part of all requests that is traced, from 0 to 1, where variables say a ratio.
///
/// Source: opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables, "General SDK
/// Configuration".
pub(crate) fn ratio(sampler: &str, argument: Option<&str>) -> Option<f64> {
    match sampler {
        "always_on" | "parentbased_always_on" => Some(1.0),
        "always_off" | "parentbased_always_off" => Some(0.0),
        "traceidratio" | "parentbased_traceidratio" => {
            argument.map_or(Some(1.0), |text| text.trim().parse().ok())
        }
        _ => None,
    }
}

/// Whether propagators hand on the headers of the W3C.
pub(crate) fn propagates_w3c(propagators: &str) -> bool {
    propagators.split(',').any(|it| it.trim() == "tracecontext")
}

/// Starts of variables that say where spans go, those of vendors included.
const ENDPOINTS: [&str; 10] = [
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "DD_AGENT_HOST",
    "DD_TRACE_AGENT_URL",
    "ELASTIC_APM_SERVER_URL",
    "HONEYCOMB_API_KEY",
    "LANGFUSE_",
    "OTEL_EXPORTER_JAEGER_",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
];

/// Whether the operator is asked to put a collector or an agent's settings into the pods.
///
/// Source: github.com/open-telemetry/opentelemetry-operator, "OpenTelemetry auto-instrumentation
/// injection".
pub(crate) fn asks_for_instrumentation<'t>(entries: impl IntoIterator<Item = Entry<'t>>) -> bool {
    entries.into_iter().any(|entry| {
        let key = entry.key.text();
        let asks = key.starts_with("instrumentation.opentelemetry.io/inject-")
            || key == "sidecar.opentelemetry.io/inject";
        asks && entry.value.text() != "false"
    })
}

fn is_collector(container: Container<'_>) -> bool {
    container.node().at(&["image"]).is_some_and(|image| {
        let name = ImageRef::parse(image.text()).repository;
        COLLECTORS.iter().any(|word| name.contains(word))
    })
}

/// Whether another container of the pod takes in spans, or the node does under the pod's own
/// `localhost`.
fn has_collector_beside(container: Container<'_>) -> bool {
    let workload = container.workload();
    workload.is_on_host_network()
        || workload
            .containers()
            .into_iter()
            .filter(|it| ContainerClasses::LONG_RUNNING.contains(it.class()))
            .any(is_collector)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_are_about_traces() {
        for name in ["OTEL_SERVICE_NAME", "OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            assert!(is_about_tracing(name), "{name}");
        }
        for name in [
            "OTEL_LOG_LEVEL",
            "OTEL_METRICS_EXPORTER",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "HOTEL_SERVICE_NAME",
        ] {
            assert!(!is_about_tracing(name), "{name}");
        }
    }
}
