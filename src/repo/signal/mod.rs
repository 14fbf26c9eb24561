//! Evidence that a program does what no configuration shows: libraries that it depends on for it, and a
//! few calls that say it plainly.
//!
//! [`packages`] knows the libraries, [`source`] the calls. A signal is evidence and no proof: that a
//! library is there does not say that every call goes through it.

mod packages;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use self::packages::kinds_of;
pub(crate) use self::source::{is_source, read};
use crate::file::File;
use crate::repo::{Part, Repository, is_aside};
use crate::source::{Place, Span};

/// What a program seems to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// Says who calls before it answers.
    Authentication,
    /// Sends several requests as one.
    Batching,
    Caching,
    CircuitBreaker,
    /// Keeps connections to use them again.
    ConnectionPool,
    /// Gives each request an id that stands in what is logged of it.
    Correlation,
    FeatureFlags,
    /// Ends by itself when it is told to: SIGTERM.
    GracefulShutdown,
    Guardrails,
    /// Tries again like [`Kind::Retry`], with pauses that vary besides.
    JitteredRetry,
    LoadTest,
    /// Sends its logs to where all logs go.
    LogShipping,
    ManagedIdentity,
    Metrics,
    PiiDetection,
    RateLimit,
    /// Tries again, a few times and with pauses that grow.
    Retry,
    SecretManager,
    StructuredLogging,
    TaskQueue,
    Tracing,
    Validation,
}

impl Kind {
    /// Every kind, in the order of their words.
    pub(crate) const ALL: [Kind; 22] = [
        Kind::Authentication,
        Kind::Batching,
        Kind::Caching,
        Kind::CircuitBreaker,
        Kind::ConnectionPool,
        Kind::Correlation,
        Kind::FeatureFlags,
        Kind::GracefulShutdown,
        Kind::Guardrails,
        Kind::JitteredRetry,
        Kind::LoadTest,
        Kind::LogShipping,
        Kind::ManagedIdentity,
        Kind::Metrics,
        Kind::PiiDetection,
        Kind::RateLimit,
        Kind::Retry,
        Kind::SecretManager,
        Kind::StructuredLogging,
        Kind::TaskQueue,
        Kind::Tracing,
        Kind::Validation,
    ];

    /// One word for it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Authentication => "authentication",
            Kind::Batching => "batching",
            Kind::Caching => "caching",
            Kind::CircuitBreaker => "circuit-breaker",
            Kind::ConnectionPool => "connection-pool",
            Kind::Correlation => "correlation",
            Kind::FeatureFlags => "feature-flags",
            Kind::GracefulShutdown => "graceful-shutdown",
            Kind::Guardrails => "guardrails",
            Kind::JitteredRetry => "jittered-retry",
            Kind::LoadTest => "load-test",
            Kind::LogShipping => "log-shipping",
            Kind::ManagedIdentity => "managed-identity",
            Kind::Metrics => "metrics",
            Kind::PiiDetection => "pii-detection",
            Kind::RateLimit => "rate-limit",
            Kind::Retry => "retry",
            Kind::SecretManager => "secret-manager",
            Kind::StructuredLogging => "structured-logging",
            Kind::TaskQueue => "task-queue",
            Kind::Tracing => "tracing",
            Kind::Validation => "validation",
        }
    }

    /// The same for people.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Kind::Authentication => "authentication",
            Kind::Batching => "batching",
            Kind::Caching => "caching",
            Kind::CircuitBreaker => "circuit breaker",
            Kind::ConnectionPool => "connection pool",
            Kind::Correlation => "correlation ids",
            Kind::FeatureFlags => "feature flags",
            Kind::GracefulShutdown => "graceful shutdown",
            Kind::Guardrails => "guardrails",
            Kind::JitteredRetry => "retries with pauses that grow and vary",
            Kind::LoadTest => "load test",
            Kind::LogShipping => "log shipping",
            Kind::ManagedIdentity => "managed identity",
            Kind::Metrics => "metrics",
            Kind::PiiDetection => "PII detection",
            Kind::RateLimit => "rate limit",
            Kind::Retry => "retries with pauses that grow",
            Kind::SecretManager => "secret manager",
            Kind::StructuredLogging => "structured logging",
            Kind::TaskQueue => "task queue",
            Kind::Tracing => "tracing",
            Kind::Validation => "validation of input",
        }
    }
}

/// A call in a source file that says what the program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    /// What is called.
    pub(crate) what: &'static str,
}

/// Evidence that a program does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signal {
    pub(crate) kind: Kind,
    pub(crate) place: Place,
    /// The package or the call.
    pub(crate) what: String,
}

impl Repository<'_> {
    /// The evidence in all of its files but tests and examples, by kind and then by path.
    pub(crate) fn signals(&self) -> Vec<Signal> {
        let files = self.files().filter(|(path, _)| !is_aside(path));
        let mut found: Vec<Signal> = files.flat_map(|(_, file)| of_file(file)).collect();
        found.sort_by_key(|signal| (signal.kind, signal.place));
        found
    }
}

fn of_file(file: &File) -> Vec<Signal> {
    let mut found = Vec::new();
    for part in file.parts() {
        match part {
            Part::Dependencies(dependencies) => {
                for package in &dependencies.packages {
                    let kinds = kinds_of(dependencies.ecosystem, &package.name);
                    // Nothing but a test runs with what only developers get.
                    let kinds =
                        kinds.filter(|kind| !package.for_development || *kind == Kind::LoadTest);
                    found.extend(kinds.map(|kind| Signal {
                        kind,
                        place: package.place,
                        what: package.name.clone(),
                    }));
                }
            }
            Part::Calls(calls) => found.extend(calls.iter().map(|call| Signal {
                kind: call.kind,
                place: Place { file: file.id(), span: call.span },
                what: call.what.to_owned(),
            })),
            _ => {}
        }
    }
    found
}
