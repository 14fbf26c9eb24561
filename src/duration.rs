//! Spans of time as Go writes them, which Compose, Kubernetes and readers of agents take: `1m30s`.

/// The seconds of a span of time; nothing where it has no unit or one that nobody knows.
///
/// Source: pkg.go.dev/time, `ParseDuration`; days are an extension that many readers have.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    let mut rest = text.trim();
    let mut seconds = None;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| c.is_alphabetic())?;
        let (number, behind) = rest.split_at_checked(unit)?;
        let end = behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(end)?;
        let factor = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        seconds = Some(seconds.unwrap_or(0.0) + number.trim().parse::<f64>().ok()? * factor);
        rest = behind.trim_start();
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn spans_have_units() {
        for (text, expected) in [
            ("30s", Some(30.0)),
            ("1m30s", Some(90.0)),
            ("1h", Some(3_600.0)),
            ("500ms", Some(0.5)),
            ("2d", Some(172_800.0)),
            (" 5 s ", Some(5.0)),
            ("30", None),
            ("", None),
            ("s", None),
            ("1w", None),
            ("${GRACE}", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
