//! The configuration: every key that there is, and those filled in that the project calls for.

use super::Survey;
use crate::rules::{Rule, find};

const TEMPLATE: &str = include_str!("agentcheck.toml");

/// The text of an `agentcheck.toml` that fits a project. It changes nothing but by lines that say
/// why they are there.
pub(crate) fn configuration(survey: &Survey) -> String {
    let parts = [
        ("{told}", told(survey)),
        ("{exclude}", exclude(survey)),
        ("{external}", external(survey)),
        ("{images}", images(survey)),
        ("{rules}", rules(survey)),
        ("{overrides}", overrides(survey)),
    ];
    parts.iter().fold(TEMPLATE.to_owned(), |text, (mark, part)| text.replace(mark, part))
}

/// What the paths tell, so that nobody writes it down once more.
fn told(survey: &Survey) -> String {
    if survey.told.is_empty() {
        return String::new();
    }
    let paths = each(&survey.told, "\n#   ", "");
    format!(" These are for development\n# because of their paths:{paths}")
}

fn exclude(survey: &Survey) -> String {
    if survey.vendored.is_empty() {
        return "# exclude = [\"vendor/\"]".to_owned();
    }
    let folders = each(survey.vendored.keys(), "    \"/", "\",\n");
    format!("# Here, what others wrote is theirs to mend:\nexclude = [\n{folders}]")
}

fn external(survey: &Survey) -> String {
    if survey.secrets.is_empty() {
        return "# external = [\"Secret/openai-api-key\", \"ServiceAccount/*\"]".to_owned();
    }
    let names = each(&survey.secrets, "#     \"Secret/", "\",\n");
    format!("# Workloads refer to these, and they are not here:\n# external = [\n{names}# ]")
}

fn images(survey: &Survey) -> String {
    if survey.images.is_empty() {
        return "# [images]\n# \"registry.example.com/acme/api\" = \"api/Dockerfile\"".to_owned();
    }
    let pairs = survey.images.iter();
    let pairs = pairs.flat_map(|(image, path)| ["\n\"", image, "\" = \"", path, "\""]);
    format!(
        "# Known here; `agentcheck explain --images` tells why:\n[images]{}",
        pairs.collect::<String>()
    )
}

/// The rules that found something here and can be tuned, as they are; without one, an example.
fn rules(survey: &Survey) -> String {
    let example = find("k8s/replicas-too-few");
    let tunable = &survey.tunable;
    let shown = if tunable.is_empty() { example.as_slice() } else { tunable };
    let tables: Vec<String> = shown.iter().map(|rule| table(rule)).collect();
    tables.join("\n#\n")
}

fn table(rule: &Rule) -> String {
    let head = format!("# [rules.\"{}\"]\n# severity = \"{}\"", rule.id, rule.severity.as_str());
    let parameters = rule.parameters.iter().map(|parameter| {
        format!("# {} = {} # {}", parameter.name, parameter.default, parameter.about)
    });
    std::iter::once(head).chain(parameters).collect::<Vec<_>>().join("\n")
}

fn overrides(survey: &Survey) -> String {
    const ENVIRONMENT: &str = "environment = \"development\"";
    if survey.development.is_empty() {
        return format!("# [[overrides]]\n# paths = [\"deploy/demo/\"]\n# {ENVIRONMENT}");
    }
    let folders = each(&survey.development, "    \"/", "\",\n");
    format!(
        "# Here, the names of folders say that nothing in them is for production:\n\
         [[overrides]]\npaths = [\n{folders}]\n{ENVIRONMENT}"
    )
}

fn each<'s>(texts: impl IntoIterator<Item = &'s String>, before: &str, after: &str) -> String {
    texts.into_iter().flat_map(|text| [before, text, after]).collect()
}
