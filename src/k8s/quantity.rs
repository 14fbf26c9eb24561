//! Amounts of a resource, as Kubernetes writes them: `512Mi`, `250m`, `1.5`, `1e3`.

/// An amount, exact to a thousandth; smaller parts are rounded up, as Kubernetes does.
///
/// Source: Kubernetes, `apimachinery/pkg/api/resource`, the grammar of `Quantity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quantity {
    thousandths: u128,
}

impl Quantity {
    /// The amount that a text stands for; nothing for a placeholder and for what is below zero.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('+').unwrap_or(text);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, suffix) = text.split_at_checked(end)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
        let (factor, power) = scale(suffix)?;
        let power = power.checked_add(3)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let scaled = digits.checked_mul(factor)?;
        let ten = 10_u128.checked_pow(power.unsigned_abs());
        let thousandths = match ten {
            _ if scaled == 0 => 0,
            Some(ten) if power >= 0 => scaled.checked_mul(ten)?,
            Some(ten) => scaled.div_ceil(ten),
            None if power >= 0 => return None,
            None => 1,
        };
        Some(Quantity { thousandths })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.thousandths == 0
    }

    /// The amount as a number, which is near enough to compare it.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn as_f64(self) -> f64 {
        self.thousandths as f64 / 1000.0
    }

    /// Both together.
    pub(crate) fn plus(self, other: Self) -> Self {
        Quantity { thousandths: self.thousandths.saturating_add(other.thousandths) }
    }

    /// How many whole units of that size it has.
    pub(crate) fn in_units_of(self, unit: Self) -> u128 {
        self.thousandths.checked_div(unit.thousandths).unwrap_or(0)
    }

    /// Twice as much.
    pub(crate) fn doubled(self) -> Self {
        Quantity { thousandths: self.thousandths.saturating_mul(2) }
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.thousandths % 1000 {
            0 => write!(f, "{}", self.thousandths / 1000),
            _ => write!(f, "{}m", self.thousandths),
        }
    }
}

/// What a suffix multiplies by: a factor and a power of ten.
fn scale(suffix: &str) -> Option<(u128, i32)> {
    const DECIMAL: [(&str, i32); 10] = [
        ("n", -9),
        ("u", -6),
        ("m", -3),
        ("", 0),
        ("k", 3),
        ("M", 6),
        ("G", 9),
        ("T", 12),
        ("P", 15),
        ("E", 18),
    ];
    const BINARY: [(&str, u32); 6] =
        [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
    if let Some((_, power)) = DECIMAL.iter().find(|(known, _)| *known == suffix) {
        return Some((1, *power));
    }
    if let Some((_, bits)) = BINARY.iter().find(|(known, _)| *known == suffix) {
        return Some((1 << bits, 0));
    }
    Some((1, suffix.strip_prefix(['e', 'E'])?.parse().ok()?))
}

/// The larger of two texts, where both are amounts; the first one where they are equal.
pub(crate) fn larger<'q>(a: &'q str, b: &'q str) -> Option<&'q str> {
    Some(if Quantity::parse(b)? > Quantity::parse(a)? { b } else { a })
}

/// The smaller of two texts, where both are amounts; the first one where they are equal.
pub(crate) fn smaller<'q>(a: &'q str, b: &'q str) -> Option<&'q str> {
    Some(if Quantity::parse(b)? < Quantity::parse(a)? { b } else { a })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_every_spelling() {
        let table = [
            ("0", Some(0)),
            ("0.00Mi", Some(0)),
            ("1", Some(1000)),
            ("+1.5", Some(1500)),
            (".5", Some(500)),
            ("2.", Some(2000)),
            ("250m", Some(250)),
            ("0.5m", Some(1)),
            ("1n", Some(1)),
            ("3u", Some(1)),
            ("2k", Some(2_000_000)),
            ("3M", Some(3_000_000_000)),
            ("1G", Some(1_000_000_000_000)),
            ("1T", Some(1_000_000_000_000_000)),
            ("1Ki", Some(1_024_000)),
            ("512Mi", Some(536_870_912_000)),
            ("0.5Gi", Some(536_870_912_000)),
            ("1Ti", Some(1_099_511_627_776_000)),
            ("1e3", Some(1_000_000)),
            ("12E-1", Some(1200)),
            ("1E", Some(1_000_000_000_000_000_000_000)),
            ("1e-400", Some(1)),
            ("0e400", Some(0)),
            ("1e400", None),
            ("", None),
            (".", None),
            ("-1", None),
            ("1.2.3", None),
            ("1 Gi", None),
            ("512mi", None),
            ("1e", None),
            ("${MEMORY}", None),
            ("99999999999999999999999999999999999999Ei", None),
        ];
        for (text, thousandths) in table {
            assert_eq!(
                Quantity::parse(text).map(|quantity| quantity.thousandths),
                thousandths,
                "{text}"
            );
        }
    }

    #[test]
    fn amounts_are_compared_and_written() {
        assert_eq!(larger("512Mi", "1G"), Some("1G"));
        assert_eq!(larger("512Mi", "0.5Gi"), Some("512Mi"));
        assert_eq!(larger("512Mi", "<memory>"), None);
        assert_eq!(smaller("256Mi", "128Mi"), Some("128Mi"));
        assert_eq!(smaller("256Mi", "1Gi"), Some("256Mi"));
        let parse = |text| Quantity::parse(text).unwrap();
        assert_eq!(parse("512Mi").plus(parse("0.5Gi")), parse("1Gi"));
        assert_eq!(parse("1Gi").in_units_of(parse("1Mi")), 1024);
        assert_eq!(parse("512m").in_units_of(parse("1")), 0);
        for (text, twice) in [("1", "2"), ("0.75", "1500m"), ("275m", "550m"), ("0.55", "1100m")] {
            assert_eq!(Quantity::parse(text).unwrap().doubled().to_string(), twice);
        }
    }
}
