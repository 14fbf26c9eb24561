//! `$NAME` and `${NAME:-default}`, as Dockerfiles and Compose files write them, and what the
//! configurations of agents write instead.

use std::ops::Range;

/// Defaults may hold variables with defaults; nobody nests deeper.
const DEPTH: u8 = 8;

/// Longer results are nobody's image or user, but a few doublings of a variable by itself.
const MAX_BYTES: usize = 4096;

/// `text` with its variables replaced by what `value_of` knows and by their own defaults; nothing
/// where that leaves a variable without a value.
pub(crate) fn expand(text: &str, value_of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    expand_within(text, value_of, DEPTH)
}

fn expand_within(
    text: &str,
    value_of: &dyn Fn(&str) -> Option<String>,
    depth: u8,
) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(inside) = after.strip_prefix('{') {
            let (inside, after) = inside.split_at_checked(closing_brace(inside)?)?;
            out.push_str(&substitute(inside, value_of, depth)?);
            rest = after.strip_prefix('}')?;
        } else {
            let (name, after) = split_name(after);
            if name.is_empty() {
                out.push('$');
            } else {
                out.push_str(&value_of(name)?);
            }
            rest = after;
        }
        if out.len() > MAX_BYTES {
            return None;
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The value of what stands between the braces.
fn substitute(
    inside: &str,
    value_of: &dyn Fn(&str) -> Option<String>,
    depth: u8,
) -> Option<String> {
    let (name, operator) = split_name(inside);
    let value = value_of(name);
    let filled = || value.clone().filter(|value| !value.is_empty());
    if let Some(default) = operator.strip_prefix(":-") {
        return filled().or_else(|| expand_within(default, value_of, depth));
    }
    if let Some(default) = operator.strip_prefix('-') {
        return value.or_else(|| expand_within(default, value_of, depth));
    }
    if let Some(other) = operator.strip_prefix(":+") {
        let other = filled().map(|_| other);
        return other.map_or(Some(String::new()), |other| expand_within(other, value_of, depth));
    }
    if let Some(other) = operator.strip_prefix('+') {
        let other = value.map(|_| other);
        return other.map_or(Some(String::new()), |other| expand_within(other, value_of, depth));
    }
    // `:?message` makes the variable a must; the pattern operators of newer Dockerfiles are not
    // followed.
    if operator.is_empty() || operator.starts_with(":?") || operator.starts_with('?') {
        return value;
    }
    None
}

/// The variables that `text` names, in their order.
pub(crate) fn names(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split('$').skip(1);
    after.map(|rest| split_name(rest.strip_prefix('{').unwrap_or(rest)).0)
}

/// The variables in braces that have neither a default nor something else for where they are set:
/// `${NAME}`, `${NAME:?message}`, `${env:NAME}`.
pub(crate) fn without_default(text: &str) -> Vec<&str> {
    open(text, false)
}

/// The same as Compose reads a text, which knows `$NAME` too.
pub(crate) fn taken(text: &str) -> Vec<&str> {
    open(text, true)
}

fn open(text: &str, may_be_bare: bool) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        // `$$` stands for `$`.
        if let Some(after) = after.strip_prefix('$') {
            rest = after;
            continue;
        }
        rest = after;
        let Some(inside) = after.strip_prefix('{') else {
            let (name, _) = split_name(after);
            let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
            found.extend(Some(name).filter(|_| may_be_bare && is_name));
            continue;
        };
        let Some((inside, behind)) =
            closing_brace(inside).and_then(|end| inside.split_at_checked(end))
        else {
            break;
        };
        rest = behind;
        let (name, operator) = split_name(inside.strip_prefix("env:").unwrap_or(inside));
        let is_must =
            operator.is_empty() || operator.starts_with('?') || operator.starts_with(":?");
        if is_must && !name.is_empty() {
            found.push(name);
        }
    }
    found
}

/// A variable with a default: `${NAME:-default}`, `${NAME-default}`.
pub(crate) struct Defaulted<'t> {
    pub(crate) name: &'t str,
    /// From the `$` to behind the brace.
    pub(crate) span: Range<usize>,
}

/// The variables of `text` that have defaults, in their order.
pub(crate) fn defaults(text: &str) -> impl Iterator<Item = Defaulted<'_>> {
    text.match_indices("${").filter_map(|(start, _)| {
        let inside = text.get(start + 2..)?;
        let end = closing_brace(inside)?;
        let (name, operator) = split_name(inside.get(..end)?);
        let is_default = operator.starts_with(":-") || operator.starts_with('-');
        is_default.then_some(Defaulted { name, span: start..start + 2 + end + 1 })
    })
}

/// Whether a text is, from its first to its last character, what a framework writes for the value
/// of a variable: `os.environ/NAME` (`LiteLLM`), `=Env.NAME` and other expressions of a name
/// (`AgentSchema`), `$NAME` (mcphub, shells).
pub(crate) fn is_framework_reference(text: &str) -> bool {
    let is_path = |rest: &str| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest.contains('.')
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    };
    text.starts_with("os.environ/")
        || text.strip_prefix('=').is_some_and(|rest| is_path(rest.trim_start()))
        || text
            .strip_prefix('$')
            .is_some_and(|name| !name.is_empty() && split_name(name).1.is_empty())
}

/// The name at the start of `text`, and what follows it.
fn split_name(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Where the brace that is already open closes.
fn closing_brace(text: &str) -> Option<usize> {
    let mut open = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' if open == 0 => return Some(at),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Option<String> {
        expand(text, &|name| match name {
            "TAG" => Some("1.2".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        })
    }

    #[test]
    fn defaults_stand_in_for_what_is_not_known() {
        let cases = [
            ("api:$TAG", Some("api:1.2")),
            ("api:${TAG}-slim", Some("api:1.2-slim")),
            ("api:${TAG:-9}", Some("api:1.2")),
            ("api:${NO:-9}", Some("api:9")),
            ("api:${NO-9}", Some("api:9")),
            ("api:${EMPTY:-9}", Some("api:9")),
            ("api:${EMPTY-9}", Some("api:")),
            ("api:${NO:-${TAG}}", Some("api:1.2")),
            ("api:${NO:-${NO:-3}}", Some("api:3")),
            ("api${TAG:+:x}", Some("api:x")),
            ("api${NO:+:x}", Some("api")),
            ("api:$$TAG", Some("api:$TAG")),
            ("api:$", Some("api:$")),
            ("api:${TAG:?set it}", Some("api:1.2")),
            ("api:${NO:?set it}", None),
            ("api:$NO", None),
            ("api:${NO}", None),
            ("api:${NO", None),
            ("api:${TAG%.*}", None),
            ("é:${TAG}", Some("é:1.2")),
        ];
        for (text, wanted) in cases {
            assert_eq!(expanded(text).as_deref(), wanted, "{text}");
        }
    }

    #[test]
    fn names_are_found_wherever_they_stand() {
        let found: Vec<_> = names("https://$USER:${TOKEN:-x}@host").collect();
        assert_eq!(found, ["USER", "TOKEN"]);
    }

    #[test]
    fn defaults_are_found_with_their_braces() {
        let text = "a${B}${C:-d}${E-${F:-g}}${H:?i}${J:-k";
        let found: Vec<_> = defaults(text).map(|it| (it.name, &text[it.span])).collect();
        assert_eq!(found, [("C", "${C:-d}"), ("E", "${E-${F:-g}}"), ("F", "${F:-g}")]);
    }

    #[test]
    fn variables_that_nothing_stands_in_for() {
        let text = "a${B}${C:-${D}}${E:?e}$$F $${G}${H:+i}${env:J}${K?}${L.M}$N${O";
        assert_eq!(without_default(text), ["B", "E", "J", "K"]);
        assert_eq!(taken(text), ["B", "E", "J", "K", "N"]);
    }

    #[test]
    fn nesting_and_growth_end() {
        let deep = format!("{}x{}", "${A:-".repeat(10_000), "}".repeat(10_000));
        assert_eq!(expanded(&deep), None);
        let long = "$TAG".repeat(100_000);
        assert_eq!(expanded(&long), None);
    }
}
