//! What a plain scalar means, which depends on the program that will read the file.

/// The rules by which plain scalars become values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// kubectl: go-yaml v2, that is YAML 1.1 (`yes` is true, `0400` is octal).
    Kubernetes,
    /// The core schema of YAML 1.2, section 10.3: Compose and agent configurations.
    Core,
    /// JSON and TOML: the readers have normalised what the format allows beyond JSON.
    Json,
}

/// The value of a scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'s> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'s str),
}

impl Dialect {
    /// The value of a plain scalar.
    pub(crate) fn resolve(self, text: &str) -> Scalar<'_> {
        match text.as_bytes().first() {
            None => Scalar::Null,
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
                self.number(text).unwrap_or(Scalar::Str(text))
            }
            Some(_) => self.word(text),
        }
    }

    fn word(self, text: &str) -> Scalar<'_> {
        match text {
            "~" | "null" | "Null" | "NULL" => Scalar::Null,
            "true" | "True" | "TRUE" => Scalar::Bool(true),
            "false" | "False" | "FALSE" => Scalar::Bool(false),
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON"
                if self == Dialect::Kubernetes =>
            {
                Scalar::Bool(true)
            }
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF"
                if self == Dialect::Kubernetes =>
            {
                Scalar::Bool(false)
            }
            // TOML writes these without the dot of YAML.
            "inf" if self == Dialect::Json => Scalar::Float(f64::INFINITY),
            "nan" if self == Dialect::Json => Scalar::Float(f64::NAN),
            _ => Scalar::Str(text),
        }
    }

    fn number(self, text: &str) -> Option<Scalar<'_>> {
        let plain: std::borrow::Cow<'_, str> =
            if self == Dialect::Kubernetes && text.contains('_') && text != "_" {
                text.replace('_', "").into()
            } else {
                text.into()
            };
        let (sign, digits) = match plain.as_bytes().first() {
            Some(b'-') => (-1, plain.get(1..)?),
            Some(b'+') => (1, plain.get(1..)?),
            _ => (1, plain.as_ref()),
        };
        let whole = |digits: &str, radix| {
            // `from_str_radix` would take a second sign.
            digits.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric).then(|| {
                let value = u64::from_str_radix(digits, radix).ok()?;
                i64::try_from(sign * i128::from(value)).ok().map(Scalar::Int)
            })?
        };
        let special = match digits {
            ".inf" | ".Inf" | ".INF" | "inf"
                if digits.starts_with('.') || self == Dialect::Json =>
            {
                Some(Scalar::Float(if sign < 0 { f64::NEG_INFINITY } else { f64::INFINITY }))
            }
            ".nan" | ".NaN" | ".NAN" | "nan"
                if digits.starts_with('.') || self == Dialect::Json =>
            {
                Some(Scalar::Float(f64::NAN))
            }
            _ => None,
        };
        if special.is_some() {
            return special;
        }
        if let Some(hex) = digits.strip_prefix("0x") {
            return whole(hex, 16);
        }
        if let Some(octal) = digits.strip_prefix("0o") {
            return whole(octal, 8);
        }
        if self == Dialect::Kubernetes {
            if let Some(binary) = digits.strip_prefix("0b") {
                return whole(binary, 2);
            }
            if digits.len() > 1
                && digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit())
            {
                // `08` is no octal number; go-yaml then reads it as a float.
                return whole(digits, 8).or_else(|| plain.parse().ok().map(Scalar::Float));
            }
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
            // A whole number that does not fit becomes a float, as it does in go-yaml.
            return whole(digits, 10).or_else(|| plain.parse().ok().map(Scalar::Float));
        }
        is_float(digits).then(|| plain.parse().ok().map(Scalar::Float))?
    }
}

/// `[0-9]*(\.[0-9]*)?([eE][-+]?[0-9]+)?` with at least one digit before the exponent.
fn is_float(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    all_digits(before)
        && all_digits(after)
        && before.len() + after.len() > 0
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && all_digits(exponent)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right-hand column is what `kubectl apply --dry-run -o json` makes of the text,
    /// from go-yaml v2's resolver.
    #[test]
    fn kubectl_reads_yaml_1_1() {
        let kubernetes = |text| Dialect::Kubernetes.resolve(text);
        assert_eq!(kubernetes("yes"), Scalar::Bool(true));
        assert_eq!(kubernetes("on"), Scalar::Bool(true));
        assert_eq!(kubernetes("y"), Scalar::Bool(true));
        assert_eq!(kubernetes("Off"), Scalar::Bool(false));
        assert_eq!(kubernetes("0400"), Scalar::Int(256));
        assert_eq!(kubernetes("-010"), Scalar::Int(-8));
        assert_eq!(kubernetes("08"), Scalar::Float(8.0));
        assert_eq!(kubernetes("1_000"), Scalar::Int(1000));
        assert_eq!(kubernetes("0b11"), Scalar::Int(3));
        assert_eq!(kubernetes("0x1F"), Scalar::Int(31));
        assert_eq!(kubernetes("1e3"), Scalar::Float(1000.0));
        assert_eq!(kubernetes("1.5.0"), Scalar::Str("1.5.0"));
        assert_eq!(kubernetes("1Gi"), Scalar::Str("1Gi"));
        assert_eq!(kubernetes("100m"), Scalar::Str("100m"));
        assert_eq!(kubernetes("-"), Scalar::Str("-"));
        assert_eq!(kubernetes("--1"), Scalar::Str("--1"));
        assert_eq!(kubernetes(""), Scalar::Null);
        assert_eq!(kubernetes("~"), Scalar::Null);
        assert_eq!(kubernetes("-.inf"), Scalar::Float(f64::NEG_INFINITY));
    }

    #[test]
    fn compose_and_agents_read_yaml_1_2() {
        let core = |text| Dialect::Core.resolve(text);
        assert_eq!(core("yes"), Scalar::Str("yes"));
        assert_eq!(core("off"), Scalar::Str("off"));
        assert_eq!(core("0400"), Scalar::Int(400));
        assert_eq!(core("0o17"), Scalar::Int(15));
        assert_eq!(core("1_000"), Scalar::Str("1_000"));
        assert_eq!(core("True"), Scalar::Bool(true));
        assert_eq!(core(".5"), Scalar::Float(0.5));
        assert_eq!(core("99999999999999999999"), Scalar::Float(1e20));
        assert_eq!(core("e5"), Scalar::Str("e5"));
        assert_eq!(core("."), Scalar::Str("."));
        assert_eq!(core("+"), Scalar::Str("+"));
    }

    #[test]
    fn json_and_toml_have_numbers_without_limits() {
        let json = |text| Dialect::Json.resolve(text);
        assert_eq!(json("inf"), Scalar::Float(f64::INFINITY));
        assert_eq!(json("+inf"), Scalar::Float(f64::INFINITY));
        assert_eq!(json("-inf"), Scalar::Float(f64::NEG_INFINITY));
        for spelled in ["nan", "+nan", "-nan"] {
            assert!(matches!(json(spelled), Scalar::Float(value) if value.is_nan()), "{spelled}");
            assert_eq!(Dialect::Core.resolve(spelled), Scalar::Str(spelled));
        }
        assert_eq!(Dialect::Core.resolve("inf"), Scalar::Str("inf"));
        assert_eq!(Dialect::Core.resolve("-inf"), Scalar::Str("-inf"));
        for spelled in [".nan", "-.NaN", "+.NAN"] {
            let value = Dialect::Core.resolve(spelled);
            assert!(matches!(value, Scalar::Float(value) if value.is_nan()), "{spelled}");
        }
    }

    #[test]
    fn whole_numbers_have_64_bits() {
        for dialect in [Dialect::Kubernetes, Dialect::Core, Dialect::Json] {
            assert_eq!(dialect.resolve("9223372036854775807"), Scalar::Int(i64::MAX));
            assert_eq!(dialect.resolve("-9223372036854775808"), Scalar::Int(i64::MIN));
            assert_eq!(dialect.resolve("9223372036854775808"), Scalar::Float(2f64.powi(63)));
            assert_eq!(dialect.resolve("-0x10"), Scalar::Int(-16));
            assert_eq!(dialect.resolve("+7"), Scalar::Int(7));
            assert_eq!(dialect.resolve("-0"), Scalar::Int(0));
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_a_text() {
        let no_number =
            ["0x", "0xg", "0o8", "0x-1", "+-1", "1e", "1e+", ".e5", "1.2.3", "1e5e5", "1,0"];
        for dialect in [Dialect::Kubernetes, Dialect::Core] {
            for text in no_number {
                assert_eq!(dialect.resolve(text), Scalar::Str(text), "{text}");
            }
            assert_eq!(dialect.resolve("1e+3"), Scalar::Float(1000.0));
            assert_eq!(dialect.resolve("-2E-2"), Scalar::Float(-0.02));
            assert_eq!(dialect.resolve("5."), Scalar::Float(5.0));
        }
        assert_eq!(Dialect::Kubernetes.resolve("0b2"), Scalar::Str("0b2"));
        assert_eq!(Dialect::Core.resolve("0b1"), Scalar::Str("0b1"));
        assert_eq!(Dialect::Kubernetes.resolve("-0b11"), Scalar::Int(-3));
        assert_eq!(Dialect::Kubernetes.resolve("0"), Scalar::Int(0));
        assert_eq!(Dialect::Kubernetes.resolve("01.5"), Scalar::Float(1.5));
    }
}
