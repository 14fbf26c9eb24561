//! The configuration: every key that there is, and those filled in that the project calls for.

use std::collections::BTreeMap;

use super::Survey;
use crate::rules::{RULES, Rule};

const TEMPLATE: &str = include_str!("agentcheck.toml");

/// The text of an `agentcheck.toml` that fits a project. It changes nothing but by lines that say
/// why they are there.
pub(crate) fn configuration(survey: &Survey) -> String {
    let parts = [
        ("{told}", told(survey)),
        ("{exclude}", exclude(survey)),
        ("{external}", external(survey)),
        ("{images}", images(&survey.images)),
        ("{rules}", rules(&survey.tunable)),
        ("{overrides}", overrides(survey)),
    ];
    parts.iter().fold(TEMPLATE.to_owned(), |text, (mark, part)| text.replace(mark, part))
}

/// What the paths tell, so that nobody writes it down once more.
fn told(survey: &Survey) -> String {
    let told = survey.told.iter().map(|path| format!("\n#   {path}"));
    match survey.told.len() {
        0 => String::new(),
        _ => format!(
            " These are for development\n# because of their paths:{}",
            String::from_iter(told)
        ),
    }
}

fn exclude(survey: &Survey) -> String {
    if survey.vendored.is_empty() {
        return "# exclude = [\"vendor/\"]".to_owned();
    }
    let folders = survey.vendored.keys().map(|folder| format!("    \"/{folder}\",\n"));
    let folders = String::from_iter(folders);
    format!("# Here, what others wrote is theirs to mend:\nexclude = [\n{folders}]")
}

fn external(survey: &Survey) -> String {
    if survey.secrets.is_empty() {
        return "# external = [\"Secret/openai-api-key\", \"ServiceAccount/*\"]".to_owned();
    }
    let names = survey.secrets.iter().map(|name| format!("#     \"Secret/{name}\",\n"));
    let names = String::from_iter(names);
    format!("# Workloads refer to these, and they are not here:\n# external = [\n{names}# ]")
}

fn images(images: &BTreeMap<String, String>) -> String {
    if images.is_empty() {
        return "# [images]\n# \"registry.example.com/acme/api\" = \"api/Dockerfile\"".to_owned();
    }
    let lines = images.iter().map(|(image, path)| format!("\n\"{image}\" = \"{path}\""));
    format!("# Here, Compose or the names tell:\n[images]{}", String::from_iter(lines))
}

/// The rules that found something here and can be tuned, as they are; without one, an example.
fn rules(tunable: &[&'static Rule]) -> String {
    let example = RULES.iter().find(|rule| !rule.parameters.is_empty());
    let shown = if tunable.is_empty() { example.as_slice() } else { tunable };
    let tables: Vec<String> = shown.iter().map(|rule| table(rule)).collect();
    tables.join("\n#\n")
}

fn table(rule: &Rule) -> String {
    let parameters = rule.parameters.iter().map(|parameter| {
        format!("\n# {} = {} # {}", parameter.name, parameter.default, parameter.about)
    });
    let severity = rule.severity.as_str();
    let parameters = String::from_iter(parameters);
    format!("# [rules.\"{}\"]\n# severity = \"{severity}\"{parameters}", rule.id)
}

fn overrides(survey: &Survey) -> String {
    let example = || {
        "# [[overrides]]\n# paths = [\"deploy/demo/\"]\n# environment = \"development\"".to_owned()
    };
    if survey.development.is_empty() {
        return example();
    }
    let folders = survey.development.iter().map(|folder| format!("    \"/{folder}\",\n"));
    let folders = String::from_iter(folders);
    format!(
        "# Here, the names of folders say that nothing in them is for production:\n\
         [[overrides]]\npaths = [\n{folders}]\nenvironment = \"development\""
    )
}
