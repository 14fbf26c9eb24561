//! What packages and calls of the code say that a program does. See [`crate::repo::signal`].

use super::{Answer, Proof, Signal, View};
use crate::repo::signal::Kind;

macro_rules! signals {
    ($($kind:ident $name:literal $about:literal),* $(,)?) => {
        pub(super) const SIGNALS: &[Signal] = &[$(Signal {
            name: concat!("code/", $name),
            about: $about,
            look: |view| look(view, Kind::$kind),
        }),*];
    };
}

signals! {
    Authentication "authentication" "the code says who calls before it answers",
    Batching "batching" "the code sends several requests as one",
    Caching "caching" "the code caches",
    CircuitBreaker "circuit-breaker" "the code has circuit breakers",
    ConnectionPool "connection-pool" "the code keeps connections to use them again",
    Correlation "correlation" "the code gives each request an id",
    FeatureFlags "feature-flags" "the code asks for feature flags",
    GracefulShutdown "graceful-shutdown" "the code ends by itself when it is told to",
    Guardrails "guardrails" "the code has guardrails",
    JitteredRetry "jittered-retry" "the code tries again a few times, with pauses that grow and vary",
    LoadTest "load-test" "there is a load test",
    LogShipping "log-shipping" "the code sends its logs to where all logs go",
    ManagedIdentity "managed-identity" "the code logs in with a managed identity",
    Metrics "metrics" "the code counts and measures",
    PiiDetection "pii-detection" "the code finds personal data",
    RateLimit "rate-limit" "the code limits how often it is called",
    Retry "retry" "the code tries again a few times, with pauses that grow",
    SecretManager "secret-manager" "the code asks a secret manager",
    TaskQueue "task-queue" "the code works through a queue",
    Tracing "tracing" "the code is traced",
}

/// What packages and calls say of one thing that a program may do.
pub(super) fn look(view: &View<'_>, kind: Kind) -> Answer {
    look_but(view, kind, &[])
}

/// The same without what some packages say.
pub(super) fn look_but(view: &View<'_>, kind: Kind, left_out: &[&str]) -> Answer {
    let of_kind = view
        .code()
        .iter()
        .filter(|signal| signal.kind == kind && !left_out.contains(&signal.what.as_str()));
    let found = of_kind
        .map(|signal| Proof::new(signal.place, format!("{}: `{}`", kind.describe(), signal.what)));
    Answer::any(found, &format!("no {} in code or dependencies", kind.describe()))
}
