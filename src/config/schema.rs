//! The JSON Schema of `agentcheck.toml`, for editors.
//!
//! [`super::read`] reads the file by hand, since every problem has a place there. The types here say
//! the same shape and are never filled; `tests/schemas.rs` holds the two together.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{FailOn, Selector};
use crate::diagnostic::Severity;
use crate::k8s::KubernetesVersion;
use crate::rules::{Environment, ParameterValue, Profile, RULES, Rule};

/// Where the schema stands on the web.
const ID: &str = "https://raw.githubusercontent.com/agentcheck/agentcheck/main/docs/schemas/agentcheck.schema.json";

/// The schema. Draft 7 is what the TOML extensions of editors understand.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(without_null));
    let mut schema = settings.into_generator().into_root_schema_for::<File>();
    schema.insert("$id".to_owned(), ID.into());
    schema.to_value()
}

/// TOML has no null: an optional key is left out.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".to_owned(), one);
        }
    }
    let Some(Value::Array(choices)) = schema.get_mut("anyOf") else { return };
    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
    if choices.len() == 1
        && let Some(choices) = schema.remove("anyOf")
    {
        schema.insert("allOf".to_owned(), choices);
    }
}

/// What agentcheck checks in a project, and how strictly.
#[derive(JsonSchema)]
#[schemars(title = "agentcheck.toml", rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "only the shape counts")]
struct File {
    #[schemars(flatten)]
    layer: Layer,
    /// The least severity that makes the exit code 1.
    #[schemars(extend("default" = "warning"))]
    fail_on: Option<FailOn>,
    /// What to leave out: globs as in `.gitignore`, relative to the folder of this file.
    exclude: Option<Vec<Glob>>,
    /// Objects that live elsewhere, such as `Secret/openai-api-key` or `ServiceAccount/*`.
    external: Option<Vec<External>>,
    /// What holds for some files only; later ones win.
    overrides: Option<Vec<Override>>,
    /// What people vouch for, where no file can show it.
    evidence: Option<Vec<Evidence>>,
    /// The Dockerfile of each image that names it.
    images: Option<std::collections::BTreeMap<String, String>>,
    /// How Dockerfiles are checked.
    docker: Option<Docker>,
}

/// How Dockerfiles are checked.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only the shape counts")]
struct Docker {
    /// Whether `ShellCheck`, if it is installed, is asked about what `RUN` hands to a shell.
    #[schemars(extend("default" = false))]
    shellcheck: Option<bool>,
}

/// What the whole file and an override have in common.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only the shape counts")]
struct Layer {
    /// Where the files are meant to run; some rules make no sense on a laptop.
    environment: Option<Environment>,
    /// The version of Kubernetes that the manifests are for.
    kubernetes_version: Option<KubernetesVersion>,
    /// Which rules run, unless they are selected or ignored by name.
    profile: Option<Profile>,
    /// The only rules to run, instead of those of the profile.
    #[schemars(length(min = 1))]
    select: Option<Vec<Selector>>,
    /// Rules not to run, whatever else selects them.
    ignore: Option<Vec<Selector>>,
    /// Rules to run as well.
    extend_select: Option<Vec<Selector>>,
    /// What holds for single rules.
    rules: Option<Rules>,
}

/// What holds for the files that its globs match.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only the shape counts")]
struct Override {
    /// Globs as in `.gitignore`, relative to the folder of this file.
    #[schemars(length(min = 1))]
    paths: Vec<Glob>,
    #[schemars(flatten)]
    layer: Layer,
}

/// What someone vouches for, where no file can show it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only the shape counts")]
struct Evidence {
    /// The checklist item: `checklist/section/name`.
    item: Option<String>,
    /// Who vouches: a person or a team.
    owner: Option<String>,
    /// Since when.
    date: Option<Date>,
    /// The last day on which it counts.
    expires: Option<Date>,
    /// Where to look it up: a URL, or a file relative to the folder of this one.
    link: Option<String>,
    /// What else there is to say.
    note: Option<String>,
    /// How long the service was away until it was recovered.
    rto: Option<Duration>,
    /// How much time what was lost had been written in.
    rpo: Option<Duration>,
}

/// What may be said of every rule.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only the shape counts")]
struct RuleTable {
    /// The severity of its findings.
    severity: Option<Severity>,
    /// Whether it runs, whatever the profile and the environment say.
    enabled: Option<bool>,
}

/// A glob as in `.gitignore`.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only the shape counts")]
struct Glob(#[schemars(regex(pattern = r"\S"))] String);

/// An object, as `Kind/name`; the name may be a glob.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only the shape counts")]
struct External(#[schemars(regex(pattern = "^[^/]+/.+$"))] String);

/// A day: `2026-10-01`.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only the shape counts")]
struct Date(
    #[schemars(regex(pattern = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))] String,
);

/// A span of time: `30m`, `4h`, `1d`, `1h30m`.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "only the shape counts")]
struct Duration(
    #[schemars(regex(pattern = r"^\s*([0-9]+(\.[0-9]+)?\s*(ns|us|µs|ms|s|m|h|d)\s*)+$"))] String,
);

impl JsonSchema for Selector {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Selector".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut groups: Vec<&str> = RULES.iter().map(Rule::group).collect();
        groups.dedup();
        let mut names = vec!["all".to_owned()];
        names.extend(groups.iter().flat_map(|group| [format!("{group}/"), (*group).to_owned()]));
        names.extend(RULES.iter().map(|rule| rule.id.to_owned()));
        json_schema!({
            "description": "A rule, a group of rules such as `k8s/`, or `all`.",
            "enum": names,
        })
    }
}

/// A table for each rule.
struct Rules;

impl JsonSchema for Rules {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rules".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let tables: Map<String, Value> =
            RULES.iter().map(|rule| (rule.id.to_owned(), table(rule, generator))).collect();
        json_schema!({
            "description": "What holds for single rules, each under its id.",
            "type": "object",
            "properties": tables,
            "additionalProperties": false,
        })
    }
}

/// The table of one rule: that of every rule, unless it has parameters of its own.
fn table(rule: &Rule, generator: &mut SchemaGenerator) -> Value {
    if rule.parameters.is_empty() {
        let every = generator.subschema_for::<RuleTable>().to_value();
        return serde_json::json!({"description": rule.title, "allOf": [every]});
    }
    let mut own = RuleTable::json_schema(generator);
    own.insert("description".to_owned(), rule.title.into());
    if let Some(Value::Object(properties)) = own.get_mut("properties") {
        properties.extend(rule.parameters.iter().map(|parameter| {
            let default = &parameter.default;
            let description = parameter.about;
            let about = match default {
                ParameterValue::Number(_) => serde_json::json!({
                    "description": description, "type": "integer", "minimum": 0, "default": default,
                }),
                ParameterValue::Decimal(_) => serde_json::json!({
                    "description": description, "type": "number", "minimum": 0, "default": default,
                }),
                ParameterValue::Words(_) => serde_json::json!({
                    "description": description,
                    "type": "array",
                    "items": {"type": "string"},
                    "default": default,
                }),
            };
            (parameter.name.to_owned(), about)
        }));
    }
    own.to_value()
}
