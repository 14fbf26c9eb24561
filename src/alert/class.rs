//! What an alert watches, told by the words in its name and in the names of what it reads.

use super::query::{calls, metric, selectors};
use super::{Alert, Watched};
use crate::words::split;

/// What can go wrong with a service, as the checklists of the documents sort it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    ServiceDown,
    ErrorRate,
    Latency,
    Resources,
    CrashLoop,
    /// Errors and rate limits of the models.
    Models,
    Cost,
    Guardrails,
}

impl Class {
    pub(crate) const ALL: [Class; 8] = [
        Class::ServiceDown,
        Class::ErrorRate,
        Class::Latency,
        Class::Resources,
        Class::CrashLoop,
        Class::Models,
        Class::Cost,
        Class::Guardrails,
    ];

    /// The name that configuration uses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Class::ServiceDown => "service-down",
            Class::ErrorRate => "error-rate",
            Class::Latency => "latency",
            Class::Resources => "resources",
            Class::CrashLoop => "crash-loop",
            Class::Models => "model-errors",
            Class::Cost => "cost",
            Class::Guardrails => "guardrails",
        }
    }

    /// What the class is about, for messages.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Class::ServiceDown => "a service that is down",
            Class::ErrorRate => "the error rate",
            Class::Latency => "latency",
            Class::Resources => "memory and CPU",
            Class::CrashLoop => "crash loops",
            Class::Models => "errors and rate limits of the models",
            Class::Cost => "cost",
            Class::Guardrails => "guardrails",
        }
    }

    /// Whether only what calls models has something of the kind.
    pub(crate) fn is_of_agents(self) -> bool {
        matches!(self, Class::Models | Class::Cost | Class::Guardrails)
    }

    /// Words of which an alert of the class uses one.
    fn words(self) -> &'static [&'static str] {
        match self {
            Class::ServiceDown => &[
                "absent",
                "alive",
                "availability",
                "available",
                "dead",
                "down",
                "health",
                "healthy",
                "healthcheck",
                "heartbeat",
                "missing",
                "offline",
                "outage",
                "probe",
                "ready",
                "unavailable",
                "unhealthy",
                "unreachable",
                "up",
                "uptime",
            ],
            Class::ErrorRate => &[
                "5xx",
                "burn",
                "error",
                "errors",
                "exception",
                "exceptions",
                "fail",
                "failed",
                "failing",
                "failure",
                "failures",
                "slo",
                "success",
            ],
            Class::Latency => &[
                "duration", "latency", "p50", "p90", "p95", "p99", "quantile", "response", "slow",
                "timeout", "timeouts", "ttft",
            ],
            Class::Resources => &[
                "cpu",
                "disk",
                "exhaustion",
                "filesystem",
                "heap",
                "memory",
                "oom",
                "pvc",
                "resource",
                "resources",
                "rss",
                "saturation",
                "storage",
                "throttled",
                "throttling",
                "volume",
            ],
            Class::CrashLoop => &[
                "backoff",
                "crash",
                "crashes",
                "crashing",
                "crashloop",
                "crashlooping",
                "crashloopbackoff",
                "restart",
                "restarted",
                "restarting",
                "restarts",
            ],
            Class::Models => {
                &["429", "ratelimit", "ratelimited", "ratelimits", "quota", "throttle"]
            }
            Class::Cost => &["budget", "billing", "cost", "costs", "spend", "spending", "usd"],
            Class::Guardrails => &[
                "guardrail",
                "guardrails",
                "injection",
                "jailbreak",
                "moderation",
                "pii",
                "policy",
                "safety",
                "toxicity",
                "violation",
                "violations",
                "blocked",
                "harmful",
            ],
        }
    }
}

/// What says that a metric is about models, and what says that they fail.
const MODELS: [&str; 16] = [
    "anthropic",
    "azureopenai",
    "bedrock",
    "claude",
    "completion",
    "completions",
    "gemini",
    "genai",
    "gpt",
    "inference",
    "litellm",
    "llm",
    "model",
    "openai",
    "provider",
    "vllm",
];

impl Alert<'_> {
    /// What the alert watches; there may be several answers, and none.
    pub(crate) fn classes(&self) -> Vec<Class> {
        let words = self.words();
        let has = |one: &str| words.iter().any(|word| word == one);
        let has_any = |all: &[&str]| all.iter().any(|one| has(one));
        let is_about_models = has_any(&MODELS);
        Class::ALL
            .into_iter()
            .filter(|class| match class {
                Class::Models => {
                    has("rate") && (has("limit") || has("limits") || has("limited"))
                        || has_any(class.words())
                        || is_about_models
                            && (has_any(Class::ErrorRate.words())
                                || has_any(Class::Latency.words()))
                }
                // `replicas_unavailable`, `CrashLoopBackOff`, ... are each one word or several.
                Class::CrashLoop => has_any(class.words()) || has("crash") && has("loop"),
                Class::Cost => has_any(class.words()) || is_about_models && has("tokens"),
                class => has_any(class.words()),
            })
            .collect()
    }

    /// Whether the alert watches what the business lives on: profit, sales, how content users are, how
    /// many tasks succeed.
    pub(crate) fn is_about_business(&self) -> bool {
        const WORDS: [&str; 15] = [
            "churn",
            "conversion",
            "csat",
            "inventory",
            "kpi",
            "kpis",
            "margin",
            "nps",
            "orders",
            "profit",
            "revenue",
            "sales",
            "satisfaction",
            "tasks",
            "task",
        ];
        let words = self.words();
        words.iter().any(|word| WORDS.contains(&word.as_str()))
    }

    /// The words in its name and in the names of what it reads, in lower case.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        split(self.name.text(), &mut words);
        match &self.watched {
            Watched::Metric { metric, .. } => {
                for node in metric.iter().copied().chain(self.event()) {
                    split(node.text(), &mut words);
                }
            }
            Watched::Query(_, query) => {
                let Some(expr) = query.expr() else { return words };
                for (selector, _) in selectors(expr) {
                    split(metric(selector).unwrap_or_default(), &mut words);
                    for matcher in &selector.matchers.matchers {
                        if matcher.value.starts_with('5') {
                            words.push("5xx".to_owned());
                        } else if matcher.name != "job" && matcher.name != "namespace" {
                            split(&matcher.value, &mut words);
                        }
                    }
                }
                for call in calls(expr) {
                    split(call.func.name, &mut words);
                }
            }
        }
        words
    }
}
