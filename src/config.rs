//! What the user asked for: `agentcheck.toml` and the command line, settled per path.

use std::collections::BTreeMap;

use crate::diagnostic::Severity;
use crate::rules::{Environment, Profile, RULES};

/// What holds for one rule in one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleSettings {
    /// Whether the rule runs.
    pub enabled: bool,
    /// The severity that configuration gives it.
    pub severity: Option<Severity>,
    parameters: BTreeMap<&'static str, i64>,
}

impl RuleSettings {
    /// The configured value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<i64> {
        self.parameters.get(name).copied()
    }
}

/// What holds in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where the file is meant to run.
    pub environment: Environment,
    /// By the index of the rule in [`RULES`].
    pub rules: Vec<RuleSettings>,
}

impl Settings {
    /// The rules of a profile that make sense in an environment.
    pub fn of(profile: Profile, environment: Environment) -> Self {
        let rules = RULES.iter().map(|rule| RuleSettings {
            enabled: rule.profile <= profile && rule.environments.contains(&environment),
            ..RuleSettings::default()
        });
        Settings { environment, rules: rules.collect() }
    }
}
