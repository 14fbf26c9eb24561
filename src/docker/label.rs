//! What the value of a label may have to be.

/// A form that tools expect of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LabelType {
    Text,
    Url,
    /// RFC 3339
    Time,
    /// An expression of licences.
    Spdx,
    /// The hash of a Git commit.
    Hash,
    Semver,
    Email,
}

impl LabelType {
    /// The type that configuration calls so; any value will do where it is called otherwise.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "text" => Some(LabelType::Text),
            "url" => Some(LabelType::Url),
            "time" => Some(LabelType::Time),
            "spdx" => Some(LabelType::Spdx),
            "hash" => Some(LabelType::Hash),
            "semver" => Some(LabelType::Semver),
            "email" => Some(LabelType::Email),
            _ => None,
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            LabelType::Text => "a text",
            LabelType::Url => "a URL",
            LabelType::Time => "a time like `2026-01-31T12:00:00Z`",
            LabelType::Spdx => "an SPDX expression like `MIT OR Apache-2.0`",
            LabelType::Hash => "the hash of a commit",
            LabelType::Semver => "a version like `1.2.3`",
            LabelType::Email => "an e-mail address",
        }
    }

    /// Whether a value has that form.
    pub(crate) fn takes(self, value: &str) -> bool {
        match self {
            LabelType::Text => !value.trim().is_empty(),
            LabelType::Url => is_url(value),
            LabelType::Time => is_time(value),
            LabelType::Spdx => is_spdx(value),
            LabelType::Hash => {
                (7..=64).contains(&value.len()) && value.bytes().all(|it| it.is_ascii_hexdigit())
            }
            LabelType::Semver => is_semver(value),
            LabelType::Email => value.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !host.contains(['@', ' '])
            }),
        }
    }
}

fn is_url(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.is_empty()
            && !rest.contains(char::is_whitespace)
    })
}

/// `2026-01-31T12:00:00Z`, `2026-01-31 12:00:00.5+01:00`
fn is_time(value: &str) -> bool {
    let shape: String = value
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c.to_ascii_uppercase() })
        .collect();
    let Some(rest) = shape.strip_prefix("0000-00-00").and_then(|it| it.strip_prefix(['T', ' ']))
    else {
        return false;
    };
    let Some(rest) = rest.strip_prefix("00:00:00") else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    matches!(zone, "Z" | "+00:00" | "-00:00")
}

/// Names of licences with operators between them.
fn is_spdx(value: &str) -> bool {
    let spaced = value.replace('(', " ( ").replace(')', " ) ");
    let (mut open, mut wants_name) = (0usize, true);
    for word in spaced.split_whitespace() {
        let is_name = word.chars().all(|c| c.is_ascii_alphanumeric() || ".+-:".contains(c));
        match word {
            "(" if wants_name => open += 1,
            ")" if !wants_name && open > 0 => open -= 1,
            "AND" | "OR" | "WITH" if !wants_name => wants_name = true,
            _ if wants_name && is_name => wants_name = false,
            _ => return false,
        }
    }
    !wants_name && open == 0
}

/// Source: semver.org, version 2.0.0.
fn is_semver(value: &str) -> bool {
    let (value, build) = value.split_once('+').unwrap_or((value, "0"));
    let (core, pre) = value.split_once('-').unwrap_or((value, "0"));
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_number =
        |part: &str| part == "0" || !part.starts_with('0') && part.parse::<u64>().is_ok();
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.split('.').all(is_word)
        && build.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_forms() {
        for (of, good, bad) in [
            (LabelType::Text, vec!["a b"], vec![" "]),
            (LabelType::Url, vec!["https://a.b/c"], vec!["a.b/c", "://x", "https://a b"]),
            (
                LabelType::Time,
                vec!["2026-01-31T12:00:00Z", "2026-01-31 12:00:00.125+01:00"],
                vec!["2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00.Z"],
            ),
            (
                LabelType::Spdx,
                vec!["MIT", "(MIT OR Apache-2.0) AND GPL-2.0+", "GPL-2.0-only WITH x"],
                vec!["Apache License 2.0", "MIT OR", "(MIT", "MIT)", ""],
            ),
            (LabelType::Hash, vec!["a1b2c3d"], vec!["a1b2", "latest-commit"]),
            (
                LabelType::Semver,
                vec!["1.2.3", "0.1.0-rc.1+build-5"],
                vec!["1.2", "v1.2.3", "1.02.3", "1.2.3-"],
            ),
            (LabelType::Email, vec!["a@b.c"], vec!["a", "@b.c", "a@b"]),
        ] {
            for value in good {
                assert!(of.takes(value), "{of:?}: {value}");
            }
            for value in bad {
                assert!(!of.takes(value), "{of:?}: {value}");
            }
        }
        assert_eq!(LabelType::named("time"), Some(LabelType::Time));
    }
}
