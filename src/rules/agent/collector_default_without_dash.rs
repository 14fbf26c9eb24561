use crate::agent::Collector;
use crate::agent::collector::is_escape_open;
use crate::rules::{Check, Cx};
use crate::tree::edit;

pub(crate) const CHECK: Check = Check::Collector(check);

fn check(collector: &Collector<'_>, cx: &mut Cx<'_>) {
    for value in &collector.undashed {
        let text = value.text();
        let new = dashed(text);
        cx.report(*value, "the default of a variable has no dash before it".to_owned())
            .help("the collector takes all of it for the name of a variable, and does not start: write `${env:NAME:-default}`")
            .unsafe_fix("write the dash", || edit::reword(*value, &new));
    }
}

/// The text with `:-` before each default.
fn dashed(text: &str) -> String {
    let mut parts = text.split("${env:");
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_escaped = is_escape_open(&new);
        new.push_str("${env:");
        match part.split_once(':').filter(|_| !is_escaped) {
            Some((name, rest))
                if !name.contains('}') && !rest.starts_with('-') && rest.contains('}') =>
            {
                new.extend([name, ":-", rest]);
            }
            _ => new.push_str(part),
        }
    }
    new
}
